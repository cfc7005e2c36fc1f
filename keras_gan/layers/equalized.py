"""Equalised learning rate: weights of size 1, brought to their scale where they are used."""

import math

import keras
from keras import ops


class _Equalized:
    """Mixin before a Keras layer with a `kernel` `(..., inputs, outputs)`."""

    def __init__(self, *args, gain: float = math.sqrt(2.0), **kwargs):
        kwargs.setdefault("kernel_initializer", keras.initializers.RandomNormal(stddev=1.0))
        super().__init__(*args, **kwargs)
        if not gain > 0:
            raise ValueError(f"{type(self).__name__}: gain={gain!r}; expected a number > 0, as √2 before a rectifier.")
        self.gain = gain

    def scaled(self, kernel):
        """The kernel as it is used; `kernel` itself is what Keras saves."""
        return kernel * (self.gain / math.sqrt(math.prod(kernel.shape[:-1])))

    def get_config(self):
        return {**super().get_config(), "gain": self.gain}


@keras.saving.register_keras_serializable(package="keras_gan")
class EqualizedDense(_Equalized, keras.layers.Dense):
    """Dense layer whose weights all learn at the same pace.

    `y = gain / √fan_in · x W + b`, `W ~ N(0, 1)`.

    Adam and RMSProp move every weight by about the learning rate, whatever its gradient. Where layers hold weights of
    different sizes, as He's initialisation makes them, the large ones learn slowly while the small ones jump. Here all
    weights have size 1 and the scale stands in front of them. For networks of the progressive kind, with learning rates
    of about 1e-3; plain descent does not need it.

    Args:
        units: int ≥ 1.
        gain: float > 0, size of the outputs for inputs of size 1; √2 before a rectifier, 1 before nothing. Defaults to
            `√2`.
        **kwargs: those of `keras.layers.Dense`.

    Call arguments:
        inputs: tensor `(batch, ..., features)`.

    Returns:
        tensor `(batch, ..., units)`.

    Raises:
        ValueError: `gain` not above 0.

    Example:

    >>> EqualizedDense(4, gain=1.0)(keras.ops.ones((2, 3))).shape
    TensorShape([2, 4])

    Reference:
    - [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 4.1.
    """

    def __init__(self, units: int, *, gain: float = math.sqrt(2.0), **kwargs):
        super().__init__(units, gain=gain, **kwargs)

    def call(self, inputs, training=None):
        outputs = ops.matmul(inputs, self.scaled(self.kernel))
        return self.activation(outputs + self.bias if self.use_bias else outputs)


@keras.saving.register_keras_serializable(package="keras_gan")
class EqualizedConv2D(_Equalized, keras.layers.Conv2D):
    """Convolution whose weights all learn at the same pace: `EqualizedDense` at every place.

    `y = gain / √fan_in · (x * W) + b`, `W ~ N(0, 1)`, `fan_in = kernel height · width · input channels`.

    Args:
        filters: int ≥ 1.
        kernel_size: int or tuple of 2 ints, ≥ 1.
        gain: float > 0, size of the outputs for inputs of size 1; √2 before a rectifier, 1 before nothing. Defaults to
            `√2`.
        **kwargs: those of `keras.layers.Conv2D`.

    Call arguments:
        inputs: tensor `(batch, height, width, channels)`.

    Returns:
        tensor `(batch, height', width', filters)`.

    Raises:
        ValueError: `gain` not above 0.

    Example:

    >>> EqualizedConv2D(8, 3, padding="same")(keras.ops.ones((2, 4, 4, 3))).shape
    TensorShape([2, 4, 4, 8])

    Reference:
    - [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 4.1.
    """

    def __init__(self, filters: int, kernel_size, *, gain: float = math.sqrt(2.0), **kwargs):
        super().__init__(filters, kernel_size, gain=gain, **kwargs)

    def convolution_op(self, inputs, kernel):
        return super().convolution_op(inputs, self.scaled(kernel))
