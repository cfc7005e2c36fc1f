"""Minibatch standard deviation against its formula, in groups and over replicas."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import MinibatchStandardDeviation
from keras_gan.layers.minibatch_standard_deviation import group_size_of

MAPS = np.random.default_rng(0).normal(size=(8, 3, 2, 6))


def formula(values, size, parts=1):
    """The new channels: of each group, the mean deviation of each part of the channels."""
    groups = values.reshape(-1, size, *values.shape[1:])
    deviations = np.sqrt(groups.var(axis=1) + 1e-8)
    of_parts = np.stack([part.mean(axis=(1, 2, 3)) for part in np.split(deviations, parts, axis=-1)], axis=-1)
    return np.broadcast_to(np.repeat(of_parts, size, axis=0)[:, None, None], (*values.shape[:-1], parts))


@pytest.mark.parametrize(("group_size", "num_channels"), [(4, 1), (2, 1), (8, 3), (4, 6), (1, 2)])
def test_it_says_beside_the_features_how_much_a_group_differs(group_size, num_channels):
    outputs = MinibatchStandardDeviation(group_size, num_channels, dtype="float64")(MAPS).numpy()
    np.testing.assert_array_equal(outputs[..., :6], MAPS)
    np.testing.assert_allclose(outputs[..., 6:], formula(MAPS, group_size, num_channels), rtol=1e-12)


def test_vectors_are_maps_of_one_place():
    vectors = MAPS[:, 0, 0]
    outputs = MinibatchStandardDeviation(4, 2, dtype="float64")(vectors).numpy()
    np.testing.assert_allclose(outputs[:, 6:], formula(vectors[:, None, None], 4, 2)[:, 0, 0], rtol=1e-12)


@pytest.mark.parametrize(
    ("images", "limit", "size"),
    [(8, 4, 4), (6, 4, 3), (9, 4, 3), (7, 4, 7), (10, 4, 2), (1, 4, 1), (8, 1, 1), (2, 16, 2)],
)
def test_groups_are_as_large_as_the_minibatch_allows_and_never_single_images(images, limit, size):
    assert group_size_of(images, limit) == size
    assert int(group_size_of(tf.constant(images), limit)) == size


@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "xla"])
@pytest.mark.parametrize("images", [8, 6, 7])
def test_a_minibatch_of_unknown_size_is_grouped_alike(images, jit_compile):
    layer = MinibatchStandardDeviation(4)
    values = tf.constant(MAPS[:images], tf.float32)
    traced = tf.function(layer, input_signature=[tf.TensorSpec((None, 3, 2, 6))], jit_compile=jit_compile)
    np.testing.assert_allclose(traced(values), layer(values), rtol=1e-5)


def test_a_collapsed_group_has_no_deviation_and_finite_derivatives():
    values = tf.constant(np.repeat(MAPS[:1], 4, axis=0), tf.float32)
    with tf.GradientTape() as outer:
        outer.watch(values)
        with tf.GradientTape() as inner:
            inner.watch(values)
            deviation = MinibatchStandardDeviation()(values)[..., -1]
        slope = inner.gradient(deviation, values)
    np.testing.assert_allclose(deviation, 1e-4, rtol=1e-2)
    np.testing.assert_allclose(slope, 0.0, atol=1e-3)
    assert np.isfinite(outer.gradient(slope, values)).all()


@pytest.mark.parametrize("group_size", [2, 3, 6, 4], ids=lambda size: f"groups of {size}")
def test_two_replicas_group_the_global_minibatch(two_replicas, group_size):
    values = tf.constant(MAPS[:6], tf.float32)  # shares of three: groups of two lie across
    layer = MinibatchStandardDeviation(group_size)
    with tf.GradientTape() as tape:
        tape.watch(values)
        whole = layer(values)
        value = tf.reduce_sum(whole**2)
    gradient = tape.gradient(value, values)

    @tf.function
    def of_a_share():
        first = 3 * tf.distribute.get_replica_context().replica_id_in_sync_group
        share = values[first : first + 3]
        with tf.GradientTape() as tape:
            tape.watch(share)
            outputs = layer(share)
            value = tf.reduce_sum(outputs**2)
        return outputs, tape.gradient(value, share)

    outputs, gradients = (
        np.concatenate(two_replicas.experimental_local_results(each)) for each in two_replicas.run(of_a_share)
    )
    np.testing.assert_allclose(outputs, whole, rtol=1e-5)
    np.testing.assert_allclose(gradients, gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("arguments", [{"group_size": 0}, {"group_size": 2.5}, {"num_channels": 0}])
def test_sizes_that_are_no_whole_numbers_raise(arguments):
    with pytest.raises(ValueError, match=r"MinibatchStandardDeviation: \w+=.*; expected a whole number from 1 on"):
        MinibatchStandardDeviation(**arguments)


def test_channels_that_cannot_be_parted_raise():
    with pytest.raises(ValueError, match="6 channels, num_channels=4; expected a number that divides 6"):
        MinibatchStandardDeviation(num_channels=4)(MAPS)
