"""What tells the adversarial losses from one another."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.duel import Duel
from keras_gan.losses import (
    Hinge,
    LeastSquares,
    Minimax,
    NonSaturating,
    Relativistic,
    RelativisticAverage,
    Wasserstein,
)
from keras_gan.random import Numbers


def duel(real_scores, fake_scores):
    real, fake = (tf.constant(scores, tf.float32) for scores in (real_scores, fake_scores))
    return Duel(lambda images, augment=True: {"scores": images}, real, fake, Numbers(seed=0))


def pull(loss, fake_scores):
    """How the generator's loss changes with each generated score, times their number."""
    fake = tf.constant(fake_scores, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(fake)
        value = loss.generator(duel(np.zeros(len(fake_scores)), fake))
    return tape.gradient(value, fake).numpy() * len(fake_scores)


def test_minimax_is_one_value_for_both_players():
    r, f = [0.3, -1.2], [0.8, 2.0]
    sure_of_real = float(np.mean(np.logaddexp(0, -np.array(r))))
    game = duel(r, f)
    assert float(Minimax().discriminator(game) + Minimax().generator(game)) == pytest.approx(sure_of_real, abs=1e-6)


def test_where_the_discriminator_is_sure_minimax_lets_go_and_the_non_saturating_loss_pulls():
    assert pull(Minimax(), [-10.0]) == pytest.approx([0.0], abs=1e-4)
    assert pull(NonSaturating(), [-10.0]) == pytest.approx([-1.0], abs=1e-4)
    assert pull(Minimax(), [0.0]) == pytest.approx(pull(NonSaturating(), [0.0]), abs=1e-6)


@pytest.mark.parametrize("loss", [Minimax, NonSaturating])
def test_label_smoothing_moves_the_target_of_real_images_alone(loss):
    r, f = np.array([2.0, -0.5]), np.array([-1.0, 0.7])
    # Cross-entropy of probabilities, with 0.9 as the target of real images and 0 as that of generated ones.
    real, fake = 1 / (1 + np.exp(-r)), 1 / (1 + np.exp(-f))
    expected = -np.mean(0.9 * np.log(real) + 0.1 * np.log(1 - real)) - np.mean(np.log(1 - fake))
    assert float(loss(label_smoothing=0.1).discriminator(duel(r, f))) == pytest.approx(expected, abs=1e-6)
    assert float(loss(0.1).generator(duel(r, f))) == float(loss().generator(duel(r, f)))


@pytest.mark.parametrize("loss", [Minimax, NonSaturating])
@pytest.mark.parametrize("share", [-0.1, 0.5, 1.0, float("nan")])
def test_label_smoothing_out_of_its_range_raises(loss, share):
    with pytest.raises(ValueError, match=f"{loss.__name__}: label_smoothing={share}; expected 0 ≤"):
        loss(label_smoothing=share)


def test_least_squares_has_the_papers_two_sets_of_targets():
    r, f = [2.0, 0.0], [0.5, -1.0]
    assert float(LeastSquares().discriminator(duel(r, f))) == pytest.approx(0.5 * 1.0 + 0.5 * 0.625, abs=1e-6)
    assert float(LeastSquares().generator(duel(r, f))) == pytest.approx(0.5 * (0.25 + 4.0) / 2, abs=1e-6)
    pearson = LeastSquares(1.0, -1.0, 0.0)
    assert float(pearson.discriminator(duel(r, f))) == pytest.approx(0.5 * 1.0 + 0.5 * (2.25 + 0.0) / 2, abs=1e-6)
    assert float(pearson.generator(duel(r, f))) == pytest.approx(0.5 * (0.25 + 1.0) / 2, abs=1e-6)


def test_least_squares_pulls_scores_down_too_that_lie_above_the_target():
    np.testing.assert_allclose(pull(LeastSquares(), [0.0, 1.0, 3.0]), [-1.0, 0.0, 2.0], atol=1e-6)


def test_the_hinge_leaves_alone_what_is_right_by_a_margin():
    real, fake = tf.constant([1.5, 0.5]), tf.constant([-1.5, -0.5])
    with tf.GradientTape() as tape:
        tape.watch([real, fake])
        value = Hinge().discriminator(duel(real, fake))
    by_real, by_fake = tape.gradient(value, [real, fake])
    np.testing.assert_allclose(by_real, [0.0, -0.5], atol=1e-6)
    np.testing.assert_allclose(by_fake, [0.0, 0.5], atol=1e-6)


def test_wasserstein_reports_the_negative_of_its_loss_as_the_distance():
    game = duel([3.0, 1.0], [0.5, -0.5])
    assert float(Wasserstein().report(game)["wasserstein"]) == pytest.approx(2.0, abs=1e-6)
    assert float(Wasserstein().discriminator(game)) == pytest.approx(-2.0, abs=1e-6)


@pytest.mark.parametrize("loss", [Relativistic(), RelativisticAverage()])
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_relativistic_losses_know_only_differences_of_scores(loss, player):
    r, f = np.array([0.3, -1.2, 0.1]), np.array([0.8, 2.0, -0.4])
    moved = getattr(loss, player)(duel(r + 5.0, f + 5.0))
    assert float(moved) == pytest.approx(float(getattr(loss, player)(duel(r, f))), abs=1e-5)


def test_the_pairing_game_compares_image_with_image():
    loss = Relativistic()
    assert float(loss.discriminator(duel([1.0, -1.0], [1.0, -1.0]))) == pytest.approx(np.log(2), abs=1e-6)
    apart = (np.logaddexp(0, -2) + np.logaddexp(0, 2)) / 2
    assert float(loss.discriminator(duel([1.0, -1.0], [-1.0, 1.0]))) == pytest.approx(apart, abs=1e-6)


def test_the_average_game_compares_with_the_average_of_the_other_kind():
    sums = np.logaddexp(0, -1.0) + np.mean(np.logaddexp(0, np.array([1.0, -1.0]) - 1.0))
    assert float(RelativisticAverage().discriminator(duel([1.0, 1.0], [1.0, -1.0]))) == pytest.approx(sums, abs=1e-6)
