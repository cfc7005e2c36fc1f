"""ConditionalGAN: both players are told the label."""

import keras

from keras_gan.models import network_checks
from keras_gan.models.gan import GAN


class ConditionalGAN(GAN):
    """Conditional GAN: the game of `GAN`, with the label of each image as a condition of both players.

        min_G max_D  E log D(x | y) + E log(1 - D(G(z | y) | y))        (and any other loss, any penalties)

    The generated images of a minibatch have the labels of its real ones, so that D compares like with like. `GAN` and
    its other presets play the same game when their networks take labels; this one refuses networks that do not.

    Both players learn by Adam(2e-4, β₁ = 0.5).

    Args:
        generator: as in `GAN`, of `latents` and `labels`: built with `num_classes=...`.
        discriminator: as in `GAN`, of `images` and `labels`: built with `num_classes=...`.
        **game: all other arguments of `GAN`.

    Call arguments:
        inputs: dict of `latents` `(batch, latent_dim)` and `labels`, int `(batch,)`.

    Raises:
        ValueError: a network that takes no labels.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.mlp.generator((8, 8, 1), latent_dim=2, units=8, num_classes=10)
    >>> discriminator = networks.mlp.discriminator((8, 8, 1), units=8, num_classes=10)
    >>> gan = keras_gan.ConditionalGAN(generator, discriminator)
    >>> gan.sample(3, labels=[0, 1, 2]).shape
    (3, 8, 8, 1)

    Reference:
    - [Mirza and Osindero, 2014](https://arxiv.org/abs/1411.1784), equation 2.
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model, **game):
        super().__init__(generator, discriminator, **game)
        network_checks.check_takes_labels(type(self).__name__, generator=generator, discriminator=discriminator)
