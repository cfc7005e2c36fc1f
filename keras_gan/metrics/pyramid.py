"""Images at several resolutions, and random patches of them: what the sliced distance compares."""

import numpy as np
from scipy import ndimage

PATCH = 7  # pixels a side
_BLUR = np.array([1, 4, 6, 4, 1]) / 16  # of the Gaussian pyramid


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


def laplacian(images, num_levels: int):
    """Yields what is lost from each resolution to the next, then the smallest: float32, from fine to coarse."""
    images = np.asarray(images, np.float32)
    for _ in range(num_levels - 1):
        smaller = _blurred(images, _BLUR)[:, ::2, ::2]
        spread = np.zeros_like(images)
        spread[:, ::2, ::2] = smaller
        yield images - _blurred(spread, 2 * _BLUR)
        images = smaller
    yield images


def _blurred(images, kernel):
    down = ndimage.correlate1d(images, kernel, axis=1, mode="mirror")
    return ndimage.correlate1d(down, kernel, axis=2, mode="mirror")


def patches(images, per_image: int, seed) -> np.ndarray:
    """Random patches, of mean 0 and deviation 1 in each channel: float32 `(n · per_image, channels · 49)`."""
    number, height, width, channels = images.shape
    rng = np.random.default_rng(seed)
    corners = rng.random((number, per_image, 2)) * (height - PATCH + 1, width - PATCH + 1)
    top, left = np.moveaxis(corners.astype(int), -1, 0)
    windows = np.lib.stride_tricks.sliding_window_view(images, (PATCH, PATCH), axis=(1, 2))
    cut = windows[np.arange(number)[:, None], top, left]
    cut = cut - cut.mean(axis=(0, 1, 3, 4), dtype=np.float64, keepdims=True).astype(np.float32)
    deviation = np.sqrt(np.mean(np.square(cut), axis=(0, 1, 3, 4), dtype=np.float64, keepdims=True)).astype(np.float32)
    return (cut / np.where(deviation > 0, deviation, 1)).reshape(number * per_image, channels * PATCH**2)
