"""Image files that are decoded when their minibatch is drawn, for folders too large for the memory."""

import hashlib
from pathlib import Path

import numpy as np
import tensorflow as tf

from keras_gan import pixels
from keras_gan.data import images as decoding


class Files:
    """Image files, one element each, decoded minibatch by minibatch with PIL.

    Decoding happens in Python and needs the files at their place for as long as the data are used; images that fit
    into the memory are faster as arrays, which are decoded once.

    Args:
        paths: list of paths, in the order of the elements.
        size: `(height, width)` in pixels, what every image is resized and cropped to.
        channels: `1`, `3` or `4`.
        labels: int array `(n,)`, or `None` for images alone. Defaults to `None`.
        folder: the folder whose relative paths name the files in the fingerprint.

    Call arguments:
        indices: int64 tensor `(batch,)`.

    Returns of a call:
        float32 `(batch, height, width, channels)` in [-1, 1], or a tuple of that and int32 `(batch,)`.
    """

    def __init__(self, paths: list, *, size: tuple[int, int], channels: int, labels=None, folder="."):
        self.paths = [Path(path) for path in paths]
        self.size = size
        self.channels = channels
        self.labels = None if labels is None else np.asarray(labels, "int32")
        self.folder = Path(folder)
        self._fingerprint = None

    def __len__(self) -> int:
        return len(self.paths)

    def __call__(self, indices):
        images = tf.numpy_function(self.decode, [indices], tf.uint8, stateful=False)
        images = tf.ensure_shape(images, (indices.shape[0], *self.size, self.channels))
        images = pixels.from_uint8(images)
        return images if self.labels is None else (images, tf.gather(self.labels, indices))

    def decode(self, indices: np.ndarray) -> np.ndarray:
        """The images at these indices: uint8 `(len(indices), height, width, channels)`."""
        return np.stack([decoding.read(self.paths[i], size=self.size, channels=self.channels) for i in indices])

    def fingerprint(self) -> str:
        """Hex SHA-256 over relative paths, sizes and bytes of the files, labels, and the shape asked for."""
        if self._fingerprint is None:
            digest = hashlib.sha256(f"{self.size} {self.channels}".encode())
            for path in self.paths:
                digest.update(f"{relative(path, self.folder)} {path.stat().st_size}".encode())
                digest.update(path.read_bytes())
            digest.update(b"" if self.labels is None else self.labels.tobytes())
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    def taken(self, indices: np.ndarray) -> "Files":
        """Some of the files, in the order of `indices` (int array)."""
        labels = None if self.labels is None else self.labels[indices]
        paths = [self.paths[i] for i in indices]
        return Files(paths, size=self.size, channels=self.channels, labels=labels, folder=self.folder)


def relative(path: Path, folder: Path) -> str:
    """The path below the folder, where it lies there, with forward slashes."""
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()
