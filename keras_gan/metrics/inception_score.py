"""The Inception score of class probabilities, in constant memory."""

from typing import NamedTuple

import numpy as np
from scipy.special import xlogy

from keras_gan.metrics.metric import Metric
from keras_gan.metrics.statistics import checked_update

_TOLERANCE = 1e-3  # of the sum of a row


class SplitScore(NamedTuple):
    """A score over splits.

    Args:
        value: float, the mean over splits.
        deviation: float, the standard deviation over splits (divided by their number), as papers print it.
    """

    value: float
    deviation: float


class Probabilities:
    """What the Inception score needs of class probabilities: per split, their sum and their negative entropy.

    Every `splits` consecutive images go to all the splits, one to each, in a random order that their place and `seed`
    decide: the splits are equally large (give or take one image), how the stream is cut into updates changes nothing,
    and images that come class by class, or class after class in turn, are spread over all splits. Of one split the
    order of images is irrelevant altogether.

    Args:
        splits: int ≥ 1. Defaults to `10`.
        seed: int. Defaults to `0`.

    Example:

    >>> probabilities = Probabilities(splits=1)
    >>> probabilities.update([[1.0, 0.0], [0.0, 1.0]])
    >>> round(inception_score(probabilities).value, 6)
    2.0
    """

    def __init__(self, splits: int = 10, seed: int = 0):
        if splits < 1:
            raise ValueError(f"Probabilities: splits={splits}; expected at least 1. Papers use 10 of 5,000 images.")
        self.splits, self.seed, self.num_images = splits, seed, 0
        self._sums, self._negative_entropies, self._counts = None, np.zeros(splits), np.zeros(splits, np.int64)

    @property
    def num_features(self) -> int | None:
        """Number of classes; `None` before the first update."""
        return None if self._sums is None else self._sums.shape[1]

    def update(self, rows):
        """Takes in class probabilities `(n, classes)`, n at least 1.

        Raises:
            ValueError: no rows, another rank or width, NaN or infinity, rows that are no probabilities.
        """
        rows = _checked_probabilities(np.asarray(checked_update(rows, self), np.float64))
        if self._sums is None:
            self._sums = np.zeros((self.splits, rows.shape[1]))
        splits = split_of(np.arange(self.num_images, self.num_images + len(rows)), self.splits, self.seed)
        np.add.at(self._sums, splits, rows)
        np.add.at(self._negative_entropies, splits, xlogy(rows, rows).sum(axis=1))
        self._counts += np.bincount(splits, minlength=self.splits)
        self.num_images += len(rows)

    def scores(self) -> np.ndarray:
        """exp E KL(p(y|x) ‖ p(y)) of each split, float64 `(splits,)`.

        Raises:
            ValueError: fewer images than splits.
        """
        if self.num_images < self.splits:
            raise ValueError(
                f"Inception score: {self.num_images} images in {self.splits} splits; expected at least one in each. "
                "Use splits=1, or more images."
            )
        marginals = self._sums / self._counts[:, None]
        return np.exp(self._negative_entropies / self._counts - xlogy(marginals, marginals).sum(axis=1))

    def arrays(self) -> dict[str, np.ndarray]:
        """Arrays to save: `sums`, `negative_entropies`, `counts` of each split, and `seed`."""
        if self._sums is None:
            raise ValueError("Probabilities: empty; expected at least one image. Call update(rows) first.")
        kept = {"sums": self._sums, "negative_entropies": self._negative_entropies, "counts": self._counts}
        return {name: array.copy() for name, array in kept.items()} | {"seed": np.int64(self.seed)}

    @classmethod
    def from_arrays(cls, arrays) -> "Probabilities":
        """The statistics that `arrays()` wrote."""
        kept = cls(splits=len(arrays["counts"]), seed=int(arrays["seed"]))
        kept._sums, kept._negative_entropies = np.array(arrays["sums"]), np.array(arrays["negative_entropies"])
        kept._counts = np.array(arrays["counts"])
        kept.num_images = int(kept._counts.sum())
        return kept


def split_of(places, splits: int, seed: int = 0) -> np.ndarray:
    """In which split the images at `places` of the stream are counted: int array like `places`."""
    rounds, turns = np.divmod(places, splits)
    orders = {number: np.random.default_rng((seed, number)).permutation(splits) for number in np.unique(rounds)}
    return np.array([orders[number][turn] for number, turn in zip(rounds, turns, strict=True)])


def inception_score(probabilities: Probabilities) -> SplitScore:
    """exp E KL(p(y|x) ‖ p(y)): how sure a classifier is of each image, and how many classes it sees; 1 to their number.

    It needs no real images, and so cannot tell whether images look like them: prefer a distance. It depends on the
    number of images in a split.

    Args:
        probabilities: `Probabilities` of the generated images.

    Raises:
        ValueError: fewer images than splits.

    Reference:
    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), section 4.
    """
    scores = probabilities.scores()
    return SplitScore(float(scores.mean()), float(scores.std()))


def _checked_probabilities(rows):
    sums = rows.sum(axis=1)
    if rows.min() < 0 or np.abs(sums - 1).max() > _TOLERANCE:
        raise ValueError(
            f"Probabilities: values from {rows.min():g}, sums of rows from {sums.min():g} to {sums.max():g}; expected "
            "values ≥ 0 and sums of 1 within 0.001. Use the softmax of the classifier's logits."
        )
    return rows


class InceptionScore(Metric):
    """IS: how sure a classifier is of each generated image, and how many classes it sees among them.

    The score is called `IS` by the classifier of the paper, `inception-2015`, and `IS[<extractor>]` by any other.

    Args:
        extractor, name: see `Metric`; the extractor has to give `probabilities`.
        splits: int ≥ 1, over which scores are averaged. Defaults to `10`.
        seed: int, spreads the images over the splits: see `Probabilities`. Defaults to `0`.

    Reference:
    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), section 4.
    """

    reads = "probabilities"
    words = {"IS": ("higher", "how sure a classifier is of each image, and of how many classes; 1 to their number")}

    def __init__(self, extractor="inception-2015", *, splits: int = 10, seed: int = 0, name: str | None = None):
        super().__init__(extractor, name=name)
        self.splits, self.seed = splits, seed

    @property
    def statistics_key(self):
        return (*super().statistics_key, self.splits, self.seed)

    def make_statistics(self):
        return Probabilities(self.splits, self.seed)

    def rows(self, outputs):
        if "probabilities" not in outputs:
            raise ValueError(
                f"InceptionScore: extractor {self.extractor.name!r} gives {', '.join(outputs)} and no probabilities. "
                "Use a classifier, such as 'inception-2015'."
            )
        return super().rows(outputs)

    def compare(self, real, fake):
        name = "IS" if self.extractor.name == "inception-2015" else self.score_name("IS")
        return {name: inception_score(fake).value}
