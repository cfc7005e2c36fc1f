"""Where two densities do not meet, the Jensen-Shannon divergence is log 2 at any distance; the earth mover's is not."""

import numpy as np
import pytest
import tensorflow as tf
from theory.frozen_game import train_critic

from keras_gan.duel import Duel
from keras_gan.losses import Minimax, Wasserstein
from keras_gan.models.gan import GAN
from keras_gan.models.wgan_gp import WGANGP
from keras_gan.priors import Uniform
from keras_gan.random import Numbers

DISTANCES = (2.0, 5.0)  # of U(0, 1) from U(0, 1) moved to the right
GRID = (np.arange(1000) + 0.5) / 1000  # quantiles of U(0, 1)


def value(loss, critic, distance):
    """What D maximises, with a critic given as a function of points."""
    real, fake = tf.constant(GRID), tf.constant(GRID + distance)
    duel = Duel(lambda images, augment=True: {"scores": critic(images)}, real, fake, Numbers(0))
    return -float(loss.discriminator(duel))


def earth_movers_distance(real, fake):
    """On the line the cheapest transport keeps the order."""
    return float(np.mean(np.abs(np.sort(real) - np.sort(fake))))


def jensen_shannon(distance):
    """JSD of the two uniform densities, by quadrature."""
    line = np.linspace(-1, 8, 90_001)
    p, q = ((line > low) & (line < low + 1) for low in (0.0, distance))
    p, q = p / p.sum(), q / q.sum()
    middle = (p + q) / 2 + 1e-300
    return 0.5 * np.sum(p * np.log(p / middle + 1e-300)) + 0.5 * np.sum(q * np.log(q / middle + 1e-300))


@pytest.mark.parametrize("distance", DISTANCES)
def test_the_best_discriminator_says_log_two_and_the_best_critic_the_distance(distance):
    def sure(points):
        return tf.where(points < 1.0, 1e4, -1e4)  # the logit of p / (p + q)

    divergence = (value(Minimax(), sure, distance) + 2 * np.log(2)) / 2
    assert divergence == pytest.approx(np.log(2), abs=1e-6)
    assert divergence == pytest.approx(jensen_shannon(distance), abs=1e-6)
    assert value(Wasserstein(), tf.negative, distance) == pytest.approx(distance, abs=1e-5)
    assert earth_movers_distance(GRID, GRID + distance) == pytest.approx(distance, abs=1e-12)


def test_half_overlapping_densities_have_half_of_both():
    assert jensen_shannon(0.5) == pytest.approx(np.log(2) / 2, abs=1e-3)
    assert earth_movers_distance(GRID, GRID + 0.5) == pytest.approx(0.5, abs=1e-12)


def trained(game, distance, **arguments):
    """(critic, real quantiles, generated quantiles) after training against U(distance, distance + 1)."""
    real = np.random.default_rng(1).uniform(size=(64_000, 1)).astype("float32")
    arguments = {"mean": distance + 0.5, "std": 0.5, "prior": Uniform(1), "epochs": 1, **arguments}
    return train_critic(game, real, **arguments), GRID, GRID + distance


def slope(critic, points, width=1e-2):
    return (critic(points + width) - critic(points - width)) / (2 * width)


@pytest.mark.parametrize("distance", DISTANCES)
def test_a_trained_discriminator_says_log_two_and_tells_the_generator_nothing(distance):
    critic, real, fake = trained(GAN, distance, adversarial_loss="minimax", learning_rate=2e-2)
    value = -np.mean(np.logaddexp(0, -critic(real))) - np.mean(np.logaddexp(0, critic(fake)))
    assert (value + 2 * np.log(2)) / 2 == pytest.approx(np.log(2), abs=0.01)
    pull = np.mean(slope(critic, fake) / (1 + np.exp(-critic(fake))))  # d/dG of log(1 - D(G))
    assert abs(pull) < 0.02


@pytest.mark.parametrize("distance", DISTANCES)
def test_a_trained_critic_says_the_distance_and_pulls_the_generator_evenly(distance):
    critic, real, fake = trained(WGANGP, distance, gradient_penalty=100.0)
    bought = distance**2 / (2 * 100.0)  # what the penalty lets through: tests/theory/test_wasserstein_critic.py
    assert np.mean(critic(real)) - np.mean(critic(fake)) == pytest.approx(distance + bought, rel=0.01)
    assert np.mean(slope(critic, fake)) == pytest.approx(-1.0, abs=0.05)
