"""Bytes of the size that a network reads. The recipe decides the score: numbers of two recipes are never comparable.

| recipe | what it does | who uses it |
|---|---|---|
| `legacy-tf1` | bilinear between the four nearest pixels, first pixel on first pixel, unsmoothed | FID's 2015 graph |
| `antialias` | bicubic over all pixels under the kernel, as PIL resizes, in floats, clipped to [0, 255] | clean-fid |

Parmar et al. 2022, https://arxiv.org/abs/2104.11222, measure how much of a published FID such a choice is.
"""

import tensorflow as tf

from keras_gan import pixels
from keras_gan.words import nearest


def to_bytes(images):
    """Images in [-1, 1] → whole numbers 0..255 as float32, as if they had been saved to a file and read again.

    What is beyond is clipped; NaN stays NaN, so that whoever looks at the features sees it.
    """
    return tf.where(tf.math.is_nan(images), images, tf.cast(pixels.to_uint8(images), tf.float32))


def to_size(values, size, recipe):
    """Values in 0..255 with another height and width.

    Args:
        values: float32 tensor `(batch, height, width, channels)`.
        size: `(height, width)`, ints. Images of this size already stay as they are.
        recipe: `"legacy-tf1"` or `"antialias"`.

    Returns:
        float32 tensor `(batch, *size, channels)`, not rounded.

    Raises:
        ValueError: an unknown recipe.
    """
    resized = checked(recipe)
    return values if tuple(values.shape[1:3]) == tuple(size) else resized(values, size)


def checked(recipe):
    """The function that a recipe names."""
    if recipe not in RECIPES:
        raise ValueError(f"unknown resize recipe {recipe!r}{nearest(str(recipe), RECIPES)}.")
    return RECIPES[recipe]


def _legacy_tf1(values, size):
    # tf.image.resize puts the centres of pixels half a pixel further: that is not what the 2015 graph did
    return tf.raw_ops.ResizeBilinear(images=values, size=size, align_corners=False, half_pixel_centers=False)


def _antialias(values, size):
    return tf.clip_by_value(tf.image.resize(values, size, "bicubic", antialias=True), 0.0, 255.0)


RECIPES = {"legacy-tf1": _legacy_tf1, "antialias": _antialias}
