"""The best model of a run, by a metric instead of by a loss."""

import json
import math
import os
import pathlib
import tempfile
import warnings
from typing import Literal

import keras

from keras_gan import run_folder
from keras_gan.words import nearest


class KeepBest(keras.callbacks.Callback):
    """Saves the model whenever a logged metric is better than ever before in this run.

    The losses of a GAN do not tell how good its samples are; a metric that `evaluate` computes on held-out images
    does: `compile(metrics=[...])`, `fit(validation_data=...)`, and `val_<name>` here. The best value so far stands
    beside the model, in `<filepath>.json`, so that a resumed run does not overwrite a better model.

    Args:
        filepath: where the model goes, ending in `.keras`; written beside and renamed, so never half.
        monitor: str, name in the logs. Epochs without evaluation pass.
        mode: `"min"` or `"max"`, which values are good. Defaults to `"min"`.

    Raises:
        ValueError: another ending or mode; at the end of an epoch, a name that is not in the logs.

    Example:

    >>> import keras_gan
    >>> best = keras_gan.callbacks.KeepBest("runs/mine/best.keras", monitor="val_kid")
    """

    def __init__(self, filepath, monitor: str, mode: Literal["min", "max"] = "min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"KeepBest: mode={mode!r}; expected 'min' or 'max'.")
        self.filepath, self.monitor, self.mode = pathlib.Path(filepath), monitor, mode
        if self.filepath.suffix != ".keras":
            raise ValueError(f"KeepBest: filepath={str(filepath)!r}; expected one that ends in .keras.")
        self.record = self.filepath.with_name(f"{self.filepath.name}.json")
        self.best = None

    def on_train_begin(self, logs=None):
        goes_on = self.model.steps_done > 0 and self.record.exists() and self.filepath.exists()
        record = json.loads(self.record.read_text()) if goes_on else {}
        asked = {"monitor": self.monitor, "mode": self.mode}
        self.best = record["value"] if asked.items() <= record.items() else None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor in logs:
            self._consider(float(logs[self.monitor]))
        elif not self._waits_for_evaluation(logs):
            raise ValueError(f"KeepBest: nothing is logged as {self.monitor!r}{nearest(self.monitor, logs)}.")

    def on_train_end(self, logs=None):
        if self.best is None:
            warnings.warn(
                f"KeepBest: {self.monitor} was never logged, and no model kept; pass validation_data to fit, or put an "
                "Evaluator with that score before this callback.",
                stacklevel=2,
            )

    def _waits_for_evaluation(self, logs):
        """Whether this epoch was not evaluated, or not trained to its end. Losses are in every epoch's logs."""
        if self.model.position[1] > 0:
            return True
        if self.monitor.startswith("val_"):
            return not any(name.startswith("val_") for name in logs)
        return not self.monitor.startswith(("d_", "g_"))

    def _consider(self, value):
        if math.isnan(value) or (self.best is not None and not self._is_better(value)):
            return
        self.best = value
        save_model(self.model, self.filepath)
        if run_folder.is_chief(self.model.distribute_strategy):
            record = {"monitor": self.monitor, "mode": self.mode, "value": value, "epoch": self.model.epochs_done}
            run_folder.write_text(self.record, json.dumps(record, indent=1))

    def _is_better(self, value):
        return value < self.best if self.mode == "min" else value > self.best


def save_model(model, filepath):
    """Writes a model beside its place and renames it; on several hosts all must call it and the chief writes."""
    filepath = pathlib.Path(filepath)
    if not run_folder.is_chief(model.distribute_strategy):
        with tempfile.TemporaryDirectory() as elsewhere:  # reading the weights needs all hosts
            model.save(pathlib.Path(elsewhere) / filepath.name)
        return
    filepath.parent.mkdir(parents=True, exist_ok=True)
    beside = filepath.with_name(f".{filepath.name}.part{filepath.suffix}")
    model.save(beside)
    os.replace(beside, filepath)
