"""Class-conditional batch normalisation against its formula, and over replicas."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import ConditionalBatchNormalization

VALUES = np.random.default_rng(0).normal(2.0, 3.0, (6, 4, 5, 3)).astype("float32")
LABELS = np.array([0, 2, 1, 1, 0, 2], "int32")


def some_layer(values=VALUES, **arguments):
    """A layer whose classes differ."""
    layer = ConditionalBatchNormalization(3, **arguments)
    layer.build([values.shape, (None,)])
    layer.gamma.assign(np.arange(9.0).reshape(3, 3))
    layer.beta.assign(np.arange(9.0, 18.0).reshape(3, 3))
    return layer


def test_every_image_gets_the_scale_and_shift_of_its_class():
    layer = some_layer()
    mean, variance = VALUES.mean((0, 1, 2)), VALUES.var((0, 1, 2))
    gamma, beta = (np.asarray(table)[LABELS][:, None, None] for table in (layer.gamma, layer.beta))
    expected = gamma * (VALUES - mean) / np.sqrt(variance + 1e-5) + beta
    np.testing.assert_allclose(layer([VALUES, LABELS], training=True), expected, rtol=1e-4, atol=1e-4)


def test_vectors_are_normalised_too():
    layer, vectors = some_layer(), VALUES[:, 0, 0]
    layer = some_layer(vectors)
    normal = (vectors - vectors.mean(0)) / np.sqrt(vectors.var(0) + 1e-5)
    expected = np.asarray(layer.gamma)[LABELS] * normal + np.asarray(layer.beta)[LABELS]
    np.testing.assert_allclose(layer([vectors, LABELS], training=True), expected, rtol=1e-4, atol=1e-4)


def test_it_begins_as_plain_normalisation_for_every_class():
    layer = ConditionalBatchNormalization(3)
    one, other = (layer([VALUES, np.full(6, c, "int32")], training=True) for c in (0, 2))
    np.testing.assert_array_equal(one, other)
    np.testing.assert_allclose(np.mean(one, (0, 1, 2)), 0.0, atol=1e-4)
    np.testing.assert_allclose(np.std(one, (0, 1, 2)), 1.0, atol=1e-4)


def test_outside_training_an_image_is_normalised_by_the_moving_moments():
    layer = some_layer(momentum=0.5)
    layer([VALUES, LABELS], training=True)
    mean, variance = 0.5 * VALUES.mean((0, 1, 2)), 0.5 + 0.5 * VALUES.var((0, 1, 2))
    expected = np.asarray(layer.gamma)[2] * (VALUES[1] - mean) / np.sqrt(variance + 1e-5) + np.asarray(layer.beta)[2]
    np.testing.assert_allclose(layer([VALUES[1:2], LABELS[1:2]])[0], expected, rtol=1e-4, atol=1e-4)


def test_a_class_that_is_not_in_the_minibatch_gets_no_gradient():
    layer = some_layer()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer([VALUES, np.where(LABELS == 1, 0, LABELS)], training=True) ** 2)
    for gradient in tape.gradient(loss, [layer.gamma.value, layer.beta.value]):
        assert np.abs(gradient[0]).max() > 1.0
        np.testing.assert_array_equal(gradient[1], 0.0)


def test_two_replicas_normalise_by_the_global_minibatch(two_replicas):
    expected = some_layer()([VALUES, LABELS], training=True)
    with two_replicas.scope():
        layer = some_layer()

    @tf.function
    def step():
        def share(context):
            half = slice(3 * context.replica_id_in_sync_group, 3 * context.replica_id_in_sync_group + 3)
            return tf.constant(VALUES[half]), tf.constant(LABELS[half])

        values = two_replicas.experimental_distribute_values_from_function(lambda context: share(context)[0])
        labels = two_replicas.experimental_distribute_values_from_function(lambda context: share(context)[1])
        return two_replicas.run(lambda x, y: layer([x, y], training=True), args=(values, labels))

    found = np.concatenate([part.numpy() for part in two_replicas.experimental_local_results(step())])
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("num_classes", [0, -1, 2.0])
def test_a_number_of_classes_that_is_none_raises(num_classes):
    with pytest.raises(ValueError, match=f"num_classes={num_classes}; expected an integer"):
        ConditionalBatchNormalization(num_classes)


def test_the_classes_of_a_network_can_be_counted_by_it():
    from keras_gan.export import classes

    x, labels = keras.Input((4,), name="latents"), keras.Input((), dtype="int32", name="labels")
    network = keras.Model({"latents": x, "labels": labels}, ConditionalBatchNormalization(7)([x, labels]))
    assert classes.count(None, network) == 7
