"""Instance noise: how wide it is, and when it is gone."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import networks
from keras_gan.augmentations import InstanceNoise
from keras_gan.models.gan import GAN
from keras_gan.random import Numbers, drawing_from


def noise(augmentation, shape=(400, 8), step=0):
    with drawing_from(Numbers(seed=1, step=step)):
        return (augmentation(tf.ones(shape), training=True) - 1.0).numpy()


@pytest.mark.parametrize("shape", [(400, 8), (50, 8, 8, 1)], ids=["points", "images"])
def test_it_is_normal_and_another_one_for_each_pixel(shape):
    drawn = noise(InstanceNoise(0.3), shape)
    assert drawn.mean() == pytest.approx(0.0, abs=0.02)
    assert drawn.std() == pytest.approx(0.3, rel=0.05)
    assert np.mean(np.abs(drawn) < 0.3) == pytest.approx(0.683, abs=0.03)
    assert len(np.unique(drawn)) > 0.99 * drawn.size


@pytest.mark.parametrize(("step", "share"), [(0, 1.0), (25, 0.75), (99, 0.01), (100, 0.0), (500, 0.0)])
def test_it_falls_on_a_line_to_nothing(step, share):
    annealed, constant = noise(InstanceNoise(0.5, anneal_steps=100), step=step), noise(InstanceNoise(0.5), step=step)
    np.testing.assert_allclose(annealed, share * constant, atol=1e-6)


def test_the_game_tells_it_the_training_step():
    seen = []

    class Watching(InstanceNoise):
        def _stddev_at(self, step):
            seen.append(float(super()._stddev_at(step)))
            return super()._stddev_at(step)

    generator, critic = networks.mlp.generator((2,), 2, units=4), networks.mlp.discriminator((2,), units=4)
    game = GAN(generator, critic, augmentation=Watching(0.4, anneal_steps=4), n_critic=2)
    game.compile(run_eagerly=True)
    game.fit(
        np.zeros((16, 2), "float32"), batch_size=2, verbose=0
    )  # four steps; the critic is asked five times in each
    np.testing.assert_allclose(seen, np.repeat([0.4, 0.3, 0.2, 0.1], 5), rtol=1e-6)


def test_the_critic_sees_it_on_real_and_on_generated_images_with_the_gradient_of_both():
    images = tf.ones((3, 2))
    with tf.GradientTape() as tape:
        tape.watch(images)
        seen = InstanceNoise(0.1)(images, training=True)
    np.testing.assert_array_equal(tape.gradient(seen, images), 1.0)


@pytest.mark.parametrize("arguments", [{"stddev": -0.1}, {"stddev": float("nan")}, {"anneal_steps": 0}])
def test_numbers_out_of_their_range_raise(arguments):
    with pytest.raises(ValueError, match=r"InstanceNoise: \w+=.*; expected"):
        InstanceNoise(**arguments)
