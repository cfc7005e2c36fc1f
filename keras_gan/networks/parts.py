"""What several networks share: checks, normalisation by name, initial weights, the dtype of what leaves a network."""

import math
from typing import Literal, get_args

import keras

from keras_gan.layers import LayerNormalization
from keras_gan.words import nearest

Normalization = Literal["batch", "layer"]


def normalize(x, normalization, name):
    """`x`, normalised as named.

    Args:
        x: tensor `(batch, ..., channels)`.
        normalization: `"batch"`: over the global minibatch, per channel (Ioffe & Szegedy 2015).
            `"layer"`: over all units of one image, scale and shift per channel, as WGAN-GP's
            critics do; no image sees another. `None`: `x` itself.
        name: str, the layer's name.

    Returns:
        tensor of the shape of `x`.
    """
    if normalization == "batch":
        return _batch_normalization(name)(x)
    if normalization == "layer":
        return LayerNormalization(name=name)(x)
    return x


def needs_bias(normalization):
    """Whether the layer before `normalize` needs a bias: batch normalisation subtracts it again, and adds its own."""
    return normalization != "batch"


def _batch_normalization(name):
    # synchronized: replicas would else normalise by, and save, different statistics; and its moments are,
    # other than those of the plain layer, right in second order too.
    # momentum 0.9: both players drift, and statistics over the last ten minibatches are still those of these weights.
    # epsilon 1e-5: with weights of N(0, 0.02) the variance before a layer is near 1e-3, which is Keras' own epsilon.
    return keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5, synchronized=True, name=name)


def paper_normal():
    """N(0, 0.02), DCGAN's initial weights; made afresh for every layer, as one object gives the same weights again."""
    return keras.initializers.RandomNormal(stddev=0.02)


def preserving_normal(fan_in, gain=1.0):
    """N(0, gain / fan_in): keeps the size of a signal over a layer; `gain=2` before a rectifier (He et al. 2015).

    Args:
        fan_in: number of input values that one output value sums. Keras' own `he_normal` takes it
            from the kernel's shape, which for strided transposed convolutions is another number.
        gain: float. Defaults to `1.0`.

    Returns:
        a `keras.initializers.Initializer`.
    """
    return keras.initializers.RandomNormal(stddev=math.sqrt(gain / fan_in))


def output_dtype():
    """Dtype for the layer that ends a network: images and scores are float32 under `mixed_bfloat16` too."""
    compute_dtype = keras.config.dtype_policy().compute_dtype
    return compute_dtype if compute_dtype == "float64" else "float32"


def check_normalization(normalization):
    """Raises ValueError for a name that `normalize` does not know."""
    known = get_args(Normalization)
    if normalization is not None and normalization not in known:
        raise ValueError(
            f"unknown normalization {normalization!r}{nearest(str(normalization), known)}. "
            f"Expected one of {', '.join(map(repr, known))} or None."
        )


def check_at_least(minimum, number, name):
    """Raises ValueError unless `number` is an integer of at least `minimum`; `name` is for the error."""
    if isinstance(number, bool) or not isinstance(number, int) or number < minimum:
        raise ValueError(f"{name}={number!r}; expected an integer of at least {minimum}.")


def as_tuple(image_shape):
    """`image_shape` as a tuple; a list, as JSON has it, is one too. Raises ValueError for a bare number."""
    try:
        return tuple(image_shape)
    except TypeError:
        repair = f"as {(image_shape, image_shape, 1)}"
        raise ValueError(f"image_shape={image_shape!r}; expected a tuple, {repair}.") from None


def check_image_shape(image_shape):
    """The shape of an image as a tuple.

    Args:
        image_shape: tuple or list of ints, `(height, width, channels)`.

    Returns:
        tuple `(height, width, channels)`.

    Raises:
        ValueError: another rank, or a side or a channel count that is no positive integer.
    """
    image_shape = as_tuple(image_shape)
    if len(image_shape) != 3:
        repair = f" Add the channels, as {(*image_shape, 1)} for grey images." if len(image_shape) == 2 else ""
        raise ValueError(f"image_shape={image_shape}; expected (height, width, channels).{repair}")
    for size, name in zip(image_shape, ("height", "width", "channels"), strict=True):
        check_at_least(1, size, f"image_shape={image_shape}: {name}")
    return image_shape
