"""Scores of class logits, against probabilities computed by NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import ClassScores

LOGITS = np.random.default_rng(0).normal(0, 2, (5, 4)).astype("float32")
P = np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)


def score_and_gradient(form, logits=LOGITS):
    logits = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        scores = ClassScores(form)(logits)
    assert scores.shape == (len(logits), 1)
    return scores.numpy()[:, 0], tape.gradient(scores, logits).numpy()


def test_with_an_extra_class_the_sigmoid_of_the_score_is_the_probability_of_all_others():
    scores, gradient = score_and_gradient("extra_class")
    np.testing.assert_allclose(1 / (1 + np.exp(-scores)), 1 - P[:, -1], rtol=1e-5)
    among_real = P[:, :-1] / P[:, :-1].sum(-1, keepdims=True)
    np.testing.assert_allclose(gradient, np.concatenate([among_real, -np.ones((5, 1))], axis=1), atol=1e-6)


def test_the_sum_is_an_extra_class_of_logit_0():
    scores, gradient = score_and_gradient("sum")
    with_zero = np.concatenate([LOGITS, np.zeros((5, 1), "float32")], axis=1)
    np.testing.assert_allclose(scores, score_and_gradient("extra_class", with_zero)[0], rtol=1e-6)
    np.testing.assert_allclose(gradient, P, atol=1e-6)


def test_certainty_is_minus_the_entropy():
    scores, gradient = score_and_gradient("certainty")
    negative_entropy = (P * np.log(P)).sum(-1)
    np.testing.assert_allclose(scores, negative_entropy, rtol=1e-5)
    np.testing.assert_allclose(gradient, P * (np.log(P) - negative_entropy[:, None]), atol=1e-6)
    undecided = score_and_gradient("certainty", np.zeros((1, 4), "float32"))[0]
    np.testing.assert_allclose(undecided, -np.log(4), rtol=1e-6)


@pytest.mark.parametrize("form", ["extra_class", "sum", "certainty"])
def test_scores_and_gradients_are_finite_for_large_logits(form):
    for logits in (1e4 * np.eye(4, dtype="float32"), -1e4 * np.eye(4, dtype="float32")):
        assert all(np.isfinite(values).all() for values in score_and_gradient(form, logits))


def test_an_unknown_form_is_told_its_neighbours():
    with pytest.raises(ValueError, match="extra_class"):
        ClassScores("extra")
