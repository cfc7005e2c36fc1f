"""Minibatches whose order (seed, epoch) alone decides, so that a resumed run sees what it would have seen."""

import copy
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from keras_gan.data.arrays import Arrays
from keras_gan.data.order import shuffled


class Minibatches:
    """Minibatches whose order (seed, epoch) alone decides: element i of epoch e is index_shuffle(i, (seed, e)).

    Skipping is free and exact, because nothing has to be read to know what comes next. Each epoch shows an image at
    most once; the remainder that fills no minibatch is dropped, and is another one each epoch.

    Args:
        elements: array, or (nested) tuple or dict of arrays with equal first axis. `uint8` of rank 4 are images: kept
            as bytes, given as float32 in [-1, 1]. Floats are given as float32 unchanged, integers as int32. Or what
            gathers its own, as `Files` does, whose images are decoded minibatch by minibatch.
        batch_size: int, images per minibatch, at least 1. Defaults to `64`.
        seed: int of any size, folded to 32 bits. Defaults to `0`.
        shuffle: bool; `False` gives every epoch in the order of `elements`. Defaults to `True`.
        name: str or `None`, what reports call the data. Defaults to `None`.

    Raises:
        ValueError: empty data, arrays of unequal lengths, fewer images than `batch_size`, NaN or infinity, images
            whose rank is neither 2 nor 4, a `batch_size` below 1.

    Example:

    >>> import numpy as np
    >>> minibatches = Minibatches(np.zeros((10, 8, 8, 1), "uint8"), batch_size=4)
    >>> len(minibatches), minibatches.element_spec.shape
    (2, TensorShape([4, 8, 8, 1]))
    >>> [float(batch[0, 0, 0, 0]) for batch in minibatches.at(epoch=3, skip=1)]
    [-1.0]
    """

    def __init__(self, elements, *, batch_size: int = 64, seed: int = 0, shuffle: bool = True, name: str | None = None):
        self.elements = elements if callable(elements) else Arrays(elements)
        self.batch_size = checked_batch_size(batch_size, len(self.elements))
        self.seed = seed
        self.shuffle = shuffle
        self.name = name
        self._functions = ()

    @property
    def num_images(self) -> int:
        """Number of images an epoch draws from."""
        return len(self.elements)

    @property
    def num_classes(self) -> int | None:
        """One more than the greatest label; `None` for data without labels."""
        labels = self.elements.labels
        return None if labels is None else int(labels.max()) + 1

    @property
    def maps(self) -> list[str]:
        """Names of the functions that `map` was given, in their order."""
        return [getattr(function, "__qualname__", type(function).__name__) for function in self._functions]

    @property
    def element_spec(self):
        """Structure of `tf.TensorSpec` of one minibatch, with a static batch size."""
        return self.at(0).element_spec

    @property
    def fingerprint(self) -> str:
        """Hex SHA-256 of the data themselves: not of batch size, seed or mapped functions. Computed once."""
        return self.elements.fingerprint()

    def __len__(self) -> int:
        return self.num_images // self.batch_size

    def __iter__(self) -> Iterator:
        return iter(self.at(0))

    def __repr__(self) -> str:
        return (
            f"<Minibatches {self.name or 'unnamed'}: {len(self)} of {self.batch_size} from {self.num_images} images, "
            f"seed {self.seed}>"
        )

    def at(self, epoch, skip=0) -> tf.data.Dataset:
        """The minibatches of one epoch, from minibatch `skip` on.

        Args:
            epoch: int or scalar int64 tensor, at least 0: `tf.data.Dataset.range(5).flat_map(minibatches.at)` works.
            skip: int or scalar tensor, minibatches of this epoch to leave out. Defaults to `0`.

        Returns:
            `tf.data.Dataset` of `len(self) - skip` minibatches; its cardinality is known where `skip` is an int.

        Raises:
            ValueError: a negative `skip` or `epoch`.
        """
        check_not_negative(epoch=epoch, skip=skip)
        places = tf.data.Dataset.range(tf.cast(skip, tf.int64), len(self))
        dataset = in_order(places, lambda place: self.elements(self._indices(place, epoch)))
        for function in self._functions:
            dataset = in_order(dataset, function)
        return dataset

    def each_once(self, batch_size: int | None = None) -> Iterator[np.ndarray]:
        """The images alone, each exactly once and in the order of the data, as NumPy arrays; the last may be smaller.

        Args:
            batch_size: int, images of one array. Defaults to that of the minibatches.
        """
        size = batch_size or self.batch_size
        for first in range(0, self.num_images, size):
            element = self.elements(tf.range(first, min(first + size, self.num_images), dtype=tf.int64))
            for function in self._functions:
                element = function(*element) if isinstance(element, tuple) else function(element)
            yield images_of(element).numpy()

    def map(self, function: Callable, name: str | None = None) -> "Minibatches":
        """The same minibatches, each passed through `function` after its images are in [-1, 1].

        Args:
            function: called as `tf.data.Dataset.map` calls it: `function(images)`, or `function(images, labels)`
                where a minibatch is a tuple; returns the new minibatch.
            name: str, the new `name`. Defaults to the old one.

        Returns:
            `Minibatches` with the same length, seed and order.
        """
        return self._with(_functions=(*self._functions, function), name=name or self.name)

    def batched(self, batch_size: int) -> "Minibatches":
        """The same data, not copied, in minibatches of another size."""
        return self._with(batch_size=checked_batch_size(batch_size, self.num_images))

    def reseeded(self, seed: int) -> "Minibatches":
        """The same data, not copied, in another order."""
        return self._with(seed=seed)

    def taken(self, indices: np.ndarray, *, batch_size: int) -> "Minibatches":
        """Some of the images, in the order of `indices` (int array), with the same seed and mapped functions."""
        batch_size = checked_batch_size(batch_size, len(indices))
        return self._with(elements=self.elements.taken(indices), batch_size=batch_size)

    def _with(self, **changes) -> "Minibatches":
        changed = copy.copy(self)
        changed.__dict__.update(changes)
        return changed

    def _indices(self, place, epoch):
        """Which images stand in the minibatch at `place` of this epoch: int64 `(batch_size,)`."""
        indices = place * self.batch_size + tf.range(self.batch_size, dtype=tf.int64)
        if not self.shuffle:
            return indices
        return shuffled(indices, seed=self.seed, epoch=epoch, num_images=self.num_images)


def images_of(element):
    """The images of a minibatch, whatever stands beside them."""
    if isinstance(element, dict):
        return element["images"]
    if isinstance(element, tuple):  # ((images, labels), unlabelled): the few labelled ones are among the others
        return images_of(element[1] if isinstance(element[0], tuple) else element[0])
    return element


def in_order(dataset: tf.data.Dataset, function: Callable) -> tf.data.Dataset:
    """`dataset.map` on several cores, its results in their order."""
    return dataset.map(function, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


def untuned(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """`dataset` without the thread that tunes its parts: after a long training it is waited for, up to a minute."""
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def checked_batch_size(batch_size: int, num_images: int) -> int:
    """`batch_size`, if at least one minibatch of it can be made."""
    if not isinstance(batch_size, int | np.integer) or isinstance(batch_size, bool) or batch_size < 1:
        raise ValueError(f"Minibatches: batch_size={batch_size!r}; expected an int of at least 1. Use e.g. 64.")
    if num_images < batch_size:
        raise ValueError(
            f"Minibatches: {num_images} images are fewer than batch_size={batch_size}, so there is not one full "
            f"minibatch. Use batch_size={num_images} or less, or more images."
        )
    return int(batch_size)


def check_not_negative(*, epoch, skip):
    """Positions count from 0; tensors inside a pipeline are not looked into."""
    for name, value in {"epoch": epoch, "skip": skip}.items():
        if isinstance(value, int) and value < 0:
            raise ValueError(
                f"Minibatches.at: {name}={value}; expected 0 or more. Epochs and minibatches count from 0."
            )
