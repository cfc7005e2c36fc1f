"""What is kept of one side of a comparison: all its rows, or their mean and covariance in constant memory."""

import numpy as np

from keras_gan.metrics.distances import checked_rows
from keras_gan.metrics.sums import Sample, Sums, joined, sums_of, thinned

_BLOCK = 2048  # rows folded together


class Features:
    """All rows, in float32: for distances that look at single images.

    Memory: 4 bytes per number; 50,000 rows of 2,048 take 400 MB.

    Example:

    >>> features = Features()
    >>> features.update([[1.0, 2.0]])
    >>> features.update([[3.0, 4.0], [5.0, 6.0]])
    >>> features.num_images, features.rows.shape, features.rows.dtype.name
    (3, (3, 2), 'float32')
    """

    def __init__(self):
        self.num_images, self._blocks = 0, []

    @property
    def num_features(self) -> int | None:
        """Numbers in each row; `None` before the first update."""
        return self._blocks[0].shape[1] if self._blocks else None

    @property
    def rows(self) -> np.ndarray:
        """float32 `(num_images, num_features)`, in the order in which they came.

        Raises:
            ValueError: before the first update.
        """
        _check_not_empty(self)
        self._blocks = [np.concatenate(self._blocks)] if len(self._blocks) > 1 else self._blocks
        return self._blocks[0]

    def update(self, rows):
        """Takes in rows, array `(n, num_features)`, n at least 1; they are copied.

        Raises:
            ValueError: no rows, another rank or width, NaN or infinity, also where float32 cannot hold a number.
        """
        rows = checked_update(np.array(rows, np.float32), self)
        self._blocks.append(rows)
        self.num_images += len(rows)

    def arrays(self) -> dict[str, np.ndarray]:
        """Arrays to save: `rows`."""
        return {"rows": self.rows}

    @classmethod
    def from_arrays(cls, arrays) -> "Features":
        """The statistics that `arrays()` wrote."""
        features = cls()
        features.update(arrays["rows"])
        return features


class Moments:
    """Number, mean and covariance of rows, in float64 and constant memory: all that the Fréchet distance needs.

    How the rows are cut into updates, and their order, changes nothing but the last digits. As long as there are no
    more rows than numbers in each (so that the covariance is singular), the rows themselves are kept, in float32 where
    they came so. After that they are folded into the mean and the scatter matrix by the pairwise update of Chan et al.,
    a block at a time, and a uniform random sample of 4,096 remains: from its halves the bias of a Fréchet distance is
    told.

    Memory: O(d²), or O(4096 · d) where that is more, for rows of d numbers; 0.3 GB at d = 2,048.

    Example:

    >>> moments = Moments()
    >>> moments.update([[0.0, 0.0], [2.0, 0.0]])
    >>> moments.update([[1.0, 3.0]])
    >>> moments.num_images, moments.mean.tolist(), moments.covariance.tolist()
    (3, [1.0, 1.0], [[1.0, 0.0], [0.0, 3.0]])

    Reference:
    - Chan, Golub and LeVeque, 1983, Algorithms for computing the sample variance, equation 2.1.
    """

    def __init__(self):
        self._kept, self._sums, self._sample = [], None, None
        self._random = np.random.default_rng(0)

    @property
    def num_images(self) -> int:
        """Rows taken in so far."""
        return self._num_kept + (self._sums.number if self._sums else 0)

    @property
    def num_features(self) -> int | None:
        """Numbers in each row; `None` before the first update."""
        if self._sums:
            return len(self._sums.mean)
        return self._kept[0].shape[1] if self._kept else None

    @property
    def mean(self) -> np.ndarray:
        """float64 `(num_features,)`."""
        rows = self._kept_rows()
        if rows is not None:  # the scatter matrix of a few wide rows is far larger than they are
            return rows.mean(axis=0, dtype=np.float64)
        return self._total().mean

    @property
    def covariance(self) -> np.ndarray:
        """float64 `(num_features, num_features)`, the unbiased one, divided by n - 1.

        Raises:
            ValueError: fewer than two rows.
        """
        if self.num_images < 2:
            raise ValueError(f"Moments: {self.num_images} images have no covariance; expected at least 2. Add images.")
        return self._total().scatter / (self.num_images - 1)

    @property
    def rows(self) -> np.ndarray | None:
        """All rows, float64 `(num_images, num_features)`, while there are no more than `num_features`; else `None`."""
        rows = self._kept_rows()
        return None if rows is None else rows.astype(np.float64)

    @property
    def sample(self) -> np.ndarray | None:
        """Some rows, `(m, num_features)`: all while they are kept, then 4,096 random ones; `None` where only moments
        were read from a file."""
        if self._sums:
            self._fold()
            return self._sample.rows if self._sample else None
        return self._kept_rows()

    def update(self, rows):
        """Takes in rows, array `(n, num_features)`, n at least 1; they are copied.

        Raises:
            ValueError: no rows, another rank or width, NaN or infinity.
        """
        rows = checked_update(rows, self)
        dtype = np.float32 if rows.dtype == np.float32 else np.float64
        for start in range(0, len(rows), _BLOCK):
            self._kept.append(np.array(rows[start : start + _BLOCK], dtype))
            if self._num_kept > rows.shape[1]:
                self._fold()

    def arrays(self) -> dict[str, np.ndarray]:
        """Arrays to save: `rows`; or `num_images`, `mean`, `covariance`, and the sample with its random keys."""
        _check_not_empty(self)
        if not self._sums:
            return {"rows": self._kept_rows()}
        moments = {"num_images": np.int64(self.num_images), "mean": self.mean, "covariance": self.covariance}
        sample = {f"sample_{name}": array for name, array in self._sample._asdict().items()} if self._sample else {}
        return moments | sample

    @classmethod
    def from_arrays(cls, arrays) -> "Moments":
        """The statistics that `arrays()` wrote. `num_images`, `mean` and `covariance` are enough.

        Args:
            arrays: mapping such as `np.load` gives: `rows`; or `num_images` (int, at least 2), `mean` `(d,)` and
                `covariance` `(d, d)`, with or without `sample_rows` and `sample_keys`.

        Raises:
            ValueError: shapes that do not belong together, NaN or infinity, fewer than 2 images.
        """
        moments = cls()
        if "rows" in arrays:
            moments.update(arrays["rows"])
            return moments
        number, mean, covariance = _checked_moments(arrays)
        moments._sums = Sums(number, mean, covariance * (number - 1))
        if "sample_rows" in arrays:
            moments._sample = Sample(np.asarray(arrays["sample_rows"]), np.asarray(arrays["sample_keys"]))
        return moments

    @property
    def _num_kept(self):
        return sum(map(len, self._kept))

    def _kept_rows(self):
        """As `rows`, in the dtype in which they are kept."""
        if self._sums or not self._kept:
            return None
        self._kept = [np.concatenate(self._kept)] if len(self._kept) > 1 else self._kept
        return self._kept[0]

    def _total(self):
        """The sums over all rows."""
        _check_not_empty(self)
        if not self._sums:
            return sums_of(self._kept_rows())
        self._fold()
        return self._sums

    def _fold(self):
        """Drops the kept rows for what they add to the sums and to the sample."""
        if not self._kept:
            return
        rows, self._kept = np.concatenate(self._kept), []
        self._sample = thinned(self._sample, Sample(rows.astype(np.float32), self._random.random(len(rows))))
        self._sums = joined(self._sums, sums_of(rows))


def checked_update(rows, statistics) -> np.ndarray:
    """`rows` as an array `(n, d)`, if `statistics` can take them in.

    Args:
        rows: what `update` was given.
        statistics: has `num_features`, int or `None`.

    Raises:
        ValueError: no rows, another rank or width, NaN or infinity.
    """
    owner = type(statistics).__name__
    rows = checked_rows(rows, owner)
    if statistics.num_features not in (None, rows.shape[1]):
        raise ValueError(
            f"{owner}: rows of {rows.shape[1]} numbers; expected {statistics.num_features}, as before. Use one "
            "extractor for all images."
        )
    return rows


def _check_not_empty(statistics):
    if statistics.num_images == 0:
        raise ValueError(f"{type(statistics).__name__}: empty; expected at least one image. Call update(rows) first.")


def _checked_moments(arrays):
    """(number, mean, covariance) of `arrays`, float64."""
    number = int(arrays["num_images"])
    mean, covariance = (np.asarray(arrays[name], np.float64) for name in ("mean", "covariance"))
    if number < 2 or mean.ndim != 1 or covariance.shape != 2 * mean.shape:
        raise ValueError(
            f"Moments: num_images={number}, mean of shape {mean.shape}, covariance of shape {covariance.shape}; "
            "expected at least 2 images, shapes (d,) and (d, d). Use what Moments.arrays() gives."
        )
    if not (np.isfinite(mean).all() and np.isfinite(covariance).all()):
        raise ValueError("Moments: mean or covariance hold NaN or infinity. Compute the statistics anew.")
    return number, mean, covariance
