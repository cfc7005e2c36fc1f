"""The game of Goodfellow et al., with any loss, any penalties, any networks."""

import keras
import tensorflow as tf

from keras_gan import losses, ops, random
from keras_gan.augmentations import Augmentation
from keras_gan.configured import from_name
from keras_gan.duel import Duel
from keras_gan.export import classes
from keras_gan.models import checks, data_checks, network_checks, wiring
from keras_gan.models.adversarial_model import AdversarialModel
from keras_gan.models.means import Means
from keras_gan.penalties import Every, Penalty
from keras_gan.priors import Normal, Prior


class GAN(AdversarialModel):
    """Generative adversarial network: latents → images, against a discriminator of images.

        for each training step:
            n_critic times: a fresh minibatch x, fresh latents z; D descends loss.discriminator + Σ penalties
            fresh latents z; G descends loss.generator
            the averaged generator follows the generator

    Every loss and every penalty works with it. Its presets (`DCGAN`, `LSGAN`, `WGAN`, `WGANGP`) name the parts and
    the optimisers of their papers.

    Args:
        generator: functional `keras.Model`, `latents` `(batch, latent_dim)` → images in [-1, 1] (or points).
        discriminator: functional `keras.Model`, `images` → scores (logits, high = real) of any shape, or a dict with
            `scores`. No sigmoid at its end.
        adversarial_loss: a `keras_gan.losses` object or its name. Defaults to `"non_saturating"`.
        penalties: sequence of `keras_gan.penalties`, added to the discriminator's loss. Defaults to none.
        augmentation: a `keras_gan.augmentations` object, or any differentiable callable images → images, applied to
            all that the critic sees; or a list of them, applied in order. Defaults to `None`.
        prior: `keras_gan.priors` object, where latents come from. Defaults to `Normal(latent_dim)`.
        **game: `n_critic`, `reuse_fakes`, `ema_decay`, `ema_start`, `ema_ramp`, `seed`, `name`: see
            `AdversarialModel`.

    Call arguments:
        inputs: latents `(batch, latent_dim)`, or a dict with what the generator takes.

    Returns:
        Images float32 `(batch, height, width, channels)`, by the averaged generator.

    Raises:
        ValueError: networks not built, in the other order, of shapes that do not fit, or ending in a sigmoid;
            an unknown loss, or one that reads more than the discriminator says; n_critic < 1.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.mlp.generator(image_shape=(2,), latent_dim=2, units=8)
    >>> discriminator = networks.mlp.discriminator(image_shape=(2,), units=8)
    >>> gan = keras_gan.GAN(generator, discriminator, adversarial_loss="hinge", penalties=[keras_gan.penalties.R1()])
    >>> gan.compile()
    >>> gan.sample(3, seed=0).shape
    (3, 2)

    Reference:
    - [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), algorithm 1.
    """

    @classmethod
    def check_arguments(cls, args, kwargs):
        if len(args) > 2 or "latent_dim" in kwargs:
            raise TypeError(
                f"{cls.__name__}: latent_dim is not an argument, the generator's input says it; expected "
                f"{cls.__name__}(generator, discriminator), everything after them by keyword."
            )

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        adversarial_loss: str | losses.AdversarialLoss = "non_saturating",
        penalties=(),
        augmentation=None,
        prior: Prior | None = None,
        **game,
    ):
        network_checks.check_networks(type(self).__name__, generator, discriminator)
        network_checks.check_regularizers(type(self).__name__, (generator, discriminator))
        super().__init__(**game)
        self.generator, self.discriminator = generator, discriminator
        self.adversarial_loss = from_name(adversarial_loss, losses, "loss")
        self.penalties = as_list(penalties)
        self.augmentations = [each for each in as_list(augmentation) if each is not None]
        self.prior = Normal(wiring.input_called(generator, "latents").shape[-1]) if prior is None else prior
        self.drawn_classes = classes.count(self, generator)
        self._check_parts()
        network_checks.check_latents(type(self).__name__, self.prior, generator)
        self.d_terms = (*type(self).d_terms, *self._penalty_names())
        adapting = [name for augmentation in self._observing() for name in augmentation.reports]
        self.d_reports = (*type(self).d_reports, *self.adversarial_loss.reports, *adapting)
        self.add_average("generator")
        self.declare_logs()
        self.test_means = Means(["real_score", "fake_score"], name="test_means")

    def _check_parts(self):
        owner = type(self).__name__
        loss = [self.adversarial_loss]
        checks.check_parts(owner, "adversarial_loss", loss, losses.AdversarialLoss, "keras_gan.losses.Hinge()")
        checks.check_parts(owner, "penalties", self.penalties, (Penalty, Every), "keras_gan.penalties.R1(10.0)")
        checks.check_parts(owner, "prior", [self.prior], Prior, "keras_gan.priors.Normal(64)")
        network_checks.check_says(owner, self.discriminator, self.adversarial_loss)
        for penalty in self.penalties:
            if penalty.needs_unpacked:
                network_checks.check_unpacked(owner, f"the penalty {penalty.name}", self.discriminator)
        checks.warn_unless_undecided(owner, self._observing(), self.adversarial_loss)

    def _penalty_names(self):
        """The penalties' names; a second one of a kind gets a number, else it would hide the first."""
        names, kinds = [], [penalty.name for penalty in self.penalties]
        for i, kind in enumerate(kinds):
            earlier = kinds[:i].count(kind)
            names.append(f"{kind}_{earlier + 1}" if earlier else kind)
        return names

    @property
    def image_shape(self):
        return wiring.input_called(self.discriminator, "images").shape[1:]

    def check_batch(self, batch):
        super().check_batch(batch)
        for network in (self.generator, self.discriminator):
            wiring.check_fed(network, {"latents", *batch})
        for num_classes in (self.drawn_classes, classes.count(None, self.discriminator)):
            if "labels" in batch and num_classes:
                data_checks.check_labels(type(self).__name__, batch["labels"], len(batch["images"]), num_classes)

    @property
    def generator_ema(self):
        """The averaged generator; the generator itself where `ema_decay` is `None`."""
        return self.averaged("generator")

    def call(self, inputs, training=None):
        return self.generator_ema(inputs, training=training)

    # --- the game ------------------------------------------------------------------------------------------------

    def latents(self, batch):
        """Fresh latents for the images of one minibatch."""
        return self.prior.sample(random.current(), tf.shape(batch["images"])[0])

    def at_play(self, role):
        """The network that plays `"generator"` or `"discriminator"` in training: of one that grows, a stage of it."""
        return getattr(self, role)

    def generate(self, batch, training=True):
        batch["latents"] = self.latents(batch)  # kept for terms that ask what the images were made of
        generator = self.at_play("generator") if training else self.generator
        made = wiring.feed(generator, "latents", batch, training=training)
        return tf.cast(made, tf.float32)

    def critic(self, batch, training=True):
        """images → dict of outputs; the batch's condition, the augmentation and the mode are inside."""
        discriminator = self.at_play("discriminator") if training else self.discriminator

        def look(images, augment=True):
            for augmentation in self.augmentations if augment else ():
                mode = {"training": training} if isinstance(augmentation, keras.layers.Layer) else {}
                images = augmentation(images, **mode)
            outputs = wiring.feed(discriminator, "images", batch | {"images": images}, training=training)
            outputs = outputs if isinstance(outputs, dict) else {"scores": outputs}
            return outputs | {"scores": tf.cast(outputs["scores"], tf.float32)}

        return look

    def duel(self, batch, training=True):
        """The duel of one player's step: this minibatch against fresh images (or those of `reuse_fakes`)."""
        fake = batch["fake"] if "fake" in batch else self.generate(batch, training)
        real, numbers = tf.cast(batch["images"], tf.float32), random.current().fork("duel")
        return Duel(self.critic(batch, training), real, fake, numbers, batch)

    def discriminator_terms(self, batch):
        duel = self.duel(batch)
        terms = self.discriminator_terms_of(duel)
        for augmentation in self._observing():
            augmentation.observe(duel, self.adversarial_loss)
            terms |= augmentation.report()
        return terms

    def _observing(self):
        return [augmentation for augmentation in self.augmentations if isinstance(augmentation, Augmentation)]

    def discriminator_terms_of(self, duel):
        """The loss, the penalties and the loss' report of a duel: what a subclass with more terms adds to."""
        terms = {"adversarial": self.adversarial_loss.discriminator(duel)}
        for name, penalty in zip(self._penalty_names(), self.penalties, strict=True):
            terms[name] = penalty(duel)
        return terms | self.adversarial_loss.report(duel)

    def generator_terms(self, batch):
        return self.generator_terms_of(self.duel(batch))

    def generator_terms_of(self, duel):
        """The generator's loss of a duel: what a subclass with more terms adds to."""
        return {"adversarial": self.adversarial_loss.generator(duel)}

    def compile_players(self, *arguments):
        checks.check_lazy(type(self).__name__, self.penalties, self.discriminator, ops.num_replicas())
        super().compile_players(*arguments)

    def test_step(self, data, index):
        """Held-out images and as many samples of the average: to the metrics, and to the critic in inference mode."""
        batch = self.read(data)
        numbers = random.Numbers(self.seed, index, "evaluate")
        latents = self.prior.sample(numbers, tf.shape(batch["images"])[0])
        with random.drawing_from(numbers):
            fake = wiring.feed(self.generator_ema, "latents", batch | {"latents": latents}, training=False)
            look = self.critic(batch, training=False)
            scores = {"real_score": look(batch["images"], augment=False), "fake_score": look(fake, augment=False)}
        self.test_means.update_state({name: tf.reduce_mean(value["scores"]) for name, value in scores.items()})
        for metric in self.run_metrics:
            metric.update_state(batch["images"], fake)


def as_list(parts):
    """The parts that were passed, one or several, as a list."""
    return list(parts) if isinstance(parts, (list, tuple)) else [parts]
