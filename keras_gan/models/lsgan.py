"""LSGAN: the game of least squares."""

import keras

from keras_gan.losses import LeastSquares
from keras_gan.models.gan import GAN


class LSGAN(GAN):
    """Least squares GAN: scores are regressed on targets, which keeps pulling at images far from the boundary.

        D: ½ E (D(x) - b)² + ½ E (D(G(z)) - a)²       G: ½ E (D(G(z)) - c)²

    Both players learn by Adam, β₁ = 0.5; the paper's rate for its first model is 1e-3, here 2e-4 as for `DCGAN`.

    Args:
        generator, discriminator: as in `GAN`.
        real_target: float, b. Defaults to `1.0`.
        fake_target: float, a. Defaults to `0.0`.
        generator_target: float, c. Defaults to `1.0`. With (b, a, c) = (1, -1, 0) the game minimises the Pearson
            divergence between `p + q` and `2 q`.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Reference:
    - [Mao et al., 2017](https://arxiv.org/abs/1611.04076), equations 2, 8 and 9.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        real_target: float = 1.0,
        fake_target: float = 0.0,
        generator_target: float = 1.0,
        **game,
    ):
        loss = LeastSquares(real_target, fake_target, generator_target)
        super().__init__(generator, discriminator, adversarial_loss=loss, **game)
