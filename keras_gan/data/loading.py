"""From whatever the user has, to minibatches."""

from pathlib import Path

import numpy as np

from keras_gan.data import array_files, builtin, local, sources, tfds_images
from keras_gan.data.batching import Minibatches
from keras_gan.data.files import Files
from keras_gan.data.request import Raw, Request
from keras_gan.data.shaping import checked_channels, checked_size, shaped


def names() -> list[str]:
    """Names that `load` knows here and now, without a network: embedded, in KERAS_GAN_DATA, and prepared.

    Example:

    >>> "digits" in names()
    True
    """
    return [*builtin.NAMES, *local.names(), *tfds_images.prepared()]


def load(
    source,
    *,
    split: str = "train",
    image_size: int | tuple[int, int] | None = None,
    channels: int | None = None,
    labels: bool = False,
    batch_size: int = 64,
    seed: int = 0,
    shuffle: bool = True,
    data_dir: str | None = None,
    num_images: int | None = None,
) -> Minibatches:
    """Minibatches of images in [-1, 1], or of points, from a name, a folder, a file or arrays.

    Args:
        source: one of
            - an embedded name: `"digits"` (1,797 real handwritten digits, 8×8), `"ring"`, `"grid"`, `"swiss_roll"`
              (points in the plane), `"gaussian_1d"` (points on the line);
            - a name in the folder that KERAS_GAN_DATA names, such as `"my_photos"` (a folder of images) or
              `"my_images"` (.npy, .npz);
            - an image data set of tensorflow-datasets, such as `"mnist"`: prepared in `data_dir`, else downloaded;
            - a folder of images (recursive; a bare word is first looked up as a name: write `"./photos"`);
            - a `.npy` or `.npz` file (`images`; `labels`, `label`, `identity` or `y`);
            - arrays: images, or `(images, labels)`. Other structures of arrays go straight to `Minibatches`.
        split: `"train"`, `"test"` or `"all"`; for tensorflow-datasets any split. Sources without splits give all
            they have for `"train"`. Defaults to `"train"`.
        image_size: int or `(height, width)` in pixels: the shorter side is resized (antialiased bicubic), the centre
            is cut out; digits are centred on their background instead. Defaults to the images' own.
        channels: `1` (luminance), `3` or `4`. Defaults to the images' own, in folders to that of the first.
        labels: bool; `True` gives `(images, labels)`; in folders sub-folders are the classes. Defaults to `False`.
        batch_size: int, images per minibatch. Defaults to `64`.
        seed: int, of the order, and of the points that are drawn. Defaults to `0`.
        shuffle: bool. Defaults to `True`.
        data_dir: folder of prepared tensorflow-datasets. Defaults to TFDS_DATA_DIR, else `~/tensorflow_datasets`.
        num_images: int: of points so many are drawn (default 100,000); of tensorflow-datasets the first; of other
            images an even choice over all. Defaults to all.

    Returns:
        `Minibatches`, whose `name` is the last part of the name or path.

    Raises:
        ValueError: an unknown name (the nearest are told), a missing or broken file, a split, labels or a size that
            the source does not have, and what `Minibatches` raises.

    Example:

    >>> load("digits", image_size=16, batch_size=32).element_spec.shape
    TensorShape([32, 16, 16, 1])
    """
    size, channels = checked_size(image_size), checked_channels(channels)
    check_source(source)
    request = Request(split, size, channels, labels, num_images, seed, data_dir)
    raw = sources.find(source, request)
    raw = Raw(shaped(raw.images, size, channels), raw.labels)
    elements = with_labels(raw, labels, source)
    return Minibatches(elements, batch_size=batch_size, seed=seed, shuffle=shuffle, name=name_of(source))


def check_source(source):
    """Structures of arrays need no loading, and which of them `image_size` would mean is not known."""
    is_labelled = isinstance(source, tuple) and len(source) == 2 and np.ndim(source[1]) == 1
    if isinstance(source, dict | tuple) and not is_labelled:
        raise ValueError(
            f"data.load: got a {type(source).__name__} of {len(source)}; expected a name, a path, images, or (images, "
            "labels) with labels of rank 1. Use keras_gan.data.Minibatches(arrays), which takes any structure."
        )


def name_of(source) -> str:
    """What reports call the data: `"digits"`, the last part of a path without `.npz`, or `"arrays"`."""
    if sources.is_arrays(source):
        return "arrays"
    path = Path(source).expanduser().resolve()
    return path.stem if path.suffix in array_files.SUFFIXES else path.name


def with_labels(raw: Raw, labels: bool, source):
    """What a minibatch holds: images, or images and labels. `Files` bring their labels along."""
    if labels and raw.labels is None:
        name = name_of(source) if sources.is_arrays(source) else source
        raise ValueError(
            f"data.load: labels=True, but {name} has no labels; expected classes as sub-folders, or integers under "
            "'labels' in an .npz file. Pass labels=False, or (images, labels) as arrays."
        )
    return (raw.images, raw.labels) if labels and not isinstance(raw.images, Files) else raw.images
