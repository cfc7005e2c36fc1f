"""DCGAN: the game of the convolutional pair."""

import keras

from keras_gan.losses import NonSaturating
from keras_gan.models.gan import GAN


class DCGAN(GAN):
    """Deep convolutional GAN: the non-saturating game with the settings that made it train.

    The pair is `networks.dcgan`: strided and fractionally strided convolutions, batch normalisation in both players,
    no hidden dense layers, ReLU and tanh in G, LeakyReLU in D. Both players learn by Adam(2e-4, β₁ = 0.5).

    Args:
        generator, discriminator: as in `GAN`.
        label_smoothing: float in [0, 0.5), the target of real images is `1 - label_smoothing`. Defaults to `0.0`.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.dcgan.generator((8, 8, 1), latent_dim=4, filters=4)
    >>> gan = keras_gan.DCGAN(generator, networks.dcgan.discriminator((8, 8, 1), filters=4))
    >>> gan.compile()

    Reference:
    - [Radford et al., 2016](https://arxiv.org/abs/1511.06434), section 3 and section 4 (optimiser).
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model, *, label_smoothing: float = 0.0, **game):
        super().__init__(generator, discriminator, adversarial_loss=NonSaturating(label_smoothing), **game)
