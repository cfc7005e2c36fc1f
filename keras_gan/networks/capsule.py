"""A discriminator of capsules, and DCGAN's generator, which plays against it.

Sabour, Frosst and Hinton 2017, https://arxiv.org/abs/1710.09829; as a discriminator Jaiswal et al. 2018,
https://arxiv.org/abs/1802.06167.
"""

import keras
from keras import ops

from keras_gan.layers import PrimaryCapsules, RoutedCapsules
from keras_gan.layers.capsules import squared_length
from keras_gan.networks import parts
from keras_gan.networks.dcgan import generator

__all__ = ["discriminator", "generator"]


def discriminator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    *,
    filters: int = 64,
    num_capsules: int = 8,
    capsule_dim: int = 8,
    num_routings: int = 3,
    kernel_size: int = 5,
) -> keras.Model:
    """Images to two capsules, `real` and `fake`, whose lengths say which of them the image is.

    `images → conv ↓2, LeakyReLU → primary capsules ↓2 → routing → 2 capsules of 16 units`.

    For small images: the routed weights grow with the pixels. Its `scores` go with any loss and penalty, its `lengths`
    with `losses.Margin`.

    Args:
        image_shape: tuple of ints, `(height, width, channels)`, of any size. Defaults to `(28, 28, 1)`.
        filters: int >= 1, width of the convolution. Defaults to `64`; the paper has 256.
        num_capsules: int >= 1, kinds of primary capsules. Defaults to `8`; the paper has 32.
        capsule_dim: int >= 1, units of a primary capsule. Defaults to `8`, the paper's.
        num_routings: int >= 1, rounds of agreement. Defaults to `3`, the paper's.
        kernel_size: int >= 1, side of the kernels. Defaults to `5`; the paper has 9.

    Call arguments:
        images: float tensor `(batch, *image_shape)` in [-1, 1].

    Returns:
        `keras.Model` named `"discriminator"`: `images` → a dict of float32 tensors: `lengths` `(batch, 2)` in (0, 1) of
        the capsules real and fake; `scores` `(batch, 1)`, the logit of the real one's length, high where real.

    Raises:
        ValueError: a shape of another rank, a number out of its range.

    Example:

    >>> from keras_gan import networks
    >>> networks.capsule.discriminator((16, 16, 1), filters=8).output["lengths"].shape
    (None, 2)

    Reference: Sabour et al. 2017, section 4 and figure 1.
    """
    image_shape = parts.check_image_shape(image_shape)
    sizes = {"filters": filters, "num_capsules": num_capsules, "capsule_dim": capsule_dim}
    for name, number in (sizes | {"num_routings": num_routings, "kernel_size": kernel_size}).items():
        parts.check_at_least(1, number, name)

    images = keras.Input(image_shape, name="images")
    x = keras.layers.Conv2D(
        filters, kernel_size, strides=2, padding="same", name="convolution",
        kernel_initializer=parts.preserving_normal(kernel_size**2 * image_shape[-1], gain=parts.gain("leaky_relu")),
    )(images)  # fmt: skip
    x = keras.layers.LeakyReLU(0.2, name="leaky_relu")(x)
    x = PrimaryCapsules(num_capsules, capsule_dim, kernel_size=kernel_size, name="primary")(x)
    capsules = RoutedCapsules(2, num_routings=num_routings, name="routed", dtype=parts.output_dtype())(x)
    # The logit of the length n² / (1 + n²) is log n², which no rounding of a length near 1 can spoil.
    logits = ops.log(squared_length(capsules))
    return keras.Model(images, {"scores": logits[:, :1], "lengths": ops.sigmoid(logits)}, name="discriminator")
