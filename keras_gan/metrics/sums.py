"""Parts of `Moments`: sums over rows that can be joined, and a random sample that can be thinned."""

from typing import NamedTuple

import numpy as np

SAMPLE_SIZE = 4096  # two halves of 2,048


class Sums(NamedTuple):
    number: int
    mean: np.ndarray  # (d,)
    scatter: np.ndarray  # (d, d), Σ (x - mean)(x - mean)ᵀ


def sums_of(rows):
    rows = rows.astype(np.float64)
    mean = rows.mean(axis=0)
    centred = rows - mean
    return Sums(len(rows), mean, centred.T @ centred)


def joined(a, b):
    """The sums over two sets of rows, of which `a` may be missing."""
    if a is None:
        return b
    number, gap = a.number + b.number, b.mean - a.mean
    scatter = np.outer(gap, gap * (a.number * b.number / number))
    scatter += a.scatter
    scatter += b.scatter
    return Sums(number, a.mean + gap * (b.number / number), scatter)


class Sample(NamedTuple):
    """Rows with uniform random keys; those with the smallest keys of all rows seen are a fair sample of them."""

    rows: np.ndarray
    keys: np.ndarray


def thinned(*samples):
    """A fair sample of all that was sampled; a missing one is `None`."""
    samples = [sample for sample in samples if sample]
    if not samples:
        return None
    rows, keys = (np.concatenate(parts) for parts in zip(*samples, strict=True))
    smallest = np.argsort(keys)[:SAMPLE_SIZE]
    return Sample(rows[smallest], keys[smallest])
