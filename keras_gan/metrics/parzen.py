"""Parzen-window log-likelihood in the protocol of the first GAN paper, and what real images get in it."""

import math
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from keras_gan.metrics.distances import check_same_width, checked_rows, tiles
from keras_gan.metrics.extractors.extractor import check_range
from keras_gan.metrics.metric import Metric
from keras_gan.metrics.statistics import Features

SIGMAS = np.logspace(-1, 0, 10)
_NUM_VALIDATION = 1000  # images on which sigma is chosen


class LogLikelihood(NamedTuple):
    """Mean log-likelihood of test images.

    Args:
        mean: float, nats per image.
        standard_error: float, of `mean` over the test images: not over samples, nor over trained generators.
        sigma: float, width of the windows, in pixels of [0, 1].
    """

    mean: float
    standard_error: float
    sigma: float


def parzen_log_likelihood(samples, validation, test, sigmas=SIGMAS) -> LogLikelihood:
    """Log-likelihood of test images under a Gaussian window around each sample.

        log p(x) = log 1/n Σ_i N(x; sample_i, σ² I),    σ the best of `sigmas` on the first 1,000 validation images

    For comparison with old papers, whose protocol takes 10,000 samples, and no quality of images: k-means centroids
    beat real images in it (see `parzen_references`).

    Args:
        samples: images `(n, height, width, channels)` float in [-1, 1] or uint8, which are mapped to [0, 1]; or points
            `(n, d)`, taken as they are.
        validation, test: real images or points that the generator has not seen.
        sigmas: array of float above 0. Defaults to `np.logspace(-1, 0, 10)`.

    Returns:
        `LogLikelihood`, in nats.

    Raises:
        ValueError: floats beyond ±1.5 in images, unequal widths, NaN or infinity, `sigmas` that are not above 0.

    Example:

    >>> one_window = parzen_log_likelihood([[0.0]], [[0.0]], [[0.0]], sigmas=[1.0])
    >>> round(one_window.mean, 4)
    -0.9189

    Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), §5, and the `parzen_ll.py` of its authors.
    """
    samples, validation, test = _pixels(samples), _pixels(validation), _pixels(test)
    check_same_width(samples, validation, "parzen_log_likelihood: samples and validation")
    check_same_width(samples, test, "parzen_log_likelihood: samples and test")
    sigmas = _checked_sigmas(sigmas)
    chosen = sigmas[np.argmax(log_densities(validation[:_NUM_VALIDATION], samples, sigmas).mean(axis=1))]
    scores = log_densities(test, samples, [chosen])[0]
    return LogLikelihood(float(scores.mean()), float(scores.std() / np.sqrt(len(scores))), float(chosen))


def log_densities(points, samples, sigmas) -> np.ndarray:
    """Log-density of `points` `(m, d)` under windows around `samples` `(n, d)`: float64 `(len(sigmas), m)`, in nats."""
    sums = np.full((len(sigmas), len(points)), -np.inf)
    for i, _, squared in tiles(points, samples):
        for total, sigma in zip(sums, sigmas, strict=True):
            total[i] = np.logaddexp(total[i], _log_sum_exp(squared, -0.5 / sigma**2))
    dim = points.shape[1]
    return sums - np.log(len(samples)) - dim / 2 * np.log(2 * np.pi * np.square(sigmas))[:, None]


def parzen_references(train, validation, test, *, num_samples: int = 10_000, iterations: int = 3, seed: int = 0):
    """What real training images, and k-means centroids, get in place of samples.

    The two between which a log-likelihood means something: real images are what a perfect generator would give, and
    centroids, which are means of a few images, blurred and never seen, get more.

    Args:
        train, validation, test: real images `(n, height, width, channels)` in [-1, 1], or points `(n, d)`.
        num_samples: int, images drawn from `train`, and centroids. Defaults to `10_000`, as in the protocol.
        iterations: int, of Lloyd's algorithm, from the drawn images on; more than 3 gain 0.1 nats on MNIST. Defaults
            to `3`.
        seed: int, of the draw. Defaults to `0`.

    Returns:
        `{"train": LogLikelihood, "k-means": LogLikelihood}`.

    Raises:
        ValueError: fewer than `num_samples` training images.

    Reference: [Theis et al., 2016](https://arxiv.org/abs/1511.01844), table 1: 243 and 313 nats on MNIST, where this
    function finds 243.4 and 334.6.
    """
    train, validation, test = _pixels(train), _pixels(validation), _pixels(test)
    if num_samples > len(train):
        raise ValueError(
            f"parzen_references: num_samples={num_samples} of {len(train)} training images; expected no more than "
            f"there are. Use num_samples={len(train)} or less, and as many samples of the generator."
        )
    drawn = train[np.random.default_rng(seed).choice(len(train), num_samples, replace=False)]
    rivals = {"train": drawn, "k-means": _centroids(train, drawn, iterations)}
    return {name: parzen_log_likelihood(rows, validation, test) for name, rows in rivals.items()}


class Parzen(Metric):
    """Parzen-window log-likelihood of held-out images: see `parzen_log_likelihood`.

    Sigma is chosen on a tenth of the held-out images, 1,000 at most, and the rest are scored, so that no image decides
    about itself; for the papers' own split call the function. Compare only at one number of generated images, 10,000 in
    papers, and with `parzen_references`.

    Args:
        name: str or `None`.

    Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), §5.
    """

    reads = "images"
    needs_held_out = True
    words = {"parzen_log_likelihood": ("higher", "nats per held-out image under windows around generated ones")}

    def __init__(self, *, name: str | None = None):
        super().__init__(None, name=name)

    def make_statistics(self):
        return Features()

    @property
    def statistics_key(self):
        return (*super().statistics_key, "pixels in [0, 1]")

    def rows(self, images):
        return images if len(images.shape) == 2 else _in_unit_range(images)

    def compare(self, real, fake, held_out):
        if held_out.num_images < 2:
            raise ValueError("Parzen: 1 held-out image; expected at least 2, for sigma and for the score. Add images.")
        cut = max(1, min(_NUM_VALIDATION, held_out.num_images // 10))
        found = parzen_log_likelihood(fake.rows, held_out.rows[:cut], held_out.rows[cut:])
        return {"parzen_log_likelihood": found.mean}


def _centroids(rows, start, iterations):
    from sklearn.cluster import KMeans

    return KMeans(len(start), init=start, n_init=1, max_iter=iterations).fit(rows).cluster_centers_


def _log_sum_exp(squared, scale):
    """log Σ_j exp(scale · squared[:, j]), `scale` negative."""
    smallest = squared.min(axis=1)
    terms = squared - smallest[:, None]
    terms *= scale
    return np.log(np.exp(terms, out=terms).sum(axis=1)) + scale * smallest


def _pixels(images):
    """Rows `(n, d)`: pixels in [0, 1] of images, points as they are."""
    images = np.asarray(images)
    if images.ndim != 4:
        return checked_rows(images, "parzen: points")
    return checked_rows(np.asarray(_in_unit_range(images)), "parzen: images")


def _in_unit_range(images):
    """Rows `(n, height · width · channels)` in [0, 1] of images: bytes, or floats in [-1, 1]; in a graph too."""
    rows = tf.reshape(images, (-1, math.prod(images.shape[1:])))
    if rows.dtype == tf.uint8:
        return tf.cast(rows, tf.float32) / 255
    if not tf.is_symbolic_tensor(rows):
        check_range(rows, "parzen")
    return (rows + 1) / 2


def _checked_sigmas(sigmas):
    sigmas = np.atleast_1d(np.asarray(sigmas, "float64"))
    if sigmas.ndim != 1 or not (sigmas.size and np.all(sigmas > 0) and np.isfinite(sigmas).all()):
        raise ValueError(
            f"parzen_log_likelihood: sigmas={sigmas}; expected numbers above 0. Use np.logspace(-1, 0, 10)."
        )
    return sigmas
