"""Are all modes found, and are they as wide as they should be? Every remedy against collapse on the same two mixtures.

    python benchmarks/mixtures.py                      # the whole table; killed and started again, it goes on
    python benchmarks/mixtures.py --quick              # a few hundred steps of each on the ring, about a minute
    python benchmarks/mixtures.py --only R3GAN --seeds 0-2 --datasets ring

Ring: 8 Gaussians on the unit circle, standard deviation .01. Grid: 25 on {-4, ..., 4}², .05. 100,000 training points,
of which minibatches are drawn, scaled alike for all. Judged: 2,500 samples of the (averaged) generator by
`metrics.modes.mode_coverage`: a point is good within 3 standard deviations of its mode, a mode is found with one good
point, KL is that of the shares of the modes (every point counts for the nearest) from equal ones, and the widths are
those of the good points over what a Gaussian cut off at 3 has. A perfect generator gets 98.9 ± .2 % good points (more
means modes that are too narrow), KL .0014 on the ring and .0048 on the grid.

Ours: seeds 0 to 9; every other row: seeds 0 to 2 and a fifth of the steps. Settings were searched for R3GAN, on seeds
from 100 on; one ring of seed 0 was seen with γ = .005 before γ became .02. Nothing was searched for the others: they
play by the same optimisers, so that their rows tell what each remedy adds here, not the best it can do. The unrolled
games, K = 0 to 10, are those of their authors' code: its networks and optimisers, and no average of the generator. The
published figures are those of other networks and far more steps.
"""

import argparse
import itertools
import os
import pathlib
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from matplotlib.figure import Figure
from mixtures_settings import BATCH_SIZE, OURS, PACKED, PUBLISHED, SCALE, SETTINGS, UNROLLED
from rich.console import Console
from rich.table import Table
from sittings import Runs, checked, first_to_last, mean_and_error

from keras_gan import pictures
from keras_gan.callbacks.run_manifest import versions
from keras_gan.data import Minibatches, mixtures
from keras_gan.metrics.modes import kl_floor, mode_coverage

STEPS, STEPS_OF_OTHERS = 20_000, 4_000
STEPS_AN_EPOCH, NUM_POINTS, NUM_SAMPLES = 100, 100_000, 2_500
FEW = f"{OURS}, a fifth of the steps"
DATASETS = {
    "ring": (mixtures.ring, mixtures.ring_centers(), 0.01),
    "grid": (mixtures.grid, mixtures.grid_centers(), 0.05),
}
BARS = {"ring": (8, 92, 0.03), "grid": (25, 80, 0.05)}  # modes, least share of good points in %, largest KL
MOST_GOOD = 99.1  # %: more means modes that are too narrow


def trained(setting, dataset, seed, steps):
    """What a game of so many steps makes of the mixture: points `(2500, 2)`."""
    draw, *_ = DATASETS[dataset]
    batch_size = BATCH_SIZE * PACKED.get(setting, 1)
    points = draw(max(NUM_POINTS, STEPS_AN_EPOCH * batch_size), seed)
    scale = 1.0 if setting in UNROLLED else points.std() / SCALE
    model = SETTINGS[OURS if setting == FEW else setting](seed, steps)
    minibatches = Minibatches(points / scale, batch_size=batch_size, seed=seed)
    model.fit(minibatches, epochs=steps // STEPS_AN_EPOCH, steps_per_epoch=STEPS_AN_EPOCH, verbose=0)
    return checked(scale * model.sample(NUM_SAMPLES, seed=seed, batch_size=NUM_SAMPLES))


def judged(samples, dataset):
    """The scores of samples as JSON has them; a mode that is not found has no width."""
    _, centers, std = DATASETS[dataset]
    found = mode_coverage(samples, centers, std)
    widths = [round(float(ratio), 3) for ratio in found.std_ratios if np.isfinite(ratio)]
    return {"modes": found.modes, "high_quality": found.high_quality, "kl": found.kl, "widths": widths}


def run(runs, setting, dataset, seed, steps):
    """Trains, judges and keeps one run, its samples beside the JSON lines; a game that is lost counts as no modes."""
    record, begun, cpu = {"setting": setting, "dataset": dataset, "seed": seed, "steps": steps}, *clocks()
    try:
        samples = trained(setting, dataset, seed, steps)
        np.save(samples_file(runs, **record), samples)
        scores = judged(samples, dataset) | {"finite": True}
    except FloatingPointError:
        scores = {"modes": 0, "widths": [], "finite": False}
    spent = [round(after - before, 1) for before, after in zip((begun, cpu), clocks(), strict=True)]
    runs.add(record | scores | dict(zip(("seconds", "processor"), spent, strict=True)))


def clocks():
    return time.perf_counter(), time.process_time()


def samples_file(runs, setting, dataset, seed, steps):
    folder = runs.filepath.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{setting}-{dataset}-{seed}-{steps}.npy".replace(" ", "_")


def report(runs, dataset, settings, steps_of, seeds):
    """The table of one mixture."""
    _, centers, _ = DATASETS[dataset]
    _, least_good, most_kl = BARS[dataset]
    floor = kl_floor(len(centers), NUM_SAMPLES)
    titles = "modes", "good %", "KL", "widths: least, median, most", "within .7-1.3", "bars met", "steps", "seconds"
    title = f"{dataset}: {len(centers)} modes, at best 98.9 % good, KL {floor:.4f}; bars, in this order: all modes; "
    title += f"good in {least_good}-{MOST_GOOD} %; KL ≤ {most_kl}; all widths within .7-1.3"
    table = Table("setting", "runs", *titles, "published: modes / good % / KL", title=title)
    for setting in settings:
        found = runs.where(seeds, setting=setting, dataset=dataset, steps=steps_of(setting))
        if found:
            finite = sum(record["finite"] for record in found)
            number = str(len(found)) if finite == len(found) else f"{len(found)}, {finite} finite"
            table.add_row(setting, number, *row(found, dataset), PUBLISHED.get((setting, dataset), ""))
    Console(width=200).print(table)


def row(found, dataset):
    """The columns of one setting: means over the seeds with their standard errors."""
    num_modes = len(DATASETS[dataset][1])
    widths = np.concatenate([record["widths"] for record in found])
    spread = f"{widths.min():.2f}, {np.median(widths):.2f}, {widths.max():.2f}" if len(widths) else "-"
    fitting = f"{100 * fit(widths).sum() / (num_modes * len(found)):.0f} %"
    finite = [record for record in found if record["finite"]]
    scores = [mean_and_error([record["modes"] for record in found], 1)]
    if finite:
        scores.append(mean_and_error([100 * record["high_quality"] for record in finite], 1))
        scores.append(mean_and_error([record["kl"] for record in finite], 4))
    met = np.sum([bars_met(record, dataset) for record in found], axis=0)
    counts = ", ".join(str(count) for count in met) + f" of {len(found)}"
    seconds = f"{sum(record['seconds'] for record in found):.0f} in all"
    return *(scores + ["-", "-"])[:3], spread, fitting, counts, f"{found[0]['steps']:,}", seconds


def fit(widths):
    return (np.asarray(widths) > 0.7) & (np.asarray(widths) < 1.3)


def bars_met(record, dataset):
    """Which of the four bars a run meets: modes, good points, KL, widths."""
    modes, least_good, most_kl = BARS[dataset]
    if not record["finite"]:
        return [False] * 4
    good = least_good <= 100 * record["high_quality"] <= MOST_GOOD
    all_fit = len(record["widths"]) == modes and bool(fit(record["widths"]).all())
    return [record["modes"] == modes, good, record["kl"] <= most_kl, all_fit]


def picture(runs, settings, steps_of, seeds, filepath):
    """Small multiples: the first seed's samples of every setting, a column for each, a row for each mixture."""
    first = {
        (setting, dataset): found[0]
        for setting in settings
        for dataset in DATASETS
        if (found := runs.where(seeds, setting=setting, dataset=dataset, steps=steps_of(setting), finite=True))
    }
    shown = [setting for setting in settings if any(setting == name for name, _ in first)]
    figure = Figure(figsize=(2 * max(1, len(shown)), 4.6))
    for index, (dataset, setting) in enumerate(itertools.product(DATASETS, shown), start=1):
        axis = figure.add_subplot(len(DATASETS), len(shown), index, xticks=[], yticks=[])
        axis.set_title(setting, fontsize=7)
        if (setting, dataset) in first:
            record = {name: first[setting, dataset][name] for name in runs.key}
            extent = 1.25 * float(np.abs(DATASETS[dataset][1]).max())
            axis.imshow(pictures.density(np.load(samples_file(runs, **record)), side=192, extent=extent))
    figure.tight_layout()
    figure.savefig(filepath, dpi=150)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="300 steps of each setting on the ring, one seed")
    names = [OURS, FEW, *(name for name in SETTINGS if name != OURS)]
    parser.add_argument("--only", nargs="+", default=names, choices=names, metavar="SETTING", help=", ".join(names))
    parser.add_argument("--datasets", nargs="+", default=list(DATASETS), choices=DATASETS)
    parser.add_argument("--seeds", type=first_to_last, help="first-last; default 0-9 for ours, 0-2 for the others")
    parser.add_argument("--out", type=pathlib.Path, help="JSON lines of the finished runs")
    options = parser.parse_args()
    if options.quick:
        options.datasets, options.seeds = ["ring"], range(1)
    filepath = options.out or pathlib.Path("runs/mixtures-quick.jsonl" if options.quick else "runs/mixtures.jsonl")
    runs, begun = Runs(filepath, "setting", "dataset", "seed", "steps"), time.perf_counter()

    def steps_of(setting):
        return 300 if options.quick else STEPS if setting == OURS else STEPS_OF_OTHERS

    for setting in options.only:
        for dataset in options.datasets:
            for seed in options.seeds or range(10 if setting == OURS else 3):
                if not runs.has(setting, dataset, seed, steps_of(setting)):
                    run(runs, setting, dataset, seed, steps_of(setting))
    seeds = options.seeds or range(10)
    for dataset in options.datasets:
        report(runs, dataset, options.only, steps_of, seeds)
    picture(runs, options.only, steps_of, seeds, filepath.with_suffix(".png"))
    print(f"{time.perf_counter() - begun:.0f} s; versions {versions()}")


if __name__ == "__main__":
    main()
