"""Are all modes found, and are they as wide as they should be? Every remedy against collapse on the same two mixtures.

    python benchmarks/mixtures.py                      # the whole table; killed and started again, it goes on
    python benchmarks/mixtures.py --quick              # a few hundred steps of each on the ring, about a minute
    python benchmarks/mixtures.py --only R3GAN --seeds 0-2 --datasets ring

Ring: 8 Gaussians on the unit circle, standard deviation .01. Grid: 25 on {-4, ..., 4}², .05. 100,000 training points,
of which minibatches are drawn, brought to one standard deviation. Judged: 2,500 samples of the averaged generator by
`metrics.modes.mode_coverage`: a point is good within 3 standard deviations of its mode, a mode is found with one good
point, KL is that of the shares of the modes (every point counts for the nearest) from equal ones, and the widths are
those of the good points over what a Gaussian cut off at 3 has. A perfect generator gets 98.9 % good points (more means
modes that are too narrow), KL .0014 on the ring and .0048 on the grid. Ours: seeds 0 to 9; every other row: seeds 0 to
2 and a fifth of the steps. Settings were chosen on seeds from 100 on. The published figures are those of other
networks and far more steps.
"""

import argparse
import os
import pathlib
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from matplotlib.figure import Figure
from mixtures_settings import BATCH_SIZE, OURS, PUBLISHED, SCALE, SETTINGS
from rich.console import Console
from rich.table import Table
from sittings import Runs, mean_and_error

from keras_gan import pictures
from keras_gan.callbacks.run_manifest import versions
from keras_gan.data import Minibatches, mixtures
from keras_gan.metrics.modes import kl_floor, mode_coverage

STEPS, STEPS_OF_OTHERS = 20_000, 4_000
NUM_POINTS, NUM_SAMPLES = 100_000, 2_500
FEW = f"{OURS}, a fifth of the steps"
DATASETS = {
    "ring": (mixtures.ring, mixtures.ring_centers(), 0.01),
    "grid": (mixtures.grid, mixtures.grid_centers(), 0.05),
}


def trained(setting, dataset, seed, steps):
    """(samples, seconds, seconds of processor): what a game of so many steps makes of the mixture."""
    draw, *_ = DATASETS[dataset]
    points = draw(NUM_POINTS, seed)
    scale = points.std() / SCALE
    begun, cpu = time.perf_counter(), time.process_time()
    model = SETTINGS[OURS if setting == FEW else setting](seed, steps)
    minibatches = Minibatches(points / scale, batch_size=BATCH_SIZE, seed=seed)
    model.fit(minibatches, epochs=steps // 100, steps_per_epoch=100, verbose=0)
    samples = scale * model.sample(NUM_SAMPLES, seed=seed, batch_size=NUM_SAMPLES)
    return samples, time.perf_counter() - begun, time.process_time() - cpu


def judged(samples, dataset):
    """The scores of samples as JSON has them."""
    _, centers, std = DATASETS[dataset]
    found = mode_coverage(samples, centers, std)
    widths = [round(float(ratio), 3) for ratio in found.std_ratios if np.isfinite(ratio)]
    return {"modes": found.modes, "high_quality": found.high_quality, "kl": found.kl, "widths": widths}


def run(runs, setting, dataset, seed, steps):
    """Trains, judges and keeps one run, its samples beside the JSON lines."""
    samples, seconds, cpu = trained(setting, dataset, seed, steps)
    record = {"setting": setting, "dataset": dataset, "seed": seed, "steps": steps}
    runs.add(record | judged(samples, dataset) | {"seconds": round(seconds, 1), "processor": round(cpu, 1)})
    np.save(samples_file(runs, setting, dataset, seed), samples)
    print(runs.records[-1], flush=True)


def samples_file(runs, setting, dataset, seed):
    folder = runs.filepath.with_suffix("")
    folder.mkdir(exist_ok=True)
    return folder / f"{setting}-{dataset}-{seed}.npy".replace(" ", "_")


def report(runs, dataset, settings):
    """The table of one mixture."""
    _, centers, _ = DATASETS[dataset]
    floor = kl_floor(len(centers), NUM_SAMPLES)
    titles = "modes", "good %", "KL", "widths: least, median, most", "within .7-1.3", "steps", "seconds (of processor)"
    title = f"{dataset}: {len(centers)} modes, at best 98.9 % good, KL {floor:.4f}"
    table = Table("setting", "seeds", *titles, "published: modes / good % / KL", title=title)
    for setting in settings:
        found = runs.where(setting=setting, dataset=dataset)
        if found:
            table.add_row(setting, str(len(found)), *row(found), PUBLISHED.get((setting, dataset), ""))
    Console(width=200).print(table)


def row(found):
    """The columns of one setting: means over seeds with their standard errors."""
    modes, good, kl = ([record[key] for record in found] for key in ("modes", "high_quality", "kl"))
    seconds, cpu = (np.mean([record[key] for record in found]) for key in ("seconds", "processor"))
    widths = np.concatenate([record["widths"] for record in found])
    spread = f"{widths.min():.2f}, {np.median(widths):.2f}, {widths.max():.2f}" if len(widths) else "-"
    fitting = f"{100 * np.mean((widths > 0.7) & (widths < 1.3)):.0f} %" if len(widths) else "-"
    scores = mean_and_error(modes, 1), mean_and_error(100 * np.array(good), 1), mean_and_error(kl, 4)
    return *scores, spread, fitting, f"{found[0]['steps']:,}", f"{seconds:.0f} ({cpu:.0f})"


def picture(runs, settings, filepath):
    """Small multiples: the first seed's samples of every setting, a column for each mixture."""
    shown = [setting for setting in settings if runs.where(setting=setting)]
    figure = Figure(figsize=(2 * len(shown), 4.6))
    axes = figure.subplots(len(DATASETS), len(shown), squeeze=False)
    for (dataset, (_, centers, _)), line in zip(DATASETS.items(), axes, strict=True):
        for setting, axis in zip(shown, line, strict=True):
            axis.set(xticks=[], yticks=[])
            axis.set_title(setting, fontsize=7)
            for record in runs.where(setting=setting, dataset=dataset)[:1]:
                points = np.load(samples_file(runs, setting, dataset, record["seed"]))
                axis.imshow(pictures.density(points, side=192, extent=1.25 * float(np.abs(centers).max())))
    figure.tight_layout()
    figure.savefig(filepath, dpi=150)


def first_to_last(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="300 steps of each setting on the ring, one seed")
    parser.add_argument("--only", nargs="+", default=[OURS, FEW, *(name for name in SETTINGS if name != OURS)])
    parser.add_argument("--datasets", nargs="+", default=list(DATASETS), choices=DATASETS)
    parser.add_argument("--seeds", type=first_to_last, help="first-last; default 0-9 for ours, 0-2 for the others")
    parser.add_argument("--out", type=pathlib.Path, help="JSON lines of the finished runs")
    options = parser.parse_args()
    if options.quick:
        options.datasets, options.seeds = ["ring"], range(1)
    filepath = options.out or pathlib.Path("runs/mixtures-quick.jsonl" if options.quick else "runs/mixtures.jsonl")
    runs, begun = Runs(filepath, "setting", "dataset", "seed"), time.perf_counter()
    for setting in options.only:
        steps = 300 if options.quick else STEPS if setting == OURS else STEPS_OF_OTHERS
        for dataset in options.datasets:
            for seed in options.seeds or range(10 if setting == OURS else 3):
                if not runs.has(setting, dataset, seed):
                    run(runs, setting, dataset, seed, steps)
    for dataset in options.datasets:
        report(runs, dataset, options.only)
    picture(runs, options.only, filepath.with_suffix(".png"))
    print(f"{time.perf_counter() - begun:.0f} s; versions {versions()}")


if __name__ == "__main__":
    main()
