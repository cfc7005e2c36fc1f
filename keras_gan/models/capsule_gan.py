"""CapsuleGAN: a discriminator of capsules, and their margin loss."""

import keras

from keras_gan.losses import Margin
from keras_gan.models.gan import GAN


class CapsuleGAN(GAN):
    """GAN whose discriminator answers with the lengths of two capsules, `real` and `fake`, routed by agreement.

        D: a real image makes the capsule `real` long and `fake` short, a generated one the other way round
        G: its images do as real ones

    Lengths and margins are those of `losses.Margin`. For small images, and to see capsules at work: a convolutional
    discriminator of the same size trains several times faster. A penalty such as `R1` goes with it, as any does; other
    losses read its scores: `GAN(generator, capsule_discriminator, adversarial_loss="hinge")`.

    Both players learn by Adam(2e-4, β₁ = 0.5).

    Args:
        generator: as in `GAN`; `networks.capsule.generator` is DCGAN's.
        discriminator: of `networks.capsule`, or one that says `lengths` `(batch, 2)` besides its scores.
        m_plus: float, the length from which a capsule counts as present. Defaults to `0.9`.
        m_minus: float, the length up to which it counts as absent. Defaults to `0.1`.
        down_weight: float ≥ 0, λ, weight of the capsule that should be absent. Defaults to `0.5`.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Example:

    >>> import keras_gan
    >>> from keras_gan.networks import capsule
    >>> discriminator = capsule.discriminator((8, 8, 1), filters=4, num_capsules=2)
    >>> gan = keras_gan.CapsuleGAN(capsule.generator((8, 8, 1), latent_dim=4, filters=4), discriminator)
    >>> gan.sample(2).shape
    (2, 8, 8, 1)

    Reference:
    - [Jaiswal et al., 2018](https://arxiv.org/abs/1802.06167), section 3.
    - [Sabour et al., 2017](https://arxiv.org/abs/1710.09829), equations 1 to 4.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        m_plus: float = 0.9,
        m_minus: float = 0.1,
        down_weight: float = 0.5,
        **game,
    ):
        super().__init__(generator, discriminator, adversarial_loss=Margin(m_plus, m_minus, down_weight), **game)
