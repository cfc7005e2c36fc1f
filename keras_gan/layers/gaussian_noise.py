"""Gaussian noise without hidden state."""

import keras
from keras import ops

from keras_gan import random


@keras.saving.register_keras_serializable(package="keras_gan")
class GaussianNoise(keras.layers.Layer):
    """Adds normal noise in training.

    `y = x + stddev · ε`, `ε ~ N(0, 1)` for each element.

    Use it in place of `keras.layers.GaussianNoise`, whose `SeedGenerator` gives every replica the
    same noise and is not saved. The noise comes from the running step's numbers: (seed, step)
    decide it.

    Args:
        stddev: float >= 0, in units of the inputs.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: tensor `(batch, ...)`, sizes other than `batch` known.
        training: bool. Without it the inputs pass unchanged.

    Returns:
        tensor of the inputs' shape and dtype.

    Raises:
        ValueError: `stddev` out of its range.

    Example:

    >>> GaussianNoise(0.1)(keras.ops.ones((2, 3))).shape
    TensorShape([2, 3])

    Reference: Sietsma & Dow 1991, https://doi.org/10.1016/0893-6080(91)90033-2.
    """

    def __init__(self, stddev: float, **kwargs):
        super().__init__(**kwargs)
        if stddev < 0:
            raise ValueError(f"GaussianNoise: stddev={stddev!r}; expected 0 or more.")
        self.stddev = stddev

    def call(self, inputs, training=False):
        if not training or self.stddev == 0:
            return inputs
        noise = random.current().normal((ops.shape(inputs)[0], *inputs.shape[1:]))
        return inputs + ops.cast(self.stddev * noise, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "stddev": self.stddev}
