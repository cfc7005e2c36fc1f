"""How every discriminator begins and ends, whatever lies between: labels and packs in, statistics and scores out."""

import keras

from keras_gan.layers import MinibatchDiscrimination, MinibatchStandardDeviation, Pack
from keras_gan.networks import parts

STATISTICS = ("discrimination", "standard_deviation", None)


def begin(images, condition, packing):
    """What the first layer sees: the images with their class, `packing` of them as one sample.

    Args:
        images: `keras.Input` of images or points; or what they have been flattened to.
        condition: `class_labels.Condition`.
        packing: int >= 1.

    Returns:
        tensor `(batch / packing, ..., packing · channels)`.
    """
    x = condition.join(images)
    return x if packing == 1 else Pack(packing, name="pack")(x)


def flatten(x, minibatch, pooling=None):
    """The features `(batch, n)` of a last map or vector, with the statistic of their minibatch where one is asked for.

    Args:
        x: tensor `(batch, height, width, channels)` or `(batch, n)`.
        minibatch: `"standard_deviation"`: one more channel of the map; `"discrimination"`: one more number for each
            kernel beside the features; or `None`.
        pooling: `"sum"`: over the places of a map; or `None`: all of them side by side. Defaults to `None`.
    """
    if minibatch == "standard_deviation":
        x = MinibatchStandardDeviation(name="minibatch")(x)
    if len(x.shape) > 2:
        x = keras.ops.sum(x, axis=(1, 2)) if pooling == "sum" else keras.layers.Flatten(name="features")(x)
    return MinibatchDiscrimination(name="minibatch")(x) if minibatch == "discrimination" else x


def end(images, features, condition, normalization, initializer=None):
    """The discriminator: images (and labels) to float32 scores `(batch / packing, 1)`, linear in its features.

    Args:
        images: `keras.Input`.
        features: tensor `(batch / packing, n)` made from it.
        condition: `class_labels.Condition`.
        normalization: str or `None`; `"spectral"` holds here too.
        initializer: of the last kernel. Defaults to one that keeps the features' size.

    Returns:
        functional `keras.Model` named `"discriminator"`.
    """
    initializer = parts.preserving_normal(features.shape[-1]) if initializer is None else initializer
    dense = keras.layers.Dense(1, kernel_initializer=initializer, dtype=parts.output_dtype(), name="scores")
    scores = parts.weighted(dense, normalization)(features)
    scores = condition.project(scores, features, normalization)
    return keras.Model(condition.inputs(images), scores, name="discriminator")
