"""Does `callbacks.Stability` call trouble by its name, and hold its tongue in health?

    python benchmarks/stability.py --seeds 5-14    # judging: 50 runs built to fail, 20 healthy; about 10 minutes
    python benchmarks/stability.py --seeds 0-4 --healthy 10 --sensitivity   # how the thresholds were set

Every run trains 400 steps with a look after each 20. Small networks on digits and on the ring; what fails, and how, is
in `stability_runs.py`. `still off`: the energy distance of samples to held-out images after training, over that before
it; it tells, by other means, whether the healthy runs were healthy.
"""

import argparse
import contextlib
import dataclasses
import os
import time
import warnings
from functools import partial

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from rich.console import Console
from rich.table import Table
from scipy.spatial.distance import cdist
from stability_runs import EPOCHS, FAILING, STEPS, failing, healthy

from keras_gan.callbacks import Stability, Thresholds
from keras_gan.callbacks.diagnosis import diagnose


@dataclasses.dataclass
class Outcome:
    """How a run went: what it was built for, what was named, what was seen."""

    built_for: str
    kind: str
    named: set
    looks: list
    still_off: float
    seconds: float


def outcome(built_for, kind, make, seed):
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    begun = time.monotonic()
    run = make()
    stability = Stability(run.train, run.held_out)
    before = energy_distance(run)
    growth = keras.callbacks.LambdaCallback(on_epoch_end=run.grow)
    with contextlib.suppress(FloatingPointError):  # named by then
        run.model.fit(run.minibatches(), epochs=EPOCHS, steps_per_epoch=STEPS, verbose=0, callbacks=[stability, growth])
    named = {finding.name for finding in stability.findings}
    still_off = energy_distance(run) / before
    return Outcome(built_for, kind, named, stability.looks, still_off, time.monotonic() - begun)


def energy_distance(run):
    """2 E|x - y| - E|x - x'| - E|y - y'| of 300 samples of the average and 300 held-out images."""
    x, y = (images.reshape(300, -1) for images in (run.model.sample(300, seed=1), run.held_out[:300]))
    if not np.isfinite(x).all():
        return np.nan
    return 2 * cdist(x, y).mean() - cdist(x, x).mean() - cdist(y, y).mean()


def all_outcomes(seeds, num_healthy, names):
    """Every run of these seeds, told as it ends."""
    for seed in seeds:
        runs = [(name, name, partial(failing, name, seed)) for name in names if name != "healthy"]
        if "healthy" in names:
            runs += [("healthy", kind, make) for kind, make in healthy(seed, num_healthy).items()]
        for built_for, kind, make in runs:
            result = outcome(built_for, kind, make, seed)
            said = ", ".join(sorted(result.named)) or "-"
            print(f"seed {seed}  {kind:<26} {said:<60} off {result.still_off:.2f}  {result.seconds:.1f} s", flush=True)
            yield result


def report(outcomes, names):
    """The table: rows what the runs were built for, columns what was named."""
    table = Table("built for", "runs", *FAILING, "any alarm", "still off, median (most)")
    for name in names:
        of_kind = [result for result in outcomes if result.built_for == name]
        counts = [sum(called in result.named for result in of_kind) for called in FAILING]
        off = np.array([result.still_off for result in of_kind])
        alarms = sum(bool(result.named) for result in of_kind)
        most = f"{np.nanmedian(off):.2f} ({np.nanmax(off):.2f})" if np.isfinite(off).any() else "not finite"
        table.add_row(name, str(len(of_kind)), *map(str, counts), str(alarms), most)
    Console(width=200).print(table)


def sensitivity(outcomes):
    """What other thresholds would have named, moved one at a time."""
    table = Table("threshold", "value", *FAILING, "healthy alarms", title="named of the runs built for it")
    for field in dataclasses.fields(Thresholds):
        for factor in (0.5, 0.8, 1.0, 1.25, 2.0):
            thresholds = dataclasses.replace(Thresholds(), **{field.name: field.default * factor})
            replayed = [(result.built_for, replay(result, thresholds)) for result in outcomes]
            counts = [sum(name in named for built, named in replayed if built == name) for name in FAILING]
            alarms = sum(bool(named) for built, named in replayed if built == "healthy")
            table.add_row(field.name, f"{field.default * factor:.3g}", *map(str, counts), str(alarms))
    Console(width=200).print(table)


def replay(result, thresholds):
    """What would have been named; a loss that was not finite is so by any threshold."""
    counts = range(2, len(result.looks) + 1)
    named = {finding.name for count in counts for finding in diagnose(result.looks[:count], thresholds)}
    return named | (result.named & {"divergence"} if len(result.looks) <= EPOCHS else set())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="5-14", help="first-last")
    parser.add_argument("--healthy", type=int, default=2, help="healthy runs for each seed, at most 10")
    parser.add_argument("--sensitivity", action="store_true", help="what other thresholds would have named")
    parser.add_argument("--only", nargs="+", default=[*FAILING, "healthy"], help="what the runs are built for")
    arguments = parser.parse_args()
    first, last = map(int, arguments.seeds.split("-"))
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    warnings.filterwarnings("ignore", message="Stability")
    begun = time.monotonic()
    outcomes = list(all_outcomes(range(first, last + 1), arguments.healthy, arguments.only))
    report(outcomes, arguments.only)
    if arguments.sensitivity:
        sensitivity(outcomes)
    print(f"{len(outcomes)} runs, seeds {arguments.seeds}, {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
