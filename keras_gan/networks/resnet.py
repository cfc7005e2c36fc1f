"""Residual networks: each block adds to what it was given, so that depth can grow without end.

The pair of SNGAN, WGAN-GP, SAGAN and R3GAN, for any image of even sides: 8, 16, 28, 32, 48, 64, 128 pixels, ... Both
have a stage of blocks at each size of the map, from the image's down to 4 pixels or more. `filters` is the width
next to the image; it doubles whenever the sides halve, up to eight times `filters`, as in WGAN-GP's at 64 pixels.
Upsampling is nearest neighbour, downsampling the mean of 2x2 pixels.
"""

import math
from typing import Literal

import keras

from keras_gan.layers import SelfAttention, Upsample
from keras_gan.networks import class_labels, halvings, judging, parts

_WIDEST = 8  # times `filters`


def generator(
    image_shape: tuple[int, ...] = (32, 32, 3),
    latent_dim: int = 64,
    *,
    filters: int = 64,
    blocks_per_stage: int | tuple[int, ...] = 1,
    block: Literal["basic", "bottleneck"] = "basic",
    normalization: Literal["batch", "layer"] | None = "batch",
    activation: str = "relu",
    attention: int | None = None,
    spectral: bool = False,
    num_classes: int | None = None,
    conditioning: Literal["concat", "batch_norm"] = "concat",
    embedding_dim: int | None = None,
) -> keras.Model:
    """Latents to images: a projection to the smallest map, then stages of residual blocks, each of twice the sides.

    `latents → Dense, reshape → stage → (stage that begins with ×2) × depth → norm, activation → conv → tanh`,
    a stage being so many times `x + branch(x)`. A branch is `(norm → activation → conv) × 2` (`"basic"`,
    3x3) or `× 3` (`"bottleneck"`, 1x1, 3x3 and 1x1, at half the width in between).

    For 32 pixels and more, and wherever `networks.dcgan` is too shallow; at 28 pixels `dcgan` is as good and faster.
    `blocks_per_stage=(3, 7, 23), block="bottleneck"` at 28 pixels are 101 layers, most of them at 7, where they are
    cheap: 33 blocks of 3, the first and the last.

    The last kernel of each branch starts smaller by 1 / √(number of blocks), in the manner of fix-up: without
    normalisation, too, the signal keeps its size over any depth.

    With `num_classes` it takes `labels` too: joined to the latents, or choosing the scale and shift of every
    normalisation (`conditioning="batch_norm"`, SNGAN's and SAGAN's way).

    Args:
        image_shape: tuple of ints, `(height, width, channels)`, sides even and at least 8. Defaults to `(32, 32, 3)`.
        latent_dim: int >= 1, size of the noise vector. Defaults to `64`.
        filters: int >= 1, width next to the image. Defaults to `64`.
        blocks_per_stage: int >= 1, of every stage, or a tuple with one for each, from the image's size of the map
            down to the smallest. Defaults to `1`.
        block: `"basic"` or `"bottleneck"`, as above. Defaults to `"basic"`.
        normalization: `"batch"`, `"layer"` or `None`; never on the output. Defaults to `"batch"`.
        activation: str, name of a Keras activation. Defaults to `"relu"`.
        attention: int, side of the map (the shorter one) after which `layers.SelfAttention` stands. Defaults to `None`.
        spectral: bool, all kernels are held at norm 1, as SAGAN's are; keep batch normalisation beside it, which gives
            the signal its size again. Defaults to `False`.
        num_classes: int >= 1, or `None` for no labels. Defaults to `None`.
        conditioning: `"concat"` or `"batch_norm"` (with `normalization="batch"`), as above. Defaults to `"concat"`.
        embedding_dim: int >= 1, size of a learned vector for each class that `"concat"` joins. Defaults to `None`:
            one-hot.

    Call arguments:
        latents: float tensor `(batch, latent_dim)`, standard normal by custom.
        labels: int32 tensor `(batch,)` in [0, num_classes); then both in a dict of these names.

    Returns:
        `keras.Model` named `"generator"`: `latents` (and `labels`) → float32 images `(batch, *image_shape)` in [-1, 1].

    Raises:
        ValueError: a size that cannot be halved, an `attention` that no map has, a number out of its range, an
            unknown name; the message says what would fit.

    Example:

    >>> from keras_gan import networks
    >>> networks.resnet.generator((32, 32, 3), filters=4, attention=16).output_shape
    (None, 32, 32, 3)

    Reference: Miyato et al. 2018, https://arxiv.org/abs/1802.05957, tables 4 and 5; Gulrajani et al. 2017,
    https://arxiv.org/abs/1704.00028, appendix C and figure 2 (101 layers); Zhang et al. 2019,
    https://arxiv.org/abs/1805.08318; initial weights, Huang et al. 2024, https://arxiv.org/abs/2501.05441, section 4.
    """
    height, width, channels = parts.check_image_shape(image_shape)
    depth = halvings.depth_of((height, width))
    sides = [min(height, width) >> level for level in range(depth + 1)]
    parts.check_at_least(1, latent_dim, "latent_dim")
    parts.check_word(normalization, parts.GENERATOR_NORMALIZATIONS, "normalization")
    numbers = _numbers_of_blocks(blocks_per_stage, sides)
    _check(filters, block, activation, attention, sides)
    condition = class_labels.generator_condition(num_classes, conditioning, embedding_dim, normalization)
    blocks = _Blocks(block, sum(numbers), normalization, activation, condition, spectral)

    latents = keras.Input((latent_dim,), name="latents")
    x = blocks.projected(condition.join(latents), (height >> depth, width >> depth, _width(filters, depth)))
    for level in reversed(range(depth + 1)):
        for index in range(numbers[level]):
            doubles = index == 0 and level < depth
            x = blocks.add(x, _width(filters, level), f"{level}_{index}", "up" if doubles else None)
        x = SelfAttention(spectral, name="attention")(x) if sides[level] == attention else x
    x = blocks.activated(x, "last")
    images = keras.layers.Conv2D(
        channels, 3, padding="same", activation="tanh", dtype=parts.output_dtype(), name="images",
        kernel_initializer=parts.preserving_normal(9 * x.shape[-1]),
    )  # fmt: skip
    return keras.Model(condition.inputs(latents), blocks.weighted(images)(x), name="generator")


def discriminator(
    image_shape: tuple[int, ...] = (32, 32, 3),
    *,
    filters: int = 64,
    blocks_per_stage: int | tuple[int, ...] = 1,
    block: Literal["basic", "bottleneck"] = "basic",
    normalization: Literal["batch", "layer", "spectral"] | None = None,
    activation: str = "leaky_relu",
    attention: int | None = None,
    pooling: Literal["sum"] | None = None,
    minibatch: Literal["discrimination", "standard_deviation"] | None = None,
    packing: int = 1,
    num_classes: int | None = None,
    conditioning: Literal["concat", "projection"] = "concat",
    embedding_dim: int | None = None,
) -> keras.Model:
    """Images to scores: a convolution, then stages of residual blocks, each of half the sides, then one linear unit.

    `images → conv → (stage that ends with ÷2) × depth → stage → norm, activation → flatten → Dense(1)`, stages and
    branches as in `generator`; shortcuts of changing width are 1x1 convolutions.

    With `normalization="spectral"`, `pooling="sum"` and the hinge loss it is SNGAN's; with `attention=32` at 128
    pixels SAGAN's; as it is, R3GAN's or WGAN-GP's. A penalty on the gradient of each image's score wants
    `normalization=None` or `"layer"`: with `"batch"`, and with `minibatch`, one image's score depends on the others.

    With `num_classes` it takes `labels` too: as constant planes beside the image's channels, or in the score,
    `w · f + <e(y), f>` (`conditioning="projection"`), f the input of the last layer.

    Args:
        image_shape, filters, blocks_per_stage, block, attention: as in `generator`.
        normalization: `"batch"`, `"layer"`, `None`, or `"spectral"`, of all kernels. Defaults to `None`.
        activation: str, name of a Keras activation. Defaults to `"leaky_relu"`, slope 0.2.
        pooling: `"sum"`: the features are summed over the last map's places, as SNGAN does, which suits kernels held
            at norm 1; `None`: all of them stand side by side, which tells where something is. Defaults to `None`.
        minibatch: against collapse, what shows the network how alike the images of a minibatch are:
            `"discrimination"`, `"standard_deviation"` (see `keras_gan.layers`), or `None`. Defaults to `None`.
        packing: int >= 1, images judged together by one score (PacGAN); it divides the batch. Defaults to `1`.
        num_classes: int >= 1, or `None` for no labels. Defaults to `None`.
        conditioning: `"concat"` or `"projection"`, as above. Defaults to `"concat"`.
        embedding_dim: int >= 1, size of a learned vector for each class that `"concat"` joins. Defaults to `None`:
            one-hot.

    Call arguments:
        images: float tensor `(batch, *image_shape)` in [-1, 1].
        labels: int32 tensor `(batch,)` in [0, num_classes); then both in a dict of these names.

    Returns:
        `keras.Model` named `"discriminator"`: `images` (and `labels`) → float32 scores `(batch / packing, 1)`, logits,
        high where real.

    Raises:
        ValueError: as `generator`.

    Example:

    >>> from keras_gan import networks
    >>> networks.resnet.discriminator((28, 28, 1), filters=4, normalization="spectral").output_shape
    (None, 1)

    Reference: as `generator`; projection, Miyato & Koyama 2018, https://arxiv.org/abs/1802.05637, equation 5.
    """
    image_shape = parts.check_image_shape(image_shape)
    depth = halvings.depth_of(image_shape[:2])
    sides = [min(image_shape[:2]) >> level for level in range(depth + 1)]
    parts.check_word(normalization, parts.DISCRIMINATOR_NORMALIZATIONS, "normalization")
    parts.check_word(pooling, ("sum", None), "pooling")
    parts.check_word(minibatch, judging.STATISTICS, "minibatch")
    numbers = _numbers_of_blocks(blocks_per_stage, sides)
    _check(filters, block, activation, attention, sides)
    condition = class_labels.discriminator_condition(num_classes, conditioning, embedding_dim, packing)
    spectral = normalization == "spectral"
    blocks = _Blocks(block, sum(numbers), normalization, activation, condition, spectral)

    images = keras.Input(image_shape, name="images")
    x = blocks.convolved(judging.begin(images, condition, packing), filters, 3, 1.0, "from_images")
    for level in range(depth + 1):
        if sides[level] == attention:
            x = SelfAttention(spectral, name="attention")(x)
        for index in range(numbers[level]):
            halves = index == numbers[level] - 1 and level < depth
            x = blocks.add(x, _width(filters, level + halves), f"{level}_{index}", "down" if halves else None)
    features = judging.flatten(blocks.activated(x, "last"), minibatch, pooling)
    return judging.end(images, features, condition, normalization)


class _Blocks:
    """The blocks of one network: of one kind, normalisation and activation.

    Args:
        kind: `"basic"` or `"bottleneck"`.
        number: int, blocks of the network, which all add to one signal.
        normalization, activation: str, as the builders'.
        condition: `class_labels.Condition`.
        spectral: bool, whether kernels are held at norm 1.
    """

    def __init__(self, kind, number, normalization, activation, condition, spectral):
        self.kind, self.number, self.condition, self.spectral = kind, number, condition, spectral
        self.normalization, self.activation = normalization, activation

    def projected(self, latents, shape):
        """`latents` → the smallest map."""
        dense = keras.layers.Dense(
            math.prod(shape), use_bias=parts.needs_bias(self.normalization), name="project",
            kernel_initializer=parts.preserving_normal(latents.shape[-1]),
        )  # fmt: skip
        return keras.layers.Reshape(shape, name="reshape")(self.weighted(dense)(latents))

    def add(self, x, filters, name, resize):
        """`x + branch(x)`, of `filters` channels; `resize` is `"up"`, `"down"` or `None`."""
        branch = self._branch(x, filters, name, resize)
        if resize == "up":
            x = Upsample(2, name=f"up_{name}")(x)
        if x.shape[-1] != filters:
            x = self.convolved(x, filters, 1, 1.0, f"shortcut_{name}")
        if resize == "down":
            x = keras.layers.AveragePooling2D(2, name=f"down_{name}")(x)
        return keras.layers.Add(name=f"sum_{name}")([x, branch])

    def _branch(self, x, filters, name, resize):
        """Normalised, activated and convolved two or three times; resized where the 3x3 kernels stand."""
        half = max(1, filters // 2)
        kernels = {"basic": [(filters, 3), (filters, 3)], "bottleneck": [(half, 1), (half, 3), (filters, 1)]}[self.kind]
        wide = [index for index, (_, size) in enumerate(kernels) if size == 3]
        for index, (channels, size) in enumerate(kernels):
            x = self.activated(x, f"{name}_{index}")
            if resize == "up" and index == wide[0]:
                x = Upsample(2, name=f"up_{name}_{index}")(x)
            # Fix-up: together all branches may add to the signal about as much as there was.
            share = 1 / self.number if index == len(kernels) - 1 else 1.0
            x = self.convolved(x, channels, size, share * parts.gain(self.activation), f"conv_{name}_{index}")
            if resize == "down" and index == wide[-1]:
                x = keras.layers.AveragePooling2D(2, name=f"down_{name}_{index}")(x)
        return x

    def activated(self, x, name):
        """`x`, normalised and activated."""
        x = self.condition.normalize(x, self.normalization, f"norm_{name}")
        return parts.activate(x, self.activation, f"{self.activation}_{name}")

    def convolved(self, x, filters, kernel_size, gain, name):
        """`x`, convolved at stride 1."""
        convolution = keras.layers.Conv2D(
            filters, kernel_size, padding="same", use_bias=parts.needs_bias(self.normalization), name=name,
            kernel_initializer=parts.preserving_normal(kernel_size**2 * x.shape[-1], gain),
        )  # fmt: skip
        return self.weighted(convolution)(x)

    def weighted(self, layer):
        """`layer`, a Dense or a convolution, its kernel held at norm 1 where all are."""
        return parts.weighted(layer, "spectral" if self.spectral else None)


def _width(filters, level):
    """Channels of maps whose sides have been halved `level` times."""
    return filters * min(2**level, _WIDEST)


def _numbers_of_blocks(blocks_per_stage, sides):
    """How many blocks stand at each size of the map, from the image's down."""
    numbers = blocks_per_stage if isinstance(blocks_per_stage, (tuple, list)) else [blocks_per_stage] * len(sides)
    if len(numbers) != len(sides):
        raise ValueError(
            f"blocks_per_stage={blocks_per_stage!r} has {len(numbers)} numbers; the maps have the sides {sides}: "
            f"give {len(sides)} numbers, or one for all."
        )
    for number in numbers:
        parts.check_at_least(1, number, "blocks_per_stage")
    return numbers


def _check(filters, block, activation, attention, sides):
    parts.check_at_least(1, filters, "filters")
    parts.check_word(block, ("basic", "bottleneck"), "block")
    parts.check_activation(activation)
    if activation == "glu":
        raise ValueError("activation='glu' halves the channels, and a residual block adds as many as it was given.")
    if attention is not None and attention not in sides:
        raise ValueError(f"attention={attention}; expected the shorter side of a map, one of {sides}, or None.")
