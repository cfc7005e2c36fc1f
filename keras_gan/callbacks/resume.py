"""Interrupted training that goes on as if it had not been."""

import hashlib
import json
import pathlib
import re
import shutil
import signal
import tempfile
import threading
import time
import warnings

import keras
import numpy as np

from keras_gan import ops, run_folder
from keras_gan.callbacks.identity import identity, refuse_other

_WEIGHTS, _RECORD = "state.weights.h5", "checkpoint.json"


class Resume(keras.callbacks.Callback):
    """Saves all that training depends on, and lets `fit` go on from it.

    Saved are the networks, both optimisers, the averages, the position (epoch and step), counters of penalties and the
    epoch means: a run killed and started again equals one never interrupted, bit for bit on CPU, for data sets of
    `keras_gan.data` with `tf.config.experimental.enable_op_determinism()`. `epochs` of `fit` then counts from the
    beginning of the run. Callbacks, verbosity, strategy and the path of the data may change in between; anything else
    that changed is refused and shown. SIGTERM saves at the end of the running step and stops training.

    Args:
        folder: where checkpoints go, as `<epoch>-<step>/`, written whole or not at all.
        every: int ≥ 1, epochs between two checkpoints; the end of training has one in any case. Defaults to `1`.
        interval: int ≥ 1, training steps between two checkpoints besides those, or `None`.
        keep: int ≥ 1, the last so many are kept. Defaults to `2`: a damaged one falls back to the one before. One more
            stays where `Stability` may want to go back to it.

    Raises:
        ValueError: the folder holds checkpoints of another configuration.

    Example:

    >>> import keras_gan
    >>> resume = keras_gan.callbacks.Resume("runs/mine/checkpoints", interval=500)
    """

    def __init__(self, folder, every: int = 1, interval: int | None = None, keep: int = 2):
        super().__init__()
        if min(every, keep, interval or 1) < 1 or interval == 0:
            raise ValueError(
                f"Resume: every={every}, interval={interval}, keep={keep}; expected whole numbers of at least 1."
            )
        self.folder, self.every, self.interval, self.keep = pathlib.Path(folder), every, interval, keep
        self.protected = None  # a checkpoint that stays, however old it is
        self._stop_asked, self._previous_handler, self._last_saved = False, None, None

    # --- reading -------------------------------------------------------------------------------------------------

    def restore(self, model):
        """Loads the newest sound checkpoint into the compiled model; returns whether there was one."""
        self._identity = identity(model)
        for checkpoint in self.checkpoints():
            record = _sound_record(checkpoint)
            if record is None:
                warnings.warn(f"Resume: {checkpoint} is damaged; going back to the one before it.", stacklevel=3)
                self._put_aside(model, checkpoint)
                continue
            refuse_other(record["identity"], self._identity, "Resume", self.folder)
            model.load_weights(checkpoint / _WEIGHTS)
            self._last_saved = model.steps_done
            return True
        return False

    def _put_aside(self, model, checkpoint):
        """Nothing is lost, and nothing that is newer by name pushes out the checkpoints to come."""
        if run_folder.is_chief(model.distribute_strategy):
            checkpoint.rename(checkpoint.with_name(f"{checkpoint.name}.damaged-{time.time_ns()}"))

    def checkpoints(self):
        """Paths of the checkpoints, the newest first."""
        found = [path for path in self.folder.glob("*-*") if re.fullmatch(r"\d+-\d+", path.name)]
        return sorted(found, key=lambda path: tuple(map(int, path.name.split("-"))), reverse=True)

    def roll_back(self):
        """Loads the protected checkpoint, all but the position: other data and other random numbers follow."""
        self.model.go_back(self.protected / _WEIGHTS)

    # --- writing -------------------------------------------------------------------------------------------------

    def on_train_begin(self, logs=None):
        self._stop_asked = False
        if threading.current_thread() is threading.main_thread():
            self._previous_handler = signal.signal(signal.SIGTERM, self._ask_to_stop)

    def on_train_end(self, logs=None):
        if self._last_saved != self.model.steps_done:
            self.save()
        self.give_back_signal()

    def give_back_signal(self):
        """SIGTERM means again what it meant before training."""
        if self._previous_handler is not None:
            signal.signal(signal.SIGTERM, self._previous_handler)
            self._previous_handler = None

    def _ask_to_stop(self, signum, frame):
        self._stop_asked = True

    def on_train_batch_end(self, batch, logs=None):
        self._stop_asked = ops.any_host(self.model.distribute_strategy, self._stop_asked)
        if self._stop_asked:
            self.model.stop_training = True
        if self.model.position[1] == self.model.steps_per_epoch:
            return  # the epoch's end follows, and its checkpoint
        due = self.interval and self.model.steps_done - (self._last_saved or 0) >= self.interval
        if due or self._stop_asked:
            self.save()

    def on_epoch_end(self, epoch, logs=None):
        is_whole = self.model.position[1] == 0  # else stopped amid the epoch
        if is_whole and ((epoch + 1) % self.every == 0 or self._stop_asked):
            self.save()

    def save(self):
        """Writes a checkpoint of the model as it stands; on several hosts, all must call it and the chief writes."""
        try:
            _refuse_non_finite(self.model)
        except FloatingPointError as error:
            if self.model.is_rescued(error):
                return  # and saved by who rescued it
            raise
        self._last_saved = self.model.steps_done
        epoch, step = self.model.position
        if not run_folder.is_chief(self.model.distribute_strategy):
            with tempfile.TemporaryDirectory() as elsewhere:  # reading the means needs all hosts
                self.model.save_weights(pathlib.Path(elsewhere) / _WEIGHTS)
            return
        target = self.folder / f"{epoch:05d}-{step:07d}"
        with run_folder.written_whole(target) as beside:
            self.model.save_weights(beside / _WEIGHTS)
            record = {"epoch": epoch, "step": step, "sha256": _hash(beside / _WEIGHTS), "identity": self._identity}
            (beside / _RECORD).write_text(json.dumps(record, indent=1))
        half_written = self.folder.glob(".*-*.*")  # by a process that was killed at it
        outdated = [path for path in self.checkpoints()[self.keep :] if path != self.protected]
        for old in (*outdated, *half_written):
            shutil.rmtree(old, ignore_errors=True)


def _hash(filepath):
    return hashlib.sha256(filepath.read_bytes()).hexdigest()


def _sound_record(checkpoint):
    """What the checkpoint says of itself, or `None` where it is damaged."""
    try:
        record = json.loads((checkpoint / _RECORD).read_text())
        return record if record["sha256"] == _hash(checkpoint / _WEIGHTS) else None
    except (OSError, ValueError, KeyError):
        return None


def _refuse_non_finite(model):
    bad = [weight.path for weight in model.weights if not np.isfinite(keras.ops.convert_to_numpy(weight)).all()]
    if bad:
        raise FloatingPointError(
            f"Resume: {', '.join(bad[:3])} hold NaN or infinite values; the last good checkpoint was kept. "
            "Lower the learning rate or add a penalty."
        )
