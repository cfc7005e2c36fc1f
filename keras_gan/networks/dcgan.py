"""DCGAN's two networks: strided convolutions down to scores, fractionally strided ones up to images.

Radford, Metz and Chintala 2016, https://arxiv.org/abs/1511.06434, for any image that the strides
divide. `filters` is the width of the discriminator next to the image; in both networks the width
grows by the factor `growth`, 2 in the paper, whenever the sides halve. With `filters=64` and 64x64
pixels these are the paper's widths: 1024, 512, 256, 128 up and 64, 128, 256, 512 down; with 28x28
pixels 256, 128 and 64, 128.
"""

from typing import Literal

import keras

from keras_gan.layers import Upsample
from keras_gan.networks import class_labels, halvings, judging, parts

_WAY_OUT = ", or pass num_layers=1"  # of images that are too small


def generator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    latent_dim: int = 64,
    *,
    filters: int = 64,
    num_layers: int | None = None,
    normalization: Literal["batch", "layer"] | None = "batch",
    upsampling: Literal["transposed", "resize"] = "transposed",
    kernel_size: int | None = None,
    activation: str = "relu",
    growth: int = 2,
    num_classes: int | None = None,
    conditioning: Literal["concat", "batch_norm"] = "concat",
    embedding_dim: int | None = None,
) -> keras.Model:
    """Latents to images: a projection to a small map, then `num_layers` doublings of its sides.

    `latents → Dense, reshape → norm, ReLU → (up ×2 → norm, ReLU) × (num_layers - 1) → up ×2 → tanh`.
    Width `filters · growth^num_layers` at the projection, a `growth`th of it after each doubling.

    For small images of one domain. Above 64x64 pixels a residual network trains better.

    With `num_classes` it takes `labels` too: joined to the latents, or choosing the scale and shift of
    every normalisation (`conditioning="batch_norm"`), which tells every layer of the class.

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
        activation: str, name of a Keras activation, of all layers but the last; `"glu"` gates each
            channel by another one, `x · σ(x')`. Defaults to `"relu"`.
        growth: int >= 1, factor of the width at each halving; 1: constant. Defaults to `2`.
        num_classes: int >= 1, or `None` for no labels. Defaults to `None`.
        conditioning: `"concat"` or `"batch_norm"` (with `normalization="batch"`), as above. Defaults
            to `"concat"`.
        embedding_dim: int >= 1, size of a learned vector for each class that `"concat"` joins.
            Defaults to `None`: one-hot.

    Call arguments:
        latents: float tensor `(batch, latent_dim)`, standard normal by custom.
        labels: int32 tensor `(batch,)` in [0, num_classes); then both in a dict of these names.

    Returns:
        `keras.Model` named `"generator"`: `latents` (and `labels`) → float32 images
        `(batch, *image_shape)` in [-1, 1].

    Raises:
        ValueError: a size that the strides do not divide, a number out of its range, an unknown
            name; the message says what would fit.

    Example:

    >>> from keras_gan import networks
    >>> networks.dcgan.generator((32, 32, 3), filters=8).output_shape
    (None, 32, 32, 3)

    Reference: Radford et al. 2016, section 3 and figure 1; Odena et al. 2016,
    https://distill.pub/2016/deconv-checkerboard; labels, Mirza & Osindero 2014,
    https://arxiv.org/abs/1411.1784, and Miyato & Koyama 2018, https://arxiv.org/abs/1802.05637.
    """
    height, width, channels = parts.check_image_shape(image_shape)
    depth = halvings.depth_of((height, width), num_layers, _WAY_OUT)
    parts.check_word(upsampling, ("transposed", "resize"), "upsampling")
    kernel_size = {"transposed": 4, "resize": 3}[upsampling] if kernel_size is None else kernel_size
    parts.check_at_least(2 if upsampling == "transposed" else 1, kernel_size, "kernel_size")
    parts.check_at_least(1, latent_dim, "latent_dim")
    parts.check_word(normalization, parts.GENERATOR_NORMALIZATIONS, "normalization")
    _check(filters, growth, activation)
    condition = class_labels.generator_condition(num_classes, conditioning, embedding_dim, normalization)
    up = _Up(upsampling, kernel_size, normalization, activation, condition)

    latents = keras.Input((latent_dim,), name="latents")
    x = up.project(condition.join(latents), (height >> depth, width >> depth, filters * growth**depth))
    for layer in range(1, depth):
        x = up.double(x, filters * growth ** (depth - layer), layer)
    images = up.to_images(x, channels, depth)
    return keras.Model(condition.inputs(latents), images, name="generator")


def discriminator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    *,
    filters: int = 64,
    num_layers: int | None = None,
    normalization: Literal["batch", "layer", "spectral"] | None = "batch",
    kernel_size: int = 4,
    activation: str = "leaky_relu",
    growth: int = 2,
    minibatch: Literal["discrimination", "standard_deviation"] | None = None,
    packing: int = 1,
    num_classes: int | None = None,
    conditioning: Literal["concat", "projection"] = "concat",
    embedding_dim: int | None = None,
) -> keras.Model:
    """Images to scores: `num_layers` convolutions of stride 2, then one linear unit.

    `images → conv ↓2, LeakyReLU → (conv ↓2 → norm, LeakyReLU) × (num_layers - 1) → Dense(1)`.
    Width `filters` after the first convolution, `growth` times as many after each further one.

    A penalty on the gradient of each image's score (WGAN-GP, R1) wants `normalization=None` or
    `"layer"`: with `"batch"`, and with `minibatch`, one image's score depends on the others.

    With `num_classes` it takes `labels` too: as constant planes beside the image's channels, or in
    the score, `w · f + <e(y), f>` (`conditioning="projection"`), f the input of the last layer.

    Args:
        image_shape: tuple of ints, `(height, width, channels)`; `2^num_layers` divides height and
            width. Defaults to `(28, 28, 1)`.
        filters: int >= 1, width of the first convolution. Defaults to `64`.
        num_layers: int >= 1, number of halvings. Defaults to `None`: as many as leave 4 pixels
            or more (28: 2, 32: 3, 64: 4).
        normalization: `"batch"` (the paper's), `"layer"` or `None`, never on the first layer; or
            `"spectral"`, of all kernels. Defaults to `"batch"`.
        kernel_size: int >= 1, side of the kernels. Defaults to `4`, twice the stride: every
            pixel is seen equally often, and so gets its gradient equally often.
        activation: str, name of a Keras activation; `"glu"` gates each channel by another one.
            Defaults to `"leaky_relu"`, slope 0.2.
        growth: int >= 1, factor of the width at each halving; 1: constant. Defaults to `2`.
        minibatch: against collapse, what shows the network how alike the images of a minibatch are:
            `"discrimination"`, `"standard_deviation"` (see `keras_gan.layers`), or `None`. Defaults
            to `None`.
        packing: int >= 1, images judged together by one score (PacGAN); it divides the batch.
            Defaults to `1`.
        num_classes: int >= 1, or `None` for no labels. Defaults to `None`.
        conditioning: `"concat"` or `"projection"`, as above. Defaults to `"concat"`.
        embedding_dim: int >= 1, size of a learned vector for each class that `"concat"` joins.
            Defaults to `None`: one-hot.

    Call arguments:
        images: float tensor `(batch, *image_shape)` in [-1, 1].
        labels: int32 tensor `(batch,)` in [0, num_classes); then both in a dict of these names.

    Returns:
        `keras.Model` named `"discriminator"`: `images` (and `labels`) → float32 scores
        `(batch / packing, 1)`, logits, high where real.

    Raises:
        ValueError: a size that the strides do not divide, a number out of its range, an unknown
            name; the message says what would fit.

    Example:

    >>> from keras_gan import networks
    >>> networks.dcgan.discriminator((32, 32, 3), filters=8, normalization=None).output_shape
    (None, 1)

    Reference: Radford et al. 2016, section 3; projection, Miyato & Koyama 2018, equation 5,
    https://arxiv.org/abs/1802.05637; packing, Lin et al. 2018, https://arxiv.org/abs/1712.04086.
    """
    image_shape = parts.check_image_shape(image_shape)
    depth = halvings.depth_of(image_shape[:2], num_layers, _WAY_OUT)
    parts.check_at_least(1, kernel_size, "kernel_size")
    parts.check_word(normalization, parts.DISCRIMINATOR_NORMALIZATIONS, "normalization")
    parts.check_word(minibatch, judging.STATISTICS, "minibatch")
    _check(filters, growth, activation)
    condition = class_labels.discriminator_condition(num_classes, conditioning, embedding_dim, packing)
    initializer = _initializers(normalization if depth > 1 else None)

    images = keras.Input(image_shape, name="images")
    x = judging.begin(images, condition, packing)
    for layer in range(depth):
        normalized = normalization if layer or normalization == "spectral" else None
        convolution = keras.layers.Conv2D(
            parts.width(filters * growth**layer, activation), kernel_size, strides=2, padding="same",
            use_bias=parts.needs_bias(normalized), name=f"down_{layer}",
            kernel_initializer=initializer(kernel_size**2 * x.shape[-1], parts.gain(activation)),
        )  # fmt: skip
        x = parts.weighted(convolution, normalized)(x)
        x = parts.normalize(x, normalized, f"norm_{layer}")
        x = parts.activate(x, activation, f"{activation}_{layer}")
    features = judging.flatten(x, minibatch)
    return judging.end(images, features, condition, normalization, initializer(features.shape[-1], 1.0))


class _Up:
    """The generator's three kinds of block, for one way of upsampling, kernel, normalisation and activation."""

    def __init__(self, upsampling, kernel_size, normalization, activation, condition):
        self.upsampling, self.kernel_size, self.normalization = upsampling, kernel_size, normalization
        self.activation, self.condition = activation, condition
        self.initializer = _initializers(normalization)

    def project(self, latents, shape):
        """`latents` → the smallest map, `shape` = (height, width, channels): the paper's projection of z."""
        height, width, filters = shape
        channels = parts.width(filters, self.activation)
        x = keras.layers.Dense(
            height * width * channels, use_bias=parts.needs_bias(self.normalization), name="project",
            kernel_initializer=self.initializer(latents.shape[-1], parts.gain(self.activation)),
        )(latents)  # fmt: skip
        return self._activated(keras.layers.Reshape((height, width, channels), name="reshape")(x), 0)

    def double(self, x, filters, layer):
        """Doubles the sides of `x` and gives it `filters` channels, normalised and activated."""
        channels, gain = parts.width(filters, self.activation), parts.gain(self.activation)
        x = self._convolved(x, channels, layer, gain, use_bias=parts.needs_bias(self.normalization))
        return self._activated(x, layer)

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

    def _activated(self, x, layer):
        x = self.condition.normalize(x, self.normalization, f"norm_{layer}")
        return parts.activate(x, self.activation, f"{self.activation}_{layer}")


def _initializers(normalization):
    """(fan_in, gain) → the initial weights of a layer.

    The paper's N(0, 0.02) leans on normalisation: without it the signal shrinks in every layer, the
    more the narrower the network, so that there the weights keep the signal's size instead.
    """
    if normalization in ("batch", "layer"):
        return lambda fan_in, gain: parts.paper_normal()
    return parts.preserving_normal


def _check(filters, growth, activation):
    parts.check_at_least(1, filters, "filters")
    parts.check_at_least(1, growth, "growth")
    parts.check_activation(activation)
