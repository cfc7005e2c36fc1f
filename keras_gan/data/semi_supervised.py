"""Few labels and many images: minibatches for semi-supervised learning."""

import hashlib

import numpy as np

from keras_gan.data.batching import Minibatches, checked_batch_size, images_of
from keras_gan.data.order import folded


def few_labels(
    source,
    num_labels: int,
    *,
    batch_size: int | None = None,
    labelled_batch_size: int | None = None,
    seed: int = 0,
) -> Minibatches:
    """Minibatches `((images, labels), unlabelled)`: a few labelled images, drawn class by class, and all the images.

    The seed draws `num_labels` images, of every class as many (give or take one); the other labels are thrown away.
    `unlabelled` runs through all images, those with a label too, in an order that (seed, epoch) decides, and every
    minibatch has labelled ones beside them: they come again and again, each equally often.

    Args:
        source: `Minibatches` of `(images, labels)`, such as `load("mnist", labels=True)`, or the two arrays.
        num_labels: int >= 1, labels to keep.
        batch_size: int, unlabelled images of a minibatch. Defaults to `None`: that of `source`, of arrays 64.
        labelled_batch_size: int <= `batch_size`, labelled images of a minibatch. Defaults to `None`: `batch_size`.
        seed: int, draws the labels and decides the order. Defaults to `0`.

    Returns:
        `Minibatches`; its `num_images` counts the unlabelled ones.

    Raises:
        ValueError: no labels in the source, more asked for than a class has, a size out of its range, mapped functions.

    Example:

    >>> import numpy as np
    >>> images, labels = np.zeros((100, 8, 8, 1), "uint8"), np.arange(100) % 10
    >>> minibatches = few_labels((images, labels), 25, batch_size=20, labelled_batch_size=5)
    >>> (labelled, labels), unlabelled = next(iter(minibatches))
    >>> labelled.shape, labels.shape, unlabelled.shape
    (TensorShape([5, 8, 8, 1]), TensorShape([5]), TensorShape([20, 8, 8, 1]))
    """
    if not isinstance(source, Minibatches):
        source = Minibatches(source, batch_size=batch_size or 64)
    labels = _labels_of(source)
    batch_size = checked_batch_size(batch_size or source.batch_size, len(labels))
    if labelled_batch_size is not None and not 1 <= labelled_batch_size <= batch_size:
        raise ValueError(
            f"few_labels: labelled_batch_size={labelled_batch_size!r}; expected 1 to batch_size={batch_size}, or None "
            "for as many as there are unlabelled ones."
        )
    labelled = source.elements.taken(balanced(labels, num_labels, seed))
    elements = FewLabels(labelled, source.elements, labelled_batch_size or batch_size)
    return Minibatches(elements, batch_size=batch_size, seed=seed, shuffle=source.shuffle, name=source.name)


def balanced(labels, num_labels: int, seed: int) -> np.ndarray:
    """Places of `num_labels` images, drawn from every class alike; where that leaves a rest, the seed says to whom.

    Args:
        labels: int array `(n,)`.
        num_labels: int >= 1.
        seed: int of any size.

    Returns:
        int array `(num_labels,)`.

    Raises:
        ValueError: fewer labels than 1, or more than a class has.
    """
    random = np.random.default_rng(folded(seed))
    classes = random.permutation(np.unique(labels))
    chosen = []
    for turn, label in enumerate(classes):
        places = np.flatnonzero(labels == label)
        share = (num_labels + len(classes) - 1 - turn) // len(classes)
        if num_labels < 1 or share > len(places):
            raise ValueError(
                f"few_labels: num_labels={num_labels!r}, {share} of class {label}, which has {len(places)} images; "
                f"expected at least 1 and at most {len(classes)} times what the rarest class has."
            )
        chosen.append(random.choice(places, share, replace=False))
    return np.concatenate(chosen)


class FewLabels:
    """What minibatches of few labels are gathered from: `Arrays` or `Files`, twice.

    Args:
        labelled: elements `(images, labels)` that have kept their labels.
        everything: elements `(images, labels)`, whose labels no minibatch shows.
        labelled_batch_size: int, labelled images of a minibatch.

    Call arguments:
        indices: int64 tensor `(batch,)`, places in `everything`.

    Returns of a call:
        `((images, labels), unlabelled)`.
    """

    def __init__(self, labelled, everything, labelled_batch_size: int):
        self.labelled, self.everything, self.labelled_batch_size = labelled, everything, labelled_batch_size

    def __len__(self) -> int:
        return len(self.everything)

    def __call__(self, indices):
        # The remainder of a place drawn from all images is a place drawn from the labelled ones.
        again = indices[: self.labelled_batch_size] % len(self.labelled)
        return self.labelled(again), images_of(self.everything(indices))

    @property
    def labels(self) -> np.ndarray:
        """int32 array `(n,)`: all labels, for their number of classes; no minibatch shows them."""
        return self.everything.labels

    def fingerprint(self) -> str:
        """Hex SHA-256 over the labelled images and all images."""
        parts = f"{self.labelled.fingerprint()} {self.everything.fingerprint()} {self.labelled_batch_size}"
        return hashlib.sha256(parts.encode()).hexdigest()

    def taken(self, indices: np.ndarray) -> "FewLabels":
        """Some of the unlabelled images, in the order of `indices` (int array), beside all labelled ones."""
        return FewLabels(self.labelled, self.everything.taken(indices), self.labelled_batch_size)


def _labels_of(source):
    if source.maps:
        raise ValueError(
            f"few_labels: the minibatches are mapped by {', '.join(source.maps)}; expected plain ones. Map afterwards: "
            "few_labels(...).map(lambda labelled, unlabelled: ...)."
        )
    if source.elements.labels is None:
        raise ValueError(
            "few_labels: the data have no labels; expected (images, labels). Use keras_gan.data.load(..., labels=True)."
        )
    return np.asarray(source.elements.labels)
