"""DCGAN's two networks: strided convolutions down to scores, fractionally strided ones up to images.

Radford, Metz and Chintala 2016, https://arxiv.org/abs/1511.06434, for any image that the strides
divide. `filters` is the width of the discriminator next to the image; the width doubles whenever
the sides halve, in both networks. With `filters=64` and 64x64 pixels these are the paper's widths:
1024, 512, 256, 128 up and 64, 128, 256, 512 down; with 28x28 pixels 256, 128 and 64, 128.
"""

from typing import Literal

import keras

from keras_gan.layers import Upsample
from keras_gan.networks import parts
from keras_gan.words import nearest

_SLOPE = 0.2  # of the leaky rectifiers
_SMALLEST_SIDE = 4  # pixels, where the paper's convolutions end and begin


def generator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    latent_dim: int = 64,
    *,
    filters: int = 64,
    num_layers: int | None = None,
    normalization: Literal["batch", "layer"] | None = "batch",
    upsampling: Literal["transposed", "resize"] = "transposed",
    kernel_size: int | None = None,
) -> keras.Model:
    """Latents to images: a projection to a small map, then `num_layers` doublings of its sides.

    `latents → Dense, reshape → norm, ReLU → (up ×2 → norm, ReLU) × (num_layers - 1) → up ×2 → tanh`.
    Width `filters · 2^num_layers` at the projection, half of it after each doubling.

    For small images of one domain. Above 64x64 pixels a residual network trains better.

    Args:
        image_shape: tuple of ints, `(height, width, channels)`; `2^num_layers` divides height and
            width. Defaults to `(28, 28, 1)`.
        latent_dim: int >= 1, size of the noise vector. Defaults to `64`.
        filters: int >= 1, the width unit described above. Defaults to `64`.
        num_layers: int >= 1, number of doublings. Defaults to `None`: as many as the sides can be
            halved without falling under 4 pixels (28: 2, 32: 3, 64: 4).
        normalization: `"batch"` (the paper's), `"layer"` or `None`; never on the output. Defaults
            to `"batch"`.
        upsampling: `"transposed"` (the paper's) convolutions of stride 2, or `"resize"`, nearest
            neighbour and a convolution of stride 1, which cannot draw checkerboards (Odena et al.
            2016). Defaults to `"transposed"`.
        kernel_size: int, side of the kernels; at least 2 for `"transposed"`. Defaults to `None`:
            4 for `"transposed"`, 3 for `"resize"`. The paper's 5 is not a multiple of the stride,
            so that its kernels overlap unevenly and favour checkerboards.

    Call arguments:
        latents: float tensor `(batch, latent_dim)`, standard normal by custom.

    Returns:
        `keras.Model` named `"generator"`: `latents` → float32 images `(batch, *image_shape)` in
        [-1, 1].

    Raises:
        ValueError: a size that the strides do not divide, a number out of its range, an unknown
            name; the message says what would fit.

    Example:

    >>> from keras_gan import networks
    >>> networks.dcgan.generator((32, 32, 3), filters=8).output_shape
    (None, 32, 32, 3)

    Reference: Radford et al. 2016, section 3 and figure 1; Odena et al. 2016,
    https://distill.pub/2016/deconv-checkerboard.
    """
    height, width, channels = parts.check_image_shape(image_shape)
    depth = _depth((height, width), num_layers)
    _check_upsampling(upsampling)
    kernel_size = {"transposed": 4, "resize": 3}[upsampling] if kernel_size is None else kernel_size
    _check(filters, normalization, kernel_size, smallest_kernel=2 if upsampling == "transposed" else 1)
    parts.check_at_least(1, latent_dim, "latent_dim")
    up = _Up(upsampling, kernel_size, normalization)

    latents = keras.Input((latent_dim,), name="latents")
    x = up.project(latents, (height >> depth, width >> depth, filters << depth))
    for layer in range(1, depth):
        x = up.double(x, filters << (depth - layer), layer)
    images = up.to_images(x, channels, depth)
    return keras.Model(latents, images, name="generator")


def discriminator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    *,
    filters: int = 64,
    num_layers: int | None = None,
    normalization: Literal["batch", "layer"] | None = "batch",
    kernel_size: int = 4,
) -> keras.Model:
    """Images to scores: `num_layers` convolutions of stride 2, then one linear unit.

    `images → conv ↓2, LeakyReLU → (conv ↓2 → norm, LeakyReLU) × (num_layers - 1) → Dense(1)`.
    Width `filters` after the first convolution, twice as many after each further one.

    A penalty on the gradient of each image's score (WGAN-GP, R1) wants `normalization=None` or
    `"layer"`: with `"batch"` one image's score depends on the others.

    Args:
        image_shape: tuple of ints, `(height, width, channels)`; `2^num_layers` divides height and
            width. Defaults to `(28, 28, 1)`.
        filters: int >= 1, width of the first convolution. Defaults to `64`.
        num_layers: int >= 1, number of halvings. Defaults to `None`: as many as leave 4 pixels
            or more (28: 2, 32: 3, 64: 4).
        normalization: `"batch"` (the paper's), `"layer"` or `None`; never on the first layer.
            Defaults to `"batch"`.
        kernel_size: int >= 1, side of the kernels. Defaults to `4`, twice the stride: every
            pixel is seen equally often, and so gets its gradient equally often.

    Call arguments:
        images: float tensor `(batch, *image_shape)` in [-1, 1].

    Returns:
        `keras.Model` named `"discriminator"`: `images` → float32 scores `(batch, 1)`, logits, high
        where real.

    Raises:
        ValueError: a size that the strides do not divide, a number out of its range, an unknown
            name; the message says what would fit.

    Example:

    >>> from keras_gan import networks
    >>> networks.dcgan.discriminator((32, 32, 3), filters=8, normalization=None).output_shape
    (None, 1)

    Reference: Radford et al. 2016, section 3.
    """
    image_shape = parts.check_image_shape(image_shape)
    depth = _depth(image_shape[:2], num_layers)
    _check(filters, normalization, kernel_size)
    initializer = _initializers(normalization if depth > 1 else None)
    gain = 2 / (1 + _SLOPE**2)  # what a leaky rectifier takes from a signal's mean square

    x = images = keras.Input(image_shape, name="images")
    for layer in range(depth):
        x = keras.layers.Conv2D(
            filters << layer, kernel_size, strides=2, padding="same", name=f"down_{layer}",
            use_bias=parts.needs_bias(normalization if layer else None),
            kernel_initializer=initializer(kernel_size**2 * x.shape[-1], gain),
        )(x)  # fmt: skip
        x = parts.normalize(x, normalization if layer else None, f"norm_{layer}")
        x = keras.layers.LeakyReLU(_SLOPE, name=f"leaky_relu_{layer}")(x)
    x = keras.layers.Flatten(name="features")(x)
    scores = keras.layers.Dense(
        1, kernel_initializer=initializer(x.shape[-1], 1.0), dtype=parts.output_dtype(), name="scores"
    )(x)
    return keras.Model(images, scores, name="discriminator")


class _Up:
    """The generator's three kinds of block, for one way of upsampling, kernel and normalisation."""

    def __init__(self, upsampling, kernel_size, normalization):
        self.upsampling, self.kernel_size, self.normalization = upsampling, kernel_size, normalization
        self.initializer = _initializers(normalization)

    def project(self, latents, shape):
        """`latents` → the smallest map, `shape` = (height, width, channels): the paper's projection of z."""
        height, width, channels = shape
        x = keras.layers.Dense(
            height * width * channels, kernel_initializer=self.initializer(latents.shape[-1], 2.0),
            use_bias=parts.needs_bias(self.normalization), name="project",
        )(latents)  # fmt: skip
        return self._rectified(keras.layers.Reshape(shape, name="reshape")(x), 0)

    def double(self, x, filters, layer):
        """Doubles the sides of `x` and gives it `filters` channels, normalised and rectified."""
        x = self._convolved(x, filters, layer, 2.0, use_bias=parts.needs_bias(self.normalization))
        return self._rectified(x, layer)

    def to_images(self, x, channels, layer):
        """The last doubling: no normalisation, tanh, float32."""
        return self._convolved(x, channels, layer, 1.0, activation="tanh", dtype=parts.output_dtype())

    def _convolved(self, x, filters, layer, gain, **kwargs):
        """`x` with sides doubled, and `filters` channels; `kwargs` are the convolution's."""
        options = dict(filters=filters, kernel_size=self.kernel_size, padding="same", name=f"up_{layer}", **kwargs)
        taps = self.kernel_size**2 * x.shape[-1]
        if self.upsampling == "resize":
            x = Upsample(2, name=f"resize_{layer}")(x)
            return keras.layers.Conv2D(**options, kernel_initializer=self.initializer(taps, gain))(x)
        # Of the kernel's values a stride of 2 lets only a quarter meet in one pixel.
        initializer = self.initializer(taps / 4, gain)
        return keras.layers.Conv2DTranspose(**options, strides=2, kernel_initializer=initializer)(x)

    def _rectified(self, x, layer):
        x = parts.normalize(x, self.normalization, f"norm_{layer}")
        return keras.layers.ReLU(name=f"relu_{layer}")(x)


def _initializers(normalization):
    """(fan_in, gain) → the initial weights of a layer.

    The paper's N(0, 0.02) leans on normalisation: without it the signal shrinks in every layer, the
    more the narrower the network, so that there the weights keep the signal's size instead.
    """
    if normalization is None:
        return parts.preserving_normal
    return lambda fan_in, gain: parts.paper_normal()


def _depth(sides, num_layers):
    """`num_layers`, checked; or as many halvings as leave 4 pixels."""
    if num_layers is not None:
        parts.check_at_least(1, num_layers, "num_layers")
        _check_divides(2**num_layers, sides, f"num_layers={num_layers} halves the sides {num_layers} times")
        return num_layers
    depth = 0
    while all(side % 2 ** (depth + 1) == 0 for side in sides) and min(sides) >> (depth + 1) >= _SMALLEST_SIDE:
        depth += 1
    if depth == 0:
        smallest = 2 * _SMALLEST_SIDE
        fitting = tuple(max(smallest, _nearest_multiple(2, side)) for side in sides)
        raise ValueError(
            f"image of {_pixels(sides)} pixels; expected even sides of at least {smallest}, as every layer halves "
            f"them. The nearest size that fits is {_pixels(fitting)}: resize or pad to it"
            f"{'.' if any(side % 2 for side in sides) else ', or pass num_layers=1.'}"
        )
    return depth


def _check_divides(factor, sides, why):
    """Raises ValueError unless `factor` divides all `sides`; names the nearest sides that it divides."""
    if any(side % factor for side in sides):
        fitting = tuple(_nearest_multiple(factor, side) for side in sides)
        raise ValueError(
            f"image of {_pixels(sides)} pixels; expected sides that {factor} divides, because {why}. "
            f"The nearest size that fits is {_pixels(fitting)}: resize or pad to it."
        )


def _nearest_multiple(factor, side):
    """The positive multiple of `factor` nearest to `side`; of two, the larger."""
    return max(factor, (side + factor // 2) // factor * factor)


def _pixels(sides):
    return "x".join(map(str, sides))


def _check(filters, normalization, kernel_size, smallest_kernel=1):
    parts.check_at_least(1, filters, "filters")
    parts.check_at_least(smallest_kernel, kernel_size, "kernel_size")
    parts.check_normalization(normalization)


def _check_upsampling(upsampling):
    known = ("transposed", "resize")
    if upsampling not in known:
        raise ValueError(
            f"unknown upsampling {upsampling!r}{nearest(str(upsampling), known)}. "
            f"Expected one of {', '.join(map(repr, known))}."
        )
