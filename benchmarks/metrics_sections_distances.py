"""Sections of `metrics.py`: distances of features beside the peer library's, and what the Fréchet distance costs."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from rich.table import Table
from scipy import linalg
from threadpoolctl import threadpool_limits

from keras_gan.metrics.frechet import frechet_distance
from keras_gan.metrics.inception_score import Probabilities, inception_score, split_of
from keras_gan.metrics.kernel import kernel_distance
from keras_gan.metrics.statistics import Moments

CASES = [(10_000, 10_000), (2_150, 2_150), (10_000, 1_500), (1_500, 1_500), (500, 500)]  # images, at 2,048 features
SUBSETS, SUBSET_SIZE, SEED = 10, 500, 2020
PEER = """
import json, sys
import numpy as np, torch
from torch_fidelity import metric_fid, metric_isc, metric_kid

rows = np.load(sys.argv[1])
side = lambda name, count: torch.tensor(rows[name][:count])
fid = lambda count: metric_fid.fid_statistics_to_metric(
    *[metric_fid.fid_features_to_statistics(side(name, count)) for name in ("real", "fake")], False)
kid = metric_kid.kid_features_to_metric(
    side("real", None), side("fake", None), kid_subsets=int(sys.argv[2]), kid_subset_size=int(sys.argv[3]),
    kid_kernel="poly", rng_seed=int(sys.argv[4]), verbose=False)
isc = metric_isc.isc_features_to_metric(side("logits", None), 10, shuffle=False)
print(json.dumps([*fid(None).values(), *fid(int(sys.argv[5])).values(), [*kid.values()][0], *isc.values()]))
"""
MEMORY = """
import resource, sys, time
import numpy as np
from keras_gan.metrics.statistics import Moments
from keras_gan.metrics.frechet import frechet_distance

peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
random, sides, seconds, imports = np.random.default_rng(0), [], 0.0, peak()
for scale in (1.0, 1.1):
    moments = Moments()
    for _ in range({num_images} // 250):
        block = scale * random.standard_normal((250, {num_features}), dtype="float32")
        begun = time.perf_counter()
        moments.update(block)
        seconds += time.perf_counter() - begun
    sides.append(moments)
taken = peak()
distance = frechet_distance(*sides)
print(imports, taken, peak(), seconds / 2, distance)
"""


def features(number, num_features, seed, shift=0.0):
    """Rows that are correlated and never negative, as those of Inception are."""
    mixing = np.random.default_rng(0).normal(size=(num_features, num_features)) / num_features**0.5
    scales = np.geomspace(1, 0.01, num_features)
    rows = np.random.default_rng(seed).normal(size=(number, num_features)) * scales @ mixing
    return np.maximum(rows + 0.05 + shift, 0)


def moments(rows):
    made = Moments()
    made.update(rows)
    return made


def agreement(number: int = 2000, num_features: int = 512) -> list[Table]:
    """The same features, the same subsets and splits, here and in torch-fidelity."""
    real, fake = (features(number, num_features, seed, 0.02 * seed) for seed in (0, 1))
    logits, few = 20 * features(number, 100, 2), num_features // 2
    split = split_of(np.arange(number), 10)
    ours = _ours(real, fake, logits, few)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.npz"
        np.savez(file, real=real, fake=fake, logits=logits[np.argsort(split, kind="stable")])
        arguments = [str(file), *map(str, (SUBSETS, SUBSET_SIZE, SEED, few))]
        done = subprocess.run([sys.executable, "-c", PEER, *arguments], capture_output=True, text=True, check=True)
    names = f"FID, n = {number}", f"FID, n = {few}", "KID", "IS", "IS, deviation over splits"
    table = Table("", "keras_gan", "torch-fidelity", "difference", title=f"Agreement on {num_features} features")
    for name, own, peer in zip(names, ours, json.loads(done.stdout.splitlines()[-1]), strict=True):
        table.add_row(name, f"{own:.9g}", f"{peer:.9g}", f"{abs(own / peer - 1):.1e}")
    return [table]


def _ours(real, fake, logits, few):
    """The five numbers that the peer prints."""
    random = np.random.RandomState(SEED)
    draws = [[random.choice(len(real), SUBSET_SIZE, replace=False) for _ in range(2)] for _ in range(SUBSETS)]
    probabilities = Probabilities()
    exponentials = np.exp(logits)
    probabilities.update(exponentials / exponentials.sum(axis=1, keepdims=True))
    return (
        frechet_distance(moments(real), moments(fake)),
        frechet_distance(moments(real[:few]), moments(fake[:few])),
        kernel_distance(real, fake, indices=draws).value,
        *inception_score(probabilities),
    )


def by_matrix_root(real, fake):
    """The customary way: the principal root of Σ₁ Σ₂; where it is not finite, once more a little off singularity."""
    product = real["covariance"] @ fake["covariance"]
    root = linalg.sqrtm(product)
    if not np.isfinite(root).all():
        offset = 1e-6 * np.eye(len(product))
        root = linalg.sqrtm((real["covariance"] + offset) @ (fake["covariance"] + offset))
    gap = real["mean"] - fake["mean"]
    return gap @ gap + np.trace(real["covariance"]) + np.trace(fake["covariance"]) - 2 * np.trace(root).real


def frechet_speed(rounds: int = 3, num_features: int = 2048) -> list[Table]:
    """Seconds from statistics to number, in turns with `scipy.linalg.sqrtm`, one BLAS thread each."""
    table = Table("real", "fake", "keras_gan", "seconds", "sqrtm", "seconds", "ratio", "bar")
    table.title = f"Fréchet distance of {num_features} features: medians of {rounds} rounds in turns"
    for case in CASES:
        num_real, num_fake = (number * num_features // 2048 for number in case)
        real, fake = features(num_real, num_features, 0), features(num_fake, num_features, 1, 0.02)
        with threadpool_limits(1):
            (ours, ours_took), (root, root_took) = _in_turns(_contenders(real, fake), rounds)
        ratio = statistics.median(b / a for a, b in zip(ours_took, root_took, strict=True))
        seconds = [f"{statistics.median(took):.2f}" for took in (ours_took, root_took)]
        bar = "" if num_features != 2048 else "5" if min(case) > 2048 else "3"
        row = f"{ours:.8g}", seconds[0], f"{root:.8g}", seconds[1], f"{ratio:.1f}", bar
        table.add_row(str(num_real), str(num_fake), *row)
    return [table]


def _contenders(real, fake):
    sides = moments(real), moments(fake)
    plain = [{"mean": rows.mean(axis=0), "covariance": np.cov(rows, rowvar=False)} for rows in (real, fake)]
    return [lambda: frechet_distance(*sides), lambda: by_matrix_root(*plain)]


def _in_turns(contenders, rounds):
    """[(value, seconds of each round)] of each contender, the order reversed from round to round."""
    values, took = [None] * len(contenders), [[] for _ in contenders]
    for number in range(rounds):
        places = range(len(contenders))
        for place in reversed(places) if number % 2 else places:
            begun = time.perf_counter()
            values[place] = contenders[place]()
            took[place].append(time.perf_counter() - begun)
    return list(zip(values, took, strict=True))


def memory(num_images: int = 50_000, num_features: int = 2048) -> list[Table]:
    """Peak resident memory of a process that takes in two sides in blocks of 250, and their distance."""
    code = MEMORY.format(num_images=num_images, num_features=num_features)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imports, taken, distance, seconds, _ = map(float, done.stdout.split())
    table = Table("imports", "+ two Moments", "+ distance", "bar", "seconds per side")
    table.title = f"Peak resident MiB, {num_images} x {num_features} float32 on either side"
    table.add_row(f"{imports:.0f}", f"{taken:.0f}", f"{distance:.0f}", "1536", f"{seconds:.1f}")
    return [table]
