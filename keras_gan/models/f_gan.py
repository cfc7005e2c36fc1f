"""f-GAN: the game of a chosen divergence."""

import keras

from keras_gan.losses import FDivergence
from keras_gan.models.gan import GAN


class FGAN(GAN):
    """The game whose discriminator estimates an f-divergence from below, and whose generator descends it.

        D: -(E T(x) - E f*(T(G(z))))        G: -E T(G(z)), or saturating: -E f*(T(G(z)))

    `d_divergence` logs the estimate. `FDivergence` lists the divergences. Both players learn by Adam(2e-4, β₁ = 0.5).

    Args:
        generator, discriminator: as in `GAN`; scores without bounds.
        divergence: str, name of a divergence. Defaults to `"kl"`.
        alpha: float, α of `"alpha"`; `None` for all others. Defaults to `None`.
        non_saturating: bool, G maximises E T(G(z)). Defaults to `True`.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.mlp.generator(image_shape=(2,), latent_dim=2, units=8)
    >>> gan = keras_gan.FGAN(generator, networks.mlp.discriminator((2,), units=8), divergence="pearson")
    >>> gan.compile()

    Reference:
    - [Nowozin et al., 2016](https://arxiv.org/abs/1606.00709), algorithm 1, section 3.2 (non-saturating), section 4
      (optimiser).
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        divergence: str = "kl",
        alpha: float | None = None,
        non_saturating: bool = True,
        **game,
    ):
        loss = FDivergence(divergence, alpha=alpha, non_saturating=non_saturating)
        super().__init__(generator, discriminator, adversarial_loss=loss, **game)
