"""Packing: what lies where, and what does not divide."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import Pack

IMAGES = np.arange(4 * 2 * 3 * 2, dtype="float32").reshape(4, 2, 3, 2)


@pytest.mark.parametrize("packing", [1, 2, 4])
def test_neighbours_become_channels(packing):
    samples = Pack(packing)(IMAGES).numpy()
    expected = [np.concatenate(IMAGES[i : i + packing], axis=-1) for i in range(0, 4, packing)]
    np.testing.assert_array_equal(samples, expected)


def test_neighbouring_points_become_one_point_of_more_dimensions():
    points = np.arange(12.0).reshape(6, 2)
    np.testing.assert_array_equal(Pack(3)(points), points.reshape(2, 6))


def test_its_gradient_goes_back_to_each_image():
    images, weights = tf.constant(IMAGES), np.random.default_rng(0).normal(size=(2, 2, 3, 4)).astype("float32")
    with tf.GradientTape() as tape:
        tape.watch(images)
        value = tf.reduce_sum(Pack(2)(images) * weights)
    expected = np.concatenate([[sample[..., :2], sample[..., 2:]] for sample in weights])
    np.testing.assert_array_equal(tape.gradient(value, images), expected)


def test_two_replicas_pack_like_one(two_replicas):
    @tf.function
    def of_a_share():
        first = 2 * tf.distribute.get_replica_context().replica_id_in_sync_group
        return Pack(2)(tf.constant(IMAGES)[first : first + 2])

    shares = two_replicas.experimental_local_results(two_replicas.run(of_a_share))
    np.testing.assert_array_equal(np.concatenate(shares), Pack(2)(IMAGES))


def test_a_minibatch_that_it_does_not_divide_raises():
    with pytest.raises(ValueError, match=r"Pack\(3\): expected a batch of a multiple of 3 images.*; this one has 4"):
        Pack(3)(IMAGES)
    inputs = keras.Input((2, 3, 2))
    traced = tf.function(keras.Model(inputs, Pack(3)(inputs)), input_signature=[tf.TensorSpec((None, 2, 3, 2))])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"Pack\(3\): expected a batch of a multiple of 3 images"):
        traced(IMAGES)


@pytest.mark.parametrize("packing", [0, -1, 1.5, None])
def test_no_number_of_images_raises(packing):
    with pytest.raises(ValueError, match=f"Pack: packing={packing}; expected a whole number of images"):
        Pack(packing)
