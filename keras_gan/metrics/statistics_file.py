"""Statistics of real images in a file, so that they are computed once; never taken for those of other images.

One `.npz` holds the arrays of every kind of statistics, and in words what they were made of: which images, and by which
extractor, recipe and weights.
"""

import json
import os
import pathlib
import zipfile

import numpy as np

from keras_gan.metrics.evaluate import Collector

_RECORD = "provenance"
_PARTS = ("reads", "extractor", "recipe", "fingerprint")  # of a key, before the kind of statistics


def save(path, collector: Collector, about: dict):
    """Writes statistics beside `path` and renames the file: a reader sees the old one or the new one, never half.

    Args:
        path: file name, ending in `.npz`.
        collector: `Collector` that has seen the real images.
        about: dict, as JSON has it, of what they are: `name`, `split`, `num_images`, `fingerprint`, `image_shape`.
    """
    path = pathlib.Path(path)
    if path.suffix != ".npz":
        raise ValueError(f"{path}: statistics are kept in an .npz file. Use {path.with_suffix('.npz')}.")
    keys = list(collector.kept)
    arrays = {
        f"{i}/{name}": array for i, key in enumerate(keys) for name, array in collector.kept[key].arrays().items()
    }
    record = json.dumps({"about": about, "num_images": collector.num_images, "keys": keys})
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with open(beside, "wb") as file:
        np.savez(file, **arrays, **{_RECORD: np.array(record)})
    os.replace(beside, path)


def is_one(path) -> bool:
    """Whether there is a file of statistics at `path`, and not one of images, for example."""
    path = pathlib.Path(path)
    if path.suffix != ".npz" or not path.is_file():
        return False
    try:
        with np.load(path, allow_pickle=False) as file:
            return _RECORD in file.files
    except (ValueError, EOFError, zipfile.BadZipFile):
        return False


def about(path) -> dict:
    """What the images were of which this file holds statistics."""
    return _read(path)[0]["about"]


def load(path, metrics, expected: dict | None = None) -> Collector:
    """The statistics that these metrics compare, if they are those of the expected images.

    Args:
        path: file name.
        metrics: sequence of `Metric`.
        expected: dict, what must be so in the file's `about`; other entries may be anything. Defaults to nothing.

    Raises:
        FileNotFoundError: no such file.
        ValueError: other images or another extractor, recipe, weights (every difference is told); a file that holds no
            statistics for one of the metrics, or is no such file, or damaged.
    """
    record, arrays = _read(path)
    _check(path, record["about"], expected or {})
    collector = Collector(metrics)
    collector.num_images = record["num_images"]
    keys = [tuple(key) for key in record["keys"]]
    for metric in collector.metrics:
        if metric.statistics_key not in keys:
            raise ValueError(_missing(path, metric, keys))
        place = keys.index(metric.statistics_key)
        found = {name.partition("/")[2]: array for name, array in arrays.items() if name.startswith(f"{place}/")}
        collector.kept[metric.statistics_key] = type(metric.make_statistics()).from_arrays(found)
    return collector


def _read(path):
    """(record, arrays)."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (ValueError, EOFError, zipfile.BadZipFile, AttributeError, TypeError) as error:
        raise ValueError(f"{path} cannot be read as statistics ({error}). Delete it; it is made again.") from error
    if _RECORD not in arrays:
        raise ValueError(
            f"{path} does not say what it was made of; expected a file that keras_gan wrote. Pass another one."
        )
    return json.loads(str(arrays.pop(_RECORD))), arrays


def _check(path, found, expected):
    differences = [
        f"{name}: {found.get(name)!r} in the file, {value!r} expected"
        for name, value in expected.items()
        if found.get(name) != value
    ]
    if differences:
        raise ValueError(
            f"{path} holds the statistics of other images: {'; '.join(differences)}. Delete it, or pass another path."
        )


def _missing(path, metric, keys):
    """Why a metric finds nothing in the file: what is there was made otherwise."""
    wanted = metric.statistics_key
    alike = [key for key in keys if key[0] == wanted[0] and key[len(_PARTS) :] == wanted[len(_PARTS) :]]
    if wanted[0] == "images" or not alike:
        return f"{path} holds nothing for {metric.name}, which keeps {wanted[-1]}. Delete it; it is made again with it."
    differences = [
        f"{part} {there!r} in the file, {here!r} expected"
        for part, there, here in zip(_PARTS, alike[0], wanted, strict=False)
        if there != here
    ]
    return f"{path}: {metric.name} was measured otherwise: {'; '.join(differences)}. Delete it, or pass another path."
