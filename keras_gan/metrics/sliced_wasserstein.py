"""Wasserstein distance over random directions: of points, and of the patches of images at several resolutions."""

import numpy as np

from keras_gan.metrics import pyramid
from keras_gan.metrics.image_sample import ImageSample
from keras_gan.metrics.metric import Metric

_VALUES_AT_ONCE = 2**25


def sliced_wasserstein(rows_a, rows_b, *, num_directions: int = 512, seed: int = 0) -> float:
    """Mean over random directions u of the 1-Wasserstein distance between the projections of two sets of points.

    In one dimension it is exact: the area between two quantile functions, also for sets of different sizes.

    Args:
        rows_a: float array `(n, dim)`, points or features.
        rows_b: float array `(m, dim)`.
        num_directions: int ≥ 1, uniform on the sphere. Defaults to `512`.
        seed: int, decides the directions. Defaults to `0`.

    Returns:
        float ≥ 0. Two point masses a distance apart give that distance times E|u₁|, e.g. 2/π in the plane.

    Raises:
        ValueError: no rows, of different widths, not finite, or no directions.

    Reference:
    - [Rabin et al., 2011](https://doi.org/10.1007/978-3-642-24785-9_37), definition 3.
    """
    rows_a, rows_b = _checked(rows_a, rows_b, num_directions)
    directions = np.random.default_rng(seed).normal(size=(num_directions, rows_a.shape[1])).astype(rows_a.dtype)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    in_a, in_b, shares = _steps(len(rows_a), len(rows_b))
    step = max(1, _VALUES_AT_ONCE // len(shares))
    total = 0.0
    for start in range(0, num_directions, step):
        a, b = (_sorted(directions[start : start + step] @ rows.T) for rows in (rows_a, rows_b))
        total += float((np.abs(a[:, in_a] - b[:, in_b]) @ shares.astype(a.dtype)).sum(dtype=np.float64))
    return total / num_directions


def _steps(n, m):
    """Where the quantile functions of n and m sorted values are constant: (index into each, width) of every piece."""
    if n == m:
        return slice(None), slice(None), np.full(n, 1.0 / n)
    ends = np.union1d(np.arange(1, n + 1) * m, np.arange(1, m + 1) * n)  # in units of 1/(n·m), so that they are exact
    return (ends - 1) // m, (ends - 1) // n, np.diff(ends, prepend=0) / (n * m)


def _sorted(projections):
    projections.sort(axis=1)
    return projections


def _checked(rows_a, rows_b, num_directions):
    rows_a, rows_b = np.asarray(rows_a), np.asarray(rows_b)
    dtype = np.float32 if rows_a.dtype == rows_b.dtype == np.float32 else np.float64
    shapes = f"{rows_a.shape} and {rows_b.shape}"
    if rows_a.ndim != 2 or rows_b.ndim != 2 or rows_a.shape[1] != rows_b.shape[1] or 0 in (rows_a.size, rows_b.size):
        raise ValueError(f"sliced_wasserstein: rows of shape {shapes}; expected (n, dim) and (m, dim), both not empty.")
    if not (np.isfinite(rows_a).all() and np.isfinite(rows_b).all()):
        raise ValueError("sliced_wasserstein: rows are not finite; expected numbers. Look for NaN in the images.")
    if num_directions < 1:
        raise ValueError(f"sliced_wasserstein: num_directions={num_directions}; expected at least 1.")
    return rows_a.astype(dtype, copy=False), rows_b.astype(dtype, copy=False)


def pyramid_distances(
    real,
    fake,
    *,
    patches_per_image: int = 128,
    num_directions: int = 512,
    min_side: int = 16,
    seed: int = 0,
) -> dict[int, float]:
    """Sliced Wasserstein distance, times 1000, of the 7×7 patches of two sets of images at every resolution.

    An image becomes a Laplacian pyramid: what each halving loses, and the smallest one as it is. At every level
    patches are drawn at random, and each side is brought to mean 0 and deviation 1 per channel, so that colour casts
    and contrasts of a whole set are not seen. High resolutions speak of sharpness and noise, low ones of structure.
    Memory: the patches of one level, 2.5 GB for 16384 colour images on either side, whatever their size.

    Args:
        real: `(n, height, width, channels)` of any range, n at least 1; the papers take 16384.
        fake: `(m, height, width, channels)`.
        patches_per_image: int ≥ 1. Defaults to `128`.
        num_directions: int ≥ 1. Defaults to `512`, four times 128 of the paper's code.
        min_side: int, the smallest resolution's shorter side; smaller images have one level. Defaults to `16`.
        seed: int, decides patches and directions; image i has the same patches on both sides. Defaults to `0`.

    Returns:
        {shorter side in pixels: distance × 10³}, from fine to coarse. Equal sets have 0; two samples of the same
        images have a floor above it, the lower the more images there are.

    Raises:
        ValueError: images of less than 7 pixels a side, or of two shapes.

    Reference:
    - [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 5.
    """
    sides = pyramid.level_sides(real.shape, fake.shape, min_side)
    found = {}
    for number, side in enumerate(sides):
        chosen = patches_per_image, (seed, number), number, len(sides)
        rows = (pyramid.patches(images, *chosen) for images in (real, fake))
        found[side] = 1e3 * sliced_wasserstein(*rows, num_directions=num_directions, seed=seed)
    return found


class SlicedWasserstein(Metric):
    """Sliced Wasserstein distance of image patches, level by level: no network, nothing pretrained, any data.

    Scores are `swd[64]`, `swd[32]`, ... by the shorter side of the level in pixels, and their mean `swd`, all × 10³.

    Args:
        max_images: int ≥ 1, images kept of each side, a random sample of all. Defaults to `16384`, as in the paper.
        patches_per_image, num_directions, min_side, seed: as for `pyramid_distances`.
        name: str. Defaults to `"sliced_wasserstein"`.

    Example:

    >>> import numpy as np
    >>> metric = SlicedWasserstein(num_directions=8)
    >>> images = np.random.default_rng(0).uniform(-1, 1, (4, 32, 32, 3))
    >>> metric.update_state(images, images)
    >>> metric.result()
    {'swd[32]': 0.0, 'swd[16]': 0.0, 'swd': 0.0}

    Reference:
    - [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 5.
    """

    reads = "images"
    words = {
        "swd": ("lower", "distance of patches over random directions × 10³, by resolution in pixels and their mean")
    }

    def __init__(
        self,
        *,
        max_images: int = 16384,
        patches_per_image: int = 128,
        num_directions: int = 512,
        min_side: int = 16,
        seed: int = 0,
        name: str | None = None,
    ):
        super().__init__(None, name=name)
        self.max_images, self.seed = max_images, seed
        self.options = {"patches_per_image": patches_per_image, "num_directions": num_directions, "min_side": min_side}

    def make_statistics(self):
        return ImageSample(self.max_images, self.seed)

    @property
    def statistics_key(self):
        return (*super().statistics_key, self.max_images, self.seed)

    def compare(self, real, fake):
        distances = pyramid_distances(real.images, fake.images, seed=self.seed, **self.options)
        return {f"swd[{side}]": value for side, value in distances.items()} | {
            "swd": float(np.mean([*distances.values()]))
        }
