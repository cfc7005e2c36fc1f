"""Neighbours are counted as the metrics' authors and a known library count them, on the same features."""

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest

from keras_gan.metrics import neighbours

NAMES = ("precision", "recall", "density", "coverage")
needs_prdc = pytest.mark.skipif(
    importlib.util.find_spec("prdc") is None, reason="prdc, of the authors of density and coverage, is not installed"
)
needs_torch_fidelity = pytest.mark.skipif(
    importlib.util.find_spec("torch_fidelity") is None, reason="torch-fidelity is not installed"
)

KINDS = ["at the origin", "far from the origin", "after a ReLU", "whole numbers"]
TORCH_FIDELITY = """
import json, sys
import numpy as np, torch
from torch_fidelity.metric_prc import prc_features_to_metric

options = {"prc_neighborhood": 3, "prc_batch_size": 250, "save_cpu_ram": True, "verbose": False}
for path in sys.argv[1:]:
    real, fake = (torch.tensor(rows).double() for rows in np.load(path).values())
    print(json.dumps(prc_features_to_metric(fake, real, **options)))
"""


def features(kind):
    """(real, fake), float32, of unequal numbers."""
    random = np.random.default_rng(0)
    real, fake = random.normal(size=(700, 24)), 0.9 * random.normal(size=(600, 24)) + 0.1
    if kind == "far from the origin":
        real, fake = real + 300, fake + 300
    if kind == "after a ReLU":
        real, fake = np.maximum(real, 0), np.maximum(fake, 0)
    if kind == "whole numbers":  # many distances are equal
        real, fake = np.rint(3 * real[:, :3]), np.rint(3 * fake[:, :3])
    return real.astype("float32"), fake.astype("float32")


@needs_prdc
@pytest.mark.parametrize("k", [1, 5, 20])
@pytest.mark.parametrize("kind", KINDS[:3])
def test_all_four_scores_count_what_prdc_counts(kind, k):
    from prdc import compute_prdc

    real, fake = features(kind)
    ours, theirs = neighbours.prdc(real, fake, k), compute_prdc(real, fake, k)
    assert [ours[name] for name in NAMES] == pytest.approx([theirs[name] for name in NAMES], abs=1e-12)


@needs_prdc
def test_density_and_coverage_count_ties_as_prdc_does():
    from prdc import compute_prdc

    real, fake = features("whole numbers")
    ours, theirs = neighbours.density_coverage(real, fake), compute_prdc(real, fake, 5)
    assert ours == pytest.approx({name: theirs[name] for name in ("density", "coverage")}, abs=1e-12)


@pytest.mark.slow
@needs_torch_fidelity
def test_precision_and_recall_are_those_of_torch_fidelity(tmp_path):
    paths = [tmp_path / f"{kind}.npz" for kind in KINDS]
    for path, kind in zip(paths, KINDS, strict=True):
        np.savez(path, **dict(zip(("real", "fake"), features(kind), strict=True)))
    # in a process of its own: PyTorch and TensorFlow cannot be loaded in the same one
    command = [sys.executable, "-c", TORCH_FIDELITY, *map(str, paths)]
    answers = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    for kind, answer in zip(KINDS, answers, strict=True):
        theirs = json.loads(answer)
        ours = neighbours.precision_recall(*features(kind), k=3)
        assert ours == pytest.approx({name: theirs[name] for name in ours}, abs=1e-6), kind
