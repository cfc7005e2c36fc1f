"""The generator alone as a `.keras` file."""

import subprocess
import sys

import numpy as np
import pytest
from small import players

from keras_gan import networks
from keras_gan.export import runtimes
from keras_gan.models.gan import GAN

PLAIN = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras, numpy as np
network = keras.saving.load_model(sys.argv[1])
np.save(sys.argv[2], network(np.load(sys.argv[3])))
assert "keras_gan" not in sys.modules
"""


@pytest.mark.slow
def test_plain_keras_loads_it(tmp_path):
    model = GAN(*players())
    path = model.export(tmp_path / "generator.keras", "keras")
    latents = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    np.save(tmp_path / "latents.npy", latents)
    command = [sys.executable, "-c", PLAIN, path, tmp_path / "images.npy", tmp_path / "latents.npy"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(np.load(tmp_path / "images.npy"), model(latents), atol=1e-5)
    assert "these classes" not in path.with_name("generator.keras.card.md").read_text()


def test_classes_of_ours_stand_in_the_card(tmp_path):
    generator = networks.dcgan.generator((8, 8, 1), 4, filters=4, normalization="layer")
    model = GAN(generator, networks.dcgan.discriminator((8, 8, 1), filters=4))
    path = model.export(tmp_path / "generator.keras", "keras")
    said = "where these classes are imported: keras_gan.layers.layer_normalization.LayerNormalization."
    assert said in path.with_name("generator.keras.card.md").read_text()
    latents = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    np.testing.assert_allclose(runtimes.load(path)["serve"](latents=latents)["images"], model(latents), atol=1e-5)
    with pytest.raises(ValueError, match="without keras_gan no process can load .*LayerNormalization"):
        model.export(tmp_path / "again.keras", "keras", verify="process")
