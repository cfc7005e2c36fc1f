"""The run: data, model, `fit` with its callbacks, and what is left in the folder."""

import math
import pathlib
import signal

import keras

from keras_gan import data, run_folder
from keras_gan.callbacks import Resume, RunManifest, SampleGrid
from keras_gan.cli import building, computing, config_file, ending, errors
from keras_gan.cli.plan import Plan
from keras_gan.cli.progress import Progress
from keras_gan.cli.stopping import StopPolitely


class ConfigFile(keras.callbacks.Callback):
    """Writes the run's config.yaml when training begins: by then all that `fit` checks is checked.

    Args:
        folder: `RunFolder`.
        settings: {name: value}, flat.
    """

    def __init__(self, folder: run_folder.RunFolder, settings: dict):
        super().__init__()
        self.folder, self.text = folder, config_file.text(settings)

    def on_train_begin(self, logs=None):
        if run_folder.is_chief(self.model.distribute_strategy):
            head = f"# Starts the same run: keras-gan train --config {self.folder.config.name} --out ANOTHER/FOLDER\n"
            run_folder.write_text(self.folder.config, head + self.text)


def train(plan: Plan, command: list[str]) -> int:
    """Trains as planned; returns the exit code."""
    strategy = computing.start(plan.settings)
    minibatches = building.load_data(plan)
    with strategy.scope():
        model = building.build(plan, minibatches)
    is_chief = run_folder.is_chief(strategy)
    if is_chief:
        _introduce(plan, model, minibatches)
    progress, stopping = Progress(), StopPolitely()
    callbacks = [*_writers(plan, command), *([progress] if is_chief else []), stopping]
    try:
        history = model.fit(
            minibatches,
            epochs=plan.settings["epochs"],
            steps_per_epoch=plan.settings["steps_per_epoch"],
            callbacks=callbacks,
            verbose=0,
        )
    finally:  # Keras tells callbacks of no error: the terminal and Ctrl-C are given back here
        progress.on_train_end()
        stopping.on_train_end()
    return _end(plan, model, stopping, anything_done=bool(history.epoch))


def _end(plan, model, stopping, anything_done):
    """Saves and tells, or says how to go on; returns the exit code."""
    is_chief = run_folder.is_chief(model.distribute_strategy)
    if model.epochs_done < plan.settings["epochs"]:
        if is_chief:
            ending.tell_how_to_go_on(plan.folder, model)
        return errors.INTERRUPTED if stopping.was_asked else 128 + signal.SIGTERM
    if anything_done or not plan.folder.model.exists():
        ending.save(plan.folder, model)
    if is_chief:
        ending.tell_what_is_there(plan, model)
    return 0


def _writers(plan, command):
    """The callbacks that write into the run's folder. The last one's checkpoint says that the others are done."""
    folder, settings = plan.folder, plan.settings
    every = settings["every"] or max(1, settings["epochs"] // 20)
    details = {"variant": plan.entry.name, "dataset": settings["dataset"], "command": command}
    return [
        RunManifest(folder.path, details),  # first: it refuses the folder of another run
        ConfigFile(folder, plan.config()),
        SampleGrid(folder.samples, settings["num_samples"], seed=settings["seed"], every=every),
        Resume(folder.checkpoints, every, interval=settings["checkpoint_interval"], keep=settings["keep"]),
    ]


def _introduce(plan, model, minibatches):
    """What is about to happen, in three lines."""
    shape = data.images_of(minibatches.element_spec).shape[1:]
    what = f"images of {'×'.join(map(str, shape))}" if len(shape) == 3 else f"points of dimension {shape[0]}"
    print(f"{plan.entry.name} on {_name(plan.settings['dataset'])}: {minibatches.num_images:,} {what}")
    print(", ".join(f"{name} {_weights(getattr(model, name)):,} weights" for name in plan.parser.builders))
    print(f"{'going on in' if plan.folder.is_claimed() else 'into'} {plan.folder.path}\n", flush=True)


def _name(dataset):
    return pathlib.PurePath(dataset).name


def _weights(network):
    return sum(math.prod(weight.shape) for weight in network.trainable_weights)
