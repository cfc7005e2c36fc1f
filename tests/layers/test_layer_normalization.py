"""Layer normalisation against its formula."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import LayerNormalization


@pytest.mark.parametrize("shape", [(4, 7), (4, 5, 6, 3)], ids=str)
def test_each_image_is_normalised_over_all_its_units(shape):
    values = np.random.default_rng(0).normal(3.0, 2.0, shape)
    axes = tuple(range(1, len(shape)))
    mean, variance = values.mean(axes, keepdims=True), values.var(axes, keepdims=True)
    expected = (values - mean) / np.sqrt(variance + 0.1)
    np.testing.assert_allclose(LayerNormalization(epsilon=0.1)(values), expected, rtol=1e-5, atol=1e-5)


def test_scale_and_shift_are_per_channel():
    layer = LayerNormalization()
    values = np.random.default_rng(0).normal(size=(2, 4, 4, 3)).astype("float32")
    plain = layer(values).numpy()
    layer.set_weights([np.array([1.0, 2.0, 3.0]), np.array([0.0, -1.0, 5.0])])
    np.testing.assert_allclose(layer(values), plain * [1, 2, 3] + [0, -1, 5], rtol=1e-5, atol=1e-5)


def test_no_image_sees_another():
    values = np.random.default_rng(0).normal(size=(3, 4, 4, 2)).astype("float32")
    layer = LayerNormalization()
    np.testing.assert_allclose(layer(values)[1:2], layer(values[1:2]), rtol=1e-6, atol=1e-6)


def test_a_constant_image_stays_finite_with_its_gradient():
    values = tf.fill((1, 4, 4, 1), 7.0)
    with tf.GradientTape() as tape:
        tape.watch(values)
        outputs = LayerNormalization()(values)
    np.testing.assert_array_equal(outputs, 0.0)
    assert np.isfinite(tape.gradient(outputs, values)).all()


def test_half_floats_far_from_zero_are_normalised_in_full_precision():
    values = np.random.default_rng(0).integers(0, 2, (2, 16, 16, 1)).astype("float32") + 100.0  # exact in bfloat16
    exact = (values - values.mean((1, 2, 3), keepdims=True)) / values.std((1, 2, 3), keepdims=True)
    outputs = tf.cast(LayerNormalization(dtype="mixed_bfloat16")(values), tf.float32)
    np.testing.assert_allclose(outputs, exact, rtol=0.01, atol=0.01)
