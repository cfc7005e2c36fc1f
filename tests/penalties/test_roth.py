"""The Roth regulariser: its formula, its annealing, and the noise that it stands for."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import expit
from scipy.stats import norm

from keras_gan.augmentations import InstanceNoise
from keras_gan.duel import Duel
from keras_gan.losses import NonSaturating
from keras_gan.penalties import Every, Roth
from keras_gan.random import Numbers, drawing_from

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")


def duel(scores, real=REAL, fake=FAKE, step=0):
    return Duel(
        lambda images, augment=True: {"scores": scores(images)}, *map(tf.constant, (real, fake)), Numbers(0, step)
    )


def of_a_linear_critic(w, gamma):
    real, fake = (1 - expit(REAL @ w)) ** 2, expit(FAKE @ w) ** 2
    return gamma / 2 * np.sum(w**2) * (real.mean() + fake.mean())


@pytest.mark.parametrize("w", [[0.2, -0.1, 0.2], [2.0, -1.0, 2.0], [-4.0, 4.0, 2.0]], ids=["flat", "steep", "steeper"])
def test_value_and_gradient_on_a_linear_critic_are_those_of_the_formula(w):
    weights, w = tf.constant(w), np.array(w)
    with tf.GradientTape() as tape:
        tape.watch(weights)
        value = Roth(0.7)(duel(lambda images: tf.linalg.matvec(images, weights)[:, None]))
    assert (value.shape, value.dtype) == ((), tf.float32)
    assert float(value) == pytest.approx(of_a_linear_critic(w, 0.7), rel=1e-5)
    steps = 1e-6 * np.eye(3)
    expected = [(of_a_linear_critic(w + h, 0.7) - of_a_linear_critic(w - h, 0.7)) / 2e-6 for h in steps]
    np.testing.assert_allclose(tape.gradient(value, weights), expected, rtol=1e-4, atol=1e-6)


def test_images_that_the_critic_is_sure_of_are_left_alone():
    def scores(images, height):  # real ones far up, generated ones far down
        return tf.linalg.matvec(images, tf.constant([3.0, 0.0, 0.0])) + height * tf.sign(images[:, 1])

    real, fake = np.abs(REAL), -np.abs(FAKE)
    assert float(Roth()(duel(lambda images: scores(images, 30.0), real, fake))) < 1e-6
    assert float(Roth()(duel(lambda images: scores(images, -30.0), real, fake))) == pytest.approx(18.0, rel=1e-4)


def test_over_patches_it_weighs_the_slope_of_their_sum_by_their_mean():
    maps = np.random.default_rng(2).normal(size=(3, 2, 2)).astype("float32")

    def patches(images):
        return tf.einsum("bi,ihw->bhw", images, maps)[..., None]

    slope = np.sum(maps.sum(axis=(1, 2)) ** 2)
    real, fake = (np.einsum("bi,ihw->bhw", images, maps) for images in (REAL, FAKE))
    expected = slope * (np.mean((1 - expit(real)) ** 2) + np.mean(expit(fake) ** 2))
    assert float(Roth(2.0)(duel(patches))) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("step", "share"), [(0, 1.0), (50, 0.2), (100, 0.04), (1000, 0.04)])
def test_it_falls_exponentially_over_its_steps(step, share):
    def value(penalty, step=0):
        return float(penalty(duel(lambda images: tf.reduce_sum(images, axis=1), step=step)))

    annealed, constant = Roth(2.0, decay_rate=0.04, decay_steps=100), Roth(2.0)
    assert value(annealed, step) == pytest.approx(share * value(constant), rel=1e-5)
    assert value(annealed, tf.constant(step, tf.int64)) == pytest.approx(share * value(constant), rel=1e-5)
    assert value(Every(1, annealed), step) == pytest.approx(share * value(constant), rel=1e-5)
    assert value(constant, step) == value(constant)


@pytest.mark.parametrize("distance", [0.5, 1.0])
def test_it_is_what_instance_noise_adds_to_the_loss_of_the_best_critic(distance):
    # Data N(m, 1), generated N(-m, 1): the best critic's scores are log p/q = 2 m x. Points are the quantiles.
    stddev, quantiles = 0.1, norm.ppf((np.arange(20_000) + 0.5) / 20_000)[:, None].astype("float32")
    real, fake = quantiles + distance, quantiles - distance

    def scores(images):
        return 2 * distance * images

    with drawing_from(Numbers(seed=3)):
        noisy = [InstanceNoise(stddev)(tf.constant(points), training=True).numpy() for points in (real, fake)]
    loss, points = NonSaturating(), duel(scores, real, fake)
    added = float(loss.discriminator(duel(scores, *noisy))) - float(loss.discriminator(points))
    # What is linear in the noise is 0 in the mean; taken out, far fewer points will do.
    slopes = -2 * distance * expit(-2 * distance * real), 2 * distance * expit(2 * distance * fake)
    linear = sum(np.mean(s * (n - p)) for s, n, p in zip(slopes, noisy, (real, fake), strict=True))
    assert added - linear == pytest.approx(float(Roth(stddev**2)(points)), rel=0.05)
