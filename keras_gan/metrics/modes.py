"""Modes found: of mixtures whose centres are known, and of the thousand digits of stacked MNIST."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from scipy import stats

from keras_gan.data import mixtures
from keras_gan.metrics import extractors
from keras_gan.metrics.distances import check_same_width, checked_rows, nearest
from keras_gan.metrics.metric import Metric
from keras_gan.metrics.statistics import Features

_MIXTURES = {"ring": (mixtures.ring_centers, 0.01), "grid": (mixtures.grid_centers, 0.05)}


class ModeCoverage(NamedTuple):
    """How generated points fall on the modes of a mixture.

    Args:
        modes: int, modes with at least one point of high quality.
        high_quality: float, share of points that lie within reach of a centre. A perfect generator stays below 1, at
            `high_quality_of_real(within, dim)`. More than that means modes that are too narrow.
        kl: float ≥ 0, nats, of the share of each mode (every point counts for the nearest) from equal shares. Real
            points have about `kl_floor(num_modes, num_points)`.
        std_ratio: float, median of `std_ratios` over the modes found: 1 for modes of the right width.
        std_ratios: float array `(num_modes,)`, standard deviation of a mode's points of high quality over that of a
            Gaussian cut off at the same reach; NaN with fewer than 2 points.
    """

    modes: int
    high_quality: float
    kl: float
    std_ratio: float
    std_ratios: np.ndarray


class StackedModes(NamedTuple):
    """How triples of digits fall on the thousand there are: `modes` found, and `kl` from equal shares in nats."""

    modes: int
    kl: float


def mode_coverage(points, centers, std: float, within: float = 3.0) -> ModeCoverage:
    """Modes found, share of points of high quality, and the shape of the modes, of an equal mixture of Gaussians.

    Args:
        points: generated, `(n, dim)`.
        centers: of the Gaussians, `(num_modes, dim)`.
        std: float above 0, standard deviation of each in each direction.
        within: float above 0, a point of high quality lies nearer than so many `std` to a centre. Defaults to `3.0`.

    Returns:
        `ModeCoverage`.

    Raises:
        ValueError: unequal widths, NaN or infinity, `std` or `within` not above 0.

    Example:

    >>> from keras_gan.data import mixtures
    >>> found = mode_coverage(mixtures.ring(2500, seed=0), mixtures.ring_centers(), std=0.01)
    >>> found.modes, round(found.high_quality, 2)
    (8, 0.99)

    Reference: [Srivastava et al., 2017](https://arxiv.org/abs/1705.07761), §5.1;
    [Lin et al., 2018](https://arxiv.org/abs/1712.04086), §4.1, for `kl`.
    """
    points, centers = checked_rows(points, "mode_coverage: points"), checked_rows(centers, "mode_coverage: centers")
    check_same_width(points, centers, "mode_coverage: points and centers")
    if not (std > 0 and within > 0):
        raise ValueError(f"mode_coverage: std={std}, within={within}; expected both above 0: they are lengths.")
    distances, indices = (found[:, 0] for found in nearest(points, centers))
    good = distances < within * std
    ratios = np.array([_spread(points[good & (indices == mode)].astype("float64")) for mode in range(len(centers))])
    ratios /= std * _cut_std(within, points.shape[1])
    return ModeCoverage(
        modes=len(np.unique(indices[good])),
        high_quality=float(good.mean()),
        kl=_kl_from_uniform(np.bincount(indices, minlength=len(centers))),
        std_ratio=float(np.nanmedian(ratios)) if np.isfinite(ratios).any() else float("nan"),
        std_ratios=ratios,
    )


def stacked_modes(digits) -> StackedModes:
    """Modes found among the thousand triples of digits, and the divergence of their shares from equal ones.

    Args:
        digits: int `(n, 3)`, 0 to 9: what a classifier reads in the three channels. Papers take n = 26,000, with which
            real triples get 0.0192 from sampling alone, and 0.0235 with the unequal shares of MNIST's digits.

    Returns:
        `StackedModes`.

    Raises:
        ValueError: another shape, or values that are no digits.

    Example:

    >>> stacked_modes([[0, 0, 7], [9, 9, 9], [9, 9, 9]]).modes
    2

    Reference: [Srivastava et al., 2017](https://arxiv.org/abs/1705.07761), §5.2.
    """
    digits = np.asarray(digits)
    if digits.ndim != 2 or digits.shape[1] != 3 or not len(digits) or not np.issubdtype(digits.dtype, np.integer):
        raise ValueError(
            f"stacked_modes: {digits.dtype} of shape {digits.shape}; expected int (n, 3). "
            "Use probabilities.argmax(axis=-1) of each channel."
        )
    if digits.min() < 0 or digits.max() > 9:
        raise ValueError(f"stacked_modes: values in [{digits.min()}, {digits.max()}]; expected digits, 0 to 9.")
    counts = np.bincount(digits @ np.array([100, 10, 1]), minlength=1000)
    return StackedModes(int(np.count_nonzero(counts)), _kl_from_uniform(counts))


def kl_floor(num_modes: int, num_points: int) -> float:
    """What `kl` is for points that do fall equally on all modes, for want of more of them: (modes - 1) / 2n, nats."""
    return (num_modes - 1) / (2 * num_points)


def high_quality_of_real(within: float, dim: int) -> float:
    """`high_quality` of real points, whose modes lie apart: 0.9889 for 3 standard deviations in the plane."""
    return float(stats.chi2.cdf(within**2, dim))


class Modes(Metric):
    """Modes that generated points found, of a mixture whose centres are known: see `mode_coverage`.

    `mode_std` is left out where no mode was found with two points or more.

    Args:
        dataset: `"ring"` or `"grid"`, as `keras_gan.data.load` draws them by default; or `None`. Defaults to `"ring"`.
        centers: list of `(dim,)`, the Gaussians of another mixture; `dataset` is then not asked for.
        std: float, of these.
        within: float, a good point lies nearer than so many `std` to a centre. Defaults to `3.0`.
        name: str or `None`.

    Raises:
        ValueError: another `dataset`, or `centers` without `std`.

    Example:

    >>> metric = Modes("grid")
    >>> metric.update_state(mixtures.grid(500, seed=0), mixtures.grid(500, seed=1))
    >>> metric.result()["modes"]
    25

    Reference: [Lin et al., 2018](https://arxiv.org/abs/1712.04086), §4.1.
    """

    reads = "images"
    words = {
        "modes": ("higher", "modes with at least one good point"),
        "mode_kl": ("lower", "nats from equal shares of the modes"),
        "mode_std": ("nearer 1", "median width of the modes found, over that of the real ones"),
    }

    def __init__(
        self,
        dataset: str | None = "ring",
        *,
        centers: Sequence[Sequence[float]] | None = None,
        std: float | None = None,
        within: float = 3.0,
        name: str | None = None,
    ):
        super().__init__(None, name=name)
        if (centers is None) != (std is None) or (centers is None and dataset not in _MIXTURES):
            raise ValueError(
                f"Modes: dataset={dataset!r}, centers {'not ' * (centers is None)}given, std={std}; expected the "
                "dataset 'ring' or 'grid', or both centers and std. Use e.g. Modes(centers=[[0, 0], [1, 0]], std=0.1)."
            )
        self.centers, self.std = (_MIXTURES[dataset][0](), _MIXTURES[dataset][1]) if centers is None else (centers, std)
        self.within = within
        target = f"nearer {high_quality_of_real(within, np.shape(self.centers)[-1]):.3f}"
        meaning = f"share of points within {within:g} standard deviations of a mode"
        self.words = self.words | {"high_quality": (target, meaning)}

    def make_statistics(self):
        return Features()

    def compare(self, real, fake):
        found = mode_coverage(fake.rows, self.centers, self.std, self.within)
        names = "modes", "high_quality", "mode_kl", "mode_std"
        return {name: value for name, value in zip(names, found[:4], strict=True) if np.isfinite(value)}


class StackedMNIST(Metric):
    """Modes that generated images of three stacked digits found, of a thousand: see `stacked_modes`.

    Args:
        extractor: a classifier of digits: name, `Extractor`, Keras model or callable that gives `probabilities`
            `(batch, 10)` of images of one channel; it reads the channels one by one. Defaults to `"mnist-cnn"`.
        name: str or `None`.

    Call arguments of `update_state`:
        real, fake: images float32 `(batch, height, width, 3)` in [-1, 1].

    Reference: [Srivastava et al., 2017](https://arxiv.org/abs/1705.07761), §5.2.
    """

    words = {
        "stacked_modes": ("higher", "triples of digits found, of 1000"),
        "stacked_kl": ("lower", "nats from equal shares of the 1000 triples"),
    }

    def __init__(self, extractor="mnist-cnn", *, name: str | None = None):
        super().__init__(extractor, name=name)

    def make_extractor(self):
        return DigitOfEachChannel(super().make_extractor())

    def make_statistics(self):
        return Features()

    def compare(self, real, fake):
        found = stacked_modes(fake.rows.astype(int))
        names = self.score_name("stacked_modes"), self.score_name("stacked_kl")
        return dict(zip(names, found, strict=True))


class DigitOfEachChannel(extractors.Extractor):
    """What a classifier of grey images takes each channel for: `features` `(batch, channels)`, whole numbers.

    Args:
        classifier: `Extractor` that gives `probabilities`.
    """

    def __init__(self, classifier):
        super().__init__()
        self.classifier, self.name, self.fingerprint = classifier, classifier.name, classifier.fingerprint
        self.recipe = f"the likeliest class of each channel: {classifier.recipe}"

    def extract(self, images):
        channels = tf.unstack(images[..., None], axis=-2)
        digits = [tf.argmax(self.classifier(channel)["probabilities"], axis=-1) for channel in channels]
        return {"features": tf.cast(tf.stack(digits, axis=-1), tf.float32)}


def _kl_from_uniform(counts):
    shares = counts[counts > 0] / counts.sum()
    return float(max(0.0, np.sum(shares * np.log(shares * len(counts)))))


def _spread(points):
    """Standard deviation around the points' own mean, over all directions."""
    return np.sqrt(np.var(points, axis=0, ddof=1).mean()) if len(points) > 1 else np.nan


def _cut_std(within, dim):
    """Standard deviation, in each direction, of a standard normal point known to lie within so much of its centre."""
    return np.sqrt(stats.chi2.cdf(within**2, dim + 2) / stats.chi2.cdf(within**2, dim))
