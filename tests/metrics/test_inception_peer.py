"""The network of FID, from the same weights file, equals torch-fidelity's: names, folding, pooling, resizing."""

import importlib.util
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest

from keras_gan import pixels
from keras_gan.metrics.extractors import inception, torch_file

PEER = pathlib.Path(__file__).with_name("inception_peer.py")
SHAPES = {"small": (2, 32, 32, 3), "exact": (1, 299, 299, 3), "large": (1, 341, 310, 3)}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("torch_fidelity") is None, reason="torch-fidelity is not installed"),
]


def random_state():
    """Weights that keep a signal alive through all layers, under the names of the published file."""
    draw = np.random.default_rng(0)
    state = {"fc.weight": draw.normal(0, 0.05, (1008, 2048)), "fc.bias": draw.normal(0, 1, 1008)}
    for layer in inception.network().layers:
        if isinstance(layer, keras.layers.Conv2D):
            height, width, channels, filters = layer.kernel.shape
            spread = np.sqrt(2 / (height * width * channels))
            state[f"{layer.name}.conv.weight"] = draw.normal(0, spread, (filters, channels, height, width))
            state[f"{layer.name}.bn.weight"] = draw.uniform(0.8, 1.2, filters)
            state[f"{layer.name}.bn.bias"] = draw.normal(0, 0.1, filters)
            state[f"{layer.name}.bn.running_mean"] = draw.normal(0, 0.1, filters)
            state[f"{layer.name}.bn.running_var"] = draw.uniform(0.5, 1.5, filters)
            state[f"{layer.name}.bn.num_batches_tracked"] = np.array(7)
    return {name: values.astype("float32" if values.ndim else "int64") for name, values in state.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the peer has read and answered."""
    folder = tmp_path_factory.mktemp("peer")
    draw = np.random.default_rng(1)
    np.savez(folder / "state.npz", **random_state())
    np.savez(folder / "images.npz", **{n: draw.integers(0, 256, shape, dtype="uint8") for n, shape in SHAPES.items()})
    done = subprocess.run([sys.executable, str(PEER), str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", ["zip.pth", "old.pth"])
def test_both_formats_of_pytorch_are_read_bit_for_bit(folder, name):
    tensors = torch_file.read(folder / name)
    expected = np.load(folder / "state.npz")
    assert set(tensors) == set(expected)
    for key, array in expected.items():
        np.testing.assert_array_equal(tensors[key], array)


@pytest.mark.parametrize("name", SHAPES)
def test_features_and_probabilities_equal_the_peers(folder, name):
    extractor = inception.Inception2015(folder / "old.pth", sha256=None)
    images, answers = np.load(folder / "images.npz")[name], np.load(folder / "answers.npz")
    outputs = extractor(pixels.from_uint8(images))
    expected = answers[f"{name}.features"]
    assert expected.std() > 0.01
    np.testing.assert_allclose(outputs["features"], expected, rtol=1e-4, atol=1e-4 * expected.mean())
    np.testing.assert_allclose(outputs["probabilities"], answers[f"{name}.probabilities"], rtol=1e-3)
