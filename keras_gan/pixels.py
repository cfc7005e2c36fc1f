"""The only place that knows about 0..255: everywhere else images are float32 in [-1, 1]."""

import numpy as np
from keras import ops


def from_uint8(images):
    """Maps bytes to the range of the networks: `x / 127.5 - 1`.

    Args:
        images: array or tensor of any shape, values in [0, 255], usually `uint8`.

    Returns:
        float32 of the same shape and kind (NumPy in, NumPy out), values in [-1, 1].
    """
    if isinstance(images, np.ndarray):
        return images.astype("float32") / np.float32(127.5) - np.float32(1.0)
    return ops.cast(images, "float32") / 127.5 - 1.0


def to_uint8(images):
    """Maps images in [-1, 1] to bytes: rounded to the nearest, what lies outside is clipped.

    Args:
        images: array or tensor of any shape, values in [-1, 1].

    Returns:
        uint8 of the same shape and kind (NumPy in, NumPy out), values in [0, 255].
    """
    if isinstance(images, np.ndarray):
        return np.clip(np.rint((images.astype("float32") + 1.0) * 127.5), 0, 255).astype("uint8")
    scaled = ops.round((ops.cast(images, "float32") + 1.0) * 127.5)
    return ops.cast(ops.clip(scaled, 0, 255), "uint8")
