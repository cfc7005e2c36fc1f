"""The discriminator of capsules."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.networks import capsule


def test_the_score_is_the_logit_of_the_real_capsules_length():
    discriminator = capsule.discriminator((16, 16, 1), filters=4, num_capsules=2)
    images = np.random.default_rng(0).uniform(-1, 1, (5, 16, 16, 1)).astype("float32")
    said = discriminator(images)
    lengths = said["lengths"].numpy()
    assert ((lengths > 0) & (lengths < 1)).all()
    np.testing.assert_allclose(said["scores"][:, 0], np.log(lengths[:, 0] / (1 - lengths[:, 0])), rtol=1e-4, atol=1e-4)
    capsules = discriminator.get_layer("routed").output
    sums = keras.Model(discriminator.input, capsules)(images).numpy()
    n = np.linalg.norm(sums, axis=-1)
    np.testing.assert_allclose(lengths, n**2 / (1 + n**2), rtol=1e-4)  # what squashing makes of them


@pytest.mark.parametrize("size", [0.0, 1e4])
def test_score_and_gradient_are_finite_where_the_capsules_are_silent_or_sure(size):
    discriminator = capsule.discriminator((8, 8, 1), filters=4, num_capsules=2)
    discriminator.get_layer("routed").kernel.assign(size * discriminator.get_layer("routed").kernel)
    images = tf.random.uniform((3, 8, 8, 1), -1, 1, seed=1)
    with tf.GradientTape() as tape:
        tape.watch(images)
        scores = discriminator(images)["scores"]
    assert np.isfinite(scores).all()
    assert np.isfinite(tape.gradient(scores, images)).all()
    assert (scores.numpy() < -10).all() if size == 0 else (scores.numpy() > 10).all()


def test_any_size_of_image_will_do():
    assert capsule.discriminator((9, 14, 3), filters=4, num_capsules=2).output["lengths"].shape == (None, 2)
