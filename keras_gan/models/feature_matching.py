"""Feature matching: the game in which the generator matches statistics."""

import keras

from keras_gan.losses import AdversarialLoss, FeatureMatching
from keras_gan.models import heads, network_checks
from keras_gan.models.gan import GAN


class FeatureMatchingGAN(GAN):
    """The generator matches the mean of a hidden layer of the discriminator, in place of deceiving it.

        D: as in `GAN`, by `adversarial_loss`         G: ‖E f(x) - E f(G(z))‖²,   both means over the global minibatch

    The generator has a fixed target that does not run away from it, so that the game is steadier where it oscillates.
    Its images are worse than those of a deceiving generator (the mean of f is all that they must share with the data):
    it is there for semi-supervised learning (`ImprovedGAN`), and for games that will not settle. Large minibatches
    help, as the means are noisy; f should be rich, so give D some hundred features at least.

    Both players learn by Adam(3e-4, β₁ = 0.5).

    Args:
        generator, discriminator: as in `GAN`.
        feature_layer: str, name of the layer of D whose output is f. Defaults to `None`: the input of its last `Dense`.
        adversarial_loss: a `keras_gan.losses` object or its name, for D. Defaults to `"non_saturating"`.
        **game: all other arguments of `GAN`.

    Raises:
        ValueError: no layer of that name; no `Dense` layer at all.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.mlp.generator((2,), latent_dim=2, units=8)
    >>> discriminator = networks.mlp.discriminator((2,), units=8)
    >>> gan = keras_gan.FeatureMatchingGAN(generator, discriminator)
    >>> gan.discriminator(keras.ops.ones((3, 2)))["features"].shape
    TensorShape([3, 8])

    Reference:
    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), section 3.1.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        feature_layer: str | None = None,
        adversarial_loss: str | AdversarialLoss = "non_saturating",
        **game,
    ):
        network_checks.check_networks(type(self).__name__, generator, discriminator)
        features = heads.features_of(discriminator, feature_layer)
        discriminator = heads.with_outputs(discriminator, features=features)
        super().__init__(generator, discriminator, adversarial_loss=FeatureMatching(adversarial_loss), **game)

    def paper_optimizers(self):
        return {player: keras.optimizers.Adam(3e-4, beta_1=0.5) for player in self.players}
