"""How class labels enter a network: joined to its input, into its normalisation, or into its score."""

import keras

from keras_gan.layers import ConditionalBatchNormalization
from keras_gan.networks import parts

GENERATOR_WAYS = ("concat", "batch_norm")
DISCRIMINATOR_WAYS = ("concat", "projection")


class Condition:
    """The labels of one network, and the way in which it hears of them.

    Each method is one such way; where it is not the chosen one, or where there are no classes, it hands its tensor
    back as it is.

    Args:
        num_classes: int >= 1, or `None` for a network without labels.
        conditioning: str, one of `known`.
        embedding_dim: int >= 1, size of a learned vector for each class that `"concat"` joins; `None`: one-hot.
        known: tuple of str, the ways that this player has.

    Raises:
        ValueError: an unknown way, a number out of its range, an argument that would have no effect.
    """

    def __init__(self, num_classes, conditioning, embedding_dim, known):
        _check(num_classes, conditioning, embedding_dim, known)
        self.num_classes, self.embedding_dim = num_classes, embedding_dim
        self.labels, self.way = None, None
        if num_classes is not None:
            self.labels, self.way = keras.Input((), dtype="int32", name="labels"), conditioning

    def inputs(self, tensor):
        """What `keras.Model` takes: the tensor alone, or a dict of it and the labels."""
        return tensor if self.labels is None else {tensor.name: tensor, "labels": self.labels}

    def join(self, x):
        """`"concat"`: the class at the end of a vector, or as constant planes beside the channels of a map."""
        if self.way != "concat":
            return x
        code, sides = self._code(), x.shape[1:-1]
        if sides:
            code = keras.layers.RepeatVector(sides[0] * sides[1], name="at_every_pixel")(code)
            code = keras.layers.Reshape((*sides, code.shape[-1]), name="planes")(code)
        return keras.layers.Concatenate(name="with_class")([x, code])

    def _code(self):
        if self.embedding_dim is None:
            return keras.ops.one_hot(self.labels, self.num_classes)
        unit_normal = keras.initializers.RandomNormal(stddev=1.0)
        return self._embedding(self.embedding_dim, unit_normal)(self.labels)

    def _embedding(self, size, initializer):
        return keras.layers.Embedding(self.num_classes, size, embeddings_initializer=initializer, name="embedding")

    def normalize(self, x, normalization, name):
        """`"batch_norm"`: batch normalisation with a scale and a shift for each class; else as `normalization` says."""
        if self.way != "batch_norm":
            return parts.normalize(x, normalization, name)
        return ConditionalBatchNormalization(self.num_classes, name=name)([x, self.labels])

    def project(self, scores, features, normalization):
        """`"projection"`: `scores + <e(y), features>`, e(y) a learned vector for each class."""
        if self.way != "projection":
            return scores
        size, dtype = features.shape[-1], parts.output_dtype()
        embedding = parts.weighted(self._embedding(size, parts.preserving_normal(size)), normalization)
        fit = keras.layers.Dot(axes=1, dtype=dtype, name="class_scores")([embedding(self.labels), features])
        return keras.layers.Add(dtype=dtype, name="scores_given_class")([scores, fit])


def generator_condition(num_classes, conditioning, embedding_dim, normalization):
    """A generator's `Condition`; `"batch_norm"` needs batch normalisation to condition."""
    condition = Condition(num_classes, conditioning, embedding_dim, GENERATOR_WAYS)
    if condition.way == "batch_norm" and normalization != "batch":
        raise ValueError(
            f"conditioning='batch_norm' with normalization={normalization!r}; expected normalization='batch', whose "
            "scale and shift then depend on the class. Pass it, or conditioning='concat'."
        )
    return condition


def discriminator_condition(num_classes, conditioning, embedding_dim, packing):
    """A discriminator's `Condition`; `"projection"` judges one image of one class at a time."""
    parts.check_at_least(1, packing, "packing")
    condition = Condition(num_classes, conditioning, embedding_dim, DISCRIMINATOR_WAYS)
    if condition.way == "projection" and packing > 1:
        raise ValueError(
            f"conditioning='projection' with packing={packing}; expected packing=1, as the images of a pack have "
            "different classes. Pass it, or conditioning='concat'."
        )
    return condition


def _check(num_classes, conditioning, embedding_dim, known):
    parts.check_word(conditioning, known, "conditioning")
    if num_classes is not None:
        parts.check_at_least(1, num_classes, "num_classes")
    elif conditioning != "concat":
        raise ValueError(f"conditioning={conditioning!r} without classes; pass num_classes, how many there are.")
    if embedding_dim is None:
        return
    parts.check_at_least(1, embedding_dim, "embedding_dim")
    if num_classes is None or conditioning != "concat":
        raise ValueError(
            f"embedding_dim={embedding_dim} with num_classes={num_classes}, conditioning={conditioning!r}; it has an "
            "effect with classes and conditioning='concat' only. Leave it out, or pass these."
        )
