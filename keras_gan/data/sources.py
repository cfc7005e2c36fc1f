"""Which source is meant: the one place that knows where a word is looked up."""

import difflib
import os
from pathlib import Path

import numpy as np

from keras_gan.data import array_files, builtin, folders, local, tfds_images
from keras_gan.data.arrays import common_length
from keras_gan.data.request import Raw, Request
from keras_gan.data.shaping import cut


def find(source, request: Request) -> Raw:
    """The images and labels of a source.

    A string is looked up as: embedded name, existing path (if it looks like one), name in KERAS_GAN_DATA, data set of
    tensorflow-datasets, existing path.
    """
    if is_arrays(source):
        return cut(from_memory(source, request), request.num_images)
    word = os.fspath(source)
    if word in builtin.NAMES:
        return from_builtin(word, request)
    path = located(word, request.data_dir)
    return from_path(path, request) if path else from_tfds(word, request)


def is_arrays(source) -> bool:
    """Whether the source is data already, and not the name of some."""
    return not isinstance(source, str | os.PathLike)


def from_memory(source, request: Request) -> Raw:
    """Arrays as they were handed over: images, or (images, labels)."""
    check_split(request.split, "arrays")
    images, labels = map(np.asarray, source) if isinstance(source, tuple) else (np.asarray(source), None)
    if labels is not None:
        common_length([images, labels])
    is_gray = images.ndim == 3 and images.dtype == np.uint8
    return Raw(array_files.with_channels(images) if is_gray else images, labels)


def from_builtin(name: str, request: Request) -> Raw:
    """An embedded data set; of the digits a choice, of points as many as are asked for."""
    raw = builtin.load(
        name,
        split=request.split,
        image_size=request.image_size,
        num_points=request.num_images,
        seed=request.seed,
    )
    return cut(raw, request.num_images) if name == "digits" else raw


def from_path(path: Path, request: Request) -> Raw:
    """A folder of images, or a file of arrays."""
    check_split(request.split, path)
    if path.is_dir():
        return folders.load(
            path,
            image_size=request.image_size,
            channels=request.channels,
            labels=request.labels,
            num_images=request.num_images,
        )
    return cut(array_files.load(path), request.num_images)


def from_tfds(name: str, request: Request) -> Raw:
    """A data set of tensorflow-datasets."""
    return tfds_images.load(
        name,
        split=request.split,
        image_size=request.image_size,
        channels=request.channels,
        num_images=request.num_images,
        data_dir=request.data_dir,
    )


def located(word: str, data_dir) -> Path | None:
    """The file or folder that a word means; `None` where it is a data set of tensorflow-datasets."""
    path = Path(word).expanduser()
    looks_like_path = len(path.parts) > 1 or word.startswith(".") or path.suffix in array_files.SUFFIXES
    if looks_like_path and path.exists():
        return checked_path(path)
    named = local.find(word)
    if named or tfds_images.is_known(word, data_dir):
        return named
    if path.exists():
        return checked_path(path)
    raise ValueError(unknown(word, data_dir))


def held_out_split(source, data_dir=None) -> str | None:
    """The split that holds images to test with; `None` where a source has no splits."""
    if is_arrays(source):
        return None
    word = os.fspath(source)
    if word in builtin.NAMES:
        return "test"
    return None if located(word, data_dir) else tfds_images.test_split(word, data_dir)


def checked_path(path: Path) -> Path:
    """The path, if it is a folder or a file of arrays."""
    if path.is_dir() or path.suffix in array_files.SUFFIXES:
        return path
    raise ValueError(
        f"data.load: {path} is a {path.suffix or 'nameless kind of'} file; expected a folder of images, or a .npy or "
        ".npz file. Pass the folder in which it lies."
    )


def unknown(word: str, data_dir) -> str:
    """What an unknown name is answered with: the nearest ones."""
    candidates = [*builtin.NAMES, *local.names(), *tfds_images.prepared(data_dir), *tfds_images.COMMON]
    last_parts = {candidate.split("/")[-1]: candidate for candidate in candidates}
    near = [last_parts[key] for key in difflib.get_close_matches(word.split("/")[-1], last_parts, n=3, cutoff=0.5)]
    return (
        f"data.load: unknown data set {word!r}; nearest: {', '.join(near or builtin.NAMES)}. It is no embedded name, "
        f"no path from {Path.cwd()}, not in {local.VARIABLE} ({local.root() or 'not set'}) and not in "
        "tensorflow-datasets. keras_gan.data.names() lists what works here."
    )


def check_split(split: str, source):
    """Sources without splits have one, which is all of them."""
    if split not in ("train", "all"):
        raise ValueError(
            f"data.load: split={split!r}, but {source} has no splits; expected 'train' (all of it). Hold images back "
            "with train, test = keras_gan.data.split(minibatches), or load another folder or file."
        )
