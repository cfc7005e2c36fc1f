"""Kernels, and the unbiased estimate of the squared distance between two samples in their spaces, with its variance."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from keras_gan.metrics.distances import tiles
from keras_gan.words import nearest

_TILE = 512  # rows of either side whose kernel is worked at a time: 2 MB, which caches hold


def kernel_function(kernel, degree, gamma, coef0, real, seed) -> Callable:
    """`k(x, y)`: float64 `(n, d)` and `(m, d)` → kernel matrix `(n, m)`. Arguments as for `kernel_distance`."""
    if degree < 1 or (gamma is not None and np.min(gamma) <= 0):
        raise ValueError(f"kernel {kernel!r}: degree={degree}, gamma={gamma}; expected degree ≥ 1 and gamma > 0.")
    if kernel == "polynomial":
        gamma = 1 / real.shape[1] if gamma is None else gamma
        return lambda x, y: _polynomial(x @ y.T, degree, gamma, coef0)
    if kernel == "rbf":
        gammas = np.atleast_1d(_median_gamma(real, seed) if gamma is None else gamma)
        return lambda x, y: _mixture(_squared_distances(x, y), gammas)
    raise ValueError(f"unknown kernel {kernel!r}{nearest(str(kernel), ('polynomial', 'rbf'))}.")


def _polynomial(products, degree, gamma, coef0):
    """(γ x·y + coef0)^degree; powers by products are many times faster than by `**`."""
    products *= gamma
    products += coef0
    result = products.copy()
    for _ in range(degree - 1):
        result *= products
    return result


def _mixture(squared, gammas):
    return sum(np.exp(-gamma * squared) for gamma in gammas) / len(gammas)


def _squared_distances(x, y):
    result = np.empty((len(x), len(y)))
    for i, j, tile in tiles(x, y):
        result[i, j] = tile
    return result


def _median_gamma(real, seed):
    """1 / (2 σ²), σ the median distance among up to 1,000 rows."""
    rows = real[np.random.default_rng(seed).permutation(len(real))[:1000]]
    squared = _squared_distances(rows, rows)[np.triu_indices(len(rows), k=1)]
    median = np.median(squared) if len(squared) else 0.0
    if median == 0:
        raise ValueError(
            "kernel 'rbf': the median distance of real rows is 0; expected different rows. Pass gamma=...."
        )
    return 0.5 / median


class Estimate(NamedTuple):
    """A squared distance and its variance, in the two parts of Hoeffding's decomposition.

    Args:
        value: float, unbiased.
        first: float, the part that falls as 1/n, unbiased, hence negative at times; 0 between equal distributions.
        second: float ≥ 0, the part that falls as 1/n².
    """

    value: float
    first: float
    second: float


def estimate(x, y, kernel) -> Estimate:
    """The distance between all rows of `x` `(n, d)` and all of `y` `(m, d)`.

        mean_{i≠j} k(xᵢ, xⱼ) + mean_{i≠j} k(yᵢ, yⱼ) - 2 mean_{ij} k(xᵢ, yⱼ)

    First order: the variance over rows of their mean kernel, less the noise that the other rows leave in that mean.
    Second order: the spread of the kernel that remains when all rows' means are taken out of it.

    Raises:
        ValueError: fewer than two rows on a side.
    """
    check_at_least_two(x, y)
    n, m = len(x), len(y)
    xx, yy = (_sums(side, side, kernel, itself=1) for side in (x, y))
    xy = _sums(x, y, kernel)
    value = xx.rows.mean() + yy.rows.mean() - 2 * xy.rows.mean()
    first_x = np.var(xx.rows - xy.rows, ddof=1) - xx.spread / (n - 1) - xy.spread / m
    first_y = np.var(yy.rows - xy.columns, ddof=1) - yy.spread / (m - 1) - xy.spread / n
    second = 2 * xx.spread / (n * (n - 1)) + 2 * yy.spread / (m * (m - 1)) + 4 * xy.spread / (n * m)
    return Estimate(value, 4 * first_x / n + 4 * first_y / m, second)


def check_at_least_two(x, y):
    """Raises where a side has fewer than two rows."""
    if min(len(x), len(y)) < 2:
        raise ValueError(
            f"kernel distance of {len(x)} real and {len(y)} generated rows; expected at least 2 of each. Add images."
        )


class _Sums(NamedTuple):
    rows: np.ndarray  # mean kernel of each row with all columns, itself left out
    columns: np.ndarray
    spread: float  # variance of the doubly centred kernel


def _sums(x, y, kernel, itself=0):
    """What is needed of a kernel matrix, tile by tile; of rows with themselves half of it, without its diagonal."""
    rows, columns, squares = np.zeros(len(x)), np.zeros(len(y)), 0.0
    for i, j in _tiles(len(x), len(y), itself):
        is_diagonal = itself and i == j
        left = x[i].astype(np.float64)
        tile = kernel(left, left if is_diagonal else y[j].astype(np.float64))
        if is_diagonal:
            np.fill_diagonal(tile, 0.0)
        else:
            columns[j] += tile.sum(axis=0)
        rows[i] += tile.sum(axis=1)
        squares += np.vdot(tile, tile) * (2 if itself and not is_diagonal else 1)
    if itself:
        rows = columns = rows + columns
    rows, columns = rows / (len(y) - itself), columns / (len(x) - itself)
    mean_square = squares / (len(x) * (len(y) - itself))
    return _Sums(rows, columns, max(mean_square - rows.var() - columns.var() - rows.mean() ** 2, 0.0))


def _tiles(num_rows, num_columns, itself):
    """Pairs of slices that cover a matrix; of a symmetric one the diagonal and what is above it."""
    for first in range(0, num_rows, _TILE):
        for second in range(first if itself else 0, num_columns, _TILE):
            yield slice(first, min(first + _TILE, num_rows)), slice(second, min(second + _TILE, num_columns))
