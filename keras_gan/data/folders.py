"""Folders of images: any depth, any mixture of formats, sizes and depths of colour."""

from pathlib import Path

import numpy as np

from keras_gan.data import images as decoding
from keras_gan.data.files import Files
from keras_gan.data.request import Raw
from keras_gan.data.shaping import even_choice

MEMORY_LIMIT = 2 * 1024**3


def load(
    folder: Path,
    *,
    image_size: tuple[int, int] | None = None,
    channels: int | None = None,
    labels: bool = False,
    num_images: int | None = None,
    memory_limit: int = MEMORY_LIMIT,
) -> Raw:
    """All images below a folder, decoded once where they fit into the memory.

    Args:
        folder: searched recursively; files whose name starts with a dot, and other suffixes, are passed over.
        image_size: `(height, width)`; needed where sizes differ. Defaults to the common size.
        channels: `1`, `3` or `4`. Defaults to what the first image has.
        labels: bool; `True` numbers the first-level sub-folders in alphabetical order. Defaults to `False`.
        num_images: int; an even choice of so many. Defaults to all.
        memory_limit: int, bytes; above, images are decoded minibatch by minibatch. Defaults to 2 GiB.

    Returns:
        images uint8 `(n, height, width, channels)` or `Files`, and int32 labels or `None`.

    Raises:
        ValueError: no images, a broken file, differing sizes without `image_size`, images outside of sub-folders
            where labels are asked for.
    """
    paths = chosen(image_paths(folder), num_images)
    size = image_size or common_size(paths)
    channels = channels or decoding.read(paths[0]).shape[-1]
    numbers = folder_labels(paths, folder) if labels else None
    files = Files(paths, size=size, channels=channels, labels=numbers, folder=folder)
    if len(paths) * size[0] * size[1] * channels > memory_limit:
        return Raw(files, numbers)
    return Raw(files.decode(np.arange(len(paths))), numbers)


def image_paths(folder: Path) -> list[Path]:
    """Image files below a folder, sorted by relative path, so that their order is the same on every system."""
    found = [path for path in Path(folder).rglob("*") if is_image(path)]
    if not found:
        raise ValueError(
            f"data.load: the folder {folder} holds no images; expected files ending in "
            f"{' '.join(decoding.SUFFIXES)}, at any depth. Check the path."
        )
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def is_image(path: Path) -> bool:
    """Whether a path names an image file; hidden files (`._photo.png`) are not meant."""
    return path.suffix.lower() in decoding.SUFFIXES and not path.name.startswith(".") and path.is_file()


def chosen(elements: list, number: int | None) -> list:
    """An even choice of `number` elements in their order, so that every sub-folder keeps its share."""
    return elements if number is None else [elements[i] for i in even_choice(len(elements), number)]


def common_size(paths: list[Path]) -> tuple[int, int]:
    """`(height, width)` of all images, or an error that says which two differ."""
    first = decoding.header(paths[0])
    for path in paths[1:]:
        size = decoding.header(path)
        if size != first:
            raise ValueError(
                f"data.load: images differ in size: {paths[0]} is {first[0]}x{first[1]}, {path} is "
                f"{size[0]}x{size[1]} (height x width). Pass image_size=64, or image_size=(height, width)."
            )
    return first


def folder_labels(paths: list[Path], folder: Path) -> np.ndarray:
    """The number of each image's first-level sub-folder, in alphabetical order: int32 `(n,)`."""
    names = [path.relative_to(folder).parts[0] for path in paths]
    outside = [path for path in paths if path.parent == Path(folder)]
    if outside:
        raise ValueError(
            f"data.load: labels=True, but {outside[0]} lies in no sub-folder; expected one sub-folder per class. "
            "Move it into one, or pass labels=False."
        )
    return np.unique(names, return_inverse=True)[1].astype("int32")
