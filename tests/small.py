"""Small players and games for tests."""

import keras

from keras_gan import networks


def players(image_shape=(8, 8, 1), latent_dim=4, normalization="batch"):
    """A DCGAN pair of 4 filters."""
    return (
        networks.dcgan.generator(image_shape, latent_dim, filters=4),
        networks.dcgan.discriminator(image_shape, filters=4, normalization=normalization),
    )


def point_players(dim=2, latent_dim=2, units=8):
    """An MLP pair for points."""
    return (
        networks.mlp.generator((dim,), latent_dim, units=units),
        networks.mlp.discriminator((dim,), units=units),
    )


def same_start(make):
    """`make()` with the initial weights that every call of `same_start` gives."""
    keras.utils.set_random_seed(0)
    return make()
