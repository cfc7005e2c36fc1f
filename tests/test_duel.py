"""A duel scores each image once, and remembers."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import random
from keras_gan.duel import Duel, once
from keras_gan.random import Numbers

REAL, FAKE = (tf.constant(images, tf.float32) for images in np.random.default_rng(0).normal(size=(2, 5, 3)))


class Critic:
    """Scores ½‖x‖², whose gradient is x; counts what it is shown."""

    def __init__(self):
        self.calls = 0

    def __call__(self, images, augment=True):
        self.calls += 1
        return {"scores": tf.reduce_sum(images**2, axis=1, keepdims=True) / 2, "features": 2 * images}


def duel(critic=None):
    return Duel(critic or Critic(), REAL, FAKE, Numbers(0))


def test_scores_and_outputs_are_the_critics():
    game = duel()
    np.testing.assert_allclose(game.real_scores, np.sum(REAL.numpy() ** 2, axis=1, keepdims=True) / 2, rtol=1e-6)
    np.testing.assert_allclose(game.fake_scores, np.sum(FAKE.numpy() ** 2, axis=1, keepdims=True) / 2, rtol=1e-6)
    np.testing.assert_array_equal(game.real_outputs["features"], 2 * REAL)
    np.testing.assert_array_equal(game.fake_outputs["features"], 2 * FAKE)


def test_gradients_are_those_of_the_sum_of_the_scores():
    game = duel()
    np.testing.assert_allclose(game.real_gradient, REAL, rtol=1e-6)
    np.testing.assert_allclose(game.fake_gradient, FAKE, rtol=1e-6)


def test_each_kind_is_scored_when_first_asked_for_and_only_once():
    critic = Critic()
    game = duel(critic)
    assert critic.calls == 0
    for first, second in ((game.real_scores, game.real_gradient), (game.real_scores, game.real_gradient)):
        assert (first.shape, second.shape, critic.calls) == ((5, 1), (5, 3), 1)
    assert (game.fake_gradient.shape, game.fake_scores.shape, critic.calls) == ((5, 3), (5, 1), 2)


@pytest.mark.parametrize("jit_compile", [None, False, True], ids=["eager", "graph", "xla"])
def test_a_gradient_can_be_differentiated_again(jit_compile):
    w = tf.constant([1.0, -2.0, 0.5])

    def second(w):
        with tf.GradientTape() as tape:
            tape.watch(w)
            game = duel(lambda images, augment=True: {"scores": tf.tanh(tf.linalg.matvec(images, w))})
            length = tf.reduce_sum(game.real_gradient**2) + tf.reduce_sum(game.fake_gradient**2)
            total = length + tf.reduce_sum(game.real_scores)
        return tape.gradient(total, w)

    def value(w):  # the same by hand: ∂ tanh(<w, x>) / ∂x = (1 - tanh²) w
        total = 0.0
        for images in (REAL.numpy().astype("float64"), FAKE.numpy().astype("float64")):
            total += np.sum((1 - np.tanh(images @ w) ** 2) ** 2) * np.sum(w**2)
        return total + np.sum(np.tanh(REAL.numpy().astype("float64") @ w))

    function = second if jit_compile is None else tf.function(second, jit_compile=jit_compile)
    centre = w.numpy().astype("float64")
    expected = [(value(centre + 1e-5 * unit) - value(centre - 1e-5 * unit)) / 2e-5 for unit in np.eye(3)]
    np.testing.assert_allclose(function(w), expected, rtol=1e-4, atol=1e-5)


def test_the_gradient_reaches_the_generator_behind_the_images():
    w = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        game = Duel(Critic(), REAL, FAKE * w, Numbers(0))
        total = tf.reduce_sum(game.fake_scores)
    np.testing.assert_allclose(tape.gradient(total, w), np.sum(FAKE.numpy() ** 2 * w.numpy(), axis=0), rtol=1e-5)


def test_a_view_of_other_images_is_not_remembered():
    critic = Critic()
    game = duel(critic)
    np.testing.assert_allclose(game.view(REAL + FAKE).gradient, REAL + FAKE, rtol=1e-6)
    np.testing.assert_allclose(game.view(REAL + FAKE).gradient, REAL + FAKE, rtol=1e-6)
    assert critic.calls == 2


def test_half_precision_gives_float32_gradients():
    game = Duel(Critic(), tf.cast(REAL, tf.bfloat16), tf.cast(FAKE, tf.bfloat16), Numbers(0))
    assert game.real_gradient.dtype == tf.float32


def test_a_critic_without_a_gradient_raises_and_says_why():
    game = duel(lambda images, augment=True: {"scores": tf.cast(tf.argmax(images, axis=1), tf.float32)})
    with pytest.raises(ValueError, match="do not depend on the images through differentiable operations.*argmax"):
        game.real_gradient  # noqa: B018


@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "xla"])
def test_a_branch_remembers_nothing_outside_itself(jit_compile):
    @tf.function(jit_compile=jit_compile)
    def total(due):
        game = duel()

        def term(fork):
            return tf.reduce_sum(fork.real_gradient**2) + tf.reduce_sum(fork.numbers.uniform((5,)))

        lazy = tf.cond(due, game.branch(term), lambda: tf.constant(0.0))
        return lazy, tf.reduce_sum(game.real_gradient**2), game.numbers.uniform((5,))

    length = float(np.sum(REAL.numpy() ** 2))
    with_branch, without = total(tf.constant(True)), total(tf.constant(False))
    assert float(without[0]) == 0.0
    assert length < float(with_branch[0]) < length + 5
    assert float(with_branch[1]) == pytest.approx(length, rel=1e-5)
    np.testing.assert_array_equal(with_branch[2], without[2])


def test_layers_inside_a_branch_draw_from_the_branch():
    game = duel()
    inside = game.branch(lambda fork: (random.current() is fork.numbers, random.current() is game.numbers))
    with random.drawing_from(game.numbers):
        assert inside() == (True, False)
        assert random.current() is game.numbers


def test_once_computes_on_first_use_and_keeps():
    class Thing:
        made = 0

        @once
        def value(self):
            """What it is."""
            self.made += 1
            return object()

    thing = Thing()
    assert thing.value is thing.value and thing.made == 1
    assert Thing().value is not thing.value
    assert Thing.value.__doc__ == "What it is."
