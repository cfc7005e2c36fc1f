"""Images in `.npy` and `.npz` files."""

from pathlib import Path

import numpy as np

from keras_gan.data.request import Raw

SUFFIXES = (".npy", ".npz")
LABEL_KEYS = ("labels", "label", "identity", "y")


def load(path: Path) -> Raw:
    """The images and labels of a file.

    Args:
        path: `.npy` (images alone) or `.npz`: images under `images`, else the first array; labels under `labels`,
            `label`, `identity` or `y`.

    Returns:
        images, `(n, height, width)` with a channel axis added, and labels or `None`.

    Raises:
        ValueError: a file that NumPy cannot read, holds Python objects, or holds no arrays.
    """
    arrays = contents(path)
    if not arrays:
        raise ValueError(f"data.load: {path} holds no arrays; expected images, e.g. numpy.savez(path, images=images).")
    images = arrays.get("images", next(iter(arrays.values())))
    labels = next((arrays[key] for key in LABEL_KEYS if is_labels(arrays.get(key), images)), None)
    return Raw(with_channels(images), labels)


def contents(path: Path) -> dict[str, np.ndarray]:
    """All arrays of a file by name."""
    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return {"images": loaded}
        with loaded:
            return {key: loaded[key] for key in loaded.files}
    except (OSError, ValueError, EOFError) as error:
        raise ValueError(
            f"data.load: {path} cannot be read by NumPy ({error}). Write it with numpy.save or numpy.savez."
        ) from error


def is_labels(array: np.ndarray | None, images: np.ndarray) -> bool:
    """Whether an array can be the labels of the images: one number each, integers."""
    return array is not None and array.shape == images.shape[:1] and np.issubdtype(array.dtype, np.integer)


def with_channels(images: np.ndarray) -> np.ndarray:
    """Grayscale images `(n, height, width)` get their channel axis."""
    return images[..., None] if images.ndim == 3 else images
