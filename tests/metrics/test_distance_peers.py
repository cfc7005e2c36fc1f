"""Distances and scores on given features, beside torch-fidelity's."""

import importlib.util
import json
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from keras_gan.metrics.frechet import frechet_distance
from keras_gan.metrics.inception_score import Probabilities, inception_score, split_of
from keras_gan.metrics.kernel import kernel_distance
from keras_gan.metrics.statistics import Moments

PEER = pathlib.Path(__file__).with_name("distance_peer.py")
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("torch_fidelity") is None, reason="torch-fidelity is not installed"
)

RNG = np.random.default_rng(0)
MIXING = RNG.normal(size=(64, 64)) * np.geomspace(1, 0.03, 64)
REAL = np.maximum(RNG.normal(size=(900, 64)) @ MIXING, 0)
FAKE = np.maximum(RNG.normal(size=(700, 64)) @ MIXING.T + 0.2, 0)
LOGITS = 3 * RNG.normal(size=(2000, 20))
PROBABILITIES = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)

MORE_IMAGES, FEWER_IMAGES = [(900, 700), (900, 80), (66, 700)], [(40, 50), (900, 30), (64, 20)]  # than 64 features
SUBSETS, SUBSET_SIZE, SEED = 7, 200, 2020
KERNELS = {
    "the one of KID": ({"kid_kernel": "poly"}, {}),
    "polynomial": (
        {"kid_kernel": "poly", "kid_kernel_poly_degree": 2, "kid_kernel_poly_gamma": 0.1, "kid_kernel_poly_coef0": 2.0},
        {"degree": 2, "gamma": 0.1, "coef0": 2.0},
    ),
    "rbf": ({"kid_kernel": "rbf", "kid_kernel_rbf_sigma": 5.0}, {"kernel": "rbf", "gamma": 1 / (2 * 5.0**2)}),
}


def in_splits(splits):
    """The logits in such an order that the peer's consecutive splits are ours."""
    return LOGITS[np.argsort(split_of(np.arange(len(LOGITS)), splits), kind="stable")]


def cases():
    for num_real, num_fake in MORE_IMAGES + FEWER_IMAGES:
        yield f"fid {num_real} {num_fake}", ("fid", {"num_real": num_real, "num_fake": num_fake})
    subsets = {"kid_subsets": SUBSETS, "kid_subset_size": SUBSET_SIZE, "rng_seed": SEED}
    for kernel, (arguments, _) in KERNELS.items():
        for kind in ("float64", "float32"):
            yield f"kid {kernel} {kind}", ("kid", {"kind": kind, **subsets, **arguments})
    for splits in (1, 10):
        rows = {"rows": f"in {splits} splits", "splits": splits, "shuffle": False}
        yield f"in {splits} splits", ("inception_score", rows)
    yield "shuffled", ("inception_score", {"rows": "logits", "splits": 10, "shuffle": True})


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    """{case: the peer's answer}."""
    folder = tmp_path_factory.mktemp("peer")
    sorted_logits = {f"in {splits} splits": in_splits(splits) for splits in (1, 10)}
    np.savez(folder / "rows.npz", real=REAL, fake=FAKE, logits=LOGITS, **sorted_logits)
    (folder / "cases.json").write_text(json.dumps(dict(cases())))
    done = subprocess.run([sys.executable, str(PEER), str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "answers.json").read_text())


def moments(rows):
    made = Moments()
    made.update(rows)
    return made


@pytest.mark.parametrize("num_real, num_fake", MORE_IMAGES)
def test_fid(peer, num_real, num_fake):
    ours = frechet_distance(moments(REAL[:num_real]), moments(FAKE[:num_fake]))
    assert ours == pytest.approx(peer[f"fid {num_real} {num_fake}"], rel=1e-6)


@pytest.mark.parametrize("num_real, num_fake", FEWER_IMAGES)
def test_fid_of_fewer_images_than_features_where_the_peer_loses_digits(peer, num_real, num_fake):
    ours = frechet_distance(moments(REAL[:num_real]), moments(FAKE[:num_fake]))
    assert ours == pytest.approx(peer[f"fid {num_real} {num_fake}"], rel=1e-4)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_kid_on_the_same_subsets(peer, kernel, kind):
    random = np.random.RandomState(SEED)
    draws = [[random.choice(number, SUBSET_SIZE, replace=False) for number in (900, 700)] for _ in range(SUBSETS)]
    _, arguments = KERNELS[kernel]
    ours = kernel_distance(REAL.astype(kind), FAKE.astype(kind), indices=draws, **arguments)
    tolerance = {"rel": 1e-9} if kind == "float64" else {"rel": 1e-6, "abs": 1e-6}
    assert ours.value == pytest.approx(peer[f"kid {kernel} {kind}"], **tolerance)


@pytest.mark.parametrize("splits", [1, 10])
def test_inception_score_on_the_same_splits(peer, splits):
    probabilities = Probabilities(splits)
    for rows in np.array_split(PROBABILITIES, 3):
        probabilities.update(rows)
    assert inception_score(probabilities) == pytest.approx(peer[f"in {splits} splits"], rel=1e-6, abs=1e-9)


def test_inception_score_over_shuffled_splits_agrees_within_its_deviation(peer):
    probabilities = Probabilities()
    probabilities.update(PROBABILITIES)
    ours = inception_score(probabilities)
    assert abs(ours.value - peer["shuffled"][0]) < 3 * ours.deviation / np.sqrt(10)
