"""The Fréchet distance of two sets of features, its bias, and its value for infinitely many images."""

import warnings
from typing import Literal

import numpy as np

from keras_gan.metrics.covariance_root import trace_of_root
from keras_gan.metrics.distances import checked_rows
from keras_gan.metrics.metric import Metric
from keras_gan.metrics.statistics import Features, Moments
from keras_gan.words import nearest

_FEW = 2048  # images, below which a Fréchet distance of Inception features says mostly how few there are


def frechet_distance(real, fake, covariance: Literal["full", "diagonal"] | None = "full") -> float:
    """Squared Fréchet distance of the two Gaussians with these moments; of Inception features it is FID.

        ‖μ₁ - μ₂‖² + Tr(Σ₁ + Σ₂ - 2 (Σ₁ Σ₂)^½)

    No matrix root is taken, and covariances may be singular: see `trace_of_root`. The distance falls with the number
    of images (see `frechet_bias`): compare only what was measured on equally many.

    Args:
        real, fake: `Moments`, or anything with `mean` `(d,)`, `covariance` `(d, d)`, `num_images`, and `rows` `(n, d)`
            or `None`.
        covariance: `"full"`; `"diagonal"`, the variances alone; or `None`, the means alone. Defaults to `"full"`.

    Returns:
        float ≥ 0.

    Raises:
        ValueError: features of different width, fewer than two images on a side, an unknown `covariance`.

    Example:

    >>> real, fake = Moments(), Moments()
    >>> real.update([[-1.0], [0.0], [1.0]])
    >>> fake.update([[3.0], [5.0], [7.0]])
    >>> round(frechet_distance(real, fake), 6)  # (5 - 0)² + (2 - 1)²
    26.0

    Reference:
    - [Heusel et al., 2017](https://arxiv.org/abs/1706.08500), equation 6.
    """
    _check_sides(real, fake)
    if covariance not in ("full", "diagonal", None):
        raise ValueError(
            f"frechet_distance: covariance={covariance!r}{nearest(str(covariance), ('full', 'diagonal'))}."
        )
    gap = real.mean - fake.mean
    distance = gap @ gap
    if covariance is not None:
        variances = _variances(real), _variances(fake)
        root = trace_of_root(real, fake) if covariance == "full" else np.sqrt(variances[0] * variances[1]).sum()
        distance += variances[0].sum() + variances[1].sum() - 2 * root
    return max(float(distance), 0.0)


def frechet_bias(real_rows, num_images: int, seed: int = 0) -> float:
    """Fréchet distance of two random disjoint sets of real rows: what a perfect generator would get.

    Args:
        real_rows: array `(n, d)`.
        num_images: int, rows in each set, 2 to n / 2.
        seed: int, decides the sets. Defaults to `0`.

    Raises:
        ValueError: fewer than `2 · num_images` rows, or `num_images` below 2.
    """
    real_rows = checked_rows(real_rows, "frechet_bias: real_rows")
    if not 2 <= num_images <= len(real_rows) // 2:
        raise ValueError(
            f"frechet_bias: num_images={num_images} of {len(real_rows)} rows; expected at least 2 and at most half of "
            f"the rows. Use num_images={len(real_rows) // 2}, or more real images."
        )
    chosen = np.random.default_rng(seed).permutation(len(real_rows))[: 2 * num_images]
    return frechet_distance(*(_moments_of(real_rows[np.sort(half)]) for half in np.split(chosen, 2)))


def warn_of_bias(real, fake, real_rows=None):
    """Warns, with its size, of the bias that a Fréchet distance has where a side has few images.

    Few are fewer than 2,048, or no more than there are features. The size is `frechet_bias` at as many images as the
    smaller side has, or as half of `real_rows` allows.

    Args:
        real, fake: `Moments`.
        real_rows: array `(n, d)` of real features. Defaults to `real.sample`.
    """
    few, dimensions = min(real.num_images, fake.num_images), len(real.mean)
    if few >= _FEW and few > dimensions:
        return
    rows = real.sample if real_rows is None else real_rows
    told = ""
    if rows is not None and len(rows) >= 4:
        half = min(few, len(rows) // 2)
        told = (
            f": two halves of the real features, {half} images each, are already {frechet_bias(rows, half):.4g} apart"
        )
    warnings.warn(
        f"Fréchet distance of {few} images in {dimensions} dimensions is biased upwards{told}. Use at least "
        f"{max(_FEW, dimensions + 1)} images on both sides, or KernelDistance, which has no bias.",
        stacklevel=2,
    )


def fid_infinity(real, fake_rows, num_points: int = 15, smallest: int | None = None, seed: int = 0) -> float:
    """Fréchet distance extrapolated to infinitely many generated images, in which generators are compared without bias.

    The bias of the distance falls as 1 / n. It is measured at `num_points` numbers of generated images, each a random
    choice of `fake_rows`; a line is fitted over 1 / n, and its value at 0 returned. That may be slightly negative.
    Real images are taken as they are: few of those add a bias of their own.

    Args:
        real: `Moments` of the real images.
        fake_rows: array `(n, d)`, n well above d: the law 1 / n does not hold for fewer images than features.
        num_points: int ≥ 2, numbers of images tried. Defaults to `15`.
        smallest: int, the smallest of them. Defaults to a tenth of n, or `2 · d` (at most n / 2) where that is more.
        seed: int, decides the choices. Defaults to `0`.

    Raises:
        ValueError: fewer than two numbers of images, `smallest` outside 2 to n - 1, and what `frechet_distance` raises.

    Reference:
    - [Chong & Forsyth, 2020](https://arxiv.org/abs/1911.07023), section 4, FID∞.
    """
    fake_rows = checked_rows(fake_rows, "fid_infinity: fake_rows")
    number, dimensions = fake_rows.shape
    smallest = max(number // 10, min(2 * dimensions, number // 2)) if smallest is None else smallest
    if num_points < 2 or not 2 <= smallest < number:
        raise ValueError(
            f"fid_infinity: num_points={num_points}, smallest={smallest}, {number} generated images; expected at least "
            "2 points, and smallest from 2 to below the number of images. Use more generated images."
        )
    if smallest <= dimensions:
        warnings.warn(
            f"fid_infinity: {smallest} generated images in {dimensions} dimensions; the bias falls as 1/n for more "
            f"images than dimensions only. Use at least {4 * dimensions} generated images.",
            stacklevel=2,
        )
    random = np.random.default_rng(seed)
    sizes = np.linspace(smallest, number, num_points).astype(int)
    distances = [frechet_distance(real, _moments_of(fake_rows[random.permutation(number)[:size]])) for size in sizes]
    return float(np.polyfit(1 / sizes, distances, deg=1)[1])


def _moments_of(rows):
    moments = Moments()
    moments.update(rows)
    return moments


def _check_sides(real, fake):
    for side, moments in (("real", real), ("fake", fake)):
        if moments.num_images < 2:
            raise ValueError(f"frechet_distance: {moments.num_images} {side} images; expected at least 2. Add images.")
    if len(real.mean) != len(fake.mean):
        raise ValueError(
            f"frechet_distance: real features have {len(real.mean)} dimensions, generated ones {len(fake.mean)}; "
            "expected equal numbers. Use one extractor for both."
        )


def _variances(moments):
    if moments.rows is not None:
        return moments.rows.var(axis=0, ddof=1)
    return np.diag(moments.covariance)


_MEANING = "distance of the Gaussians fitted to real and to generated features; 0 is perfect"


class FrechetDistance(Metric):
    """FID: the squared Fréchet distance of Gaussians fitted to real and to generated features.

    The score is called `FID` on the features of FID, `inception-2015`, and `FD[<extractor>]` on any others. It warns of
    its bias where there are few images: see `warn_of_bias`.

    Args:
        extractor, name: see `Metric`.

    Example:

    >>> import numpy as np
    >>> metric = FrechetDistance("points")
    >>> points = np.random.default_rng(0).normal(size=(3000, 2)).astype("float32")
    >>> metric.update_state(points, points + 1)
    >>> round(metric.result()["FD[points]"], 4)
    2.0

    Reference:
    - [Heusel et al., 2017](https://arxiv.org/abs/1706.08500), equation 6.
    """

    words = {"FID": ("lower", _MEANING), "FD": ("lower", _MEANING)}

    def make_statistics(self):
        return Moments()

    def compare(self, real, fake):
        scores = {_name(self, ""): frechet_distance(real, fake)}
        warn_of_bias(real, fake)
        return scores


class FIDInfinity(Metric):
    """FID∞: the Fréchet distance extrapolated to infinitely many generated images. See `fid_infinity`.

    The score is called `FID-infinity` on the features of FID, `inception-2015`, and `FD-infinity[<extractor>]` on any
    others.

    Args:
        extractor, name: see `Metric`.
        num_points: int ≥ 2, numbers of images tried. Defaults to `15`.
        seed: int. Defaults to `0`.

    Reference:
    - [Chong & Forsyth, 2020](https://arxiv.org/abs/1911.07023), section 4.
    """

    words = {f"{word}-infinity": ("lower", f"{_MEANING}; for infinitely many images") for word in ("FID", "FD")}

    def __init__(self, extractor="inception-2015", *, num_points: int = 15, seed: int = 0, name: str | None = None):
        super().__init__(extractor, name=name)
        self.num_points, self.seed = num_points, seed

    def make_statistics(self):
        return Features()

    def compare(self, real, fake):
        score = fid_infinity(_moments_of(real.rows), fake.rows, num_points=self.num_points, seed=self.seed)
        return {_name(self, "-infinity"): score}


def _name(metric, ending):
    """Only on FID's own features may a score be called FID."""
    if metric.extractor.name == "inception-2015":
        return f"FID{ending}"
    return metric.score_name(f"FD{ending}")
