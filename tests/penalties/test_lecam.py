"""LeCam's penalty: its equation, its anchors and where they live."""

import numpy as np
import pytest
import tensorflow as tf
from small import point_players

from keras_gan import GAN
from keras_gan.duel import Duel
from keras_gan.penalties import Every, LeCam


def step(penalty, real, fake, weights=None):
    """One call on images that are multiplied by `weights` to give scores."""
    weights = tf.ones(()) if weights is None else weights
    images = [tf.constant(values, tf.float32) for values in (real, fake)]
    return penalty(Duel(lambda images, augment=True: {"scores": weights * images}, *images, None))


def anchors(penalty):
    return [float(penalty.real_anchor), float(penalty.fake_anchor)]


def test_value_and_gradient_are_those_of_the_equation():
    penalty, random = LeCam(0.3, decay=0.9), np.random.default_rng(0)
    step(penalty, [[4.0], [2.0]], [[-1.0], [-3.0]])
    assert anchors(penalty) == [3.0, -2.0]
    real, fake, weight = random.normal(size=(5, 1)), random.normal(size=(5, 1)), tf.constant(1.5)
    with tf.GradientTape() as tape:
        tape.watch(weight)
        value = step(penalty, real, fake, weight)
    away = 1.5 * real + 2.0, 1.5 * fake - 3.0
    assert float(value) == pytest.approx(0.3 * (np.mean(away[0] ** 2) + np.mean(away[1] ** 2)), rel=1e-5)
    slope = 0.6 * (np.mean(away[0] * real) + np.mean(away[1] * fake))  # the anchors are constants
    assert float(tape.gradient(value, weight)) == pytest.approx(slope, rel=1e-5)


def test_at_the_first_step_the_anchors_are_zero():
    value = step(LeCam(2.0), [[1.0], [3.0]], [[-2.0], [0.0]])
    assert float(value) == pytest.approx(2 * (5 + 2))


def test_anchors_are_plain_means_at_first_and_exponential_ones_then():
    penalty, means = LeCam(decay=0.75), [4.0, 2.0, 6.0, 0.0, 8.0, 1.0]
    found = []
    for mean in means:
        step(penalty, [[mean + 1], [mean - 1]], [[-mean]])
        found.append(anchors(penalty))
    expected = list(np.cumsum(means[:4]) / np.arange(1, 5))
    for mean in means[4:]:
        expected.append(0.75 * expected[-1] + 0.25 * mean)
    np.testing.assert_allclose(found, np.stack([expected, np.negative(expected)], 1), rtol=1e-6)


def test_over_patches_every_patch_counts():
    penalty = LeCam(1.0)
    values = np.arange(8.0).reshape(2, 2, 2, 1)
    assert float(step(penalty, values, -values)) == pytest.approx(2 * np.mean(values**2))
    assert anchors(penalty) == [3.5, -3.5]


def game():
    gan = GAN(*point_players(), adversarial_loss="hinge", penalties=[LeCam(0.3, decay=0.5)])
    gan.compile()
    return gan


def test_anchors_are_saved_with_the_model(tmp_path):
    gan = game()
    points = np.random.default_rng(0).normal(size=(48, 2)).astype("float32")
    assert "d_le_cam" in gan.fit(points, batch_size=16, verbose=0).history
    gan.save_weights(tmp_path / "game.weights.h5")
    again = game()
    again.load_weights(tmp_path / "game.weights.h5")
    assert anchors(again.penalties[0]) == anchors(gan.penalties[0])
    assert float(again.penalties[0].minibatches) == 3
    assert 0 not in anchors(again.penalties[0])


def test_two_replicas_share_their_anchors(two_replicas):
    scores = tf.constant([[1.0], [2.0], [30.0], [40.0]])
    with two_replicas.scope():
        penalty = LeCam()

    @tf.function
    def of_a_share():
        index = tf.distribute.get_replica_context().replica_id_in_sync_group
        share = scores[2 * index : 2 * index + 2]
        return penalty(Duel(lambda images, augment=True: {"scores": images}, share, -share, None))

    two_replicas.run(of_a_share)
    assert [penalty.real_anchor.numpy(), penalty.fake_anchor.numpy()] == [18.25, -18.25]


def test_on_several_replicas_it_refuses_to_be_lazy(two_replicas):
    with two_replicas.scope():
        gan = GAN(*point_players(), penalties=[Every(4, LeCam())])
        with pytest.raises(ValueError, match="this penalty averages over the global minibatch"):
            gan.compile()
