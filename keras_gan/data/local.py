"""Data sets by name in one's own folder: the environment variable KERAS_GAN_DATA says where."""

import os
from pathlib import Path

from keras_gan.data import array_files
from keras_gan.data import images as decoding

VARIABLE = "KERAS_GAN_DATA"


def root() -> Path | None:
    """The folder that KERAS_GAN_DATA names, where it is set and exists."""
    folder = os.environ.get(VARIABLE)
    return Path(folder).expanduser() if folder and Path(folder).expanduser().is_dir() else None


def names() -> list[str]:
    """Paths below the folder, without suffix: array files and folders of images, down to two levels."""
    folder = root()
    return [] if folder is None else sorted(entry_name(path, folder) for path in entries(folder))


def find(name: str) -> Path | None:
    """The file or folder of this name: its path below the folder, or its last part where that is unique.

    Args:
        name: such as `"cifar10_5k"`, `"restoration/CSet5"` or `"CSet5"`.

    Returns:
        the path, or `None`.
    """
    folder = root()
    if folder is None:
        return None
    by_path = {entry_name(path, folder): path for path in entries(folder)}
    last_parts = [path for key, path in by_path.items() if key.split("/")[-1] == name]
    return by_path.get(name) or (last_parts[0] if len(last_parts) == 1 else None)


def entries(folder: Path) -> list[Path]:
    """What can be loaded in the folder and in its sub-folders."""
    visible = [path for pattern in ("*", "*/*") for path in folder.glob(pattern) if not path.name.startswith(".")]
    return [path for path in visible if path.suffix in array_files.SUFFIXES or has_images(path)]


def has_images(path: Path) -> bool:
    """Whether a folder holds images, itself or in its sub-folders (classes)."""
    if not path.is_dir():
        return False
    files = (file for pattern in ("*", "*/*") for file in path.glob(pattern))
    return any(file.suffix.lower() in decoding.SUFFIXES for file in files)


def entry_name(path: Path, folder: Path) -> str:
    """The path below the folder, without the suffix of array files."""
    relative = path.relative_to(folder)
    return (relative.with_suffix("") if path.suffix in array_files.SUFFIXES else relative).as_posix()
