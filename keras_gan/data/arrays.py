"""Images held in memory: checked once, kept as bytes, gathered by minibatch."""

import hashlib

import numpy as np
import tensorflow as tf

from keras_gan import pixels


class Arrays:
    """Arrays of equal length, one element per image, from which minibatches are gathered.

    Args:
        structure: array, or (nested) tuple or dict of arrays, with equal first axes. `uint8` of rank 4 are images
            and stay bytes; other floats become `float32`, other integers `int32`; strings and booleans stay.

    Call arguments:
        indices: int64 tensor `(batch,)`.

    Returns of a call:
        the same structure of tensors `(batch, ...)`; images as float32 in [-1, 1].

    Raises:
        ValueError: no arrays, no images, unequal lengths, NaN or infinity, or images whose rank is not 2 or 4.
    """

    def __init__(self, structure):
        structure = as_numpy(structure)
        leaves = tf.nest.flatten(structure)
        self._length = common_length(leaves)
        for image in image_leaves(structure):
            check_images(image)
        for leaf in leaves:
            check_finite(leaf)
        self._fingerprint = None
        with tf.device("/CPU:0"):  # a pipeline cannot gather from the memory of an accelerator
            self.tensors = tf.nest.map_structure(as_tensor, structure)

    def __len__(self) -> int:
        return self._length

    def __call__(self, indices):
        return tf.nest.map_structure(lambda tensor: ready(tf.gather(tensor, indices)), self.tensors)

    @property
    def labels(self):
        """int32 array `(n,)`: the labels of `(images, labels)` or of a dict, or `None`."""
        if isinstance(self.tensors, dict):
            found = self.tensors.get("labels")
        else:
            found = self.tensors[1] if isinstance(self.tensors, tuple) and len(self.tensors) == 2 else None
        is_labels = tf.is_tensor(found) and found.dtype == tf.int32 and found.shape.rank == 1
        return found.numpy() if is_labels else None

    def fingerprint(self) -> str:
        """Hex SHA-256 over every array's place in the structure, dtype, shape and contents."""
        if self._fingerprint is None:
            digest = hashlib.sha256()
            for path, tensor in paths_and_leaves(self.tensors):
                digest.update(f"{path} {tensor.dtype.name} {tuple(tensor.shape)}".encode())
                digest.update(contents(tensor))
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    def taken(self, indices: np.ndarray) -> "Arrays":
        """A copy of some of the images, in the order of `indices` (int array)."""
        return Arrays(tf.nest.map_structure(lambda tensor: tensor.numpy()[indices], self.tensors))


def as_numpy(structure):
    """The same structure (tuples and dicts; a list is one array) with NumPy arrays as leaves."""
    if isinstance(structure, dict):
        return {key: as_numpy(value) for key, value in structure.items()}
    if isinstance(structure, tuple):
        return tuple(as_numpy(value) for value in structure)
    return np.asarray(structure)


def as_tensor(array: np.ndarray) -> tf.Tensor:
    """The array as it is kept in memory: bytes of images as bytes, other numbers in 32 bits."""
    if array.dtype == np.uint8 and array.ndim == 4:
        return tf.convert_to_tensor(array)
    if np.issubdtype(array.dtype, np.floating):
        return tf.convert_to_tensor(array.astype("float32", copy=False))
    if np.issubdtype(array.dtype, np.integer):
        return tf.convert_to_tensor(array.astype("int32"))
    return tf.convert_to_tensor(array)


def ready(tensor: tf.Tensor) -> tf.Tensor:
    """A gathered minibatch as networks take it: bytes become [-1, 1]."""
    return pixels.from_uint8(tensor) if tensor.dtype == tf.uint8 else tensor


def image_leaves(structure) -> list[np.ndarray]:
    """What must be images or points: the first array of tuples, `images` of dicts, and all bytes of rank 3 and up."""
    first = structure
    while isinstance(first, tuple) and first:
        first = first[0]
    if isinstance(first, dict):
        first = first.get("images")
    others = [leaf for leaf in tf.nest.flatten(structure) if leaf.dtype == np.uint8 and leaf.ndim > 2]
    return others if first is None or isinstance(first, tuple | dict) else [first, *others]


def common_length(leaves: list[np.ndarray]) -> int:
    """Length of the first axis, the same in every array and at least 1."""
    lengths = [len(leaf) if leaf.ndim else None for leaf in leaves]
    if not lengths or None in lengths:
        raise ValueError(
            "Minibatches: got no arrays, or a single number; expected arrays whose first axis runs over the images. "
            "Pass e.g. images of shape (n, height, width, channels), or a tuple or dict of arrays."
        )
    if len(set(lengths)) > 1:
        raise ValueError(
            f"Minibatches: arrays have unequal lengths {lengths}; expected one element per image in each. "
            "Cut them to the same length."
        )
    if lengths[0] == 0:
        raise ValueError("Minibatches: the data are empty; expected at least one image. Check the source or its split.")
    return lengths[0]


def check_images(array: np.ndarray):
    """Images are bytes or floats of rank 4, points are floats of rank 2."""
    if array.ndim not in (2, 4):
        raise ValueError(
            f"Minibatches: images have shape {array.shape}; expected rank 4 (n, height, width, channels) for images "
            "or rank 2 (n, features) for points. For grayscale images add the axis: images[..., None]."
        )
    is_bytes = array.dtype == np.uint8 and array.ndim == 4
    if not is_bytes and not np.issubdtype(array.dtype, np.floating):
        raise ValueError(
            f"Minibatches: images of shape {array.shape} are {array.dtype}; expected uint8 in 0..255 for images, or "
            "float32. Use images.astype('uint8') for pixels in 0..255, points.astype('float32') for points."
        )


def check_finite(array: np.ndarray):
    """Floats are numbers: neither NaN nor infinite."""
    if not np.issubdtype(array.dtype, np.floating):
        return
    finite = np.isfinite(array).reshape(len(array), -1).all(axis=1)
    if not finite.all():
        raise ValueError(
            f"Minibatches: {np.sum(~finite)} of {len(array)} elements hold NaN or infinity, the first is element "
            f"{np.argmin(finite)}; expected finite numbers. Remove them: array[np.isfinite(array)...]."
        )


def paths_and_leaves(structure, path: str = "") -> list[tuple[str, tf.Tensor]]:
    """Every tensor with its place in the structure, such as `/images` or `/0/1`."""
    if isinstance(structure, dict):
        items = sorted(structure.items())
    elif isinstance(structure, tuple):
        items = list(enumerate(structure))
    else:
        return [(path, structure)]
    return [pair for key, value in items for pair in paths_and_leaves(value, f"{path}/{key}")]


def contents(tensor: tf.Tensor):
    """What a digest reads of a tensor."""
    array = tensor.numpy()
    if array.dtype == object:  # strings: their lengths too, or ("ab", "c") would equal ("a", "bc")
        return b"".join(len(text).to_bytes(8, "little") + text for text in array.ravel())
    return np.ascontiguousarray(array)
