"""CatGAN: a discriminator that sorts real images into classes, and cannot decide on generated ones."""

import keras

from keras_gan.losses.categorical import CategoricalEntropy
from keras_gan.models.semi_supervised import SemiSupervisedGAN


class CatGAN(SemiSupervisedGAN):
    """Categorical GAN: a classifier that needs few labels, or none: then its classes are what it finds.

        D ascends  H[E p(y|x)] - E H[p(y|x)] + E H[p(y|G(z))] - class_weight · E -log p(y|x_labelled)
        G descends E H[p(y|G(z))] - H[E p(y|G(z))]

    H is the entropy of the K class probabilities; the marginals `E p` are over the global minibatch. With
    `class_weight=0.0` it is fitted with images alone and `classify` tells clusters. The minibatch must be several times
    larger than K. The scores that penalties and `evaluate` see are minus the entropy of p, in [-log K, 0]: high where D
    is sure, which is what it takes for real. For clustering, and for a classifier that learns fast from few labels; D
    needs a hidden dense layer, or dropout, else it is soon sure of everything. The images are no aim of it.

    Both players learn by Adam(2e-4, β₁ = 0.5).

    Args:
        generator, discriminator: as in `GAN`; see `SemiSupervisedGAN`.
        num_classes: int ≥ 2, K.
        class_weight: float ≥ 0, the paper's λ; `0.0`: no labels. Defaults to `1.0`.
        average_discriminator: bool, the classifier is the average of the discriminator. Defaults to `True`.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.mlp.generator((2,), latent_dim=2, units=8)
    >>> discriminator = networks.mlp.discriminator((2,), units=8)
    >>> gan = keras_gan.CatGAN(generator, discriminator, num_classes=3, class_weight=0.0)
    >>> gan.classify(gan.sample(4)).shape
    (4, 3)

    Reference:
    - [Springenberg, 2016](https://arxiv.org/abs/1511.06390), equations 7 and 9.
    """

    score_form = "certainty"

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
            adversarial_loss=CategoricalEntropy(),
            **game,
        )
