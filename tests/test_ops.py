"""Tensor functions on one replica; what they mean on two is told in tests/distribution."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import ops

VALUES = np.random.default_rng(0).normal(size=(6, 2, 3)).astype("float32")


def test_without_a_strategy_there_is_one_replica():
    assert ops.num_replicas() == 1


@pytest.mark.parametrize("axis", [0, (0, 1), (0, 1, 2)])
def test_the_mean_over_the_global_minibatch_is_the_mean(axis):
    np.testing.assert_allclose(ops.batch_mean(tf.constant(VALUES), axis), VALUES.mean(axis=axis), atol=1e-6)


def test_the_global_minibatch_is_the_minibatch():
    np.testing.assert_array_equal(ops.gather_batch(tf.constant(VALUES)), VALUES)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_norms_are_taken_image_by_image_in_float32(dtype):
    values = tf.cast(VALUES, dtype)
    exact = tf.cast(values, tf.float64).numpy().reshape(6, 6)
    for found, expected in (
        (ops.squared_norm(values), np.sum(exact**2, axis=1)),
        (ops.norm(values), np.linalg.norm(exact, axis=1)),
    ):
        assert found.dtype == tf.float32
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_the_norm_has_the_gradient_of_a_norm_and_a_finite_one_at_zero():
    values = tf.constant([[3.0, 4.0], [0.0, 0.0]])
    with tf.GradientTape() as tape:
        tape.watch(values)
        total = tf.reduce_sum(ops.norm(values))
    np.testing.assert_allclose(tape.gradient(total, values), [[0.6, 0.8], [0.0, 0.0]], atol=1e-6)


@pytest.mark.parametrize("shape", [(4,), (4, 3), (4, 5, 6, 3)], ids=str)
def test_coefficients_multiply_image_by_image(shape):
    coefficients, images = tf.constant([0.0, 1.0, 2.0, 3.0]), tf.ones(shape)
    product = ops.per_image(coefficients, images) * images
    assert product.shape == shape
    for image, coefficient in zip(product, coefficients, strict=True):
        np.testing.assert_array_equal(image, np.full(shape[1:], coefficient))
