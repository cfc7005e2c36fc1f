"""ACGAN: the discriminator names the class of every image, and the generator is held to the class it was given."""

import keras
from keras.ops import mean

from keras_gan.export import classes
from keras_gan.losses.auxiliary import accuracy, cross_entropy
from keras_gan.models import checks, heads, network_checks
from keras_gan.models.gan import GAN


class ACGAN(GAN):
    """Auxiliary classifier GAN: labels reach the generator as its condition, the discriminator as its second task.

        L_S = the adversarial game
        L_C = E -log P(C = c | x) + E -log P(C = c | G(z, c))
        D descends its L_S + class_weight · L_C
        G descends its L_S + class_weight · E -log P(C = c | G(z, c))

    P is a softmax on the discriminator's features, in a layer `classes` of its own that belongs to D. Use it where
    each class should be unmistakable. The price: G draws what the classifier is sure of, so that images near the
    border of two classes become rare, the more the larger `class_weight` is; `ProjectionGAN` does not push so.
    `d_real_accuracy` and `d_fake_accuracy` log the shares of real and generated images that D gives their class.

    Both players learn by Adam(2e-4, β₁ = 0.5).

    Args:
        generator: as in `GAN`, of `latents` and `labels`: built with `num_classes=...`.
        discriminator: as in `GAN`, of `images` alone; one that returns `classes` (logits) is taken as it is.
        num_classes: int, for a generator that turns labels into numbers in a way of its own. Defaults to `None`: read
            from the generator.
        class_weight: float ≥ 0, weight of L_C. Defaults to `1.0`.
        **game: all other arguments of `GAN`.

    Raises:
        ValueError: a generator without `labels`, a discriminator with them or of packs, classes of another number.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.mlp.generator((8, 8, 1), latent_dim=2, units=8, num_classes=10)
    >>> gan = keras_gan.ACGAN(generator, networks.mlp.discriminator((8, 8, 1), units=8))
    >>> gan.sample(3, labels=[7, 7, 7]).shape
    (3, 8, 8, 1)

    Reference:
    - [Odena et al., 2017](https://arxiv.org/abs/1610.09585), equations 2 and 3.
    """

    d_terms = ("adversarial", "classification")
    g_terms = ("adversarial", "classification")
    d_reports = ("real_accuracy", "fake_accuracy")

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        num_classes: int | None = None,
        class_weight: float = 1.0,
        **game,
    ):
        owner = type(self).__name__
        network_checks.check_networks(owner, generator, discriminator)
        network_checks.check_takes_labels(owner, generator=generator)
        network_checks.check_takes_no_labels(owner, discriminator)
        network_checks.check_unpacked(owner, "ACGAN", discriminator)
        known = classes.count(None, generator)
        if num_classes and known and num_classes != known:
            raise ValueError(f"{owner}: num_classes={num_classes}, the generator knows {known}; expected the same.")
        self.num_classes = num_classes or known
        checks.check_whole(owner, 2, num_classes=self.num_classes)
        checks.check_weights(owner, class_weight=class_weight)
        super().__init__(generator, heads.with_linear(discriminator, "classes", self.num_classes), **game)
        self.class_weight = class_weight

    def discriminator_terms_of(self, duel):
        labels, real, fake = duel.batch["labels"], duel.real_outputs["classes"], duel.fake_outputs["classes"]
        classification = self._classification(real, labels) + self._classification(fake, labels)
        hits = {"real_accuracy": mean(accuracy(real, labels)), "fake_accuracy": mean(accuracy(fake, labels))}
        return super().discriminator_terms_of(duel) | {"classification": classification} | hits

    def generator_terms_of(self, duel):
        classification = self._classification(duel.fake_outputs["classes"], duel.batch["labels"])
        return super().generator_terms_of(duel) | {"classification": classification}

    def _classification(self, logits, labels):
        return self.class_weight * mean(cross_entropy(logits, labels))
