"""Scores that count neighbours: precision and recall, density and coverage, the nearest-neighbour two-sample test."""

import numpy as np

from keras_gan.metrics.distances import check_same_width, checked_rows, squared_radii, tiles
from keras_gan.metrics.metric import Metric
from keras_gan.metrics.statistics import Features


def prdc(real, fake, k: int = 5) -> dict[str, float]:
    """Precision, recall, density and coverage, from one pass over the distances.

    Around each image lies a ball that reaches to its `k`-th nearest neighbour among its own kind.

        precision   share of generated images inside the ball of any real one
        recall      share of real images inside the ball of any generated one
        density     mean number of real balls around a generated image, divided by k: above 1 where images lie densest
        coverage    share of real images with a generated one inside their ball

    Balls are closed for precision and recall (≤, the paper's equation 1), open for density and coverage (<, as their
    authors count): a copy of the real images scores 1 in all four, unless real images are equal among themselves. Such
    have small balls or none, which costs density and coverage. Two samples of one distribution score about 1 in
    density, and 1 - 2^-k in coverage for equal numbers of images; precision and recall then stay below 1 by an amount
    that depends on the dimension: compare with what held-out real images get.

    Args:
        real, fake: features `(n, d)` and `(m, d)`; both numbers decide the scores, so keep them.
        k: int, 1 to the smaller of n - 1 and m - 1. Defaults to `5`.

    Returns:
        dict of float with the four names.

    Raises:
        ValueError: another rank, unequal widths, NaN or infinity, `k` too large for either side.

    Example:

    >>> line = np.arange(10.0)[:, None]
    >>> prdc(line, line + 100, k=2)
    {'precision': 0.0, 'recall': 0.0, 'density': 0.0, 'coverage': 0.0}

    Reference:
    - [Kynkäänniemi et al., 2019](https://arxiv.org/abs/1904.06991), equations 1 and 2.
    - [Naeem et al., 2020](https://arxiv.org/abs/2002.09797), equations 3 and 5.
    """
    real, fake = _checked_sides(real, fake, "prdc")
    real_radii, fake_radii = squared_radii(real, k, "prdc: real"), squared_radii(fake, k, "prdc: fake")
    precise, balls = np.zeros(len(fake), bool), np.zeros(len(fake), int)
    recalled, covered = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for i, j, squared in tiles(real, fake):
        precise[j] |= (squared <= real_radii[i, None]).any(axis=0)
        recalled[i] |= (squared <= fake_radii[j]).any(axis=1)
        inside = squared < real_radii[i, None]
        balls[j] += np.count_nonzero(inside, axis=0)
        covered[i] |= inside.any(axis=1)
    means = {"precision": precise, "recall": recalled, "density": balls / k, "coverage": covered}
    return {name: float(values.mean()) for name, values in means.items()}


def precision_recall(real, fake, k: int = 3) -> dict[str, float]:
    """`precision` and `recall` of `prdc`, with the k of Kynkäänniemi et al."""
    scores = prdc(real, fake, k)
    return {name: scores[name] for name in ("precision", "recall")}


def density_coverage(real, fake, k: int = 5) -> dict[str, float]:
    """`density` and `coverage` of `prdc`, with the k of Naeem et al."""
    scores = prdc(real, fake, k)
    return {name: scores[name] for name in ("density", "coverage")}


def one_nearest_neighbour(real, fake, seed: int = 0) -> dict[str, float]:
    """How often the nearest other image tells whether an image is real: leave-one-out accuracy of that classifier.

    0.5 is what two samples of one distribution get; 1 means that they lie apart, and below 0.5 that generated images
    lie nearer to real ones than real ones do to each other, as copies do. On real images alone a low accuracy, on
    generated ones alone a high one, is the mark of lost modes. Where both kinds are equally near, half an image is
    counted right.

    Args:
        real, fake: features `(n, d)`. Unequal numbers would shift the 0.5: so many as the smaller side has are drawn
            from the larger one.
        seed: int, of that draw. Defaults to `0`.

    Returns:
        dict of float: `overall`, the mean of `real` and `fake`, the accuracies on either side. Its standard error is
        about 0.5 / √n where both samples have one distribution.

    Raises:
        ValueError: another rank, unequal widths, NaN or infinity, a side of fewer than 2 images.

    Reference:
    - [Lopez-Paz & Oquab, 2017](https://arxiv.org/abs/1610.06545); [Xu et al., 2018](https://arxiv.org/abs/1806.07755).
    """
    real, fake = _checked_sides(real, fake, "one_nearest_neighbour")
    number = min(len(real), len(fake))
    real, fake = subset(real, number, seed), subset(fake, number, seed)
    between_real, between_fake = np.full(number, np.inf), np.full(number, np.inf)
    for i, j, squared in tiles(real, fake):
        between_real[i] = np.minimum(between_real[i], squared.min(axis=1))
        between_fake[j] = np.minimum(between_fake[j], squared.min(axis=0))
    right = {
        "real": _share_below(squared_radii(real, 1, "one_nearest_neighbour: real"), between_real),
        "fake": _share_below(squared_radii(fake, 1, "one_nearest_neighbour: fake"), between_fake),
    }
    return {"overall": (right["real"] + right["fake"]) / 2} | right


def subset(rows, number: int, seed: int):
    """`number` of the rows in their order, drawn without replacement; all of them where there are no more."""
    if number >= len(rows):
        return rows
    return rows[np.sort(np.random.default_rng(seed).choice(len(rows), number, replace=False))]


def _share_below(a, b):
    return float(np.mean(a < b) + np.mean(a == b) / 2)


def _checked_sides(real, fake, name):
    real, fake = checked_rows(real, f"{name}: real"), checked_rows(fake, f"{name}: fake")
    check_same_width(real, fake, f"{name}: real and fake")
    return real, fake


class _NeighbourMetric(Metric):
    """The base of metrics that count neighbours among equal numbers of real and generated images."""

    def __init__(self, extractor="inception-2015", *, max_images=10_000, seed=0, name=None):
        super().__init__(extractor, name=name)
        self.max_images, self.seed = max_images, seed

    def make_statistics(self):
        return Features()

    def compare(self, real, fake):
        number = min(real.num_images, fake.num_images, self.max_images)
        sides = (subset(side.rows, number, self.seed) for side in (real, fake))
        return {self.score_name(word, *self.details): value for word, value in self.count(*sides).items()}

    @property
    def details(self):
        """What the scores' names say besides the extractor."""
        return ()

    def count(self, real, fake):
        """{word: float} of two arrays of as many rows."""
        raise NotImplementedError


class _BallMetric(_NeighbourMetric):
    """The base of metrics that count who lies in the balls around images, which reach to the k-th neighbour."""

    papers_k = None

    def __init__(
        self,
        extractor="inception-2015",
        *,
        k: int | None = None,
        max_images: int = 10_000,
        seed: int = 0,
        name: str | None = None,
    ):
        super().__init__(extractor, max_images=max_images, seed=seed, name=name)
        self.k = self.papers_k if k is None else k

    @property
    def details(self):
        """A score of another k is another number: its name says so."""
        return () if self.k == self.papers_k else (f"k={self.k}",)


class PrecisionRecall(_BallMetric):
    """Precision, how many generated images look real, and recall, how many real images the generator could draw.

    Args:
        extractor, name: see `Metric`.
        k: int ≥ 1, balls reach to the k-th neighbour; another than the default stands in the scores' names. Defaults to
            `3`, as in the paper.
        max_images: int, of either side; more are drawn from, and never more from one side than the other has. Time
            grows with its square. Defaults to `10_000`.
        seed: int, of that draw. Defaults to `0`.

    Example:

    >>> metric = PrecisionRecall("points")
    >>> wide = np.random.default_rng(0).normal(size=(300, 2)).astype("float32")
    >>> metric.update_state(wide, wide / 4)
    >>> scores = metric.result()
    >>> scores["precision[points]"] > 0.9 > 0.5 > scores["recall[points]"]
    True

    Reference:
    - [Kynkäänniemi et al., 2019](https://arxiv.org/abs/1904.06991), equations 1 and 2.
    """

    papers_k = 3
    words = {
        "precision": ("higher", "share of generated images among the neighbours of real ones"),
        "recall": ("higher", "share of real images among the neighbours of generated ones"),
    }

    def count(self, real, fake):
        return precision_recall(real, fake, self.k)


class DensityCoverage(_BallMetric):
    """Density and coverage: precision that outliers cannot raise, and recall that is counted around real images.

    Args:
        extractor, max_images, seed, name: see `PrecisionRecall`.
        k: int ≥ 1, balls reach to the k-th neighbour; another than the default stands in the scores' names. Defaults to
            `5`, as in the paper.

    Reference:
    - [Naeem et al., 2020](https://arxiv.org/abs/2002.09797), equations 3 and 5.
    """

    papers_k = 5
    words = {
        "density": ("higher", "how densely real images lie around generated ones, 1 for real ones"),
        "coverage": ("higher", "share of real images with a generated one among their neighbours"),
    }

    def count(self, real, fake):
        return density_coverage(real, fake, self.k)


class OneNearestNeighbour(_NeighbourMetric):
    """Whether the nearest image tells real from generated: see `one_nearest_neighbour`.

    Args:
        extractor, max_images, seed, name: see `PrecisionRecall`.

    Reference:
    - [Lopez-Paz & Oquab, 2017](https://arxiv.org/abs/1610.06545); [Xu et al., 2018](https://arxiv.org/abs/1806.07755).
    """

    words = {
        "1nn": ("nearer 0.5", "accuracy of telling real from generated by the nearest image"),
        "1nn_real": ("nearer 0.5", "the same, on real images alone: low where modes were lost"),
        "1nn_fake": ("nearer 0.5", "the same, on generated images alone: high where modes were lost"),
    }

    def __init__(self, extractor="inception-2015", *, max_images: int = 10_000, seed: int = 0, name: str | None = None):
        super().__init__(extractor, max_images=max_images, seed=seed, name=name)

    def count(self, real, fake):
        scores = one_nearest_neighbour(real, fake)
        return {"1nn": scores["overall"], "1nn_real": scores["real"], "1nn_fake": scores["fake"]}
