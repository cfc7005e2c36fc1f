"""R3GAN: the relativistic game with both zero-centred penalties, and nothing else."""

import keras

from keras_gan.losses import Relativistic
from keras_gan.models.gan import GAN, as_list
from keras_gan.penalties import R1, R2


class R3GAN(GAN):
    """Relativistic pairing GAN, regularised at real and at generated images.

        D descends E softplus(D(G(z)) - D(x)) + ½ γ E ‖∇D(x)‖² + ½ γ E ‖∇D(G(z))‖²
        G descends E softplus(D(x) - D(G(z)))

    Each real image is paired with one generated image, so that a generator that leaves a mode out is never right there;
    the two penalties make the game converge locally. Begin with it where variety matters. Its networks need no
    normalisation: `normalization=None` in both. The larger γ, the smoother D and the slower all: the authors begin with
    0.05 (CIFAR-10), 2 (faces of 64 pixels) or 150 (of 256) and lower it tenfold over the run; points want about 0.01.
    Both learn by Adam(β₁ = 0), the authors' at a rate that falls from 2e-4 to 5e-5 and with a β₂ that rises from 0.9 to
    0.99, here at 2e-4 and 0.99 throughout.

    Args:
        generator, discriminator: as in `GAN`.
        gamma: float ≥ 0, γ. Defaults to `1.0`.
        penalties: further penalties. Defaults to none.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.mlp.generator(image_shape=(2,), latent_dim=2, units=8)
    >>> gan = keras_gan.R3GAN(generator, networks.mlp.discriminator(image_shape=(2,), units=8), gamma=0.01)
    >>> gan.compile()
    >>> [penalty.name for penalty in gan.penalties]
    ['r1', 'r2']

    Reference:
    - [Huang et al., 2024](https://arxiv.org/abs/2501.05441), section 2, and the authors' code.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        gamma: float = 1.0,
        penalties=(),
        **game,
    ):
        penalties = [R1(gamma), R2(gamma), *as_list(penalties)]
        super().__init__(generator, discriminator, adversarial_loss=Relativistic(), penalties=penalties, **game)

    def paper_optimizers(self):
        return {player: keras.optimizers.Adam(2e-4, beta_1=0.0, beta_2=0.99) for player in self.players}
