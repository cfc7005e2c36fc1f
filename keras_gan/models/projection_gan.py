"""ProjectionGAN: the label enters the discriminator as an inner product with its features."""

import keras

from keras_gan.losses import Hinge
from keras_gan.models import network_checks
from keras_gan.models.gan import GAN


class ProjectionGAN(GAN):
    """The conditional hinge game with a projection discriminator, the usual one where there are many classes.

        D(x, y) = ψ(φ(x)) + ⟨v_y, φ(x)⟩          D: E max(0, 1 - D(x, y)) + E max(0, 1 + D(G(z, y), y))
                                                 G: -E D(G(z, y), y)

    The form follows from log p(y|x) / q(y|x) with both log-linear in the features φ: D need not learn how a label and
    an image meet. Build D with `conditioning="projection"` and spectral normalisation, G with conditional batch
    normalisation. Both players learn by Adam(2e-4, β₁ = 0, β₂ = 0.9).

    Args:
        generator: as in `GAN`, of `latents` and `labels`: built with `num_classes=...`.
        discriminator: as in `GAN`, of `images` and `labels`: built with `num_classes=...` and
            `conditioning="projection"`. Where a projection is, nobody can see from outside; one that joins the labels
            to the images is warned of.
        n_critic: int ≥ 1. Defaults to `5`.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Raises:
        ValueError: a network that takes no labels.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.dcgan.generator(
    ...     (8, 8, 1), latent_dim=4, filters=4, num_classes=10, conditioning="batch_norm"
    ... )
    >>> discriminator = networks.dcgan.discriminator(
    ...     (8, 8, 1), filters=4, num_classes=10, conditioning="projection", normalization="spectral"
    ... )
    >>> gan = keras_gan.ProjectionGAN(generator, discriminator)
    >>> gan.sample(3, labels=[0, 1, 2]).shape
    (3, 8, 8, 1)

    Reference:
    - [Miyato and Koyama, 2018](https://arxiv.org/abs/1802.05637), equations 1 to 3 and section 4.
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model, *, n_critic: int = 5, **game):
        super().__init__(generator, discriminator, adversarial_loss=Hinge(), n_critic=n_critic, **game)
        network_checks.check_takes_labels(type(self).__name__, generator=generator, discriminator=discriminator)
        network_checks.warn_if_joined(type(self).__name__, discriminator)

    def paper_optimizers(self):
        return {player: keras.optimizers.Adam(2e-4, beta_1=0.0, beta_2=0.9) for player in self.players}
