"""What the games with few labels share: a discriminator that is a classifier, and what it learns from labels."""

import keras
import numpy as np
from keras.ops import mean

from keras_gan.duel import once
from keras_gan.layers import ClassScores
from keras_gan.losses.auxiliary import accuracy, cross_entropy
from keras_gan.models import checks, data_checks, feeding, heads, network_checks
from keras_gan.models.gan import GAN
from keras_gan.models.means import Means
from keras_gan.networks import parts


class SemiSupervisedGAN(GAN):
    """The abstract game of a discriminator that learns classes from few labels and from many images without any.

        D descends class_weight · E -log p(y|x) + its game of unlabelled against generated images
        G descends its game

    A subclass says how class logits make scores (`score_form`) and which game is played. What comes out is a
    classifier: `classify(images)`, the Keras model `classifier`, and `export_classifier(filepath)`; `evaluate` with
    `(images, labels)` tells its `accuracy` and `cross_entropy`. `d_accuracy` is that on the labels of training.

    It is fitted with `keras_gan.data.few_labels(...)`, any minibatches `((images, labels), unlabelled)`, or
    `(images, labels)` where all have a label.

    Args:
        generator: as in `GAN`.
        discriminator: as in `GAN`, of `images` alone. The input of its last `Dense` layer becomes the features of a new
            one, of class logits.
        num_classes: int ≥ 2, K.
        class_weight: float ≥ 0, weight of the labels. At `0.0` the game asks for no labels. Defaults to `1.0`.
        average_discriminator: bool, the classifier is the average of the discriminator's weights (with the decay of the
            generator's). Defaults to `True`.
        **game: all other arguments of `GAN`.

    Raises:
        ValueError: a discriminator that takes labels, judges packs or has no Dense layer; a number out of its range.
    """

    score_form = "sum"  # of `ClassScores`
    d_terms = ("adversarial", "classes")
    d_reports = ("accuracy",)

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
        owner = type(self).__name__
        network_checks.check_networks(owner, generator, discriminator)
        checks.check_whole(owner, 2, num_classes=num_classes)
        checks.check_weights(owner, class_weight=class_weight)
        network_checks.check_takes_no_labels(owner, generator, discriminator)
        network_checks.check_unpacked(owner, "a classifier", discriminator)
        self.num_classes, self.class_weight = num_classes, class_weight
        super().__init__(generator, self.with_classes(discriminator, num_classes), **game)
        if average_discriminator:
            self.add_average("discriminator")
        self.class_means = Means(["accuracy", "cross_entropy"], name="class_means")

    def with_classes(self, discriminator, num_classes):
        """The same discriminator with logits of classes, from which its scores now follow."""
        features, dtype = heads.features_of(discriminator), parts.output_dtype()
        logits = classes = keras.layers.Dense(num_classes, dtype=dtype, name="classes")(features)
        if self.score_form == "extra_class":
            generated = keras.layers.Dense(1, dtype=dtype, name="generated")(features)
            logits = keras.layers.Concatenate(dtype=dtype)([classes, generated])
        scores = ClassScores(self.score_form, dtype=dtype, name="class_scores")(logits)
        return heads.with_outputs(discriminator, scores=scores, classes=classes)

    # --- what it learns from -------------------------------------------------------------------------------------

    def read(self, data):
        if isinstance(data, (tuple, list)) and isinstance(data[0], (tuple, list)):
            (labelled, labels), unlabelled = data
            return {"images": unlabelled, "labelled": labelled, "labels": labels}
        return super().read(data)

    def check_batch(self, batch):
        super().check_batch(batch)
        owner, replicas = type(self).__name__, self.distribute_strategy.num_replicas_in_sync
        if "labelled" in batch:
            data_checks.check_images(owner, batch["labelled"], self.image_shape)
            data_checks.check_batch_size(owner, len(batch["labelled"]), replicas)
        if "labels" in batch:
            labelled = batch.get("labelled", batch["images"])
            data_checks.check_labels(owner, batch["labels"], len(labelled), self.num_classes)

    def _training_source(self, *given):
        source = super()._training_source(*given)
        if self.class_weight and "labels" not in self.read(feeding.first_minibatch(source, self.epochs_done)):
            raise ValueError(
                f"{type(self).__name__}: no labels to learn classes from; expected ((images, labels), unlabelled). Use "
                "keras_gan.data.few_labels(keras_gan.data.load(..., labels=True), num_labels=100)."
            )
        return source

    # --- the game ------------------------------------------------------------------------------------------------

    def terms_of(self, player):
        return [name for name in super().terms_of(player) if self.class_weight or name != "classes"]

    def reports_of(self, player):
        return [name for name in super().reports_of(player) if self.class_weight or name != "accuracy"]

    def discriminator_terms_of(self, duel):
        terms = super().discriminator_terms_of(duel)
        return terms | self.class_terms(duel) if self.class_weight else terms

    def class_terms(self, duel):
        """What D learns from the labels of a minibatch, and how well it knows them."""
        batch = duel.batch
        said = duel.critic(batch["labelled"]) if "labelled" in batch else duel.real_outputs
        weighted = self.class_weight * self.class_loss(said, batch["labels"])
        return {"classes": weighted, "accuracy": mean(accuracy(said["classes"], batch["labels"]))}

    def class_loss(self, outputs, labels):
        """`E -log p(y|x)`, p over the K classes of real images.

        Args:
            outputs: dict, what D says of labelled images: `classes`, logits `(batch, K)`, and `scores`.
            labels: int tensor `(batch,)`.
        """
        return mean(cross_entropy(outputs["classes"], labels))

    # --- the classifier ------------------------------------------------------------------------------------------

    @once
    def classifier(self):
        """Functional `keras.Model`: images → probabilities float32 `(batch, K)`; its layers are the (averaged) D's."""
        network = self.averaged("discriminator")
        probabilities = keras.layers.Softmax(dtype="float32", name="probabilities")(network.output["classes"])
        return keras.Model(network.inputs[0], probabilities, name="classifier")

    def classify(self, images, batch_size: int = 256):
        """How likely each class is, given that the image is real.

        Args:
            images: float array `(n, height, width, channels)` in [-1, 1], or points `(n, dim)`.
            batch_size: int, images looked at at once. Defaults to `256`.

        Returns:
            float32 NumPy array `(n, num_classes)`, rows that sum to 1; `.argmax(axis=-1)` are the labels.
        """
        data_checks.check_images(f"{type(self).__name__}.classify", np.asarray(images), self.image_shape)
        look = self.classifier
        parts_of = (images[first : first + batch_size] for first in range(0, len(images), batch_size))
        return np.concatenate([np.asarray(look(part, training=False)) for part in parts_of])

    def export_classifier(self, filepath):
        """Writes the classifier as a SavedModel, loads it again, and compares it with the one in memory.

        Args:
            filepath: folder to write; nothing must be there yet. TensorFlow Serving wants a number as its name.

        Returns:
            `pathlib.Path` of the folder. Signature `serve`: `images` float32 (n, height, width, channels) in [-1, 1] →
            `probabilities` float32 (n, num_classes).

        Raises:
            FileExistsError: there is something already.
            RuntimeError: a probability is off by more than 1e-5; nothing is left behind.
        """
        from keras_gan.export import classifier

        return classifier.write(self.classifier, filepath)

    def evaluate(self, x=None, y=None, **how):
        """As in `GAN`; of data with labels also the `accuracy` and `cross_entropy` of the classifier."""
        self.class_means.reset_state()
        scores = super().evaluate(x, y, **how)
        told = self.class_means.read()
        return scores | ({} if np.isnan(told["accuracy"]) else told)

    def test_step(self, data, index):
        super().test_step(data, index)
        batch = self.read(data)
        if "labels" in batch:
            images, labels = batch.get("labelled", batch["images"]), batch["labels"]
            logits = self.averaged("discriminator")(images, training=False)["classes"]
            values = {"accuracy": accuracy(logits, labels), "cross_entropy": cross_entropy(logits, labels)}
            self.class_means.update_state({name: mean(value) for name, value in values.items()})
