"""How far training is: a live line in a terminal, one plain line an epoch everywhere else."""

import sys
import time

import keras
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as LiveDisplay


class Progress(keras.callbacks.Callback):
    """Shows epoch, step, losses and the time that is left.

    Args:
        console: `rich.console.Console` to show it on. Defaults to stdout.
    """

    def __init__(self, console: Console | None = None):
        super().__init__()
        self.console = console or Console(file=sys.stdout, highlight=False)
        self._live = self._task = self._begun = None

    def on_train_begin(self, logs=None):
        if self.console.is_terminal:
            self._live = LiveDisplay(
                TextColumn("{task.description}"),
                BarColumn(bar_width=None),
                TextColumn("{task.fields[losses]}"),
                TimeRemainingColumn(compact=True, elapsed_when_finished=True),
                console=self.console,
                expand=True,
            )
            total, done = self.params["epochs"] * self.params["steps"], self.model.steps_done
            self._task = self._live.add_task("compiling the training step", total=total, completed=done, losses="")
            self._live.start()

    def on_epoch_begin(self, epoch, logs=None):
        self._begun = time.monotonic()
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self._live is not None:
            description = f"epoch {self._epoch + 1}/{self.params['epochs']}, step {batch + 1}/{self.params['steps']}"
            done = self._epoch * self.params["steps"] + batch + 1
            self._live.update(self._task, completed=done, description=description, losses=_losses(logs))

    def on_epoch_end(self, epoch, logs=None):
        if self._live is None:
            seconds = time.monotonic() - self._begun
            width = len(str(self.params["epochs"]))
            print(f"epoch {epoch + 1:>{width}}/{self.params['epochs']}  {_as_text(logs)}  {seconds:.1f} s", flush=True)

    def on_train_end(self, logs=None):
        if self._live is not None:  # leaves the line as it stands and gives the terminal back
            self._live.stop()
            self._live = None


def _as_text(logs):
    """`d_loss 1.234  g_loss 0.876  d_r1 0.01`: the losses first, then what they are made of."""
    names = sorted(logs or {}, key=lambda name: (not name.endswith("_loss"), name))
    return "  ".join(f"{name} {logs[name]:.4g}" for name in names)


def _losses(logs):
    """The same of the losses alone, in a width that does not change from step to step."""
    return "  ".join(f"{name} {value:8.4f}" for name, value in sorted((logs or {}).items()) if name.endswith("_loss"))
