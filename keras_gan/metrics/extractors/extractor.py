"""What makes features of images: a name, a recipe in words, a fingerprint, and a call."""

import contextlib
import hashlib
import os
import warnings

import keras
import numpy as np
import tensorflow as tf

from keras_gan.configured import Configured

_SHAPES = {2: "points (batch, dim)", 4: "images (batch, height, width, channels)"}
_MOST = 1.5  # beyond it lies no overshoot


class Extractor(Configured):
    """The base of every extractor: images in, features out, always the same for the same images.

    A subclass sets `name`, `recipe` and `fingerprint` and writes `extract`. Two extractors whose three texts are equal
    give the same features; numbers measured with different ones must never be compared. The constructor's arguments are
    the configuration that is saved with a model compiled with a metric on it.

    Attributes:
        name: str, what reports call it, such as `"inception-2015"`.
        recipe: str, in words: how images are quantised, resized and scaled, and which layer is read.
        fingerprint: hex SHA-256 of the weights, or of the definition where there are none.

    Call arguments:
        images: float32 tensor `(batch, height, width, channels)` in [-1, 1], of any size; or points `(batch, dim)`
            where the extractor takes them.

    Returns of a call:
        dict of float32 tensors: `features` `(batch, d)`, and `probabilities` `(batch, classes)` of a classifier.

    Raises:
        ValueError: integers, another rank, other channels; outside a graph also what `check_range` refuses.
    """

    name: str
    recipe: str
    fingerprint: str
    takes = (4,)  # ranks of the tensors it takes: 4 for images, 2 for points

    def __init__(self):
        super().__init__()
        self._graphs = {}  # by the shape of one image

    def __call__(self, images):
        outputs = self._extracted(self._checked(tf.convert_to_tensor(images)))
        return {key: tf.cast(value, tf.float32) for key, value in outputs.items()}

    def _extracted(self, images):
        """`extract` in a graph, traced once for any number of images of this size."""
        shape = tuple(images.shape[1:])
        if shape not in self._graphs:
            signature = [tf.TensorSpec((None, *shape), tf.float32)]
            # without autograph errors are ours, word for word
            self._graphs[shape] = tf.function(self.extract, signature, autograph=False)
        return self._graphs[shape](images)

    def extract(self, images):
        """{"features": tensor, ...} of checked images; in a graph too."""
        raise NotImplementedError

    def get_config(self):
        """The constructor's arguments, as Keras serialises them; paths as text."""
        arguments = self.__arguments__.items()
        plain = {name: os.fspath(value) if isinstance(value, os.PathLike) else value for name, value in arguments}
        return keras.saving.serialize_keras_object(plain)

    def __repr__(self):
        return f"<{type(self).__name__} {self.name}: {self.recipe}, {self.fingerprint[:8]}>"

    def _checked(self, images):
        if not images.dtype.is_floating:
            raise ValueError(
                f"{self.name}: images are {images.dtype.name}; expected float32 in [-1, 1]. "
                "Use keras_gan.pixels.from_uint8(images)."
            )
        if images.shape.rank not in self.takes:
            expected = " or ".join(_SHAPES[rank] for rank in self.takes)
            raise ValueError(
                f"{self.name}: got shape {tuple(images.shape)}; expected {expected}. "
                "Use the extractor 'points' for points, and images[..., None] for grey images without a channel axis."
            )
        if images.shape.rank == 4 and tf.executing_eagerly():
            check_range(images, self.name)
        return tf.cast(images, tf.float32)


def check_range(images, owner):
    """Refuses eager images that cannot be meant to lie in [-1, 1]; warns of those that seem to lie in [0, 1].

    What lies beyond by no more than a half is the overshoot of a resampling or of a generator: others clip it.

    Args:
        images: float tensor or array, any shape.
        owner: str, who asks.

    Raises:
        ValueError: NaN or infinity; values beyond ±1.5.
    """
    images = tf.cast(images, tf.float32)
    if not tf.reduce_all(tf.math.is_finite(images)):
        raise ValueError(
            f"{owner}: images hold NaN or infinity; expected [-1, 1]. Find them with np.isfinite(images): a generator "
            "that makes them has diverged."
        )
    low, high = float(tf.reduce_min(images)), float(tf.reduce_max(images))
    if low < -_MOST or high > _MOST:
        repair = "Use keras_gan.pixels.from_uint8(images)." if low >= 0 else "Scale them: black is -1, white is 1."
        raise ValueError(f"{owner}: images lie in [{low:g}, {high:g}]; expected [-1, 1]. {repair}")
    if low >= 0 and high > 0.5:  # a warning only: in a few bright images nothing is dark
        warnings.warn(
            f"{owner}: no value is below 0, so the images seem to lie in [0, 1]; expected [-1, 1]. Use images * 2 - 1.",
            stacklevel=3,
        )


def rgb(images, owner):
    """`(b, h, w, 3)`: grey images three times, colour images as they are."""
    channels = images.shape[-1]
    if channels not in (1, 3):
        raise ValueError(
            f"{owner}: images have {channels} channels; expected 1 (grey, shown three times) or 3 (RGB). "
            "Drop a channel of transparency: images[..., :3]."
        )
    return tf.repeat(images, 3, axis=-1) if channels == 1 else images


@contextlib.contextmanager
def in_float32():
    """Networks built inside compute in float32, whatever the policy of the run that is measured."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)


def fingerprint_of_weights(weights):
    """Hex SHA-256 over every weight's shape, dtype and values, in their order.

    Args:
        weights: list of Keras or TensorFlow variables, or of arrays.
    """
    digest = hashlib.sha256()
    for weight in weights:
        values = np.ascontiguousarray(weight)
        digest.update(f"{values.shape} {values.dtype.name} ".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()


def fingerprint_of_text(text):
    """Hex SHA-256 of what an extractor without weights is, in words."""
    return hashlib.sha256(text.encode()).hexdigest()
