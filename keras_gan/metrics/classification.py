"""Do generated images teach a classifier what real ones teach? For labelled, small images.

Two numbers, both shares of right answers in [0, 1]:

- trained on generated images, tested on real ones: falls where images are wrong *or lack variety*. The accuracy of the
  same classifier trained on real images is what it can reach at best.
- trained on real images, tested on generated ones: falls where images are wrong, and does not see missing variety.

They depend on the classifier and on the number of images: compare only numbers of this recipe, with equally many
images.
"""

from keras_gan import data
from keras_gan.metrics import small_cnn
from keras_gan.metrics.extractors.extractor import check_range


def classification_accuracy_score(real, fake, *, seed: int = 0, epochs: int | None = None) -> float:
    """Accuracy on real images of a classifier trained on generated ones (CAS, also GAN-train).

    Args:
        real, fake: `(images, labels)`, see `classification_accuracy`. Generated images have the labels they were
            made for; as many of them as the real training data have, to compare with those.
        seed, epochs: see `classification_accuracy`.

    Returns:
        float in [0, 1].

    References:
    - [Ravuri and Vinyals, 2019](https://arxiv.org/abs/1905.10887), section 3.
    - [Shmelkov et al., 2018](https://arxiv.org/abs/1807.09499), section 3, GAN-train.
    """
    return classification_accuracy(*fake, *real, seed=seed, epochs=epochs)


def gan_test(real, fake, *, seed: int = 0, epochs: int | None = None) -> float:
    """Accuracy on generated images of a classifier trained on real ones.

    Args:
        real, fake: `(images, labels)`, see `classification_accuracy`.
        seed, epochs: see `classification_accuracy`.

    Returns:
        float in [0, 1].

    Reference:
    - [Shmelkov et al., 2018](https://arxiv.org/abs/1807.09499), section 3, GAN-test.
    """
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


def _minibatches(images, labels):
    minibatches = data.Minibatches((images, labels), batch_size=1)
    if minibatches.element_spec[0].shape.rank != 4:
        raise ValueError(
            f"classification_accuracy: got shape {images.shape}; expected images (n, height, width, channels). "
            "Use images[..., None] for grey images without a channel axis."
        )
    if images.dtype != "uint8":
        check_range(images, "classification_accuracy")
    return minibatches
