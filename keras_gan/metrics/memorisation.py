"""Whether a generator repeats its training images: nearest neighbours to look at, and held-out tests to count with."""

from typing import NamedTuple

import numpy as np
from scipy import special, stats

from keras_gan.metrics.distances import checked_rows, nearest
from keras_gan.metrics.metric import Metric
from keras_gan.metrics.neighbours import subset
from keras_gan.metrics.statistics import Features


class Copying(NamedTuple):
    """What a test for copying found.

    Args:
        share: float, 0.5 where nothing was copied, more where samples lie nearer to the training images than they
            should, less where they lie farther off than new real images do.
        standard_error: float, of `share` where nothing was copied.
    """

    share: float
    standard_error: float

    @property
    def z(self) -> float:
        """Standard errors above 0.5: about standard normal where nothing was copied, above 3 where much was."""
        return (self.share - 0.5) / self.standard_error

    @property
    def p_value(self) -> float:
        """How likely samples that copy nothing would look so much like copies."""
        return float(special.ndtr(-self.z))


def nearest_images(samples, train, k: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """The training images nearest to each sample, by Euclidean distance of pixels (or of features, if given those).

    A picture of them shows copies; it does not clear a generator: shifted copies are far away in pixels.

    Args:
        samples, train: images `(n, height, width, channels)`, or rows `(n, d)`.
        k: int, neighbours of each sample. Defaults to `5`.

    Returns:
        `(distances, indices)`: float64 and int64 `(num_samples, k)`, the nearest first; 0 is a copy.
    """
    return nearest(_flat(samples), _flat(train), k)


def beside_neighbours(samples, train, indices) -> np.ndarray:
    """Each sample followed by its neighbours, for `keras_gan.pictures.grid(images, columns=k + 1)`.

    Args:
        samples: images `(n, height, width, channels)`.
        train: images of the same size.
        indices: int `(n, k)`, of `nearest_images`; those of features serve too.

    Returns:
        images `(n · (k + 1), height, width, channels)`.

    Example:

    >>> samples, train = np.zeros((2, 8, 8, 1)), np.ones((9, 8, 8, 1))
    >>> _, indices = nearest_images(samples, train, k=3)
    >>> beside_neighbours(samples, train, indices).shape
    (8, 8, 8, 1)
    """
    samples, neighbours = np.asarray(samples), np.asarray(train)[indices]
    if samples.shape != neighbours[:, 0].shape:
        raise ValueError(
            f"beside_neighbours: samples {samples.shape}, neighbours {neighbours[:, 0].shape}; expected as many "
            "indices as samples, and images of one size. Pass the images that the indices were found for."
        )
    return np.concatenate([samples[:, None], neighbours], axis=1).reshape(-1, *samples.shape[1:])


def nearer_to_train(samples, train, test, seed: int = 0) -> Copying:
    """Share of samples whose nearest real image is a training image, and not one of as many held-out ones.

    The standard error is exact for what was found: were nothing copied, then which half of the real images is called
    training would be chance, and one image that is nearest to many samples counts with that weight.

    Args:
        samples: images `(n, ...)` or rows `(n, d)`.
        train, test: real images that the generator has and has not seen, drawn alike. Of the larger set as many are
            drawn as the smaller has.
        seed: int, of the draw, and of which of two equal real images counts as the nearer. Defaults to `0`.

    Returns:
        `Copying`: `share` 0.5 where nothing was copied, 1 for copies.
    """
    train, test = _flat(train), _flat(test)
    number = min(len(train), len(test))
    pool = np.concatenate([subset(train, number, seed), subset(test, number, seed)])
    order = np.random.default_rng(seed).permutation(len(pool))  # else the training image would win every tie
    _, chosen = nearest(_flat(samples), pool[order])
    is_train = order[chosen[:, 0]] < number
    votes = np.bincount(chosen[:, 0], minlength=len(pool)) / len(is_train)
    spread = np.sqrt(np.sum((votes - votes.mean()) ** 2) * len(pool) / (len(pool) - 1)) / 2
    return Copying(float(is_train.mean()), max(float(spread), np.finfo(float).tiny))


def data_copying(samples, train, test) -> Copying:
    """Whether samples lie closer to the training images than held-out real images do (Mann and Whitney's U test).

    `share` is that of all pairs (sample, held-out image) in which the sample is the one closer to its nearest training
    image. `-z` is the paper's C_T with a single cell: below -3 for copies, above 3 for samples that lie off the data.
    Copies in one region and poor samples in another cancel out in it; the paper then divides the space into cells.

    Args:
        samples, train, test: images `(n, ...)` or rows `(n, d)`: generated, seen, and not seen by the generator.

    Returns:
        `Copying`.

    Reference: [Meehan et al., 2020](https://arxiv.org/abs/2004.05675), §3.
    """
    train = _flat(train)
    of_samples, of_test = (nearest(_flat(images), train)[0][:, 0] for images in (samples, test))
    m, n = len(of_samples), len(of_test)
    ranks = stats.rankdata(np.concatenate([of_samples, of_test]))
    nearer = m * n + m * (m + 1) / 2 - ranks[:m].sum()  # pairs in which the sample is the nearer; ties count half
    return Copying(float(nearer / (m * n)), float(np.sqrt((m + n + 1) / (12 * m * n))))


class Memorisation(Metric):
    """Two tests of whether generated images lie closer to the training images than held-out real ones do.

    `nearer_to_train` is the share of `nearer_to_train`, 0.5 for a generator that copies nothing; `C_T` the statistic
    of `data_copying`, about standard normal for such a one and below -3 for copies.

    Args:
        extractor, name: see `Metric`.
        seed: int, of the draw of as many training images as there are held-out ones. Defaults to `0`.

    Reference: [Meehan et al., 2020](https://arxiv.org/abs/2004.05675), §3.
    """

    needs_held_out = True
    words = {
        "nearer_to_train": (
            "nearer 0.5",
            "share of generated images nearer to training than to held-out images",
        ),
        "C_T": ("nearer 0", "below -3: generated images lie closer to training images than held-out ones do"),
    }

    def __init__(self, extractor="inception-2015", *, seed: int = 0, name: str | None = None):
        super().__init__(extractor, name=name)
        self.seed = seed

    def make_statistics(self):
        return Features()

    def compare(self, real, fake, held_out):
        share = nearer_to_train(fake.rows, real.rows, held_out.rows, self.seed).share
        c_t = -data_copying(fake.rows, real.rows, held_out.rows).z
        return {self.score_name("nearer_to_train"): share, self.score_name("C_T"): c_t}


def _flat(images):
    images = np.asarray(images)
    return checked_rows(images.reshape(len(images), -1) if images.ndim > 2 else images, "memorisation: images")
