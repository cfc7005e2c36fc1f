"""Networks of dense layers, for points and for small images: the first GAN's kind.

Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661.
"""

import math
from typing import Literal

import keras

from keras_gan.layers import Dropout
from keras_gan.networks import parts
from keras_gan.words import nearest


def generator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    latent_dim: int = 64,
    *,
    units: int = 128,
    num_layers: int = 3,
    activation: str = "relu",
    normalization: Literal["batch", "layer"] | None = None,
) -> keras.Model:
    """Latents to images or points through `num_layers` dense layers.

    `latents → (Dense → norm → activation) × num_layers → Dense → tanh`, or linear for points.

    For densities on the line or the plane, and as the baseline that convolutions are held against.

    Args:
        image_shape: tuple of ints, `(height, width, channels)`; or `(dimensions,)` for points.
            Defaults to `(28, 28, 1)`.
        latent_dim: int >= 1, size of the noise vector. Defaults to `64`.
        units: int >= 1, width of every hidden layer. Defaults to `128`.
        num_layers: int >= 0, number of hidden layers; with 0 the network is linear before its
            output. Defaults to `3`.
        activation: str, name of a Keras activation. Defaults to `"relu"`.
        normalization: `"batch"`, `"layer"` or `None`, of every hidden layer. Defaults to `None`.

    Call arguments:
        latents: float tensor `(batch, latent_dim)`, standard normal by custom.

    Returns:
        `keras.Model` named `"generator"`: `latents` → float32 images `(batch, *image_shape)` in
        [-1, 1]; or points `(batch, dimensions)`, unbounded.

    Raises:
        ValueError: a shape of another rank, a number out of its range, an unknown name.

    Example:

    >>> from keras_gan import networks
    >>> networks.mlp.generator((2,), latent_dim=2).output_shape
    (None, 2)

    Reference: Goodfellow et al. 2014, section 5.
    """
    image_shape = _check_shape(image_shape)
    parts.check_at_least(1, latent_dim, "latent_dim")
    _check(units, num_layers, activation, normalization)

    x = latents = keras.Input((latent_dim,), name="latents")
    for layer in range(num_layers):
        x = _hidden(x, units, activation, normalization, layer)
    if len(image_shape) == 1:  # points may lie anywhere
        outputs = _output(x, image_shape[0], "linear", "points")
    else:
        x = _output(x, math.prod(image_shape), "tanh", "pixels")
        outputs = keras.layers.Reshape(image_shape, dtype=parts.output_dtype(), name="images")(x)
    return keras.Model(latents, outputs, name="generator")


def discriminator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    *,
    units: int = 128,
    num_layers: int = 3,
    activation: str = "leaky_relu",
    normalization: Literal["batch", "layer"] | None = None,
    dropout: float = 0.0,
) -> keras.Model:
    """Images or points to scores through `num_layers` dense layers.

    `images → flatten → (Dense → norm → activation → dropout) × num_layers → Dense(1)`.

    A penalty on the gradient of each image's score (WGAN-GP, R1) wants `normalization=None` or
    `"layer"`: with `"batch"` one image's score depends on the others.

    Args:
        image_shape: tuple of ints, `(height, width, channels)`; or `(dimensions,)` for points.
            Defaults to `(28, 28, 1)`.
        units: int >= 1, width of every hidden layer. Defaults to `128`.
        num_layers: int >= 0, number of hidden layers; with 0 the scores are linear in the images.
            Defaults to `3`.
        activation: str, name of a Keras activation. Defaults to `"leaky_relu"`, slope 0.2.
        normalization: `"batch"`, `"layer"` or `None`, of every hidden layer. Defaults to `None`.
        dropout: float in [0, 1), share of hidden units set to 0 in training. Defaults to `0.0`.

    Call arguments:
        images: float tensor `(batch, *image_shape)`; images in [-1, 1], points unbounded.

    Returns:
        `keras.Model` named `"discriminator"`: `images` → float32 scores `(batch, 1)`, logits, high
        where real.

    Raises:
        ValueError: a shape of another rank, a number out of its range, an unknown name.

    Example:

    >>> from keras_gan import networks
    >>> networks.mlp.discriminator((2,), units=32).output_shape
    (None, 1)

    Reference: Goodfellow et al. 2014, section 5.
    """
    image_shape = _check_shape(image_shape)
    _check(units, num_layers, activation, normalization)

    x = images = keras.Input(image_shape, name="images")
    x = x if len(image_shape) == 1 else keras.layers.Flatten(name="flatten")(x)
    for layer in range(num_layers):
        x = _hidden(x, units, activation, normalization, layer)
        x = Dropout(dropout, name=f"dropout_{layer}")(x) if dropout else x
    scores = _output(x, 1, "linear", "scores")
    return keras.Model(images, scores, name="discriminator")


def _hidden(x, units, activation, normalization, layer):
    # Glorot's weights would halve the signal in every rectified layer.
    initializer = parts.preserving_normal(x.shape[-1], gain=2.0)
    use_bias = parts.needs_bias(normalization)
    x = keras.layers.Dense(units, use_bias=use_bias, kernel_initializer=initializer, name=f"dense_{layer}")(x)
    x = parts.normalize(x, normalization, f"norm_{layer}")
    return keras.layers.Activation(activation, name=f"{activation}_{layer}")(x)


def _output(x, units, activation, name):
    """The last layer: its weights keep the signal's size, its numbers are float32."""
    initializer = parts.preserving_normal(x.shape[-1])
    dtype = parts.output_dtype()
    return keras.layers.Dense(units, activation, kernel_initializer=initializer, dtype=dtype, name=name)(x)


def _check_shape(image_shape):
    """The shape of an image or of a point as a tuple."""
    image_shape = parts.as_tuple(image_shape)
    if len(image_shape) != 1:
        return parts.check_image_shape(image_shape)
    parts.check_at_least(1, image_shape[0], f"image_shape={image_shape}: dimensions")
    return image_shape


def _check(units, num_layers, activation, normalization):
    parts.check_at_least(1, units, "units")
    parts.check_at_least(0, num_layers, "num_layers")
    parts.check_normalization(normalization)
    known = [name for name in dir(keras.activations) if name.islower() and not name.startswith("_")]
    if activation not in known:
        raise ValueError(f"unknown activation {activation!r}{nearest(str(activation), known)}. See keras.activations.")
