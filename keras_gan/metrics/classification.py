"""Do generated images teach a classifier what real ones teach? For labelled, small images.

Two numbers, both shares of right answers in [0, 1]:

- trained on generated images, tested on real ones: falls where images are wrong *or lack variety*. The accuracy of the
  same classifier trained on real images is what it can reach at best.
- trained on real images, tested on generated ones: falls where images are wrong, and does not see missing variety.

They depend on the classifier and on the number of images: compare only numbers of this recipe, with equally many
images.
"""

import numpy as np

from keras_gan import data
from keras_gan.metrics import small_cnn
from keras_gan.metrics.extractors.extractor import check_range


def classification_accuracy_score(real, fake, *, seed: int = 0, epochs: int | None = None) -> float:
    """Accuracy on real images of a classifier trained on generated ones (CAS, also GAN-train).

    Args:
        real, fake: `(images, labels)`, see `classification_accuracy`. Generated images have the labels they were
            made for, of classes that real images have; as many of them as the real training data have, to compare with
            those.
        seed, epochs: see `classification_accuracy`.

    Returns:
        float in [0, 1].

    Raises:
        TypeError, ValueError: no pairs, generated images of other classes, and what `classification_accuracy` raises.

    References:
    - [Ravuri and Vinyals, 2019](https://arxiv.org/abs/1905.10887), section 3.
    - [Shmelkov et al., 2018](https://arxiv.org/abs/1807.09499), section 3, GAN-train.
    """
    _check_pairs("classification_accuracy_score", real, fake)
    return classification_accuracy(*fake, *real, seed=seed, epochs=epochs)


def gan_test(real, fake, *, seed: int = 0, epochs: int | None = None) -> float:
    """Accuracy on generated images of a classifier trained on real ones.

    Args:
        real, fake, seed, epochs: see `classification_accuracy_score`.

    Returns:
        float in [0, 1].

    Raises:
        TypeError, ValueError: see `classification_accuracy_score`.

    Reference:
    - [Shmelkov et al., 2018](https://arxiv.org/abs/1807.09499), section 3, GAN-test.
    """
    _check_pairs("gan_test", real, fake)
    return classification_accuracy(*real, *fake, seed=seed, epochs=epochs)


def classification_accuracy(
    train_images, train_labels, test_images, test_labels, *, seed: int = 0, epochs: int | None = None
) -> float:
    """Accuracy on one set of images of the small classifier trained on another.

    Args:
        train_images, test_images: float32 `(n, height, width, channels)` in [-1, 1], or uint8; of equal shape.
        train_labels, test_labels: int `(n,)`, class numbers from 0 on.
        seed: int, of the classifier's weights and order. Defaults to `0`.
        epochs: int ≥ 1. Defaults to `small_cnn.default_epochs(n)`.

    Returns:
        float in [0, 1], the share of test images classified right.

    Raises:
        ValueError: images of unequal shape or outside [-1, 1], labels that are no class numbers.
    """
    train, test = _minibatches(train_images, train_labels), _minibatches(test_images, test_labels)
    shapes = [part.element_spec[0].shape[1:] for part in (train, test)]
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"classification_accuracy: trained on images {tuple(shapes[0])}, tested on images {tuple(shapes[1])}; "
            "expected the same shape. Load both with one image_size."
        )
    return small_cnn.accuracy(small_cnn.train(train, seed=seed, epochs=epochs), test)


def _check_pairs(owner, real, fake):
    """Generated images may lack classes, which is to be seen in the number, but have none of their own."""
    for side, pair in (("real", real), ("fake", fake)):
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise TypeError(f"{owner}: {side} is a {type(pair).__name__}; expected the pair (images, labels).")
    unknown = np.setdiff1d(_checked_labels(owner, fake[1]), _checked_labels(owner, real[1]))
    if len(unknown):
        raise ValueError(
            f"{owner}: generated images have the labels {', '.join(map(str, unknown[:5]))}, which no real image has; "
            "expected classes of the real images. Number the classes alike on both sides."
        )


def _checked_labels(owner, labels):
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu" or labels.ndim != 1:
        raise ValueError(
            f"{owner}: labels are {labels.dtype} of shape {labels.shape}; expected class numbers, int (n,). Use "
            "numpy.argmax(labels, axis=1) of one-hot labels, labels.astype('int32') of whole numbers."
        )
    return labels


def _minibatches(images, labels):
    images, labels = np.asarray(images), _checked_labels("classification_accuracy", labels)
    minibatches = data.Minibatches((images, labels), batch_size=1)
    if minibatches.element_spec[0].shape.rank != 4:
        raise ValueError(
            f"classification_accuracy: got shape {images.shape}; expected images (n, height, width, channels). "
            "Use images[..., None] for grey images without a channel axis."
        )
    if images.dtype != "uint8":
        check_range(images, "classification_accuracy")
    return minibatches
