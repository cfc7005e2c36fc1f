"""Distances of two sets of features in the space of a kernel: KID, and the maximum mean discrepancy."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from keras_gan.metrics.distances import check_same_width, checked_rows
from keras_gan.metrics.kernel_estimate import Estimate, check_at_least_two, estimate, kernel_function
from keras_gan.metrics.metric import Metric
from keras_gan.metrics.statistics import Features


class KernelScore(NamedTuple):
    """A squared distance and its uncertainty.

    Args:
        value: float, unbiased, hence negative at times where the two distributions are equal.
        standard_error: float, of `value` as an estimate for infinitely many images on both sides.
    """

    value: float
    standard_error: float


def kernel_distance(
    real_rows,
    fake_rows,
    kernel: Literal["polynomial", "rbf"] = "polynomial",
    degree: int = 3,
    gamma: float | Sequence[float] | None = None,
    coef0: float = 1.0,
    subsets: int = 100,
    subset_size: int = 1000,
    seed: int = 0,
    indices=None,
) -> KernelScore:
    """Squared maximum mean discrepancy, the mean over random subsets; of Inception features it is KID.

    Each subset takes `subset_size` different rows of each side. Where no side has more rows than that, all rows are
    taken once, as `mmd` does. The expectation is the same for any number of images: the estimate is unbiased.

    The standard error counts that subsets share rows. With V the variance for one subset of m rows, its part that falls
    as 1/m and its part that falls as 1/m² (both estimated from the kernel matrices, see `mmd`), all n rows would have a
    variance C = V₁ m/n + V₂ (m/n)², and the mean of B subsets has C + (V - C) / B.

    Args:
        real_rows, fake_rows: arrays `(n, d)` and `(m, d)`, worked in float64.
        kernel: `"polynomial"`: (γ x·y + coef0)^degree; or `"rbf"`: exp(-γ ‖x - y‖²).
        degree: int ≥ 1. Defaults to `3`.
        gamma: float > 0, γ; for `"rbf"` also several of them, whose kernels are averaged. Defaults to 1/d for
            `"polynomial"`; for `"rbf"` to 1 / (2 σ²), σ the median distance among up to 1,000 real rows, so that all
            generators are measured with one kernel.
        coef0: float. Defaults to `1.0`.
        subsets: int ≥ 1. Defaults to `100`.
        subset_size: int ≥ 2. Defaults to `1000`.
        seed: int, decides the subsets. Defaults to `0`.
        indices: list of `(real indices, fake indices)`, the subsets themselves, all of one size, in place of random
            ones.

    Raises:
        ValueError: a side with no rows or NaN, rows of different width, one side with fewer rows than `subset_size`
            while the other has more, fewer than two rows in a subset, an unknown kernel.

    Example:

    >>> rows = np.random.default_rng(0).normal(size=(300, 8))
    >>> value, standard_error = kernel_distance(rows[:150], rows[150:], subset_size=100, subsets=10)
    >>> abs(value) < 3 * standard_error
    True

    Reference:
    - [Bińkowski et al., 2018](https://arxiv.org/abs/1801.01401), section 4.
    """
    real, fake = _checked_sides(real_rows, fake_rows, "kernel_distance")
    function = kernel_function(kernel, degree, gamma, coef0, real, seed)
    if indices is None:
        indices = _subsets(len(real), len(fake), subsets, subset_size, seed)
    if indices is None:
        return _score(estimate(real, fake, function))
    drawn = [estimate(real[i], fake[j], function) for i, j in indices]
    share = len(indices[0][0]) / min(len(real), len(fake))
    return _score(Estimate(*np.mean(drawn, axis=0)), share, len(drawn))


def mmd(
    real_rows,
    fake_rows,
    kernel: Literal["polynomial", "rbf"] = "rbf",
    degree: int = 3,
    gamma: float | Sequence[float] | None = None,
    coef0: float = 1.0,
    seed: int = 0,
) -> KernelScore:
    """Squared maximum mean discrepancy of all rows, unbiased:

        mean_{i≠j} k(xᵢ, xⱼ) + mean_{i≠j} k(yᵢ, yⱼ) - 2 mean_{ij} k(xᵢ, yⱼ)

    Worked in tiles of 512 by 512: memory grows with n, time with n². The variance is estimated from Hoeffding's
    decomposition: the spread of the rows' mean kernels, freed from the noise they share, gives the part that falls as
    1/n; the spread of the doubly centred kernel the part that falls as 1/n², which alone is left where both
    distributions are equal.

    Args:
        see `kernel_distance`; `seed` decides the rows of which the median distance is taken.

    Raises:
        ValueError: as `kernel_distance`, and fewer than two rows on a side.

    Reference:
    - [Gretton et al., 2012](https://jmlr.org/papers/v13/gretton12a.html), equation 3.
    """
    real, fake = _checked_sides(real_rows, fake_rows, "mmd")
    return _score(estimate(real, fake, kernel_function(kernel, degree, gamma, coef0, real, seed)))


def _score(estimate, share=1.0, draws=1):
    """The mean of `draws` subsets that are a `share` of all rows each."""
    first, second = max(estimate.first, 0.0), estimate.second
    complete = first * share + second * share**2
    return KernelScore(float(estimate.value), float(np.sqrt(complete + (first + second - complete) / draws)))


def _checked_sides(real, fake, name):
    real, fake = checked_rows(real, f"{name}: real"), checked_rows(fake, f"{name}: fake")
    check_same_width(real, fake, f"{name}: real and fake")
    check_at_least_two(real, fake)  # before a kernel is fitted to them
    return real, fake


def _subsets(num_real, num_fake, subsets, subset_size, seed):
    """List of `(real indices, fake indices)`; `None` where all rows are one subset."""
    if subsets < 1 or subset_size < 2:
        raise ValueError(f"kernel_distance: subsets={subsets}, subset_size={subset_size}; expected ≥ 1 and ≥ 2.")
    if max(num_real, num_fake) <= subset_size:
        return None
    if min(num_real, num_fake) < subset_size:
        raise ValueError(
            f"kernel_distance: {num_real} real and {num_fake} generated rows, one side fewer than "
            f"subset_size={subset_size}. Use subset_size={min(num_real, num_fake)}, or mmd for all rows at once."
        )
    random = np.random.default_rng(seed)
    draw = lambda number: random.choice(number, subset_size, replace=False)  # noqa: E731
    return [(draw(num_real), draw(num_fake)) for _ in range(subsets)]


class KernelDistance(Metric):
    """KID: the squared distance of real and generated features in the space of a cubic kernel, without bias.

    The score is called `KID` on the features of FID, `inception-2015`, and `KD[<extractor>]` on any others. About 0 for
    a perfect generator at any number of images, and slightly negative as often as slightly positive.

    Args:
        extractor, name: see `Metric`.
        subsets: int ≥ 1. Defaults to `100`.
        subset_size: int ≥ 2; of a side that has fewer images, all. Defaults to `1000`.
        seed: int, decides the subsets. Defaults to `0`.

    Example:

    >>> metric = KernelDistance("points")
    >>> points = np.random.default_rng(0).normal(size=(500, 2)).astype("float32")
    >>> metric.update_state(points, points + 1)
    >>> metric.result()["KD[points]"] > 1
    True

    Reference:
    - [Bińkowski et al., 2018](https://arxiv.org/abs/1801.01401), section 4.
    """

    words = dict.fromkeys(
        ("KID", "KD"), ("nearer 0", "squared distance of features under a kernel: 0 ± noise is perfect")
    )

    def __init__(
        self,
        extractor="inception-2015",
        *,
        subsets: int = 100,
        subset_size: int = 1000,
        seed: int = 0,
        name: str | None = None,
    ):
        super().__init__(extractor, name=name)
        self.subsets, self.subset_size, self.seed = subsets, subset_size, seed

    def make_statistics(self):
        return Features()

    def compare(self, real, fake):
        few, many = sorted((real.num_images, fake.num_images))
        size = min(self.subset_size, max(few, 2)) if many > self.subset_size else self.subset_size
        score = kernel_distance(real.rows, fake.rows, subsets=self.subsets, subset_size=size, seed=self.seed)
        name = "KID" if self.extractor.name == "inception-2015" else self.score_name("KD")
        self._errors = {name: score.standard_error}
        return {name: score.value}

    def standard_errors(self, real, fake):
        return dict(self._errors)


class MMD(Metric):
    """The squared maximum mean discrepancy of all real and all generated features, with a Gaussian kernel.

    Args:
        extractor, name: see `Metric`.
        gamma: float, or list of float for a mixture: the kernel is exp(-γ ‖x - y‖²); the score's name then says so.
            Defaults to the median heuristic on the real features: see `kernel_distance`.

    Reference:
    - [Gretton et al., 2012](https://jmlr.org/papers/v13/gretton12a.html), equation 3.
    """

    words = {"MMD": ("nearer 0", "squared distance of features under a Gaussian kernel: 0 ± noise is perfect")}

    def __init__(self, extractor="inception-2015", *, gamma=None, name: str | None = None):
        super().__init__(extractor, name=name)
        self.gamma = gamma

    def make_statistics(self):
        return Features()

    def compare(self, real, fake):
        score = mmd(real.rows, fake.rows, gamma=self.gamma)
        details = () if self.gamma is None else ("gamma=" + "+".join(map(str, np.ravel(self.gamma))),)
        name = self.score_name("MMD", *details)
        self._errors = {name: score.standard_error}
        return {name: score.value}

    def standard_errors(self, real, fake):
        return dict(self._errors)
