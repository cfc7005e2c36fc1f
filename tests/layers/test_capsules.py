"""Squashing and routing by agreement, against the paper's procedure in NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import PrimaryCapsules, RoutedCapsules
from keras_gan.layers.capsules import squash


def squashed(s):
    n = np.linalg.norm(s, axis=-1, keepdims=True)
    return n**2 / (1 + n**2) * s / n


def routed(predictions, rounds):
    """Procedure 1 of Sabour et al. for one image: predictions `(lower, capsules, dim)` → sums `(capsules, dim)`."""
    b = np.zeros(predictions.shape[:2])
    for _ in range(rounds):
        c = np.exp(b) / np.exp(b).sum(axis=1, keepdims=True)
        s = np.einsum("ij,ije->je", c, predictions)
        b = b + np.einsum("ije,je->ij", predictions, squashed(s))
    return s


def test_squash_keeps_the_direction_and_gives_the_papers_length():
    vectors = np.random.default_rng(0).normal(0, [[0.1], [1.0], [10.0]], (3, 4))
    np.testing.assert_allclose(squash(tf.constant(vectors)), squashed(vectors), rtol=1e-4)


def test_squash_has_finite_gradients_of_first_and_second_order_at_zero():
    s = tf.zeros((1, 4))
    with tf.GradientTape() as outer:
        outer.watch(s)
        with tf.GradientTape() as inner:
            inner.watch(s)
            value = tf.reduce_sum(squash(s))
        first = inner.gradient(value, s)
        total = tf.reduce_sum(first)
    assert np.isfinite(first).all()
    assert np.isfinite(outer.gradient(total, s)).all()


def test_primary_capsules_are_groups_of_a_convolutions_channels():
    images = tf.random.normal((2, 5, 4, 3), seed=1)
    layer = PrimaryCapsules(num_capsules=2, dim=3)
    capsules = layer(images)
    assert capsules.shape == (2, 3 * 2 * 2, 3)
    features = layer.convolution(images)[1, 2, 0]  # the fifth place of image 1
    np.testing.assert_allclose(capsules[1, 8:10], squashed(features.numpy().reshape(2, 3)), rtol=1e-4)


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_routing_is_the_papers_procedure(rounds):
    lower = np.random.default_rng(0).normal(size=(2, 5, 4)).astype("float32")
    layer = RoutedCapsules(3, dim=6, num_routings=rounds)
    outputs = layer(lower)
    for image, output in zip(lower, outputs, strict=True):
        predictions = np.einsum("id,idje->ije", image, layer.kernel.numpy())
        np.testing.assert_allclose(output, routed(predictions, rounds), rtol=1e-4, atol=1e-5)


def test_what_agrees_is_listened_to():
    """Three of four lower capsules predict the same of capsule 0, and contradict each other about capsule 1."""
    layer = RoutedCapsules(2, dim=2, num_routings=3)
    layer(np.ones((1, 4, 1), "float32"))
    of_first, of_second = [[2, 0], [2, 0], [2, 0], [-1, 0]], [[1, 0], [-1, 0], [0, 1], [0, -1]]
    kernel = np.stack([of_first, of_second], axis=1)[:, None].astype("float32")  # (lower, 1, capsules, dim)
    layer.kernel.assign(kernel)
    agreed, contradicted = np.linalg.norm(layer(np.ones((1, 4, 1), "float32"))[0], axis=-1)
    assert agreed > 2.5 + 1.5  # alike weights would give 2.5
    assert contradicted < 1.0


def test_no_rounds_raise():
    with pytest.raises(ValueError, match="RoutedCapsules: num_routings=0; expected at least 1"):
        RoutedCapsules(2, num_routings=0)
