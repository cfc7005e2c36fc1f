"""Dropout without hidden state."""

import keras
from keras import ops

from keras_gan import random


@keras.saving.register_keras_serializable(package="keras_gan")
class Dropout(keras.layers.Layer):
    """Sets a random share of its inputs to 0 in training, and scales the rest up to keep their mean.

    `y = x · m / (1 - rate)`, `m ~ Bernoulli(1 - rate)` for each element.

    Use it in place of `keras.layers.Dropout`, whose `SeedGenerator` gives every replica the same
    mask and is not saved. The mask comes from the running step's numbers: (seed, step) decide it.

    Args:
        rate: float in [0, 1), the share that is set to 0.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: tensor `(batch, ...)`, sizes other than `batch` known.
        training: bool. Without it the inputs pass unchanged.

    Returns:
        tensor of the inputs' shape and dtype.

    Raises:
        ValueError: `rate` out of its range.

    Example:

    >>> Dropout(0.5)(keras.ops.ones((2, 3))).shape
    TensorShape([2, 3])

    Reference: Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html.
    """

    def __init__(self, rate: float, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"Dropout: rate={rate!r}; expected a share in [0, 1), as 0.5.")
        self.rate = rate

    def call(self, inputs, training=False):
        if not training or self.rate == 0:
            return inputs
        # Drawn in float32: a half float cannot resolve small rates.
        draws = random.current().uniform((ops.shape(inputs)[0], *inputs.shape[1:]))
        return inputs * ops.cast(draws >= self.rate, inputs.dtype) / (1 - self.rate)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "rate": self.rate}
