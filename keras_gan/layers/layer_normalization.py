"""Layer normalisation that a gradient penalty can go through."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_gan")
class LayerNormalization(keras.layers.Layer):
    """Normalises each image over all its units; one scale and one shift per channel.

    `y = γ (x - E x) / √(Var x + ε) + β`, moments over height, width and channels of one image.

    Use it in critics with a penalty on each image's gradient, where batch normalisation would let
    one image's score depend on the others. Use it in place of `keras.layers.LayerNormalization`
    and `GroupNormalization` there: TensorFlow's `nn.moments`, on which they stand, holds the mean
    constant inside the variance. That is right for a first derivative and wrong for a second one,
    so that the gradient of a penalty through them is silently off.

    Args:
        epsilon: float > 0, added to the variance. Defaults to `1e-5`.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: tensor `(batch, ..., channels)`.

    Returns:
        tensor of the inputs' shape, in the layer's compute dtype; moments are taken in float32 at
        least.

    Example:

    >>> LayerNormalization()(keras.ops.ones((2, 4, 4, 3))).shape
    TensorShape([2, 4, 4, 3])

    Reference: Ba et al. 2016, https://arxiv.org/abs/1607.06450; in critics, Gulrajani et al. 2017,
    https://arxiv.org/abs/1704.00028, section 4.
    """

    def __init__(self, epsilon: float = 1e-5, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape):
        self.gamma = self.add_weight(shape=input_shape[-1:], initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=input_shape[-1:], initializer="zeros", name="beta")

    def call(self, inputs):
        dtype = "float64" if self.compute_dtype == "float64" else "float32"
        axes = tuple(range(1, len(inputs.shape)))
        values = ops.cast(inputs, dtype)
        centred = values - ops.mean(values, axis=axes, keepdims=True)
        variance = ops.mean(ops.square(centred), axis=axes, keepdims=True)
        scale = ops.rsqrt(variance + self.epsilon) * ops.cast(self.gamma, dtype)
        return ops.cast(centred * scale + ops.cast(self.beta, dtype), self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}
