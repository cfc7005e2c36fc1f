"""Holding images back for evaluation, where the source has no split of its own."""

import numpy as np

from keras_gan.data.batching import Minibatches
from keras_gan.data.shaping import even_choice


def split(minibatches: Minibatches, every: int = 5) -> tuple[Minibatches, Minibatches]:
    """Holds one image of every `every` back: `train, test = split(minibatches)`.

    The cut depends on the images' places in the source alone, neither on the seed nor on the epoch. Classes keep their
    shares, sorted or mixed. Each part is a copy of its images.

    Args:
        minibatches: the data to divide.
        every: int, at least 2: one image of so many is held back. Defaults to `5`.

    Returns:
        `(train, test)`, with the batch size, seed and mapped functions of `minibatches`; where the test images are
        fewer than a minibatch, they are one smaller minibatch.

    Raises:
        ValueError: `every` below 2 or above the number of images.

    Example:

    >>> import numpy as np
    >>> train, test = split(Minibatches(np.zeros((100, 2), "float32"), batch_size=40))
    >>> train.num_images, test.num_images, test.batch_size
    (80, 20, 20)
    """
    if not 2 <= every <= minibatches.num_images:
        raise ValueError(
            f"data.split: every={every} of {minibatches.num_images} images; expected 2 to {minibatches.num_images}. "
            "Use e.g. every=5 to hold back a fifth."
        )
    held_back = even_choice(minibatches.num_images, minibatches.num_images // every)
    kept = np.setdiff1d(np.arange(minibatches.num_images), held_back)
    return part(minibatches, kept), part(minibatches, held_back)


def part(minibatches: Minibatches, indices: np.ndarray) -> Minibatches:
    """The images at these indices, in minibatches no larger than they are many."""
    return minibatches.taken(indices, batch_size=min(minibatches.batch_size, len(indices)))
