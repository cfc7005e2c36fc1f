"""Every pixel's features get length √channels."""

import numpy as np
import tensorflow as tf

from keras_gan.layers import PixelNormalization


def test_every_pixel_has_the_formulas_features():
    images = np.random.default_rng(0).normal(0, 5, (2, 3, 4, 6)).astype("float32")
    expected = images / np.sqrt(np.mean(images**2, axis=-1, keepdims=True) + 1e-8)
    outputs = PixelNormalization()(images)
    np.testing.assert_allclose(outputs, expected, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(outputs, axis=-1), np.sqrt(6), rtol=1e-5)


def test_its_gradient_has_no_part_along_the_features():
    x = tf.constant(np.random.default_rng(0).normal(size=(5, 4)))
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(PixelNormalization(dtype="float64")(x) * [1.0, 2.0, -1.0, 0.5])
    gradient = tape.gradient(loss, x).numpy()
    assert np.abs(gradient).max() > 0.1
    np.testing.assert_allclose(np.sum(gradient * x, axis=-1), 0.0, atol=1e-6)


def test_a_pixel_of_zeros_stays_finite():
    assert np.isfinite(PixelNormalization()(np.zeros((1, 2, 2, 3), "float32"))).all()
