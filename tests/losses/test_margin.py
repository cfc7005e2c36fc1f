"""The margin loss beyond what every loss must keep."""

import numpy as np
import pytest
import tensorflow as tf
from small import point_players

from keras_gan.duel import Duel
from keras_gan.losses import Margin
from keras_gan.models.gan import GAN
from keras_gan.random import Numbers


def duel_of(real, fake):
    """A duel whose images are their lengths."""
    critic = lambda images, augment=True: {"scores": images[:, :1], "lengths": images}  # noqa: E731
    return Duel(critic, tf.constant(real), tf.constant(fake), Numbers(0))


def test_the_papers_numbers():
    """Capsule by capsule: T = 1 gives max(0, 0.9 - v)², T = 0 gives ½ max(0, v - 0.1)²."""
    duel = duel_of([[0.4, 0.3]], [[0.6, 0.2]])
    assert float(Margin().discriminator(duel)) == pytest.approx(0.5**2 + 0.5 * 0.2**2 + 0.7**2 + 0.5 * 0.5**2)
    assert float(Margin().generator(duel)) == pytest.approx(0.3**2 + 0.5 * 0.1**2)


def test_capsules_beyond_their_margins_rest():
    images = tf.constant([[0.95, 0.05]])
    with tf.GradientTape() as tape:
        tape.watch(images)
        loss = Margin().generator(Duel(lambda x, augment=True: {"lengths": x}, images, images, Numbers(0)))
    assert float(loss) == 0.0
    np.testing.assert_array_equal(tape.gradient(loss, images), [[0.0, 0.0]])


@pytest.mark.parametrize(
    "arguments", [{}, {"m_plus": 1.0, "m_minus": 0.0}, {"down_weight": 0.1}, {"m_plus": 0.6, "down_weight": 3.0}]
)
def test_the_undecided_score_is_the_logit_of_the_best_length_for_half_real_and_half_generated(arguments):
    loss, lengths = Margin(**arguments), np.linspace(0.001, 0.999, 999, dtype="float32")
    losses_of = [float(loss.discriminator(duel_of([[length, 0.5]], [[length, 0.5]]))) for length in lengths]
    best = lengths[np.argmin(losses_of)]
    assert 1 / (1 + np.exp(-loss.undecided)) == pytest.approx(best, abs=0.001)


def test_where_nothing_shortens_a_capsule_no_score_is_undecided():
    assert Margin(down_weight=0.0).undecided is None


def test_a_game_without_lengths_is_refused_and_told_which_discriminator_has_them():
    with pytest.raises(ValueError, match="Margin reads 'lengths', .* returns scores.*networks.capsule.discriminator"):
        GAN(*point_players(), adversarial_loss=Margin())


@pytest.mark.parametrize("wrong", [{"m_plus": 1.1}, {"m_minus": -0.1}, {"m_plus": 0.1}, {"down_weight": -1.0}])
def test_margins_out_of_their_range_raise(wrong):
    name, value = next(iter(wrong.items()))
    with pytest.raises(ValueError, match=f"Margin: .*{name}={value}"):
        Margin(**wrong)
