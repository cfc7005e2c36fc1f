"""Nearest-neighbour upsampling by copying."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_gan")
class Upsample(keras.layers.Layer):
    """Repeats every pixel `factor` times along both sides.

    `y[i, j] = x[i // factor, j // factor]`.

    Use it in place of `tf.image.resize`, whose gradients have no gradient of their own: a gradient
    penalty through it fails (nearest) or silently vanishes (bilinear). This one is a reshape and a
    copy, exact to any order, also under XLA.

    Args:
        factor: int >= 1, the same for height and width. Defaults to `2`.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: tensor `(batch, height, width, channels)`, sizes other than `batch` known.

    Returns:
        tensor `(batch, height · factor, width · factor, channels)`.

    Raises:
        ValueError: `factor` out of its range.

    Example:

    >>> Upsample(2)(keras.ops.ones((1, 4, 6, 3))).shape
    TensorShape([1, 8, 12, 3])

    Reference: Odena et al. 2016, https://distill.pub/2016/deconv-checkerboard.
    """

    def __init__(self, factor: int = 2, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(factor, int) or factor < 1:
            raise ValueError(f"Upsample: factor={factor!r}; expected an integer of at least 1.")
        self.factor = factor

    def call(self, inputs):
        height, width, channels = inputs.shape[1:]
        pixels = ops.reshape(inputs, (-1, height, 1, width, 1, channels))
        pixels = ops.tile(pixels, (1, 1, self.factor, 1, self.factor, 1))
        return ops.reshape(pixels, (-1, height * self.factor, width * self.factor, channels))

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return (batch, height * self.factor, width * self.factor, channels)

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}
