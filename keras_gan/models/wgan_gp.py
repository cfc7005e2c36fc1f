"""WGAN-GP: the earth mover's distance, by a critic whose slope is held near 1."""

import keras

from keras_gan.losses import Wasserstein
from keras_gan.models.gan import GAN, as_list
from keras_gan.penalties import GradientPenalty


class WGANGP(GAN):
    """Wasserstein GAN with gradient penalty.

        for each training step:
            n_critic times: x̂ = t·x + (1 - t)·G(z), t ~ U(0, 1) per image
                            critic descends E f(G(z)) - E f(x) + λ E (‖∇f(x̂)‖ - 1)²
            G descends -E f(G(z))

    Give the critic no batch normalisation (`normalization="layer"` or `None`): the penalty is per image. Both learn by
    Adam(1e-4, β₁ = 0, β₂ = 0.9).

    Args:
        generator, discriminator: as in `GAN`.
        gradient_penalty: float ≥ 0, λ. Defaults to `10.0`.
        one_sided: bool, leave slopes below 1 alone. Defaults to `False`.
        n_critic: int ≥ 1. Defaults to `5`.
        penalties: further penalties. Defaults to none.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Reference:
    - [Gulrajani et al., 2017](https://arxiv.org/abs/1704.00028), algorithm 1.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        gradient_penalty: float = 10.0,
        one_sided: bool = False,
        n_critic: int = 5,
        penalties=(),
        **game,
    ):
        penalties = [GradientPenalty(gradient_penalty, one_sided=one_sided), *as_list(penalties)]
        super().__init__(
            generator, discriminator, adversarial_loss=Wasserstein(), penalties=penalties, n_critic=n_critic, **game
        )

    def paper_optimizers(self):
        return {player: keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9) for player in self.players}
