"""What several networks share: checks, normalisation and activations by name, initial weights, the output's dtype."""

import math

import keras

from keras_gan.layers import LayerNormalization, SpectralNormalization
from keras_gan.words import nearest

# What each player's `normalization` may be. Of these `"spectral"` normalises weights: see `weighted`.
GENERATOR_NORMALIZATIONS = ("batch", "layer", None)
DISCRIMINATOR_NORMALIZATIONS = ("batch", "layer", "spectral", None)


def normalize(x, normalization, name):
    """`x`, normalised as named.

    Args:
        x: tensor `(batch, ..., channels)`.
        normalization: `"batch"`: over the global minibatch, per channel (Ioffe & Szegedy 2015).
            `"layer"`: over all units of one image, scale and shift per channel, as WGAN-GP's
            critics do; no image sees another. `"spectral"` and `None`: `x` itself.
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


def weighted(layer, normalization):
    """`layer`, a Dense or a convolution; where `normalization` is `"spectral"`, with its kernel's norm held at 1."""
    return SpectralNormalization(layer, name=layer.name) if normalization == "spectral" else layer


def _batch_normalization(name):
    # synchronized: replicas would else normalise by, and save, different statistics; and its moments are,
    # other than those of the plain layer, right in second order too.
    # momentum 0.9: both players drift, and statistics over the last ten minibatches are still those of these weights.
    # epsilon 1e-5: with weights of N(0, 0.02) the variance before a layer is near 1e-3, which is Keras' own epsilon.
    return keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5, synchronized=True, name=name)


def activate(x, activation, name):
    """`x` through the named activation; `"glu"` is `x · σ(x')`, x and x' the halves of the channels (see `width`)."""
    if activation == "glu":
        return keras.ops.glu(x)
    return keras.layers.Activation(activation, name=name)(x)


def width(units, activation):
    """Channels that a layer must make so that `activate` leaves `units` of them."""
    return 2 * units if activation == "glu" else units


def gain(activation):
    """`1 / E a(z)²`, z standard normal: what `preserving_normal` needs before that activation; 2 where not known."""
    # glu: x · σ(x') keeps E σ(z)² = 0.2934 of the mean square.
    return {"linear": 1.0, "leaky_relu": 2 / (1 + 0.2**2), "tanh": 2.536, "glu": 3.408}.get(activation, 2.0)


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


def check_word(word, known, name):
    """Raises ValueError unless `word` is one of `known`, which may hold `None`; `name` is for the error."""
    if word not in known:
        words = [each for each in known if each is not None]
        expected = ", ".join(map(repr, words)) + (" or None" if None in known else "")
        raise ValueError(f"unknown {name} {word!r}{nearest(str(word), words)}. Expected one of {expected}.")


def check_activation(activation):
    """Raises ValueError for a name that Keras does not know."""
    known = [name for name in dir(keras.activations) if name.islower() and not name.startswith("_")]
    if activation not in known:
        raise ValueError(f"unknown activation {activation!r}{nearest(str(activation), known)}. See keras.activations.")


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
