"""Is it faster to grow? Time to the sliced Wasserstein distance that the same networks reach at a fixed resolution.

    python benchmarks/progressive.py                     # MNIST of 32x32, 3 seeds, 8 minutes a run: 50 minutes
    python benchmarks/progressive.py --data fashion_mnist --size 64 --minutes 25
    python benchmarks/progressive.py --quick             # 1 seed, 20 seconds a run

Two runs for each seed, on the same minibatches, with the same networks, loss (WGAN-GP with drift) and optimisers: one
at the full resolution from the beginning, without anything that fades; one grown from 4x4. Both train for so many
minutes; tracing counts, the clock stands while they are measured. The distance is that of 7x7 patches, mean over the
resolutions from 16 pixels on, between 2,048 samples of the averaged generator and as many held-out images.

The target is what the fixed run holds at the end, the mean of its last tenth. A run reaches it with the third of three
measurements in a row whose median is no larger. `speedup`: the budget over the time at which the grown run reaches it;
`of its own`: the time at which the fixed run does so itself, over that of the grown one.

Ends are kept in the file that --out names, a line for each run: started again with the same settings, it does only
what is missing.
"""

import argparse
import contextlib
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

LATENT_DIM, BATCH_SIZE, STEPS_PER_EXECUTION = 64, 32, 10
PUBLISHED = "2 to 6 times (Karras et al., 2018: 5.4 times at 1024x1024)"
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


class Measured(keras.callbacks.Callback):
    """Measures the samples now and then, and ends the training when its time is over."""

    def __init__(self, real, seconds, looks, clock):
        super().__init__()
        self.real, self.budget, self.interval, self.clock = real, seconds, seconds / looks, CLOCKS[clock]
        self.curve, self.pause = [], 0.0

    def on_train_begin(self, logs=None):
        self.begun = self.clock()

    def on_train_batch_end(self, batch, logs=None):
        seconds = self.clock() - self.begun - self.pause
        if seconds < self.interval * (len(self.curve) + 1):
            return
        paused = self.clock()
        samples = self.model.sample(len(self.real), seed=len(self.curve), batch_size=256)
        self.curve.append((seconds, self.model.steps_done, distance(samples, self.real)))
        self.pause += self.clock() - paused
        self.model.stop_training = seconds >= self.budget


def distance(samples, real):
    """Sliced Wasserstein distance × 10³, mean over the resolutions."""
    return float(np.mean([*pyramid_distances(real, samples, patches_per_image=32, num_directions=128).values()]))


def images(name, size, split, number=None):
    """Images padded with their background, or enlarged by copying, to `size` pixels."""
    found = np.concatenate(list(data.load(name, split=split, batch_size=1000, shuffle=False)))[:number]
    found = found.repeat(size // 32, axis=1).repeat(size // 32, axis=2)
    margin = (size - found.shape[1]) // 2
    return np.pad(found, ((0, 0), (margin, margin), (margin, margin), (0, 0)), constant_values=-1)


def model_of(kind, settings, seed):
    keras.utils.set_random_seed(seed)
    shape = (settings.size, settings.size, 1)
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
    """Trains and keeps one run with its curve; that of a game that is lost ends where it is lost."""
    keras.backend.clear_session()
    model = model_of(kind, settings, seed)
    adam = [keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.99, epsilon=1e-8) for _ in range(2)]
    model.compile(*adam, steps_per_execution=STEPS_PER_EXECUTION, jit_compile=settings.jit_compile)
    measured = Measured(held_out, 60 * settings.minutes, settings.looks, settings.clock)
    minibatches = data.Minibatches(train, batch_size=BATCH_SIZE, seed=seed)
    steps = len(minibatches) // STEPS_PER_EXECUTION * STEPS_PER_EXECUTION
    with contextlib.suppress(FloatingPointError):
        model.fit(minibatches, epochs=10**6, steps_per_epoch=steps, callbacks=[measured], verbose=0)
    seconds, steps, value = measured.curve[-1]
    end = {"steps": steps, "seconds": round(seconds, 1), "distance": value}
    runs.add({"kind": kind, "seed": seed, "curve": measured.curve} | end)


def reached(curve, target):
    """Seconds until three measurements in a row have a median of at most `target`; infinite where none have."""
    seconds, _, values = zip(*curve, strict=True)
    medians = [np.median(values[i - 2 : i + 1]) for i in range(2, len(values))]
    return next((seconds[i + 2] for i, median in enumerate(medians) if median <= target), np.inf)


def judged(fixed, grown):
    """(target, {kind: seconds to it}, budget)."""
    tail = max(1, len(fixed) // 10)
    target = np.mean([value for _, _, value in fixed[-tail:]])
    return target, {"fixed": reached(fixed, target), "grown": reached(grown, target)}, fixed[-1][0]


def report(records, floor):
    curves = {(record["kind"], record["seed"]): record["curve"] for record in records}
    table = Table("seed", "target", "fixed: steps", "reached, s", "grown: steps", "reached, s", "speedup", "of its own",
                  "grown at the end")  # fmt: skip
    speedups = []
    for seed in sorted({seed for _, seed in curves if {("fixed", seed), ("grown", seed)} <= set(curves)}):
        fixed, grown = curves["fixed", seed], curves["grown", seed]
        target, times, budget = judged(fixed, grown)
        speedups.append(budget / times["grown"])
        cells = [fixed[-1][1], f"{times['fixed']:.0f}", grown[-1][1], f"{times['grown']:.0f}", f"{speedups[-1]:.2f}"]
        end = np.mean([value for _, _, value in grown[-max(1, len(grown) // 10) :]])
        own = f"{times['fixed'] / times['grown']:.2f}"
        table.add_row(str(seed), f"{target:.1f}", *map(str, cells), own, f"{end:.1f}")
    Console(width=140).print(table)
    if speedups:
        print(
            f"speedup: mean {np.mean(speedups):.2f}, least {min(speedups):.2f}; bar 1.3, goal 2; published: {PUBLISHED}"
        )
    print(f"two sets of real images: {floor:.1f}")


def draw(records, filepath):
    """Distance over time, a line for each run."""
    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for record in records:
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
    parser.add_argument("--data", default="mnist", help="mnist or fashion_mnist")
    parser.add_argument("--size", type=int, default=32, help="pixels, 32 times a power of two")
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
    train = images(settings.data, settings.size, "train")
    held_out = images(settings.data, settings.size, "test", 2 * settings.num_images)
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
