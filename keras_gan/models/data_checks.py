"""What is wrong with data, said before anything is trained: what was passed, what was expected, the repair."""

import warnings

import numpy as np

from keras_gan.models.checks import check_whole


def check_batch_size(owner, images, replicas):
    """The share of a replica is a whole number of images."""
    if images % replicas:
        raise ValueError(
            f"{owner}: a minibatch of {images} images cannot be cut into {replicas} equal shares, one for each "
            f"replica. Use a batch size that {replicas} divides, such as {max(images // replicas, 1) * replicas}."
        )


def check_number_of_steps(owner, minibatches, n_critic, steps_per_epoch):
    """An epoch holds at least one training step, and as many as were asked for."""
    steps = minibatches // n_critic
    if steps_per_epoch is not None:
        check_whole(owner, 1, steps_per_epoch=steps_per_epoch)
    if steps < 1:
        raise ValueError(
            f"{owner}: {minibatches} minibatches an epoch, but one training step takes n_critic={n_critic}. "
            "Use a smaller batch_size, more images, or a smaller n_critic."
        )
    if steps_per_epoch is not None and steps_per_epoch > steps:
        raise ValueError(
            f"{owner}: steps_per_epoch={steps_per_epoch}, but the data give {steps} steps of n_critic={n_critic} "
            "minibatches; lower it, or raise epochs."
        )


def check_images(owner, images, expected_shape):
    """The first minibatch: float, finite, in [-1, 1] (rank 4; points of rank 2 are unbounded), of the right shape."""
    shape = tuple(images.shape[1:])
    if images.ndim not in (2, 4):
        raise ValueError(
            f"{owner}: images of shape {tuple(images.shape)}; expected (batch, height, width, channels), or points "
            "(batch, dim). Grayscale images want a channel axis: images[..., None]."
        )
    if shape != tuple(expected_shape):
        raise ValueError(
            f"{owner}: images of shape {shape}, the discriminator takes {tuple(expected_shape)}; build the networks "
            f"with image_shape={shape}, or load the data with image_size and channels."
        )
    if images.dtype.kind != "f":
        raise ValueError(
            f"{owner}: images are {images.dtype}; expected float32 in [-1, 1]. Use keras_gan.pixels.from_uint8(images)."
        )
    if not np.isfinite(images).all():
        raise ValueError(f"{owner}: the images hold NaN or infinite values; find them with np.isfinite(images).")
    if len(shape) == 3:
        _check_range(owner, images)


def _check_range(owner, images):
    low, high = float(images.min()), float(images.max())
    if low < -1.001 or high > 1.001:
        span = "[0, 255]" if low >= 0 and high <= 255 else f"[{low:.3g}, {high:.3g}]"
        raise ValueError(f"{owner}: images lie in {span}; expected [-1, 1]. Use keras_gan.pixels.from_uint8(images).")
    if low >= 0:
        warnings.warn(
            f"{owner}: no value of the first minibatch is below 0, so the images seem to lie in [0, 1]; expected "
            "[-1, 1]. Use images * 2 - 1.",
            stacklevel=4,
        )


def check_labels_to_draw(owner, labels, num_images, generator, num_classes):
    """What `sample` was asked for: a label for each image, where the generator takes them."""
    takes_labels = "labels" in [tensor.name for tensor in generator.inputs]
    if labels is None and takes_labels and not num_classes:
        raise ValueError(
            f"{owner}.sample: the generator takes labels, and nothing tells how many classes there are to draw from; "
            f"pass labels, one for each of the {num_images} images."
        )
    if labels is not None and not takes_labels:
        raise ValueError(
            f"{owner}.sample: labels were given, and the generator takes none. Leave them out, or build it with "
            "num_classes=..., the number of classes."
        )
    if labels is not None:
        check_labels(f"{owner}.sample", labels, num_images, num_classes)


def check_labels(owner, labels, num_images, num_classes):
    """One label for each image; where the number of classes is known, whole numbers of classes among them."""
    labels = np.asarray(labels)
    if labels.ndim == 0 or len(labels) != num_images:
        raise ValueError(f"{owner}: labels of shape {labels.shape} for {num_images} images; expected one for each.")
    if num_classes is None:
        return
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(
            f"{owner}: labels are {labels.dtype} of shape {labels.shape}; expected whole numbers (batch,). "
            "One-hot labels become numbers by labels.argmax(axis=-1)."
        )
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= num_classes:
        raise ValueError(
            f"{owner}: labels lie in [{low}, {high}], the networks know num_classes={num_classes}, 0 to "
            f"{num_classes - 1}. Number the classes from 0, or build the networks with num_classes={high + 1}."
        )
