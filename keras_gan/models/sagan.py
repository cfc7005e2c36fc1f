"""SAGAN: the hinge game with self-attention in both networks, and two rates of learning."""

import keras

from keras_gan.losses import Hinge
from keras_gan.models import network_checks
from keras_gan.models.gan import GAN


class SAGAN(GAN):
    """Self-attention GAN: places of an image that are far apart see each other, in both networks.

        D descends E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))),  learning four times as fast as G
        G descends -E D(G(z)),                                  one step each

    Attention and spectral normalisation are parts of the networks: `networks.resnet.generator(..., attention=16,
    spectral=True)` and `networks.resnet.discriminator(..., attention=16, normalization="spectral", pooling="sum")`, or
    the layers `SelfAttention` and `SpectralNormalization` in networks of your own. Adam(β₁ = 0, β₂ = 0.9), at 4e-4 for
    D and 1e-4 for G.

    Args:
        generator, discriminator: as in `GAN`.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Reference:
    - [Zhang et al., 2019](https://arxiv.org/abs/1805.08318), equation 4 and section 4.
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model, **game):
        super().__init__(generator, discriminator, adversarial_loss=Hinge(), **game)
        network_checks.warn_unless_normalized(type(self).__name__, self.discriminator)

    def paper_optimizers(self):
        rates = {"d": 4e-4, "g": 1e-4}
        return {player: keras.optimizers.Adam(rates[player], beta_1=0.0, beta_2=0.9) for player in self.players}
