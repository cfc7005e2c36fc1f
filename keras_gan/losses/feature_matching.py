"""Feature matching: the generator makes what is, on average, the same to the discriminator."""

from keras import ops

from keras_gan import losses
from keras_gan.configured import from_name
from keras_gan.losses.adversarial import AdversarialLoss
from keras_gan.ops import batch_mean


class FeatureMatching(AdversarialLoss):
    """The generator matches the mean of the discriminator's features, in place of deceiving it.

        D: that of `adversarial_loss`             G: ‖E f(x) - E f(G(z))‖²

    f are the `features` that the discriminator says beside its scores; both means run over the global minibatch, the
    square over all features. `FeatureMatchingGAN` attaches them to any discriminator.

    Args:
        adversarial_loss: a `keras_gan.losses` object or its name, for D. Defaults to `"non_saturating"`.

    Raises:
        ValueError: an unknown loss; in a game, a discriminator that says no `features`.

    Reference:
    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), section 3.1.
    """

    needs = {"features": "Use FeatureMatchingGAN(generator, discriminator), which attaches them."}

    def __init__(self, adversarial_loss: str | AdversarialLoss = "non_saturating"):
        self.adversarial_loss = adversarial_loss
        self._of_discriminator = from_name(adversarial_loss, losses, "loss")
        self.needs = self.needs | self._of_discriminator.needs
        self.reports, self.undecided = self._of_discriminator.reports, self._of_discriminator.undecided

    def discriminator(self, duel):
        return self._of_discriminator.discriminator(duel)

    def report(self, duel):
        return self._of_discriminator.report(duel)

    def generator(self, duel):
        features = (ops.cast(said["features"], "float32") for said in (duel.real_outputs, duel.fake_outputs))
        real, fake = map(batch_mean, features)
        return ops.sum(ops.square(real - fake))
