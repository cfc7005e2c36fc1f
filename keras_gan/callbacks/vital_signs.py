"""One look at a GAN in training: a few numbers that tell health from trouble.

A look changes nothing: both networks are in inference mode, the latents are the same each time and come from a stream
of their own, no gradient is applied. It sees the *current* generator, not the average: trouble begins there, and the
average, which remembers better days, would show it late.
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from keras_gan import random
from keras_gan.data.batching import Minibatches


@dataclass(frozen=True)
class VitalSigns:
    """What one look saw. Scores count by their order or through the loss, so that every loss has the same scale.

    Args:
        epoch, step: int, epochs and training steps done.
        accuracy: how often a real image scores above a generated one: 0.5 = by chance, 1 = always. The area under the
            ROC curve: other than a share of right answers, it needs no score that means "undecided".
        margin: float, mean score of the real images less that of the generated ones.
        d_pull, g_pull: float, how strongly each player's adversarial loss pulls at the scores, `Σ |∂ loss / ∂ score|`.
            About 1 in an undecided logistic game; always 2 and 1 in Wasserstein's; 0 where nothing is left to learn.
        d_gradient, g_gradient: float, norm of the gradient of each player's adversarial loss by all its weights.
        reach: float, the share of the gradient by the images that arrives at the generator's weights.
        diversity: float, mean distance of two samples over that of two real images.
        overfitting: float, `(E score(train) - E score(held out)) / (E score(train) - E score(samples))`: 0 where images
            that the discriminator never trained on look as real as its own, 1 where they look generated; `None` without
            held-out images. (Karras et al., 2020, https://arxiv.org/abs/2006.06676, equation 1, r_v.)
        recognition: float, how often a training image scores above a held-out one: 0.5 = by chance; or `None`.
        weights: float, norm of the weights that has grown most, over what it was at the first look.
    """

    epoch: int
    step: int
    accuracy: float
    margin: float
    d_pull: float
    g_pull: float
    d_gradient: float
    g_gradient: float
    reach: float
    diversity: float
    overfitting: float | None
    recognition: float | None
    weights: float

    @property
    def numbers(self):
        """{name: float} of all that was measured, without the position."""
        measured = {name: value for name, value in vars(self).items() if value is not None}
        return {name: value for name, value in measured.items() if name not in ("epoch", "step")}


class Probe:
    """Looks at one model, at the same images and latents each time.

    Args:
        model: a compiled `GAN`.
        images: training images (with labels and so on where the model reads them): arrays or `Minibatches`.
        held_out: images that are not trained on, alike, or `None`.
        num_images: int, of each kind so many are looked at, or as many as there are.
    """

    def __init__(self, model, images, held_out=None, num_images: int = 256):
        self.model = model
        self.batch = self._checked(some_of(images, num_images))
        self.held_out = None if held_out is None else self._checked(some_of(held_out, num_images))
        self.real_distance = mean_distance(self.batch["images"])
        self.first_norms = self._norms()
        self._look = self._on_replicas if model.run_eagerly else tf.function(self._on_replicas, autograph=False)

    def _checked(self, minibatch):
        """As `fit` reads and checks its first one."""
        batch = self.model.read(minibatch)
        self.model.check_batch({name: value.numpy() for name, value in batch.items()})
        return batch

    def __call__(self) -> VitalSigns:
        seen = {name: tensor.numpy() for name, tensor in self._look().items()}
        real, fake, held_out = seen["real"], seen["fake"], seen.get("held_out")
        return VitalSigns(
            epoch=self.model.epochs_done,
            step=self.model.steps_done,
            accuracy=how_often_above(real, fake),
            margin=float(real.mean() - fake.mean()),
            diversity=mean_distance(seen["samples"]) / self.real_distance,
            overfitting=None if held_out is None else overfitting(real, held_out, fake),
            recognition=None if held_out is None else how_often_above(real, held_out),
            weights=float(max(now / first for now, first in zip(self._norms(), self.first_norms, strict=True))),
            **{name: seen[name].item() for name in ("d_pull", "g_pull", "d_gradient", "g_gradient", "reach")},
        )

    def _on_replicas(self):
        """{name: tensor} of `_measure`, as the first replica sees it, on every host."""
        strategy = self.model.distribute_strategy
        seen = strategy.run(self._measure)
        replicas = strategy.num_replicas_in_sync
        if replicas == 1:
            return seen
        gathered = {name: strategy.gather(value, axis=0) for name, value in seen.items()}
        return {name: value[: tf.shape(value)[0] // replicas] for name, value in gathered.items()}

    def _measure(self):
        """{name: tensor}, none without an axis, so that replicas can be gathered along it."""
        model = self.model
        weights = {player: [variable.value for variable in model.variables_of(player)] for player in ("d", "g")}
        with random.drawing_from(random.Numbers(model.seed, 0, "stability")), tf.GradientTape(persistent=True) as tape:
            duel = model.duel(self.batch, training=False)
            real, fake = duel.real_scores, duel.fake_scores
            d_loss = model.adversarial_loss.discriminator(duel)
            g_loss = model.adversarial_loss.generator(duel)
            held_out = self._held_out_scores()
        by_samples, g_gradient = size(tape, g_loss, [duel.fake]), size(tape, g_loss, weights["g"])
        return held_out | {
            "real": per_image(real),
            "fake": per_image(fake),
            "samples": duel.fake,
            "d_pull": size(tape, d_loss, [real, fake], ord=1),
            "g_pull": size(tape, g_loss, [fake], ord=1),
            "d_gradient": size(tape, d_loss, weights["d"]),
            "g_gradient": g_gradient,
            "reach": tf.math.divide_no_nan(g_gradient, by_samples),
        }

    def _held_out_scores(self):
        if self.held_out is None:
            return {}
        critic = self.model.critic(self.held_out, training=False)
        return {"held_out": per_image(critic(self.held_out["images"])["scores"])}

    def _norms(self):
        """Of each player's weights."""
        return [
            np.sqrt(sum(np.sum(np.square(np.asarray(v, "float64"))) for v in self.model.variables_of(player)))
            for player in self.model.players
        ]


def some_of(source, num_images):
    """One minibatch of at most `num_images`: of arrays a random choice, as of `Minibatches` their first."""
    source = source if isinstance(source, Minibatches) else Minibatches(source, batch_size=1)
    return next(iter(source.batched(min(num_images, source.num_images)).at(0)))


def per_image(scores):
    """`(batch, ...)` → `(batch,)`: over patches, their mean."""
    return tf.reduce_mean(tf.reshape(scores, (tf.shape(scores)[0], -1)), axis=1)


def size(tape, loss, sources, ord=2):
    """The norm of a loss' gradient by all sources together, `(1,)`."""
    gradients = tape.gradient(loss, sources, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return tf.norm(tf.concat([tf.reshape(tf.cast(g, tf.float32), [-1]) for g in gradients], 0), ord=ord, keepdims=True)


def how_often_above(high, low) -> float:
    """The probability that an entry of `high` lies above one of `low`, ties counting half."""
    difference = np.asarray(high)[:, None] - np.asarray(low)[None]
    return float(np.mean(difference > 0) + 0.5 * np.mean(difference == 0))


def mean_distance(images) -> float:
    """The mean Euclidean distance of two different images."""
    rows = np.asarray(images, "float64").reshape(len(images), -1)
    rows = rows - rows.mean(axis=0)
    squares = np.sum(rows**2, axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * rows @ rows.T, 0))
    return float(distances.sum() / (len(rows) * (len(rows) - 1)))


def overfitting(train, held_out, fake) -> float:
    """How far held-out images have fallen from the training images' scores towards those of samples."""
    fall, margin = np.mean(train) - np.mean(held_out), np.mean(train) - np.mean(fake)
    return float(fall / margin) if margin else 0.0
