"""Changing colours: pure functions of images and of numbers, one per image.

A change of colour is a matrix `(batch, 4, 4)` on homogeneous colours (red, green, blue, 1), where 0 is the middle grey
and ±1 are white and black. `hue(...) @ contrast(...)` changes the contrast first and then the hue; `painted` applies
it. Grey images are changed as if they had three equal channels; a fourth channel, alpha, stays as it is.
"""

import math

import numpy as np
import tensorflow as tf

_GREY = np.pad(np.full((3, 3), 1 / 3, "float32"), (0, 1))  # projects colours on the axis of greys
_CHROMA = np.diag([1, 1, 1, 0]).astype("float32") - _GREY  # and on the plane across it
_AROUND = np.pad(np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], "float32") / 3**0.5, (0, 1))  # cross product with it
_ONE = np.diag([0, 0, 0, 1]).astype("float32")


def brightness(amount):
    """Adds `amount` to all colours.

    Args:
        amount: float tensor `(batch,)`.

    Returns:
        float32 `(batch, 4, 4)`, as all matrices here.
    """
    return np.eye(4, dtype="float32") + _per_image(amount) * np.array([[0, 0, 0, 1]] * 3 + [[0] * 4], "float32")


def contrast(factor):
    """Multiplies all colours, which moves them away from the middle grey, or towards it.

    Args:
        factor: float tensor `(batch,)` ≥ 0.
    """
    return _per_image(factor) * (_GREY + _CHROMA) + _ONE


def luma_flip(turned):
    """Makes light dark and dark light, and keeps hues.

    Args:
        turned: bool tensor `(batch,)`.
    """
    return _per_image(tf.where(turned, -1.0, 1.0)) * _GREY + _CHROMA + _ONE


def hue(angle):
    """Turns colours around the axis of greys.

    Args:
        angle: float tensor `(batch,)`, in radians; 2π / 3 makes red green, green blue and blue red.
    """
    return _GREY + _per_image(tf.cos(angle)) * _CHROMA + _per_image(tf.sin(angle)) * _AROUND + _ONE


def saturation(factor):
    """Multiplies the distance from the axis of greys.

    Args:
        factor: float tensor `(batch,)` ≥ 0; 0 makes all grey.
    """
    return _GREY + _per_image(factor) * _CHROMA + _ONE


def painted(images, matrices):
    """Images with their colours changed.

    Args:
        images: float tensor `(batch, height, width, channels)`; 1 channel, 3, or 4 (the last is alpha).
        matrices: float32 tensor `(batch, 4, 4)`, a product of those above.

    Returns:
        tensor of the images' shape and dtype.

    Raises:
        ValueError: another number of channels.
    """
    return _on_colours(images, lambda colours: _times(colours, tf.cast(matrices, images.dtype)))


def contrast_about_mean(images, factor):
    """Images whose colours are moved away from the image's own mean, or towards it.

    Args:
        images: as in `painted`.
        factor: float tensor `(batch,)` ≥ 0.
    """

    def stretch(colours):
        # By einsum, as XLA cannot differentiate a broadcast mean twice inside a branch.
        ones = tf.ones(colours.shape[1:], images.dtype)
        mean = tf.einsum("bhwc,hwc->b", colours, ones) / math.prod(ones.shape)
        mean, share = tf.einsum("b,hwc->bhwc", mean, ones), tf.cast(factor, images.dtype)[:, None, None, None]
        return mean + share * (colours - mean)

    return _on_colours(images, stretch)


def _times(colours, matrices):
    if colours.shape[-1] == 1:  # the mean of what three equal channels become
        gain = tf.reduce_sum(matrices[:, :3, :3], axis=(1, 2)) / 3
        return gain[:, None, None, None] * colours + tf.reduce_mean(matrices[:, :3, 3], axis=1)[:, None, None, None]
    return tf.einsum("bhwc,bdc->bhwd", colours, matrices[:, :3, :3]) + matrices[:, None, None, :3, 3]


def _on_colours(images, change):
    """`change` of all channels but alpha."""
    if images.shape[-1] not in (1, 3, 4):
        raise ValueError(
            f"images with {images.shape[-1]} channels; expected 1 (grey), 3 (colours) or 4 (colours and alpha). Use an "
            "augmentation that changes no colours."
        )
    if images.shape[-1] < 4:
        return change(images)
    return tf.concat([change(images[..., :3]), images[..., 3:]], axis=-1)


def _per_image(numbers):
    return tf.convert_to_tensor(numbers, tf.float32)[:, None, None]
