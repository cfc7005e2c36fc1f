"""Classes and codes: values and gradients by the formulas."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.losses import auxiliary

LOGITS = np.array([[1.0, -0.5, 0.25], [0.0, 2.0, -3.0], [0.3, 0.3, 0.3], [-4.0, 1.0, 0.0]])
LABELS = np.array([0, 2, 1, 1])


def softmax(logits):
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def value_and_gradient(function, at):
    at = tf.constant(at, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(at)
        values = function(at)
    return values.numpy(), tape.gradient(values, at).numpy()


def test_cross_entropy_is_minus_the_log_of_the_labels_probability_and_pulls_by_the_difference():
    values, gradient = value_and_gradient(lambda logits: auxiliary.cross_entropy(logits, LABELS), LOGITS)
    np.testing.assert_allclose(values, -np.log(softmax(LOGITS)[range(4), LABELS]), atol=1e-6)
    np.testing.assert_allclose(gradient, softmax(LOGITS) - np.eye(3)[LABELS], atol=1e-6)


def test_cross_entropy_takes_probabilities_as_it_takes_labels():
    one_hot = tf.one_hot(LABELS, 3)
    np.testing.assert_array_equal(
        auxiliary.cross_entropy(LOGITS, one_hot), auxiliary.cross_entropy(LOGITS, tf.constant(LABELS))
    )
    even = np.full((4, 3), 1 / 3)
    expected = -np.log(softmax(LOGITS)).mean(axis=-1)
    np.testing.assert_allclose(auxiliary.cross_entropy(LOGITS, even), expected, atol=1e-6)


def test_entropy_and_its_gradient_are_those_of_the_formula():
    values, gradient = value_and_gradient(auxiliary.entropy, LOGITS)
    p = softmax(LOGITS)
    expected = -np.sum(p * np.log(p), axis=-1)
    np.testing.assert_allclose(values, expected, atol=1e-6)
    np.testing.assert_allclose(values[2], np.log(3), atol=1e-6)
    np.testing.assert_allclose(gradient, -p * (np.log(p) + expected[:, None]), atol=1e-6)


def test_accuracy_counts_the_largest_logits():
    np.testing.assert_array_equal(auxiliary.accuracy(LOGITS, LABELS), [1, 0, 0, 1])


@pytest.mark.parametrize("log_variance", [0.0, np.log(np.array([[0.5, 2.0], [1.0, 3.0]]))])
def test_gaussian_log_likelihood_is_that_of_the_density(log_variance):
    x, mean = np.array([[0.1, -1.0], [2.0, 0.5]]), np.array([[0.0, 0.5], [-1.0, 0.5]])
    variance = np.exp(log_variance) * np.ones((2, 2))
    density = np.prod(np.exp(-((x - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance), axis=-1)
    likelihood = lambda at: auxiliary.gaussian_log_likelihood(x, at, log_variance)  # noqa: E731
    values, gradient = value_and_gradient(likelihood, mean)
    np.testing.assert_allclose(values, np.log(density), atol=1e-5)
    np.testing.assert_allclose(gradient, (x - mean) / variance, atol=1e-6)


def test_a_learned_variance_is_best_at_the_squared_error():
    x, mean = np.array([[0.7, 2.0]]), np.zeros((1, 2))
    likelihood = lambda at: auxiliary.gaussian_log_likelihood(x, mean, at)  # noqa: E731
    _, at_best = value_and_gradient(likelihood, np.log(x**2))
    _, beside = value_and_gradient(likelihood, np.log(x**2) + [0.3, -0.3])
    np.testing.assert_allclose(at_best, 0.0, atol=1e-6)
    assert beside[0, 0] < -0.05 and beside[0, 1] > 0.05


@pytest.mark.parametrize("scale", [1e4, -1e4])
def test_large_logits_stay_finite(scale):
    logits = scale * LOGITS
    for function in (lambda at: auxiliary.cross_entropy(at, LABELS), auxiliary.entropy):
        values, gradient = value_and_gradient(function, logits)
        assert np.isfinite(values).all() and np.isfinite(gradient).all()


def test_labels_of_any_whole_dtype_and_half_precision_logits_are_taken():
    logits = tf.cast(LOGITS, tf.bfloat16)
    for dtype in ("int64", "uint8"):
        values = auxiliary.cross_entropy(logits, tf.constant(LABELS, dtype))
        assert values.dtype == tf.float32
        np.testing.assert_allclose(values, -np.log(softmax(LOGITS)[range(4), LABELS]), atol=0.02)
        np.testing.assert_array_equal(auxiliary.accuracy(logits, tf.constant(LABELS, dtype)), [1, 0, 0, 1])
