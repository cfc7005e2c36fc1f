"""The game over certainty: real images belong to one class each, generated ones to none."""

from keras.ops import mean

from keras_gan.losses.adversarial import AdversarialLoss
from keras_gan.losses.auxiliary import entropy, marginal_entropy


class CategoricalEntropy(AdversarialLoss):
    """CatGAN's game, for a discriminator that says `classes`: logits of `p(y|x)`, whose entropy H is.

        D: -H[E p(y|x)] + E H[p(y|x)] - E H[p(y|G(z))]      G: E H[p(y|G(z))] - H[E p(y|G(z))]

    D is sure of each real image, uses all classes alike, and knows nothing of generated ones; G wants D to be sure of
    each of its images and to find all classes among them. The marginals `E p` are over the global minibatch, which must
    be several times larger than the number of classes.

    `d_real_entropy`, `d_fake_entropy` (both E H) and `d_marginal_entropy` (of real images) are logged, in nats.

    Reference:
    - [Springenberg, 2016](https://arxiv.org/abs/1511.06390), equations 6 and 7.
    """

    reports = ("real_entropy", "fake_entropy", "marginal_entropy")
    needs = {"classes": "Use CatGAN(generator, discriminator, num_classes=...), which attaches them."}
    undecided = None  # its game is not about scores

    def discriminator(self, duel):
        said = self.report(duel)
        return said["real_entropy"] - said["fake_entropy"] - said["marginal_entropy"]

    def generator(self, duel):
        logits = duel.fake_outputs["classes"]
        return mean(entropy(logits)) - marginal_entropy(logits)

    def report(self, duel):
        real, fake = duel.real_outputs["classes"], duel.fake_outputs["classes"]
        return {
            "real_entropy": mean(entropy(real)),
            "fake_entropy": mean(entropy(fake)),
            "marginal_entropy": marginal_entropy(real),
        }
