"""What makes features of images: a name, a recipe in words, a fingerprint, and a call."""

import contextlib
import hashlib

import keras
import numpy as np
import tensorflow as tf

_SHAPES = {2: "points (batch, dim)", 4: "images (batch, height, width, channels)"}


class Extractor:
    """The base of every extractor: images in, features out, always the same for the same images.

    A subclass sets `name`, `recipe` and `fingerprint` and writes `extract`. Two extractors whose three texts are equal
    give the same features; numbers measured with different ones must never be compared.

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
        ValueError: integers, another rank, other channels; outside a graph also values from 0 to 255.
    """

    name: str
    recipe: str
    fingerprint: str
    takes = (4,)  # ranks of the tensors it takes: 4 for images, 2 for points

    def __init__(self):
        self._extract = tf.function(self.extract, autograph=False)  # errors then are ours, word for word

    def __call__(self, images):
        outputs = self._extract(self._checked(tf.convert_to_tensor(images)))
        return {key: tf.cast(value, tf.float32) for key, value in outputs.items()}

    def extract(self, images):
        """{"features": tensor, ...} of checked images; in a graph too."""
        raise NotImplementedError

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
    """Raises where eager `images` seem to lie in [0, 255]. What a generator overshoots is no mistake: it is clipped."""
    low, high = float(tf.reduce_min(images)), float(tf.reduce_max(images))
    if low >= 0 and high > 2:
        raise ValueError(
            f"{owner}: images lie in [{low:g}, {high:g}]; expected [-1, 1]. Use keras_gan.pixels.from_uint8(images)."
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
