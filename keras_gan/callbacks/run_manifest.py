"""What ran: `run.json` and `history.csv` of a run folder."""

import csv
import datetime
import io
import json
import platform
import time

import keras
import numpy as np
import tensorflow as tf

from keras_gan import __version__, run_folder
from keras_gan.callbacks.identity import identity, refuse_other


class RunManifest(keras.callbacks.Callback):
    """Writes the manifest `run.json` and, without asking, the epoch means of every logged value to `history.csv`.

    The manifest holds the model's configuration, its optimisers, the seed, the data's fingerprint, versions, epochs
    and seconds. A resumed run goes on in both files: rows of epochs that it trains again are replaced.

    Args:
        folder: the run's folder.
        details: dict that joins the manifest, such as the command line. Defaults to none.

    Example:

    >>> import keras_gan
    >>> manifest = keras_gan.callbacks.RunManifest("runs/mine")
    """

    def __init__(self, folder, details: dict | None = None):
        super().__init__()
        self.folder, self.details = run_folder.RunFolder(folder), dict(details or {})
        self._rows, self._manifest, self._begun = [], {}, None

    def on_train_begin(self, logs=None):
        self._begun = time.monotonic()
        before = self.folder.read_manifest() if self.folder.is_claimed() else {}
        now = identity(self.model)
        for part in ("model", "arguments", "data") if before else ():
            refuse_other({part: before.get(part)}, {part: now[part]}, "RunManifest", self.folder.path)
        self._seconds_before = before.get("seconds", 0.0)
        self._rows = [row for row in _read(self.folder.history) if int(row["epoch"]) <= self.model.epochs_done]
        self._manifest = self._describe() | {"started": before.get("started", _now())}
        self._write("running")

    def on_epoch_end(self, epoch, logs=None):
        if self.model.position[1]:
            return  # stopped amid the epoch: its means are not its means yet
        self._rows.append({"epoch": epoch + 1} | {name: repr(float(value)) for name, value in logs.items()})
        self._write("running")

    def on_train_end(self, logs=None):
        self._write("stopped" if self.model.stop_training else "done")

    def _describe(self):
        return self.details | {
            **identity(self.model),
            "seed": self.model.seed,
            "replicas": self.model.distribute_strategy.num_replicas_in_sync,
            "versions": versions(),
        }

    def _write(self, state):
        if not run_folder.is_chief(self.model.distribute_strategy):
            return
        seconds = round(self._seconds_before + time.monotonic() - self._begun, 1)
        counts = {"epochs": self.model.epochs_done, "steps": self.model.steps_done}
        progress = {"state": state, **counts, "seconds": seconds}
        run_folder.write_text(self.folder.manifest, json.dumps(self._manifest | progress, indent=1))
        if self._rows:
            run_folder.write_text(self.folder.history, _table(self._rows))


def versions():
    """{name: version} of all that a figure depends on."""
    return {
        "keras_gan": __version__,
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }


def _now():
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _read(filepath):
    if not filepath.exists():
        return []
    with filepath.open(newline="") as file:
        return list(csv.DictReader(file))


def _table(rows):
    """CSV of all rows; a value that an epoch does not have stays empty."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
