"""Networks that grow: from 4x4 pixels to the images' size, a level at a time.

Karras, Aila, Laine and Lehtinen 2018, https://arxiv.org/abs/1710.10196. Both networks hold all their levels from the
beginning; level l has `2^l` times the sides of level 0. The weight α of each level's `Fade` says how much of it takes
part: 0, it does not; 1, it does, which is how a network begins that nobody grows.

    generator       x_l = block_l(x_{l-1})
                    image_l = α_l · to_rgb_l(x_l) + (1 - α_l) · enlarged(image_{l-1})
    discriminator   image_{l-1} = halved(image_l)
                    x_{l-1} = α_l · block_l(x_l) + (1 - α_l) · from_rgb_{l-1}(image_{l-1})

So the whole networks make and judge images of the full size at any time, and `stage` gives a network that computes one
level only, on the same layers.
"""

from typing import Literal

import keras

from keras_gan.layers import (
    EqualizedConv2D,
    EqualizedDense,
    Fade,
    MinibatchStandardDeviation,
    PixelNormalization,
    Upsample,
)
from keras_gan.networks import halvings, parts

_SLOPE = 0.2  # of the leaky rectifiers


def generator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    latent_dim: int = 64,
    *,
    filters: int = 32,
    max_filters: int = 512,
    num_layers: int | None = None,
) -> keras.Model:
    """Latents to images: a block of two convolutions at every resolution, each with an image of its own.

    `block_0: latents → norm → Dense, reshape → (LeakyReLU → norm → conv3) → LeakyReLU → norm`;
    `block_l: up ×2 → (conv3 → LeakyReLU → norm) × 2`; `to_rgb_l: conv1 → tanh`. The norm is pixel-wise; all weights
    learn at an equalised rate. Width `filters` next to the image, twice as many whenever the sides halve, at most
    `max_filters`.

    For `ProgressiveGAN`. In any other game it is a network of its full size from the beginning, in which the images of
    lower levels (`to_rgb`) have no part; `stage(generator, num_layers, fading=False)` leaves them out.

    Args:
        image_shape: tuple of ints, `(height, width, channels)`; `2^num_layers` divides height and width. Defaults to
            `(28, 28, 1)`.
        latent_dim: int >= 1, size of the noise vector. Defaults to `64`.
        filters: int >= 1, width next to the image. Defaults to `32`.
        max_filters: int >= 1, the largest width. Defaults to `512`, the paper's.
        num_layers: int >= 1, number of doublings, hence the number of the last level. Defaults to `None`: as many as
            the sides can be halved without falling under 4 pixels (28: 2, 32: 3, 64: 4).

    Call arguments:
        latents: float tensor `(batch, latent_dim)`, standard normal by custom; only its direction counts.

    Returns:
        `keras.Model` named `"generator"`: `latents` → float32 images `(batch, *image_shape)` in [-1, 1].

    Raises:
        ValueError: a size that the doublings do not divide, a number out of its range; the message says what would fit.

    Example:

    >>> from keras_gan import networks
    >>> networks.progressive.generator((32, 32, 3), filters=8).output_shape
    (None, 32, 32, 3)

    Reference: Karras et al. 2018, sections 2 and 4, table 2. The paper's images are linear in the last layer; here a
    tanh keeps them in [-1, 1].
    """
    image_shape, depth = _checked(image_shape, num_layers, filters, max_filters)
    parts.check_at_least(1, latent_dim, "latent_dim")
    sides = (image_shape[0] >> depth, image_shape[1] >> depth)
    layers = _grown(sides, _width(filters, max_filters, depth))
    for level in range(1, depth + 1):
        layers += _doubled(level, _width(filters, max_filters, depth - level))
        layers.append(Upsample(2, dtype=parts.output_dtype(), name=f"enlarge_{level}"))
        layers.append(Fade(dtype=parts.output_dtype(), name=f"fade_{level}"))
    layers += [_to_rgb(level, image_shape[-1]) for level in range(depth + 1)]

    latents = keras.Input((latent_dim,), name="latents")
    return keras.Model(latents, _images(_chains(layers), latents, depth, first=0), name="generator")


def discriminator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    *,
    filters: int = 32,
    max_filters: int = 512,
    num_layers: int | None = None,
    minibatch: Literal["standard_deviation"] | None = "standard_deviation",
) -> keras.Model:
    """Images to scores: the generator's mirror, with an entrance at every resolution.

    `from_rgb_l: conv1 → LeakyReLU`; `block_l: conv3 → LeakyReLU → conv3 → LeakyReLU → mean of 2x2 pixels`;
    `block_0: minibatch standard deviation → conv3 → LeakyReLU → Dense → LeakyReLU`, then one linear unit. Widths as in
    the generator; all weights learn at an equalised rate.

    Args:
        image_shape: tuple of ints, `(height, width, channels)`; `2^num_layers` divides height and width. Defaults to
            `(28, 28, 1)`.
        filters: int >= 1, width next to the image. Defaults to `32`.
        max_filters: int >= 1, the largest width. Defaults to `512`, the paper's.
        num_layers: int >= 1, number of halvings. Defaults to `None`: as many as leave 4 pixels or more.
        minibatch: `"standard_deviation"`, the critic sees how much its minibatch varies, so that an image's score
            depends on others; or `None`. Defaults to `"standard_deviation"`.

    Call arguments:
        images: float tensor `(batch, *image_shape)` in [-1, 1].

    Returns:
        `keras.Model` named `"discriminator"`: `images` → float32 scores `(batch, 1)`, logits, high where real.

    Raises:
        ValueError: a size that the halvings do not divide, a number out of its range, an unknown name.

    Example:

    >>> from keras_gan import networks
    >>> networks.progressive.discriminator((32, 32, 3), filters=8).output_shape
    (None, 1)

    Reference: Karras et al. 2018, sections 2 to 4, table 2.
    """
    image_shape, depth = _checked(image_shape, num_layers, filters, max_filters)
    parts.check_word(minibatch, ("standard_deviation", None), "minibatch")
    layers = _judged(_width(filters, max_filters, depth), minibatch)
    for level in range(1, depth + 1):
        layers += _halved(level, *(_width(filters, max_filters, depth - each) for each in (level, level - 1)))
        layers.append(keras.layers.AveragePooling2D(2, name=f"halve_{level}"))
        layers.append(Fade(name=f"fade_{level}"))
    for level in range(depth + 1):
        layers += _from_rgb(level, _width(filters, max_filters, depth - level))

    images = keras.Input(image_shape, name="images")
    scores = _scores(_chains(layers), images, depth, fades=range(1, depth + 1))
    return keras.Model(images, scores, name="discriminator")


# --- one level ---------------------------------------------------------------------------------------------------


def num_levels(network: keras.Model) -> int:
    """Number of levels of a network of this module, level 0 included.

    Raises:
        ValueError: a network of another kind.
    """
    names = {layer.name for layer in network.layers}
    if "block_0_conv" not in names:
        raise ValueError(
            f"the network '{network.name}' has no levels; expected one of keras_gan.networks.progressive, such as "
            "progressive.generator((32, 32, 3))."
        )
    return 1 + sum(name.startswith("fade_") for name in names)


def stage(network: keras.Model, level: int, fading: bool = True) -> keras.Model:
    """The network that a whole one is at one level: the same layers, images of that level's size.

    With α = 1 on the levels below, and 0 on those above, it makes what the whole generator makes before it is enlarged,
    and says of a halved image what the whole discriminator says of the image.

    Args:
        network: what `generator` or `discriminator` of this module returned.
        level: int from 0 on; level l has `2^l` times the sides of level 0.
        fading: bool, mixed with the level below by the layer's α. Defaults to `True`; `False` computes α = 1.

    Returns:
        `keras.Model` with the name and the input of `network`, at that level's size; it shares the weights.

    Raises:
        ValueError: no such level, or a network of another kind.

    Example:

    >>> from keras_gan.networks import progressive
    >>> progressive.stage(progressive.generator((32, 32, 3), filters=8), level=1).output_shape
    (None, 8, 8, 3)
    """
    if not 0 <= level < num_levels(network):
        raise ValueError(f"stage: level={level}; '{network.name}' has levels 0 to {num_levels(network) - 1}.")
    fades = [level] if fading and level else []
    chain = _chains(network.layers)
    if network.inputs[0].name == "latents":
        latents = keras.Input(network.input_shape[1:], name="latents")
        images = _images(chain, latents, level, first=level - len(fades))
        return keras.Model(latents, images, name=network.name)
    images = keras.Input(network.get_layer(f"from_rgb_{level}_conv").input.shape[1:], name="images")
    return keras.Model(images, _scores(chain, images, level, fades), name=network.name)


def grow(network: keras.Model, level: int, alpha) -> None:
    """Sets α of every level: 1 below `level`, 0 above it, `alpha` there.

    Args:
        network: what `generator` or `discriminator` of this module returned.
        level: int, the level that fades in.
        alpha: float or scalar tensor in [0, 1].
    """
    for each in range(1, num_levels(network)):
        share = alpha if each == level else float(each < level)
        network.get_layer(f"fade_{each}").alpha.assign(share)


def halved(images):
    """`(batch, height, width, channels)` at half the sides: means of 2x2 pixels, as the discriminator takes them."""
    return keras.ops.average_pool(images, 2, data_format="channels_last")


def enlarged(images):
    """`(batch, height, width, channels)` at twice the sides: every pixel four times, as the generator does it."""
    return keras.ops.repeat(keras.ops.repeat(images, 2, axis=1), 2, axis=2)


# --- the wiring, of the whole network and of a stage of it -----------------------------------------------------------


def _images(chain, latents, last, first):
    """Latents → images of level `last`, mixed with those of all levels from `first` on."""
    x = latents
    for level in range(last + 1):
        x = chain(f"block_{level}", x)
        if level == first:
            images = chain(f"to_rgb_{level}", x)
        elif level > first:
            images = chain(f"fade_{level}", [chain(f"to_rgb_{level}", x), chain(f"enlarge_{level}", images)])
    return images


def _scores(chain, images, first, fades):
    """Images of level `first` → scores; at the levels `fades` mixed with what the level below sees."""
    x = chain(f"from_rgb_{first}", images)
    for level in range(first, 0, -1):
        x = chain(f"block_{level}", x)
        if level in fades:
            images = chain(f"halve_{level}", images)
            x = chain(f"fade_{level}", [x, chain(f"from_rgb_{level - 1}", images)])
    return chain("scores", chain("block_0", x))


def _chains(layers):
    """A function that calls, one after the other, all layers whose names begin with a name."""

    def chain(name, x):
        for layer in layers:
            if f"{layer.name}_".startswith(f"{name}_"):
                x = layer(x)
        return x

    return chain


# --- the layers ------------------------------------------------------------------------------------------------------


def _grown(sides, width):
    """The generator's first block: a dense layer to the smallest map, and a convolution."""
    return [
        PixelNormalization(name="block_0_norm_latents"),
        # the authors' gain, √2 / 4
        EqualizedDense(sides[0] * sides[1] * width, gain=2**0.5 / 4, name="block_0_dense"),
        keras.layers.Reshape((*sides, width), name="block_0_reshape"),
        *_rectified("block_0_dense", normalized=True),
        *_convolved(width, "block_0_conv", normalized=True),
    ]


def _doubled(level, width):
    """A further block of the generator."""
    convolutions = [_convolved(width, f"block_{level}_conv_{number}", normalized=True) for number in range(2)]
    return [Upsample(2, name=f"block_{level}_up"), *convolutions[0], *convolutions[1]]


def _to_rgb(level, channels):
    how = {"gain": 1.0, "activation": "tanh", "dtype": parts.output_dtype()}
    return EqualizedConv2D(channels, 1, name=f"to_rgb_{level}", **how)


def _from_rgb(level, width):
    return [EqualizedConv2D(width, 1, name=f"from_rgb_{level}_conv"), *_rectified(f"from_rgb_{level}")]


def _halved(level, width, next_width):
    """A block of the discriminator."""
    convolutions = [_convolved(each, f"block_{level}_conv_{number}") for number, each in enumerate((width, next_width))]
    return [*convolutions[0], *convolutions[1], keras.layers.AveragePooling2D(2, name=f"block_{level}_down")]


def _judged(width, minibatch):
    """The discriminator's last block, statistics of the minibatch, a convolution and a dense layer; and the scores."""
    return [
        *([MinibatchStandardDeviation(name="block_0_minibatch")] if minibatch else []),
        *_convolved(width, "block_0_conv"),
        keras.layers.Flatten(name="block_0_flatten"),
        EqualizedDense(width, name="block_0_dense"),
        *_rectified("block_0_dense"),
        EqualizedDense(1, gain=1.0, dtype=parts.output_dtype(), name="scores"),
    ]


def _convolved(width, name, normalized=False):
    return [EqualizedConv2D(width, 3, padding="same", name=name), *_rectified(name, normalized)]


def _rectified(name, normalized=False):
    leaky_relu = keras.layers.LeakyReLU(_SLOPE, name=f"{name}_leaky_relu")
    return [leaky_relu, PixelNormalization(name=f"{name}_norm")] if normalized else [leaky_relu]


def _width(filters, max_filters, times_halved):
    """Width where the image's sides are halved so often."""
    return min(filters << times_halved, max_filters)


def _checked(image_shape, num_layers, filters, max_filters):
    """The shape as a tuple, and the number of halvings."""
    image_shape = parts.check_image_shape(image_shape)
    parts.check_at_least(1, filters, "filters")
    parts.check_at_least(1, max_filters, "max_filters")
    return image_shape, halvings.depth_of(image_shape[:2], num_layers)
