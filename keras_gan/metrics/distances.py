"""Euclidean distances between many points, tile by tile, and the nearest neighbours found in them."""

import numpy as np

_TILE = 2048  # rows of either side in one matrix product: 32 MB of distances


def checked_rows(rows, name: str) -> np.ndarray:
    """`rows` as an array `(n, d)`.

    Raises:
        ValueError: another rank, no rows, NaN or infinity.
    """
    rows = np.asarray(rows)
    if rows.ndim != 2 or rows.size == 0:
        raise ValueError(f"{name}: shape {rows.shape}; expected (n, d), n and d at least 1. Use x.reshape(len(x), -1).")
    if not np.isfinite(rows).all():
        bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
        raise ValueError(
            f"{name}: {len(bad)} of {len(rows)} rows hold NaN or infinity, the first is row {bad[0]}; "
            "expected finite numbers. Look at the images, or the extractor, they come from."
        )
    return rows


def check_same_width(a, b, names: str):
    """Raises ValueError where points of `a` and `b` have different numbers of coordinates."""
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"{names}: rows of {a.shape[1]} and of {b.shape[1]} numbers; expected equal widths. "
            "Take both from one extractor."
        )


def tiles(a: np.ndarray, b: np.ndarray):
    """Yields `(i, j, squared)`, slices of the rows of `a` and `b` and float64 `|a[i] - b[j]|²` between them.

    By |a|² - 2ab + |b|² in float64, seen from a point of the cloud: what cancels is then not larger than the cloud,
    however far from the origin it lies. The caller may overwrite a tile.
    """
    origin = b[0].astype("float64")
    for i in _slices(len(a)):
        for j in _slices(len(b)):
            yield i, j, _squared(a[i] - origin, b[j] - origin)


def tiles_within(rows: np.ndarray):
    """As `tiles(rows, rows)` at half the price, with infinity as the distance of a point to itself."""
    origin = rows[0].astype("float64")
    for i in _slices(len(rows)):
        for j in _slices(len(rows), first=i.start):
            tile = _squared(rows[i] - origin, rows[j] - origin)
            if i == j:
                np.fill_diagonal(tile, np.inf)
                yield i, i, tile
            else:
                mirrored = np.ascontiguousarray(tile.T)
                yield i, j, tile
                yield j, i, mirrored


def _slices(number, first=0):
    return [slice(start, min(start + _TILE, number)) for start in range(first, number, _TILE)]


def _squared(a, b):
    squared = a @ (-2 * b.T)
    squared += np.einsum("nd,nd->n", a, a)[:, None]
    squared += np.einsum("nd,nd->n", b, b)
    return np.maximum(squared, 0, out=squared)


def nearest(queries, rows, k: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The `k` rows nearest to each query, by Euclidean distance.

    Args:
        queries: array `(n, d)`.
        rows: array `(m, d)`.
        k: int, 1 to m. Defaults to `1`.

    Returns:
        `(distances, indices)`: float64 and int64 `(n, k)`, the nearest first. Distances are taken anew from the
        differences, so that a copy lies at exactly 0.

    Raises:
        ValueError: another rank or width, NaN or infinity, `k` outside 1 to m.

    Example:

    >>> distances, indices = nearest([[0.0, 0.0]], [[3.0, 4.0], [1.0, 0.0]], k=2)
    >>> distances.tolist(), indices.tolist()
    ([[1.0, 5.0]], [[1, 0]])
    """
    queries, rows = checked_rows(queries, "nearest: queries"), checked_rows(rows, "nearest: rows")
    check_same_width(queries, rows, "nearest: queries and rows")
    _check_k(k, len(rows), "nearest: rows")
    _, indices = _smallest(tiles(queries, rows), len(queries), k)
    columns = [_lengths(queries, rows, index) for index in indices.T]
    return np.stack(columns, axis=1), indices


def squared_radii(rows, k: int, name: str) -> np.ndarray:
    """Squared distance of each row to its `k`-th nearest other row: float64 `(n,)`; equal rows are neighbours at 0.

    Args:
        rows: array `(n, d)`, checked.
        k: int, 1 to n - 1.
        name: str, of the rows, for the error.

    Raises:
        ValueError: `k` outside 1 to n - 1.
    """
    _check_k(k, len(rows) - 1, f"{name}, each against the others")
    squared, _ = _smallest(tiles_within(rows), len(rows), k)
    return squared[:, -1]


def _smallest(distances, number, k):
    """The `k` smallest of each row over all tiles, in order: squared distances and columns, both `(number, k)`."""
    squared, columns = np.full((number, k), np.inf), np.zeros((number, k), np.int64)
    for i, j, tile in distances:
        values, found = _smallest_of_tile(tile, min(k, tile.shape[1]))
        values, found = np.hstack([squared[i], values]), np.hstack([columns[i], found + j.start])
        order = np.argsort(values, axis=1, kind="stable")[:, :k]
        squared[i], columns[i] = np.take_along_axis(values, order, axis=1), np.take_along_axis(found, order, axis=1)
    return squared, columns


def _smallest_of_tile(tile, k):
    """As `_smallest`, of one tile, which it overwrites: for a few neighbours k minima are far faster than a sort."""
    values, columns, every = [], [], np.arange(len(tile))
    for _ in range(k):
        column = tile.argmin(axis=1)
        values.append(tile[every, column])
        columns.append(column)
        tile[every, column] = np.inf
    return np.stack(values, axis=1), np.stack(columns, axis=1)


def _lengths(queries, rows, index):
    """Length of `queries - rows[index]`, some thousand rows at a time."""
    parts = np.array_split(np.arange(len(queries)), len(queries) // 4096 + 1)
    return np.concatenate([np.linalg.norm(queries[p].astype("float64") - rows[index[p]], axis=1) for p in parts])


def _check_k(k, available, name):
    if not isinstance(k, int | np.integer) or not 1 <= k <= available:
        raise ValueError(
            f"{name}: k={k!r} with {available} to choose from; expected an int from 1 to {available}. "
            "Use a smaller k, or more images."
        )
