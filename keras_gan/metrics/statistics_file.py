"""Statistics of real images in a file, so that they are computed once; never taken for those of other images.

One `.npz` holds the arrays of every kind of statistics, and in words what they were made of.
"""

import dataclasses
import json
import os
import pathlib
import zipfile

import numpy as np

from keras_gan.metrics.statistics import Features, Moments

_PROVENANCE = "provenance"


@dataclasses.dataclass(frozen=True)
class Provenance:
    """What statistics were made of; where one of these is another, they are those of something else.

    Args:
        extractor: str, `name` of the extractor.
        recipe: str, its `recipe`.
        fingerprint: str, its `fingerprint`.
        data: str, hex SHA-256 of the data: `minibatches.fingerprint`.
        split: str, such as `"train"`.
        image_size: `(height, width, channels)` of the images, or `(dim,)` of points.
    """

    extractor: str
    recipe: str
    fingerprint: str
    data: str
    split: str
    image_size: tuple[int, ...]

    def to_dict(self) -> dict:
        """As JSON has it."""
        return dataclasses.asdict(self) | {"image_size": list(map(int, self.image_size))}


def save(path, statistics, provenance: Provenance):
    """Writes statistics beside `path` and renames the file: a reader sees the old one or the new one, never half.

    Args:
        path: file name, by custom ending in `.npz`.
        statistics: dict `{(reads, name of the statistics' class): statistics}`, such as
            `{("features", "Moments"): moments}`; each has `arrays()`.
        provenance: `Provenance`.
    """
    path = pathlib.Path(path)
    arrays = {
        f"{reads}/{kind}/{name}": array
        for (reads, kind), kept in statistics.items()
        for name, array in kept.arrays().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with open(beside, "wb") as file:
        np.savez(file, **arrays, **{_PROVENANCE: np.array(json.dumps(provenance.to_dict()))})
    os.replace(beside, path)


def load(path, expected: Provenance, classes=(Features, Moments)):
    """The statistics that `save` wrote, if they are those of the expected images and extractor.

    Args:
        path: file name.
        expected: `Provenance` of the images and extractor at hand.
        classes: classes of statistics, told apart by their names. Defaults to `Features` and `Moments`.

    Returns:
        dict `{(reads, name of the statistics' class): statistics}`.

    Raises:
        FileNotFoundError: no such file.
        ValueError: another provenance (every difference is told), another kind of file, or a damaged one.
    """
    arrays = _read(path)
    _check(path, json.loads(str(arrays.pop(_PROVENANCE))), expected.to_dict())
    sides = {}
    for key, array in arrays.items():
        reads, kind, name = key.rsplit("/", 2)
        sides.setdefault((reads, kind), {})[name] = array
    made = {cls.__name__: cls for cls in classes}
    unknown = {kind for _, kind in sides} - set(made)
    if unknown:
        raise ValueError(
            f"{path} holds statistics of the kind {', '.join(sorted(unknown))}; pass their class in classes=."
        )
    return {(reads, kind): made[kind].from_arrays(found) for (reads, kind), found in sides.items()}


def _read(path):
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (ValueError, EOFError, zipfile.BadZipFile, AttributeError, TypeError) as error:
        raise ValueError(f"{path} cannot be read as statistics ({error}). Delete it; it is made again.") from error
    if _PROVENANCE not in arrays:
        raise ValueError(f"{path} does not say what it was made of; expected what `save` wrote. Pass another path.")
    return arrays


def _check(path, found, expected):
    differences = [
        f"{name}: {found.get(name)!r} in the file, {value!r} expected"
        for name, value in expected.items()
        if found.get(name) != value
    ]
    if differences:
        raise ValueError(
            f"{path} holds the statistics of something else: {'; '.join(differences)}. Delete it, or pass another path."
        )
