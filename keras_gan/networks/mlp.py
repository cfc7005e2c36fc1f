"""Networks of dense layers, for points and for small images: the first GAN's kind.

Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661.
"""

import math
from typing import Literal

import keras

from keras_gan.layers import Dropout
from keras_gan.networks import class_labels, judging, parts


def generator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    latent_dim: int = 64,
    *,
    units: int = 128,
    num_layers: int = 3,
    activation: str = "relu",
    normalization: Literal["batch", "layer"] | None = None,
    num_classes: int | None = None,
    conditioning: Literal["concat", "batch_norm"] = "concat",
    embedding_dim: int | None = None,
) -> keras.Model:
    """Latents to images or points through `num_layers` dense layers.

    `latents → (Dense → norm → activation) × num_layers → Dense → tanh`, or linear for points.

    For densities on the line or the plane, and as the baseline that convolutions are held against.

    With `num_classes` it takes `labels` too: joined to the latents, or choosing the scale and shift of
    every normalisation (`conditioning="batch_norm"`).

    Args:
        image_shape: tuple of ints, `(height, width, channels)`; or `(dimensions,)` for points.
            Defaults to `(28, 28, 1)`.
        latent_dim: int >= 1, size of the noise vector. Defaults to `64`.
        units: int >= 1, width of every hidden layer. Defaults to `128`.
        num_layers: int >= 0, number of hidden layers; with 0 the network is linear before its
            output. Defaults to `3`.
        activation: str, name of a Keras activation; `"glu"` gates each unit by another one,
            `x · σ(x')`. Defaults to `"relu"`.
        normalization: `"batch"`, `"layer"` or `None`, of every hidden layer. Defaults to `None`.
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
        `(batch, *image_shape)` in [-1, 1]; or points `(batch, dimensions)`, unbounded.

    Raises:
        ValueError: a shape of another rank, a number out of its range, an unknown name.

    Example:

    >>> from keras_gan import networks
    >>> networks.mlp.generator((2,), latent_dim=2).output_shape
    (None, 2)

    Reference: Goodfellow et al. 2014, section 5; with labels, Mirza & Osindero 2014,
    https://arxiv.org/abs/1411.1784, figure 1.
    """
    image_shape = _check_shape(image_shape)
    parts.check_at_least(1, latent_dim, "latent_dim")
    parts.check_word(normalization, parts.GENERATOR_NORMALIZATIONS, "normalization")
    _check(units, num_layers, activation)
    condition = class_labels.generator_condition(num_classes, conditioning, embedding_dim, normalization)

    latents = keras.Input((latent_dim,), name="latents")
    x = condition.join(latents)
    for layer in range(num_layers):
        x = _hidden(x, units, activation, normalization, condition, layer)
    if len(image_shape) == 1:  # points may lie anywhere
        outputs = _output(x, image_shape[0], "linear", "points")
    else:
        x = _output(x, math.prod(image_shape), "tanh", "pixels")
        outputs = keras.layers.Reshape(image_shape, dtype=parts.output_dtype(), name="images")(x)
    return keras.Model(condition.inputs(latents), outputs, name="generator")


def discriminator(
    image_shape: tuple[int, ...] = (28, 28, 1),
    *,
    units: int = 128,
    num_layers: int = 3,
    activation: str = "leaky_relu",
    normalization: Literal["batch", "layer", "spectral"] | None = None,
    dropout: float = 0.0,
    minibatch: Literal["discrimination", "standard_deviation"] | None = None,
    packing: int = 1,
    num_classes: int | None = None,
    conditioning: Literal["concat", "projection"] = "concat",
    embedding_dim: int | None = None,
) -> keras.Model:
    """Images or points to scores through `num_layers` dense layers.

    `images → flatten → (Dense → norm → activation → dropout) × num_layers → Dense(1)`.

    A penalty on the gradient of each image's score (WGAN-GP, R1) wants `normalization=None` or
    `"layer"`: with `"batch"`, and with `minibatch`, one image's score depends on the others.

    With `num_classes` it takes `labels` too: joined to the flattened image, or in the score,
    `w · f + <e(y), f>` (`conditioning="projection"`), f the input of the last layer.

    Args:
        image_shape: tuple of ints, `(height, width, channels)`; or `(dimensions,)` for points.
            Defaults to `(28, 28, 1)`.
        units: int >= 1, width of every hidden layer. Defaults to `128`.
        num_layers: int >= 0, number of hidden layers; with 0 the scores are linear in the images.
            Defaults to `3`.
        activation: str, name of a Keras activation; `"glu"` gates each unit by another one. Defaults
            to `"leaky_relu"`, slope 0.2.
        normalization: `"batch"`, `"layer"` or `None`, of every hidden layer; or `"spectral"`, of all
            kernels. Defaults to `None`.
        dropout: float in [0, 1), share of hidden units set to 0 in training. Defaults to `0.0`.
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
        images: float tensor `(batch, *image_shape)`; images in [-1, 1], points unbounded.
        labels: int32 tensor `(batch,)` in [0, num_classes); then both in a dict of these names.

    Returns:
        `keras.Model` named `"discriminator"`: `images` (and `labels`) → float32 scores
        `(batch / packing, 1)`, logits, high where real.

    Raises:
        ValueError: a shape of another rank, a number out of its range, an unknown name.

    Example:

    >>> from keras_gan import networks
    >>> networks.mlp.discriminator((2,), units=32).output_shape
    (None, 1)

    Reference: Goodfellow et al. 2014, section 5; projection, Miyato & Koyama 2018, equation 5,
    https://arxiv.org/abs/1802.05637; packing, Lin et al. 2018, https://arxiv.org/abs/1712.04086.
    """
    image_shape = _check_shape(image_shape)
    parts.check_word(normalization, parts.DISCRIMINATOR_NORMALIZATIONS, "normalization")
    parts.check_word(minibatch, judging.STATISTICS, "minibatch")
    _check(units, num_layers, activation)
    condition = class_labels.discriminator_condition(num_classes, conditioning, embedding_dim, packing)

    images = keras.Input(image_shape, name="images")
    x = images if len(image_shape) == 1 else keras.layers.Flatten(name="flatten")(images)
    x = judging.begin(x, condition, packing)
    for layer in range(num_layers):
        x = _hidden(x, units, activation, normalization, condition, layer)
        x = Dropout(dropout, name=f"dropout_{layer}")(x) if dropout else x
    return judging.end(images, judging.flatten(x, minibatch), condition, normalization)


def _hidden(x, units, activation, normalization, condition, layer):
    # Glorot's weights would halve the signal in every rectified layer. He's 2 serves leaky ones, too.
    gain = 2.0 if activation == "leaky_relu" else parts.gain(activation)
    dense = keras.layers.Dense(
        parts.width(units, activation), use_bias=parts.needs_bias(normalization), name=f"dense_{layer}",
        kernel_initializer=parts.preserving_normal(x.shape[-1], gain),
    )  # fmt: skip
    x = condition.normalize(parts.weighted(dense, normalization)(x), normalization, f"norm_{layer}")
    return parts.activate(x, activation, f"{activation}_{layer}")


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


def _check(units, num_layers, activation):
    parts.check_at_least(1, units, "units")
    parts.check_at_least(0, num_layers, "num_layers")
    parts.check_activation(activation)
