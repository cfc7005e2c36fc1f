"""Where each gradient penalty looks, and how it bounds the slope there."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.duel import Duel
from keras_gan.penalties import DRAGAN, R1, R2, GradientPenalty
from keras_gan.random import Numbers


class Recording:
    """A critic that remembers what it was shown; its scores are `scores(images)`."""

    def __init__(self, scores):
        self.scores, self.shown = scores, []

    def __call__(self, images, augment=True):
        self.shown.append(images)
        return {"scores": self.scores(images)}


def linear(w):
    return Recording(lambda images: tf.linalg.matvec(images, tf.constant(w, tf.float32))[:, None])


def duel(critic, real, fake, step=0, seed=0):
    return Duel(critic, tf.constant(real, tf.float32), tf.constant(fake, tf.float32), Numbers(seed, step))


def shown_to(penalty, real, fake, **numbers):
    """The last images that the penalty shows to its critic."""
    critic = Recording(lambda images: tf.reduce_sum(images, axis=range(1, len(images.shape))))
    penalty(duel(critic, real, fake, **numbers))
    return critic.shown[-1].numpy()


REAL, FAKE = np.random.default_rng(0).normal(size=(2, 6, 2))


@pytest.mark.parametrize(
    ("arguments", "w", "expected"),
    [
        ({}, [3.0, 4.0], 10 * 16.0),
        ({}, [0.3, 0.4], 10 * 0.25),
        ({"one_sided": True}, [3.0, 4.0], 10 * 16.0),
        ({"one_sided": True}, [0.3, 0.4], 0.0),
        ({"target": 0.5}, [0.3, 0.4], 0.0),
        ({"target": 0.0}, [3.0, 4.0], 10 * 25.0),
        ({"target": 7.0, "one_sided": True}, [3.0, 4.0], 0.0),
        ({"weight": 0.0}, [3.0, 4.0], 0.0),
        ({"weight": 2.0, "location": "real"}, [3.0, 4.0], 2 * 16.0),
    ],
)
def test_the_slope_of_a_linear_critic_is_held_near_the_target(arguments, w, expected):
    value = GradientPenalty(**arguments)(duel(linear(w), REAL, FAKE))
    assert float(value) == pytest.approx(expected, abs=1e-4)


def test_its_gradient_by_the_weights_is_that_of_the_formula():
    w = tf.Variable([3.0, 4.0])
    with tf.GradientTape() as tape:
        critic = Recording(lambda images: tf.linalg.matvec(images, w))
        value = GradientPenalty(1.0)(duel(critic, REAL, FAKE))
    np.testing.assert_allclose(tape.gradient(value, w), 2 * (5.0 - 1.0) * np.array([3.0, 4.0]) / 5.0, rtol=1e-5)


def test_at_a_flat_critic_its_gradient_is_finite():
    w = tf.Variable([0.0, 0.0])
    with tf.GradientTape() as tape:
        value = GradientPenalty()(duel(Recording(lambda images: tf.linalg.matvec(images, w)), REAL, FAKE))
    assert float(value) == pytest.approx(10.0, rel=1e-4)
    np.testing.assert_allclose(tape.gradient(value, w), 0.0, atol=1e-3)


def test_the_norm_is_taken_image_by_image():
    def scores(images):  # slope |x| at image x
        return tf.reduce_sum(images**2, axis=1) / 2

    value = GradientPenalty(1.0, location="real")(duel(Recording(scores), [[3.0, 4.0], [0.0, 2.0]], np.zeros((2, 2))))
    assert float(value) == pytest.approx((4.0**2 + 1.0**2) / 2, rel=1e-5)


@pytest.mark.parametrize(("location", "expected"), [("real", REAL), ("fake", FAKE)])
def test_the_slope_is_taken_where_it_is_asked_for(location, expected):
    np.testing.assert_array_equal(shown_to(GradientPenalty(location=location), REAL, FAKE), expected.astype("float32"))


def test_mixed_images_lie_between_with_one_share_for_each_image():
    real, fake = np.ones((200, 4, 4, 3)), np.zeros((200, 4, 4, 3))
    shares = shown_to(GradientPenalty(), real, fake)
    np.testing.assert_array_equal(shares, np.broadcast_to(shares[:, :1, :1, :1], shares.shape))
    shares = shares[:, 0, 0, 0]
    assert len(np.unique(shares)) == 200 and 0 < shares.min() < 0.05 and 0.95 < shares.max() < 1
    assert np.mean(shares) == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize("penalty", [GradientPenalty(), DRAGAN()])
def test_its_numbers_are_those_of_seed_and_step(penalty):
    first = shown_to(penalty, REAL, FAKE, seed=1, step=5)
    np.testing.assert_array_equal(shown_to(penalty, REAL, FAKE, seed=1, step=5), first)
    assert np.abs(shown_to(penalty, REAL, FAKE, seed=1, step=6) - first).min() > 0
    assert np.abs(shown_to(penalty, REAL, FAKE, seed=2, step=5) - first).min() > 0


def test_two_penalties_of_a_step_draw_numbers_of_their_own():
    critic = Recording(lambda images: tf.reduce_sum(images, axis=1))
    game = duel(critic, REAL, FAKE)
    GradientPenalty()(game), GradientPenalty()(game)
    assert np.abs(critic.shown[0] - critic.shown[1]).min() > 0


def test_dragan_looks_around_the_data_wherever_the_generator_is():
    real = np.random.default_rng(1).normal(3.0, 2.0, (400, 8))
    moved = shown_to(DRAGAN(noise=0.5), real, FAKE[:1]) - real
    assert moved.min() > -1e-6  # the authors' noise is uniform on (0, 1), not centred
    assert moved.max() == pytest.approx(0.5 * real.std(), rel=0.05)
    assert moved.mean() == pytest.approx(0.5 * real.std() / 4, rel=0.05)
    images = moved.mean(axis=1)
    assert images.std() > 0.4 * images.mean()  # the width differs from image to image
    np.testing.assert_array_equal(shown_to(DRAGAN(noise=0.0), real, FAKE[:1]), real.astype("float32"))


def test_r1_and_r2_flatten_the_critic_at_real_and_at_generated_images():
    def scores(images):  # slope |x| at image x
        return tf.reduce_sum(images**2, axis=1) / 2

    game = duel(Recording(scores), REAL, FAKE)
    assert float(R1(4.0)(game)) == pytest.approx(2.0 * np.mean(np.sum(REAL**2, axis=1)), rel=1e-5)
    assert float(R2(4.0)(game)) == pytest.approx(2.0 * np.mean(np.sum(FAKE**2, axis=1)), rel=1e-5)


@pytest.mark.parametrize("penalty", [GradientPenalty(), GradientPenalty(location="fake"), DRAGAN(), R1(), R2()])
def test_a_critic_that_hides_the_images_from_the_tape_raises(penalty):
    critic = Recording(lambda images: tf.reduce_sum(tf.stop_gradient(images), axis=1))
    with pytest.raises(ValueError, match="do not depend on the images through differentiable operations"):
        penalty(duel(critic, REAL, FAKE))


def test_half_precision_images_are_measured_in_float32():
    real, fake = (tf.cast(images, tf.bfloat16) for images in (REAL, FAKE))
    w = tf.constant([3.0, 4.0], tf.bfloat16)
    critic = Recording(lambda images: tf.cast(tf.linalg.matvec(images, w), tf.float32))
    for penalty, expected in ((GradientPenalty(), 160.0), (DRAGAN(), 160.0), (R1(), 125.0), (R2(), 125.0)):
        value = penalty(Duel(critic, real, fake, Numbers(0)))
        assert value.dtype == tf.float32
        assert float(value) == pytest.approx(expected, rel=1e-3)
