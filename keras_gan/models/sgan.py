"""SGAN: the discriminator names the class of real images, and has one class more for generated ones."""

import keras
from keras.ops import mean, softplus

from keras_gan.models.semi_supervised import SemiSupervisedGAN


class SGAN(SemiSupervisedGAN):
    """Semi-supervised GAN: a discriminator of K + 1 classes, the last one for generated images.

        p = softmax(ℓ_1..ℓ_{K+1})
        D descends class_weight · E -log p_y(x) + E -log(1 - p_{K+1}(x_unlabelled)) + E -log p_{K+1}(G(z))
        G descends E -log(1 - p_{K+1}(G(z)))

    With `score = logsumexp(ℓ_1..ℓ_K) - ℓ_{K+1}` the last three are the non-saturating game, which is how they are
    computed; `adversarial_loss` may be any other. The images without labels teach D what images look like, so that few
    labels are enough to name them. For a classifier from few labels and images that look real. Where only
    the classifier matters and there are many images, see `CatGAN` and `ImprovedGAN`.

    Both players learn by Adam(2e-4, β₁ = 0.5).

    Args:
        generator, discriminator: as in `GAN`; see `SemiSupervisedGAN`.
        num_classes: int ≥ 2, K.
        class_weight: float ≥ 0, weight of the labels. Defaults to `1.0`.
        average_discriminator: bool, the classifier is the average of the discriminator. Defaults to `True`.
        **game: all other arguments of `GAN`.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.mlp.generator((8, 8, 1), latent_dim=2, units=8)
    >>> gan = keras_gan.SGAN(generator, networks.mlp.discriminator((8, 8, 1), units=8), num_classes=10)
    >>> gan.classify(gan.sample(3)).shape
    (3, 10)

    Reference:
    - [Odena, 2016](https://arxiv.org/abs/1606.01583), algorithm 1.
    """

    score_form = "extra_class"

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        num_classes: int,
        class_weight: float = 1.0,
        average_discriminator: bool = True,
        **game,
    ):
        super().__init__(
            generator,
            discriminator,
            num_classes=num_classes,
            class_weight=class_weight,
            average_discriminator=average_discriminator,
            **game,
        )

    def class_loss(self, outputs, labels):
        """`E -log p_y(x)`, p over all K + 1 classes: that the image is real, and of which of the K it then is."""
        return mean(softplus(-outputs["scores"])) + super().class_loss(outputs, labels)
