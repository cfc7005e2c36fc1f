"""Structural similarity of two batches, at one scale and at several: what SSIM, MS-SSIM and diversity share."""

import numpy as np
import tensorflow as tf

WINDOW, SIGMA = 11, 1.5  # pixels
WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # of the scales from fine to coarse, Wang et al. 2003
_K1, _K2 = 0.01, 0.03


def similarity(real, fake, peak):
    """(similarity, its factor of contrast and structure) of each pair, means over pixels and channels.

    Args:
        real, fake: float64 tensors `(n, height, width, channels)` in [0, `peak`].
        peak: float, the range of the values.

    Returns:
        two float64 tensors `(n,)`.
    """
    c1, c2 = (_K1 * peak) ** 2, (_K2 * peak) ** 2
    moments = [real, fake, real * real, fake * fake, real * fake]
    x, y, xx, yy, xy = tf.split(_window_means(tf.concat(moments, axis=-1)), 5, axis=-1)
    luminance = (2 * x * y + c1) / (x * x + y * y + c1)
    structure = (2 * (xy - x * y) + c2) / (xx - x * x + yy - y * y + c2)
    return tuple(tf.reduce_mean(value, axis=(1, 2, 3)) for value in (luminance * structure, structure))


def multi_scale_similarity(real, fake, peak, scales):
    """The weighted product over `scales` of `similarity`'s factors, float64 `(n,)`."""
    weights = np.asarray(WEIGHTS[:scales])
    if scales < len(WEIGHTS):  # all of them sum to 1.0001 in the paper, and are used so everywhere
        weights = weights / weights.sum()
    product = 1.0
    for scale, weight in enumerate(weights):
        whole, structure = similarity(real, fake, peak)
        product *= tf.maximum(whole if scale == scales - 1 else structure, 0.0) ** weight
        real, fake = _halved(real), _halved(fake)
    return product


def check_window_fits(owner, shape):
    """Raises where images of `shape` are smaller than the window."""
    if min(shape[1:3]) < WINDOW:
        raise ValueError(
            f"{owner}: images of {shape[1]}×{shape[2]} pixels; expected at least {WINDOW}×{WINDOW}, the window. "
            "Use ms_ssim(..., scales=1, shrink_window=True) for smaller ones."
        )


def check_scales(owner, shape, scales, shrink_window):
    """Raises where the window does not fit the coarsest of `scales` scales of images of `shape`."""
    if not 1 <= scales <= len(WEIGHTS):
        raise ValueError(f"{owner}: scales={scales}; expected 1 to {len(WEIGHTS)}.")
    fitting = num_scales(min(shape[1:3]), at_least=WINDOW)
    if scales > fitting and not shrink_window:
        raise ValueError(
            f"{owner}: images of {shape[1]}×{shape[2]} pixels have {fitting} of {scales} scales of at least {WINDOW} "
            f"pixels, the window. Use {f'scales={fitting}, or ' if fitting else ''}shrink_window=True."
        )


def num_scales(side: int, at_least: int) -> int:
    """How many scales, at most 5, of images of `side` pixels have `at_least` pixels a side."""
    count = 0
    while side >= at_least and count < len(WEIGHTS):
        side, count = -(-side // 2), count + 1
    return count


def _window_means(images):
    """Means under the Gaussian window, wherever it lies wholly inside."""
    for axis in (0, 1):
        kernel = _kernel(images.shape[1 + axis], axis, images.shape[-1])
        images = tf.nn.depthwise_conv2d(images, tf.constant(kernel, images.dtype), (1, 1, 1, 1), "VALID")
    return images


def _kernel(side, axis, channels):
    """One direction of the window for every channel; smaller, and σ with it, where the images are."""
    size = min(WINDOW, side)
    places = (np.arange(size) - (size - 1) / 2) / (SIGMA * size / WINDOW)
    weights = np.exp(-0.5 * places**2)
    shape = (size, 1, 1, 1) if axis == 0 else (1, size, 1, 1)
    return np.tile((weights / weights.sum()).reshape(shape), (1, 1, channels, 1))


def _halved(images):
    """Means of 2×2 pixels; an odd edge is paired with itself."""
    odd = [[0, 0], [0, images.shape[1] % 2], [0, images.shape[2] % 2], [0, 0]]
    return tf.nn.avg_pool2d(tf.pad(images, odd, "SYMMETRIC"), 2, 2, "VALID")
