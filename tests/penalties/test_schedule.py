"""A penalty that is computed now and then."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import networks
from keras_gan.duel import Duel
from keras_gan.models.gan import GAN
from keras_gan.penalties import R1, Every, GradientPenalty
from keras_gan.random import Numbers


def game(w=(3.0, 4.0), step=0):
    images = tf.zeros((4, 2))
    critic = lambda images, augment=True: {"scores": tf.linalg.matvec(images, tf.constant(w))}  # noqa: E731
    return Duel(critic, images, images, Numbers(0, step))


def lazy_game(interval=3, **arguments):
    """A GAN of points whose only penalty is lazy."""
    keras.utils.set_random_seed(0)
    generator, critic = networks.mlp.generator((2,), 2, units=4), networks.mlp.discriminator((2,), units=4)
    model = GAN(generator, critic, penalties=[Every(interval, R1(2.0))], **arguments)
    model.compile()
    return model


def points(number=8):
    return np.random.default_rng(0).normal(size=(number, 2)).astype("float32")


@pytest.mark.parametrize("interval", [1, 2, 3])
def test_it_computes_at_every_kth_step_and_multiplies_there(interval):
    lazy = Every(interval, R1(2.0))
    values = [float(lazy(game())) for _ in range(7)]
    expected = [interval * 25.0 if step % interval == 0 else 0.0 for step in range(7)]
    np.testing.assert_allclose(values, expected, rtol=1e-6)
    assert int(lazy.counter) == 7


def test_its_mean_is_that_of_the_penalty():
    lazy = Every(4, GradientPenalty(1.0))
    assert np.mean([float(lazy(game())) for _ in range(8)]) == pytest.approx(16.0, rel=1e-5)


def test_it_is_named_after_its_penalty():
    assert Every(16, R1()).name == "r1"
    assert Every(16, GradientPenalty()).name == "gradient_penalty"


def test_it_counts_critic_steps():
    model = lazy_game(n_critic=2)
    model.fit(points(), batch_size=2, verbose=0)
    assert int(model.penalties[0].counter) == 4


def test_its_counter_is_saved_and_goes_on(tmp_path):
    model = lazy_game(interval=3)
    model.fit(points(8), batch_size=2, verbose=0)  # 4 steps: the next due one is the third from here
    model.save(tmp_path / "game.keras")
    loaded = keras.models.load_model(tmp_path / "game.keras")
    assert (int(loaded.penalties[0].counter), loaded.penalties[0].interval) == (4, 3)
    due = [float(loaded.penalties[0](game())) > 0 for _ in range(4)]
    assert due == [False, False, True, False]


def test_what_is_drawn_in_its_branch_shifts_no_other_numbers():
    drawn = []
    for interval in (1, 2):
        lazy, found = Every(interval, GradientPenalty()), []
        for step in range(2):
            duel = game(step=step)
            lazy(duel)
            found.append(duel.numbers.uniform((4,)).numpy())
        drawn.append(found)
    np.testing.assert_array_equal(drawn[0], drawn[1])


def test_its_configuration_holds_that_of_its_penalty():
    lazy = Every(16, GradientPenalty(3.0, target=0.5, one_sided=True, location="real"))
    copy = Every.from_config(lazy.get_config())
    assert copy.interval == 16 and copy.penalty.get_config() == lazy.penalty.get_config()
    assert copy.penalty.target == 0.5
    model = lazy_game()
    copy = GAN.from_config(model.get_config())
    assert copy.penalties[0].penalty.gamma == 2.0 and copy.penalties[0].interval == 3


@pytest.mark.parametrize("penalty", [3.0, "r1", None])
def test_something_else_than_a_penalty_raises(penalty):
    with pytest.raises(TypeError, match=r"Every: penalty=.*; expected a penalty after the interval: Every\(16, R1"):
        Every(16, penalty)
