"""Images at several resolutions, and random patches of them: what the sliced distance compares."""

import math

import numpy as np
from scipy import ndimage

PATCH = 7  # pixels a side
_BLUR = np.array([1, 4, 6, 4, 1]) / 16  # of the Gaussian pyramid
_VALUES_AT_ONCE = 2**20  # of images turned to float32 together


def level_sides(real_shape, fake_shape, min_side: int = 16) -> list[int]:
    """The shorter side at every level, from the images' own down to the last of at least `min_side` pixels."""
    if len(real_shape) != 4 or real_shape[1:] != fake_shape[1:] or min(real_shape[1:3]) < PATCH:
        raise ValueError(
            f"pyramid_distances: images of shape {tuple(real_shape)} and {tuple(fake_shape)}; expected two sets of "
            f"(n, height, width, channels), alike and at least {PATCH}×{PATCH} pixels. For points and features use "
            "sliced_wasserstein."
        )
    sides = [min(real_shape[1:3])]
    while -(-sides[-1] // 2) >= max(min_side, PATCH):
        sides.append(-(-sides[-1] // 2))
    return sides


def level(images, number: int, num_levels: int) -> np.ndarray:
    """What is lost from resolution `number` to the next; of the last of `num_levels`, all there is: float32."""
    images = np.asarray(images, np.float32)
    for _ in range(number):
        images = _smaller(images)
    return images if number == num_levels - 1 else images - _spread(_smaller(images), images.shape)


def _smaller(images):
    """Every second pixel of the blurred images."""
    down = ndimage.correlate1d(images, _BLUR, axis=1, mode="mirror")[:, ::2]
    return ndimage.correlate1d(down, _BLUR, axis=2, mode="mirror")[:, :, ::2]


def _spread(images, shape):
    """`images` blurred to the size of `shape`."""
    spread = np.zeros(shape, np.float32)
    spread[:, ::2, ::2] = images
    down = ndimage.correlate1d(spread, 2 * _BLUR, axis=1, mode="mirror")
    return ndimage.correlate1d(down, 2 * _BLUR, axis=2, mode="mirror")


def patches(images, per_image: int, seed, number: int = 0, num_levels: int = 1) -> np.ndarray:
    """Random patches of `level(images, number, num_levels)`, of mean 0 and deviation 1 in each channel.

    A few images at a time: of a level no more is kept than its patches, however large and many images are.

    Returns:
        float32 `(n · per_image, channels · 49)`.
    """
    rng, channels = np.random.default_rng(seed), images.shape[-1]
    cut = np.empty((len(images), per_image, channels, PATCH, PATCH), np.float32)
    step = max(1, _VALUES_AT_ONCE // math.prod(images.shape[1:]))
    for start in range(0, len(images), step):
        some = slice(start, start + step)
        cut[some] = _windows(level(images[some], number, num_levels), per_image, rng)
    for channel in np.moveaxis(cut, 2, 0):  # views, changed in place
        channel -= channel.mean(dtype=np.float64)
        deviation = math.sqrt(np.einsum("npij,npij->", channel, channel, dtype=np.float64) / channel.size)
        channel /= deviation if deviation > 0 else 1
    return cut.reshape(len(images) * per_image, channels * PATCH**2)


def _windows(images, per_image, rng):
    """Patches from anywhere: `(n, per_image, channels, 7, 7)`."""
    number, height, width, _ = images.shape
    corners = rng.random((number, per_image, 2)) * (height - PATCH + 1, width - PATCH + 1)
    top, left = np.moveaxis(corners.astype(int), -1, 0)
    windows = np.lib.stride_tricks.sliding_window_view(images, (PATCH, PATCH), axis=(1, 2))
    return windows[np.arange(number)[:, None], top, left]
