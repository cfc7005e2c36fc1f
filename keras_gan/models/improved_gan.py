"""The improved GAN for few labels: class logits are the score, and the generator matches features."""

import keras

from keras_gan.losses import FeatureMatching
from keras_gan.models import heads, network_checks
from keras_gan.models.semi_supervised import SemiSupervisedGAN


class ImprovedGAN(SemiSupervisedGAN):
    """Semi-supervised learning by feature matching: a generator that is not too good, for the classifier's sake.

        score(x) = logsumexp(ℓ_1..ℓ_K)
        D descends class_weight · E -log p(y|x) + E softplus(-score(x_unlabelled)) + E softplus(score(G(z)))
        G descends ‖E f(x_unlabelled) - E f(G(z))‖²,   both means over the global minibatch

    For a classifier, and time: its images are worse than those of `SGAN` and fill the gaps between classes, which is
    what the classifier learns from; the accuracy grows slowly and steadily (the paper: 99.1 % on MNIST with 100 labels,
    after 300 epochs). Give D noise or dropout and no batch normalisation. In the first epochs `CatGAN` learns faster.

    Both players learn by Adam(3e-4, β₁ = 0.5).

    Args:
        generator, discriminator: as in `GAN`; see `SemiSupervisedGAN`.
        num_classes: int ≥ 2, K.
        feature_layer: str, name of the layer of D whose output is f. Defaults to `None`: the input of its last `Dense`.
        class_weight: float ≥ 0, weight of the labels. Defaults to `1.0`.
        average_discriminator: bool, the classifier is the average of the discriminator. Defaults to `True`.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.mlp.generator((8, 8, 1), latent_dim=2, units=8)
    >>> discriminator = networks.mlp.discriminator((8, 8, 1), units=8, dropout=0.3)
    >>> gan = keras_gan.ImprovedGAN(generator, discriminator, num_classes=10, ema_decay=0.9999)
    >>> gan.classifier.output_shape
    (None, 10)

    Reference:
    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), sections 3.1 and 5.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        num_classes: int,
        feature_layer: str | None = None,
        class_weight: float = 1.0,
        average_discriminator: bool = True,
        **game,
    ):
        network_checks.check_networks(type(self).__name__, generator, discriminator)
        features = heads.features_of(discriminator, feature_layer)
        super().__init__(
            generator,
            heads.with_outputs(discriminator, features=features),
            num_classes=num_classes,
            class_weight=class_weight,
            average_discriminator=average_discriminator,
            adversarial_loss=FeatureMatching(),
            **game,
        )

    def paper_optimizers(self):
        return {player: keras.optimizers.Adam(3e-4, beta_1=0.5) for player in self.players}
