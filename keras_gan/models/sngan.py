"""SNGAN: the hinge game with a critic of spectrally normalised layers."""

import keras

from keras_gan.losses import Hinge
from keras_gan.models import network_checks
from keras_gan.models.gan import GAN


class SNGAN(GAN):
    """Spectrally normalised GAN: no layer of the critic stretches what it is given.

        n_critic times: D descends E max(0, 1 - D(x)) + E max(0, 1 + D(G(z)))
        G descends -E D(G(z)),                   every kernel of D divided by its largest singular value

    The normalisation is a part of the discriminator: build it with `networks.resnet.discriminator(...,
    normalization="spectral", pooling="sum")`, or wrap its layers in `layers.SpectralNormalization`. It costs far less
    than a gradient penalty, and bounds D everywhere. Both learn by Adam(2e-4, β₁ = 0, β₂ = 0.9).

    Args:
        generator, discriminator: as in `GAN`.
        n_critic: int ≥ 1. Defaults to `5`, the paper's for residual networks; `1` is usual for shallow ones.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Reference:
    - [Miyato et al., 2018](https://arxiv.org/abs/1802.05957), equations 16 and 17, algorithm 1, setting F of table 1.
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model, *, n_critic: int = 5, **game):
        super().__init__(generator, discriminator, adversarial_loss=Hinge(), n_critic=n_critic, **game)
        network_checks.warn_unless_normalized(type(self).__name__, self.discriminator)

    def paper_optimizers(self):
        return {player: keras.optimizers.Adam(2e-4, beta_1=0.0, beta_2=0.9) for player in self.players}
