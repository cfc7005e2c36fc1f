"""The exported generator is the one in memory, or there is no export."""

import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from small import players, point_players

from keras_gan.export import saved_model
from keras_gan.models.gan import GAN

ALONE = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf
loaded = tf.saved_model.load(sys.argv[1])
made = loaded.signatures["sample"](num_images=tf.constant(5), seed=tf.constant(3, tf.int64))
served = loaded.signatures["serve"](latents=made["latents"])
assert "keras_gan" not in sys.modules
np.savez(sys.argv[2], images=made["images"], served=served["images"])
"""


def test_a_process_without_the_package_serves_the_same_images(tmp_path):
    model = GAN(*players())
    model.compile()
    model.fit(np.random.default_rng(0).uniform(-1, 1, (16, 8, 8, 1)).astype("float32"), batch_size=8, verbose=0)
    path = model.export(tmp_path / "export/1")
    command = [sys.executable, "-c", ALONE, str(path), str(tmp_path / "images.npz")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    made = np.load(tmp_path / "images.npz")
    np.testing.assert_allclose(made["images"], model.sample(5, seed=3), atol=1e-5)
    np.testing.assert_allclose(made["served"], model.sample(5, seed=3), atol=1e-5)


def test_signatures_have_our_names_and_any_batch_size(tmp_path):
    loaded = tf.saved_model.load(str(GAN(*point_players()).export(tmp_path / "points")))
    assert set(loaded.signatures) >= {"serve", "sample"}
    for batch in (1, 3, 64):
        images = loaded.signatures["serve"](latents=tf.zeros((batch, 2)))["images"]
        assert images.shape == (batch, 2)


def test_an_export_that_differs_from_the_model_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(saved_model, "_BOUND", -1.0)
    with pytest.raises(RuntimeError, match="differ from the model's"):
        GAN(*point_players()).export(tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "export").mkdir()
    with pytest.raises(FileExistsError, match="next version"):
        GAN(*point_players()).export(tmp_path / "export")


def test_unknown_formats_are_refused(tmp_path):
    with pytest.raises(ValueError, match="tf_saved_model"):
        GAN(*point_players()).export(tmp_path / "export", format="pickle")
