"""Self-attention over the places of a feature map."""

import keras
from keras import layers, ops

from keras_gan.layers.spectral_normalization import SpectralNormalization


@keras.saving.register_keras_serializable(package="keras_gan")
class SelfAttention(keras.layers.Layer):
    """Lets every place of a feature map look at all others: SAGAN's layer.

    With 1×1 convolutions f and g (C / 8 channels), h (C / 2 channels) and v (C channels), and places i and j,

        s_ij = f(x_i) · g(x_j),   β_j = softmax over i of s_ij,   o_j = v(Σ_i β_ji h(x_i)),   y_j = x_j + γ o_j

    Keys and values, f and h, are max-pooled by 2, as in the authors' code: a quarter of the memory, which is
    `batch · (height · width)² / 4` numbers. γ is a weight that starts at 0: the network begins with what is near.

    For maps of about 16 to 32 pixels, in both networks, where shapes must agree over long distances.

    Args:
        spectral_normalization: bool, normalise the four kernels, as SAGAN does. Defaults to `True`.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: tensor `(batch, height, width, channels)`, sizes other than `batch` known.
        training: bool, for the spectral normalisation.

    Returns:
        tensor of the inputs' shape.

    Raises:
        ValueError: sides below 2.

    Example:

    >>> SelfAttention()(keras.ops.ones((2, 8, 8, 16))).shape
    TensorShape([2, 8, 8, 16])

    Reference:
    - [Zhang et al., 2019](https://arxiv.org/abs/1805.08318), equations 1 to 3.
    """

    def __init__(self, spectral_normalization: bool = True, **kwargs):
        super().__init__(**kwargs)
        self.spectral_normalization = spectral_normalization

    def build(self, input_shape):
        _, height, width, channels = input_shape
        if min(height, width) < 2:
            raise ValueError(
                f"SelfAttention: a map of {height}x{width}; expected sides of at least 2: it is pooled by 2."
            )
        narrow, half = max(1, channels // 8), max(1, channels // 2)
        self.query, self.key = self._convolution(narrow, "query"), self._convolution(narrow, "key")
        self.value, self.project = self._convolution(half, "value"), self._convolution(channels, "project")
        for convolution in (self.query, self.key, self.value):
            convolution.build(input_shape)
        self.project.build((None, height, width, half))
        self.gamma = self.add_weight(shape=(), initializer="zeros", name="gamma")

    def _convolution(self, filters, name):
        convolution = layers.Conv2D(filters, 1, use_bias=False, name=name, dtype=self.dtype_policy)
        return SpectralNormalization(convolution, name=f"{name}_sn") if self.spectral_normalization else convolution

    def call(self, inputs, training=None):  # which Keras hands on to the layers called in here
        height, width = inputs.shape[1:3]
        query = _places(self.query(inputs))
        key, value = (_places(_pooled(convolution(inputs))) for convolution in (self.key, self.value))
        attention = ops.softmax(ops.einsum("bqc,bkc->bqk", query, key))
        seen = ops.reshape(ops.einsum("bqk,bkc->bqc", attention, value), (-1, height, width, value.shape[-1]))
        return inputs + ops.cast(self.gamma, inputs.dtype) * self.project(seen)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "spectral_normalization": self.spectral_normalization}


def _pooled(x):
    """The largest of each two by two places; written out, as XLA knows no second derivative of pooling in float64."""
    height, width, channels = x.shape[1] // 2, x.shape[2] // 2, x.shape[3]
    fours = ops.reshape(x[:, : 2 * height, : 2 * width], (-1, height, 2, width, 2, channels))
    return ops.max(fours, axis=(2, 4))


def _places(x):
    """`(batch, height, width, channels)` → `(batch, places, channels)`."""
    return ops.reshape(x, (-1, x.shape[1] * x.shape[2], x.shape[3]))
