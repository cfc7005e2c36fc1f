"""Nearest-neighbour upsampling against NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import Upsample


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_it_repeats_every_pixel(factor):
    images = np.random.default_rng(0).normal(size=(2, 4, 6, 3)).astype("float32")
    expected = images.repeat(factor, axis=1).repeat(factor, axis=2)
    np.testing.assert_array_equal(Upsample(factor)(images), expected)


def test_its_gradient_is_the_sum_over_each_block():
    images, weights = tf.zeros((1, 2, 3, 1)), tf.reshape(tf.range(24.0), (1, 4, 6, 1))
    with tf.GradientTape() as tape:
        tape.watch(images)
        loss = tf.reduce_sum(Upsample(2)(images) * weights)
    blocks = weights.numpy().reshape(2, 2, 3, 2).sum(axis=(1, 3))
    np.testing.assert_array_equal(tape.gradient(loss, images)[0, ..., 0], blocks)


@pytest.mark.parametrize("factor", [0, -2, 1.5])
def test_a_factor_that_is_no_positive_integer_raises(factor):
    with pytest.raises(ValueError, match=f"Upsample: factor={factor}; expected an integer of at least 1"):
        Upsample(factor)
