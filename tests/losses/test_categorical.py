"""CatGAN's game, by the formulas of its paper."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.duel import Duel
from keras_gan.losses import auxiliary
from keras_gan.losses.categorical import CategoricalEntropy
from keras_gan.random import Numbers

REAL, FAKE = np.random.default_rng(0).normal(0, 1.5, (2, 6, 3))


def softmax(logits):
    p = np.exp(logits - logits.max(-1, keepdims=True))
    return p / p.sum(-1, keepdims=True)


def entropy(p):
    return -np.sum(p * np.log(p), axis=-1)


def marginal_entropy(logits):
    return entropy(softmax(logits).mean(axis=0))


def mean_entropy(logits):
    return entropy(softmax(logits)).mean()


def d_formula(real, fake):
    """Minus equation 7, the discriminator's."""
    return -(marginal_entropy(real) - mean_entropy(real) + mean_entropy(fake))


def g_formula(real, fake):
    return mean_entropy(fake) - marginal_entropy(fake)


def values_and_gradients(player, real, fake):
    """(value, gradient by real logits, gradient by those of generated images), of a critic that says its images."""
    real, fake = (tf.constant(logits, tf.float32) for logits in (real, fake))
    with tf.GradientTape() as tape:
        tape.watch([real, fake])
        duel = Duel(lambda images, augment=True: {"scores": images[:, :1], "classes": images}, real, fake, Numbers(0))
        value = getattr(CategoricalEntropy(), player)(duel)
    gradients = tape.gradient(value, [real, fake], unconnected_gradients="zero")
    return float(value), *(gradient.numpy() for gradient in gradients)


def slope(function, at, step=1e-5):
    """Gradient by central differences, in float64."""
    gradient = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        moved = np.zeros_like(at)
        moved[index] = step
        gradient[index] = (function(at + moved) - function(at - moved)) / (2 * step)
    return gradient


@pytest.mark.parametrize(("player", "formula"), [("discriminator", d_formula), ("generator", g_formula)])
def test_values_and_gradients_are_those_of_the_formula(player, formula):
    value, by_real, by_fake = values_and_gradients(player, REAL, FAKE)
    assert value == pytest.approx(formula(REAL, FAKE), abs=1e-6)
    np.testing.assert_allclose(by_real, slope(lambda real: formula(real, FAKE), REAL), atol=1e-6)
    np.testing.assert_allclose(by_fake, slope(lambda fake: formula(REAL, fake), FAKE), atol=1e-6)


def test_at_best_every_class_has_its_share_and_generated_images_have_none():
    sorted_out, undecided = 50.0 * np.eye(3)[np.arange(6) % 3], np.zeros((6, 3))
    assert values_and_gradients("discriminator", sorted_out, undecided)[0] == pytest.approx(-2 * np.log(3), abs=1e-5)
    assert values_and_gradients("generator", REAL, sorted_out)[0] == pytest.approx(-np.log(3), abs=1e-5)
    one_class = 50.0 * np.eye(3)[np.zeros(6, int)]
    assert values_and_gradients("generator", REAL, one_class)[0] == pytest.approx(0, abs=1e-5)


def test_it_reports_the_three_entropies():
    real, fake = tf.constant(REAL, tf.float32), tf.constant(FAKE, tf.float32)
    duel = Duel(lambda images, augment=True: {"scores": images[:, :1], "classes": images}, real, fake, Numbers(0))
    told = {name: float(value) for name, value in CategoricalEntropy().report(duel).items()}
    assert tuple(told) == CategoricalEntropy.reports
    expected = [mean_entropy(REAL), mean_entropy(FAKE), marginal_entropy(REAL)]
    np.testing.assert_allclose(list(told.values()), expected, rtol=1e-5)


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_large_logits_stay_finite(player):
    assert all(np.isfinite(part).all() for part in values_and_gradients(player, 1e4 * REAL, -1e4 * FAKE))


def test_two_replicas_see_the_marginal_of_one(two_replicas):
    logits = tf.constant(REAL, tf.float32)

    def share():
        index = tf.distribute.get_replica_context().replica_id_in_sync_group
        mine = logits[3 * index : 3 * index + 3]
        with tf.GradientTape() as tape:
            tape.watch(mine)
            value = auxiliary.marginal_entropy(mine) / 2  # as `minimize` divides it
        return value, tape.gradient(value, mine)

    values, gradients = tf.function(lambda: two_replicas.run(share))()
    values, gradients = (two_replicas.experimental_local_results(each) for each in (values, gradients))
    np.testing.assert_allclose(np.sum(values), marginal_entropy(REAL), rtol=1e-5)
    np.testing.assert_allclose(np.concatenate(gradients), slope(marginal_entropy, REAL), atol=1e-6)
