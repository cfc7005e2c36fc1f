"""Is it faster to grow? Time to the sliced Wasserstein distance that the same networks reach at a fixed resolution.

    python benchmarks/progressive.py                     # MNIST of 32x32, 3 seeds, 8 minutes a run: 50 minutes
    python benchmarks/progressive.py --data fashion_mnist
    python benchmarks/progressive.py --quick             # 1 seed, 20 seconds a run

Two runs for each seed, on the same minibatches, with the same networks, loss (WGAN-GP with drift) and optimisers: one
at the full resolution from the beginning, without anything that fades; one grown from 4x4. Both train for so many
minutes; tracing counts, the clock stands while they are measured. The distance is that of 7x7 patches, mean over the
resolutions from 16 pixels on, between 2,048 samples of the averaged generator and as many held-out images.

The target is what the fixed run holds at the end, the mean of its last tenth. A run reaches it with the third of three
measurements in a row whose median is no larger. Two speedups: the fixed run's whole budget over the time at which the
grown run reaches the target; and the stricter one, the time at which the fixed run first does so over that of the grown
one, for a fixed run that has long been standing still flatters the first.

Ends are kept in the file that --out names, a line for each run: started again with the same settings, it does only
what is missing.
"""

import argparse
import os
import pathlib
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from matplotlib import pyplot
from rich.console import Console
from rich.table import Table
from sittings import Runs, first_to_last

from keras_gan import GAN, data, losses, penalties
from keras_gan.callbacks.run_manifest import versions
from keras_gan.metrics.sliced_wasserstein import pyramid_distances
from keras_gan.models.progressive_gan import ProgressiveGAN
from keras_gan.networks import progressive

SIZE, LATENT_DIM, BATCH_SIZE, STEPS_PER_EXECUTION = 32, 64, 32, 10
PUBLISHED = "2 to 6 times (Karras et al., 2018: 5.4 times at 1024x1024)"
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


class Measured(keras.callbacks.Callback):
    """Measures the samples now and then, and ends the training when its time is over."""

    def __init__(self, real, seconds, looks, clock):
        super().__init__()
        self.real, self.budget, self.interval, self.clock = real, seconds, seconds / looks, CLOCKS[clock]
        self.curve, self.pause, self.due = [], 0.0, self.interval

    def on_train_begin(self, logs=None):
        self.begun = self.clock()

    def on_train_batch_end(self, batch, logs=None):
        seconds = self.clock() - self.begun - self.pause
        if seconds < self.due:
            return
        self.due = self.interval * (seconds // self.interval + 1)  # what was missed while tracing stays missed
        paused = self.clock()
        samples = self.model.sample(len(self.real), seed=len(self.curve), batch_size=256)
        self.curve.append((seconds, self.model.steps_done, distance(samples, self.real)))
        self.pause += self.clock() - paused
        self.model.stop_training = seconds >= self.budget


def distance(samples, real):
    """Sliced Wasserstein distance × 10³, mean over the resolutions."""
    return float(np.mean([*pyramid_distances(real, samples, patches_per_image=32, num_directions=128).values()]))


def images(name, split, number=None):
    """Images of 28x28, padded with their background to 32x32."""
    found = np.concatenate(list(data.load(name, split=split, batch_size=1000, shuffle=False)))[:number]
    margin = (SIZE - found.shape[1]) // 2
    return np.pad(found, ((0, 0), (margin, margin), (margin, margin), (0, 0)), constant_values=-1)


def model_of(kind, settings, seed):
    keras.utils.set_random_seed(seed)
    shape = (SIZE, SIZE, 1)
    widths = {"filters": settings.filters, "max_filters": settings.max_filters}
    generator = progressive.generator(shape, LATENT_DIM, **widths)
    players = generator, progressive.discriminator(shape, **widths)
    if kind == "grown":
        return ProgressiveGAN(
            *players, fade_steps=settings.fade_steps, stable_steps=settings.stable_steps, ema_decay=0.99, seed=seed
        )
    last = progressive.num_levels(generator) - 1
    players = [progressive.stage(player, last, fading=False) for player in players]
    game = {"adversarial_loss": losses.Wasserstein(drift=0.001), "penalties": [penalties.GradientPenalty(10.0)]}
    return GAN(*players, **game, ema_decay=0.99, seed=seed)


def run(runs, kind, settings, seed, train, held_out):
    """Trains and keeps one run with its curve; that of a game that is lost ends where it was lost."""
    keras.backend.clear_session()
    model = model_of(kind, settings, seed)
    adam = [keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.99, epsilon=1e-8) for _ in range(2)]
    model.compile(*adam, steps_per_execution=STEPS_PER_EXECUTION, jit_compile=settings.jit_compile)
    measured = Measured(held_out, 60 * settings.minutes, settings.looks, settings.clock)
    minibatches = data.Minibatches(train, batch_size=BATCH_SIZE, seed=seed)
    steps = len(minibatches) // STEPS_PER_EXECUTION * STEPS_PER_EXECUTION
    try:
        model.fit(minibatches, epochs=10**6, steps_per_epoch=steps, callbacks=[measured], verbose=0)
        finite = True
    except FloatingPointError:
        finite = False
    runs.add({"kind": kind, "seed": seed, "finite": finite, "steps": model.steps_done, "curve": measured.curve})


def reached(curve, target):
    """Seconds until three measurements in a row have a median of at most `target`; infinite where none have."""
    medians = [np.median([value for _, _, value in curve[i - 2 : i + 1]]) for i in range(2, len(curve))]
    return next((curve[i + 2][0] for i, median in enumerate(medians) if median <= target), np.inf)


def end(curve):
    """The mean of the last tenth of the measurements."""
    return np.mean([value for _, _, value in curve[-max(1, len(curve) // 10) :]])


def report(records, floor):
    """A row for each seed of which both runs are there; a lost grown run never reaches a target."""
    runs = {(record["kind"], record["seed"]): record for record in records}
    table = Table("seed", "target", "fixed: steps", "reached, s", "grown: steps", "reached, s", "of the budget",
                  "of its own", "grown at the end")  # fmt: skip
    speedups = []
    for seed in sorted({seed for _, seed in runs if {("fixed", seed), ("grown", seed)} <= set(runs)}):
        fixed, grown = runs["fixed", seed], runs["grown", seed]
        if not fixed["finite"]:
            table.add_row(str(seed), "the fixed run was not finite: no target")
            continue
        target, budget = end(fixed["curve"]), fixed["curve"][-1][0]
        times = {kind: reached(run["curve"], target) for kind, run in (("fixed", fixed), ("grown", grown))}
        speedups.append((budget / times["grown"], times["fixed"] / times["grown"]))
        cells = fixed["steps"], f"{times['fixed']:.0f}", grown["steps"], f"{times['grown']:.0f}"
        at_the_end = f"{end(grown['curve']):.1f}" if grown["finite"] else "not finite"
        table.add_row(*map(str, (seed, f"{target:.1f}", *cells, *(f"{s:.2f}" for s in speedups[-1]), at_the_end)))
    Console(width=140).print(table)
    for name, values in zip(("of the budget", "of its own"), zip(*speedups, strict=True), strict=False):
        print(f"speedup {name}: mean {np.mean(values):.2f}, least {min(values):.2f}; bar 1.3, goal 2")
    print(f"published: {PUBLISHED}; two sets of real images: {floor:.1f}")


def draw(records, filepath):
    """Distance over time, a line for each run."""
    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for record in filter(lambda record: record["curve"], records):
        seconds, _, values = zip(*record["curve"], strict=True)
        is_first = record["seed"] == min(each["seed"] for each in records)
        colour = {"fixed": "tab:gray", "grown": "tab:blue"}[record["kind"]]
        axes.plot(seconds, values, color=colour, lw=1, label=record["kind"] if is_first else None)
    axes.set(xlabel="seconds of training", ylabel="sliced Wasserstein distance × 10³", yscale="log")
    axes.legend()
    figure.savefig(filepath, dpi=150)
    pyplot.close(figure)


def settings_of(arguments):
    if arguments.quick:
        arguments.seeds = range(1)
        quick = {"minutes": 1 / 3, "looks": 10, "num_images": 256, "filters": 4, "max_filters": 16}
        vars(arguments).update(quick, fade_steps=40, stable_steps=40)
    return arguments


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="mnist", choices=["mnist", "fashion_mnist"])
    parser.add_argument("--seeds", type=first_to_last, default=range(3), help="first-last; default 0-2")
    parser.add_argument("--minutes", type=float, default=8, help="of training, for each run")
    parser.add_argument("--looks", type=int, default=40, help="measurements of each run")
    parser.add_argument("--num-images", type=int, default=2048, help="that are measured")
    parser.add_argument("--filters", type=int, default=32, help="width next to the image")
    parser.add_argument("--max-filters", type=int, default=32, help="of all levels: the paper's are alike up to 32x32")
    parser.add_argument("--fade-steps", type=int, default=100)
    parser.add_argument("--stable-steps", type=int, default=200)
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: seconds of all cores, on a busy machine")
    parser.add_argument("--jit-compile", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("runs/benchmark-progressive/runs.jsonl"))
    parser.add_argument("--quick", action="store_true", help="1 seed, 20 seconds a run, narrow networks")
    settings = settings_of(parser.parse_args())
    out, seeds = settings.__dict__.pop("out"), settings.__dict__.pop("seeds")
    runs = Runs(out.with_stem(f"{out.stem}-quick") if settings.quick else out, "kind", "seed", settings=vars(settings))
    train = images(settings.data, "train")
    held_out = images(settings.data, "test", 2 * settings.num_images)
    floor = distance(*np.split(held_out, 2))
    for seed in seeds:
        for kind in ("fixed", "grown"):
            if not runs.has(kind, seed):
                run(runs, kind, settings, seed, train, held_out[: settings.num_images])
    records = runs.where(seeds)
    report(records, floor)
    draw(records, runs.filepath.with_suffix(".png"))
    print(f"curves: {runs.filepath.with_suffix('.png')}; versions {versions()}")


if __name__ == "__main__":
    main()
