"""Whether a generator repeats its training images: nearest neighbours to look at, and held-out tests to count with."""

from typing import NamedTuple

import numpy as np
from scipy import special, stats

from keras_gan.metrics.distances import checked_rows, nearest
from keras_gan.metrics.metric import Metric
from keras_gan.metrics.statistics import Features


class Copying(NamedTuple):
    """What a test for copying found.

    Args:
        share: float, 0.5 where nothing was copied, 1 for copies, less than 0.5 where samples lie farther off than new
            real images do.
        standard_error: float, of `share` where nothing was copied.
        z: float, about standard normal where nothing was copied, above 3 where much was.
    """

    share: float
    standard_error: float
    z: float

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
    """How often the nearest real image of a sample is a training image, and not a held-out one.

    With n training and m held-out images a share p = n / (n + m) of honest samples finds a training image, whatever
    they look like: which of the real images were trained on is then chance. The share s that was found is told as
    s(1 - p) / (s(1 - p) + (1 - s)p), as if there were as many of both.

    That chance also gives the standard error: one image that is nearest to many samples counts with that weight. `z`
    is the signed root of the likelihood ratio. Few held-out images prove little: k images copied, and nothing else,
    reach z = √(2k log(1 / p)).

    Args:
        samples: images `(n, ...)` or rows `(n, d)`.
        train, test: real images that the generator has and has not seen, drawn alike, any numbers of them.
        seed: int, decides where both are equally near. Defaults to `0`.

    Returns:
        `Copying`.
    """
    samples, train, test = _flat(samples), _flat(train), _flat(test)
    return _votes(nearest(samples, train), nearest(samples, test), (len(train), len(test)), seed)


def data_copying(samples, train, test) -> Copying:
    """Whether samples lie closer to the training images than held-out real images do (Mann and Whitney's U test).

    `share` is that of all pairs (sample, held-out image) in which the sample is the one closer to its nearest training
    image. `-z` is the paper's C_T with a single cell: below -3 for copies, above 3 for samples that lie off the data.
    Copies in one region and poor samples in another cancel out in it; the paper then divides the space into cells.
    Samples without detail lie close to all images, and look like copies here, though not to `nearer_to_train`.

    Args:
        samples, train, test: images `(n, ...)` or rows `(n, d)`: generated, seen, and not seen by the generator.

    Returns:
        `Copying`.

    Reference: [Meehan et al., 2020](https://arxiv.org/abs/2004.05675), §3.
    """
    train = _flat(train)
    return _ranks(nearest(_flat(samples), train), nearest(_flat(test), train))


def _votes(to_train, to_test, numbers, seed):
    """`nearer_to_train` of the samples' nearest `(distances, indices)` in either set."""
    (far_train, train), (far_test, test) = ([found[:, 0] for found in side] for side in (to_train, to_test))
    total = sum(numbers)
    p = numbers[0] / total
    by_chance = np.random.default_rng(seed).random(len(train)) < p
    is_train = np.where(far_train == far_test, by_chance, far_train < far_test)
    found = is_train.mean()
    votes = np.bincount(np.where(is_train, train, numbers[0] + test), minlength=total) / len(is_train)
    variance = max(p * (1 - p) * np.sum((votes - 1 / total) ** 2) * total / (total - 1), 1e-18)
    divergence = special.rel_entr([found, 1 - found], [p, 1 - p]).sum()
    return Copying(
        share=float(found * (1 - p) / (found * (1 - p) + (1 - found) * p)),
        standard_error=float(np.sqrt(variance) / (4 * p * (1 - p))),
        z=float(np.sign(found - p) * np.sqrt(2 * p * (1 - p) / variance * divergence)),
    )


def _ranks(samples_to_train, test_to_train):
    """`data_copying` of the nearest `(distances, indices)` of samples and of held-out images."""
    of_samples, of_test = samples_to_train[0][:, 0], test_to_train[0][:, 0]
    m, n = len(of_samples), len(of_test)
    ranks = stats.rankdata(np.concatenate([of_samples, of_test]))
    share = 1 + (m + 1) / (2 * n) - ranks[:m].sum() / (m * n)  # of pairs with the sample nearer; ties count half
    standard_error = np.sqrt((m + n + 1) / (12 * m * n))
    return Copying(float(share), float(standard_error), float((share - 0.5) / standard_error))


class Memorisation(Metric):
    """Two tests of whether generated images lie closer to the training images than held-out real ones do.

    `C_T` is the statistic of `data_copying`, about standard normal for a generator that copies nothing, below -3 for
    copies and above 3 for images off the data; `nearer_to_train` the share of `nearer_to_train`, 0.5 for such a one and
    1 for copies.

    Args:
        extractor, name: see `Metric`.
        seed: int, decides where a training and a held-out image are equally near. Defaults to `0`.

    Reference: [Meehan et al., 2020](https://arxiv.org/abs/2004.05675), §3.
    """

    needs_held_out = True
    words = {
        "C_T": (
            "nearer 0",
            "negative: closer to training images than held-out ones are, copies; positive: off the data",
        ),
        "nearer_to_train": (
            "nearer 0.5",
            "share of generated images nearer to training than to held-out ones, numbers evened: 1 for copies",
        ),
    }

    def __init__(self, extractor="inception-2015", *, seed: int = 0, name: str | None = None):
        super().__init__(extractor, name=name)
        self.seed = seed

    def make_statistics(self):
        return Features()

    def compare(self, real, fake, held_out):
        to_train, to_test = nearest(fake.rows, real.rows), nearest(fake.rows, held_out.rows)
        votes = _votes(to_train, to_test, (real.num_images, held_out.num_images), self.seed)
        ranks = _ranks(to_train, nearest(held_out.rows, real.rows))
        names = self.score_name("C_T"), self.score_name("nearer_to_train")
        self._errors = dict(zip(names, (1.0, votes.standard_error), strict=True))
        return dict(zip(names, (-ranks.z, votes.share), strict=True))

    def standard_errors(self, real, fake):
        return dict(self._errors)


def _flat(images):
    images = np.asarray(images)
    return checked_rows(images.reshape(len(images), -1) if images.ndim > 2 else images, "memorisation: images")
