"""Training that is watched: collapse, saturation, overfitting and divergence are named, and acted on."""

import json
import warnings
from typing import Literal, get_args

import keras

from keras_gan import run_folder
from keras_gan.callbacks.diagnosis import Finding, Thresholds, diagnose, symptoms
from keras_gan.callbacks.vital_signs import Probe, VitalSigns
from keras_gan.words import nearest

Action = Literal["warn", "stop", "rollback"]
_MEMORY = "stability.json"  # beside the checkpoints


class Stability(keras.callbacks.Callback):
    """Looks at a GAN from time to time and calls trouble by its name.

    The names: mode collapse, discriminator saturation, generator saturation, discriminator overfitting (with held-out
    images only) and divergence; each with what was seen and what to try, in `findings`. What every look saw is in
    `looks` and, as `stability_<sign>`, in the logs of the epoch for the callbacks after this one, so put it first. A
    look changes nothing of the run, not a bit: it costs one pass of both networks, forward and backward.

    "Mode collapse" is the total one, or nearly: samples that differ less than 0.15 times as much as real images. Those
    of a generator that has kept two opposite modes of eight differ 0.80 times as much: for lost modes there are recall
    and coverage, `metrics.PrecisionRecall` and `metrics.DensityCoverage`.

    What it does then is its `action`:

    - `"warn"`: a Python warning at the onset of each trouble.
    - `"stop"`: the warning, and training stops.
    - `"rollback"`: needs a `Resume` among the callbacks of `fit`. The last checkpoint that was followed by a look in
      which all was well (it is kept beside the last `keep`; at first, one from before the first step) is loaded, and
      training goes on with smaller learning rates at the position where it stands: the steps that failed are not done
      again, other data and other random numbers follow. So it is too where a logged value is not finite, and the means
      of that epoch are then those of the checkpoint and of the steps since. After `max_rollbacks`, training stops.

    With a `Resume` among the callbacks, an interrupted run goes on with what its looks have seen: the first norms,
    troubles that some of the looks agree on, the number of rollbacks. They are kept in `stability.json` beside the
    checkpoints.

    A run without any of these troubles ends when it no longer improves. A Wasserstein critic's value tells when; it
    begins near 0, with an untrained critic, so leave out the first epochs:

        keras.callbacks.EarlyStopping(monitor="d_wasserstein", mode="min", patience=10, start_from_epoch=5)

    Args:
        images: training images (and what else the model reads beside them, such as labels): arrays or `Minibatches`.
        held_out: images that are not trained on, alike, or `None`.
        action: `"warn"`, `"stop"` or `"rollback"`. Defaults to `"warn"`.
        every: int ≥ 1, epochs between two looks. Defaults to `1`.
        interval: int ≥ 1, training steps between two looks besides those, or `None`.
        patience: int ≥ 1, looks that must agree before anything but divergence is named. Defaults to `3`.
        num_images: int ≥ 2, so many real images, held-out ones and samples are looked at. Defaults to `256`.
        thresholds: `keras_gan.callbacks.Thresholds`, where health ends, or `None` for its defaults.
        max_rollbacks: int ≥ 1. Defaults to `3`.
        lr_factor: float in (0, 1], all learning rates are multiplied by it at each rollback. Defaults to `0.5`.

    Raises:
        ValueError: a number out of its range; a rollback without `Resume`, or with learning rates that a schedule sets.

    Example:

    >>> import keras_gan
    >>> digits = keras_gan.data.load("digits")
    >>> stability = keras_gan.callbacks.Stability(digits, action="stop")
    >>> stability.findings
    []
    """

    def __init__(
        self,
        images,
        held_out=None,
        *,
        action: Action = "warn",
        every: int = 1,
        interval: int | None = None,
        patience: int = 3,
        num_images: int = 256,
        thresholds: Thresholds | None = None,
        max_rollbacks: int = 3,
        lr_factor: float = 0.5,
    ):
        super().__init__()
        if action not in get_args(Action):
            raise ValueError(f"Stability: action={action!r}{nearest(str(action), get_args(Action))}.")
        whole = {"every": every, "patience": patience, "max_rollbacks": max_rollbacks, "interval": interval or 1}
        if min(whole.values()) < 1 or interval == 0 or num_images < 2:
            raise ValueError(
                f"Stability: every={every}, interval={interval}, patience={patience}, num_images={num_images}, "
                f"max_rollbacks={max_rollbacks}; expected whole numbers of at least 1, and of images 2."
            )
        if not 0 < lr_factor <= 1:
            raise ValueError(f"Stability: lr_factor={lr_factor}; expected a share in (0, 1], as 0.5.")
        self.images, self.held_out, self.num_images = images, held_out, num_images
        self.action, self.every, self.interval = action, every, interval
        self.patience, self.thresholds = patience, thresholds or Thresholds()
        self.max_rollbacks, self.lr_factor = max_rollbacks, lr_factor
        self.findings, self.looks, self.rollbacks = [], [], 0
        self.resume = None  # what writes the checkpoints; `fit` says

    # --- looking -------------------------------------------------------------------------------------------------

    def on_train_begin(self, logs=None):
        if self.action == "rollback":
            self._check_rollback()
        self._probe = Probe(self.model, self.images, self.held_out, self.num_images)
        if not self._recalled():
            self._begin(self._probe())

    def _begin(self, first):
        """What comes is compared with this look."""
        self.looks.append(first)
        self._course, self._named = [first], set()
        self._remember()

    def on_epoch_begin(self, epoch, logs=None):
        if self.action == "rollback" and self.resume.protected is None:
            self._protect_checkpoint()

    def on_train_batch_end(self, batch, logs=None):
        if self.interval and self.model.steps_done - self.looks[-1].step >= self.interval:
            self._look()

    def on_epoch_end(self, epoch, logs=None):
        if self.model.position[1] == 0 and (epoch + 1) % self.every == 0:  # else stopped amid the epoch
            if self.looks[-1].step < self.model.steps_done:
                self._look()
            logs.update({f"stability_{name}": value for name, value in self.looks[-1].numbers.items()})

    def _look(self):
        self.looks.append(self._probe())
        self._course.append(self.looks[-1])
        found = diagnose(self._course, self.thresholds, self.patience)
        onsets = [finding for finding in found if finding.name not in self._named]
        self._named = {finding.name for finding in found}
        for finding in onsets:
            self._name(finding)
        if onsets and self.action != "warn":
            if not self._went_back():
                self.model.stop_training = True
        elif self.action == "rollback" and not symptoms(self._course, self.thresholds):
            self._protect_checkpoint()
        self._remember()

    def _name(self, finding):
        self.findings.append(finding)
        warnings.warn(f"Stability: {finding}", stacklevel=2)

    # --- remembering ---------------------------------------------------------------------------------------------

    def _remember(self):
        """Writes what a resumed run has to know."""
        if self.resume is None or not run_folder.is_chief(self.model.distribute_strategy):
            return
        protected = self.resume.protected and self.resume.protected.name
        memory = {"norms": self._probe.first_norms, "rollbacks": self.rollbacks, "protected": protected}
        memory["course"] = [vars(look) for look in self._course]
        run_folder.write_text(self.resume.folder / _MEMORY, json.dumps(memory))

    def _recalled(self):
        """Whether this run goes on from a checkpoint, and with the looks from before it; a trouble is told again."""
        memory = self.resume and self.model.steps_done and _read(self.resume.folder / _MEMORY)
        if not memory:
            return False
        self._probe.first_norms, self.rollbacks = memory["norms"], memory["rollbacks"]
        looks = (VitalSigns(**look) for look in memory["course"])
        self._course, self._named = [look for look in looks if look.step <= self.model.steps_done], set()
        self.looks = self.looks or self._course.copy()
        kept = [path for path in self.resume.checkpoints() if path.name == memory["protected"]]
        self.resume.protected = kept[0] if kept else None
        return bool(self._course)

    # --- going back ----------------------------------------------------------------------------------------------

    def rescue(self, error):
        """Names what was not finite in training; returns whether a rollback has repaired it."""
        evidence = str(error).split("; ")[0]
        self._name(Finding("divergence", evidence, self.model.epochs_done, self.model.steps_done))
        return self._went_back()

    def _went_back(self):
        """Whether the model is again what it was before the trouble, with smaller learning rates."""
        if self.action != "rollback" or self.rollbacks == self.max_rollbacks:
            return False
        self.rollbacks += 1
        rates = {player: self.lr_factor * float(o.learning_rate) for player, o in self.model.optimizer.of.items()}
        self.resume.roll_back()
        for player, rate in rates.items() if self.lr_factor < 1 else ():
            self.model.optimizer.of[player].learning_rate = rate
        self.resume.save()  # else a run that is killed now would go on from the trouble
        self._begin(self._probe())
        return True

    def _protect_checkpoint(self):
        """The newest checkpoint is older than this look, by which all is well; before the first step, one is made."""
        if not self.resume.checkpoints():
            self.resume.save()
        self.resume.protected = self.resume.checkpoints()[0]

    def _check_rollback(self):
        if self.resume is None:
            raise ValueError(
                "Stability: action='rollback' found no checkpoints to go back to; expected a "
                "keras_gan.callbacks.Resume among the callbacks of fit."
            )
        for player, optimizer in self.model.optimizer.of.items() if self.lr_factor < 1 else ():
            try:
                optimizer.learning_rate = optimizer.learning_rate
            except TypeError:  # Keras': a schedule's rate cannot be set
                raise ValueError(
                    f"Stability: a schedule sets {player}_optimizer's learning rate, which a rollback would multiply "
                    f"by lr_factor={self.lr_factor}. Pass lr_factor=1.0, or an optimizer with a constant rate."
                ) from None


def _read(filepath):
    """What `_remember` wrote, or `None`: without it a run begins to look anew."""
    try:
        return json.loads(filepath.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
