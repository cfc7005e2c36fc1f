"""The stream of minibatches that `fit` hands to Keras."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_gan
from keras_gan import networks
from keras_gan.data import Minibatches
from keras_gan.models import feeding

POINTS = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")


def given_to_keras(monkeypatch, data):
    """The data set that a `fit` on `data` passes on."""
    handed = []
    monkeypatch.setattr(keras.Model, "fit", lambda self, x, **rest: handed.append(x))
    pair = networks.mlp.generator((2,), latent_dim=2, units=4), networks.mlp.discriminator((2,), units=4)
    gan = keras_gan.GAN(*pair)
    gan.compile()
    gan.fit(data)
    return handed[0]


@pytest.mark.parametrize("data", [POINTS, Minibatches(POINTS, batch_size=8)], ids=["arrays", "minibatches"])
def test_no_thread_tunes_it_for_that_one_holds_up_the_end_of_a_long_training(monkeypatch, data):
    assert given_to_keras(monkeypatch, data).options().autotune.enabled is False


def test_a_data_set_of_the_users_keeps_its_own_options(monkeypatch):
    dataset = tf.data.Dataset.from_tensor_slices(POINTS).batch(8)
    assert given_to_keras(monkeypatch, dataset).options().autotune.enabled is not False


def test_a_scalar_may_stand_beside_the_images():
    weighed = tf.data.Dataset.from_tensor_slices(POINTS).batch(24).map(lambda images: (images, 0.5))
    source = feeding.as_minibatches(weighed, None, None, 0, None, "GAN")
    assert [len(images) for images, _ in source.at(0)] == [24, 24]
