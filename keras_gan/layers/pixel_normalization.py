"""Pixel-wise normalisation of feature vectors."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_gan")
class PixelNormalization(keras.layers.Layer):
    """Brings the feature vector of every pixel to length √channels.

    `y = x / √(E_c x² + ε)`, the mean over the channels of one pixel.

    For generators with an equalised learning rate, after every convolution: signals cannot grow in the race of the two
    players. It holds no weight and no statistics, and no image sees another; ReLU networks of the DCGAN kind train
    better with batch normalisation.

    Args:
        epsilon: float > 0. Defaults to `1e-8`.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: tensor `(batch, ..., channels)`.

    Returns:
        tensor of the inputs' shape, in the layer's compute dtype; the mean is taken in float32 at least.

    Example:

    >>> PixelNormalization()(keras.ops.array([[3.0, 4.0]])).numpy().round(3)
    array([[0.849, 1.131]], dtype=float32)

    Reference:
    - [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 4.2.
    """

    def __init__(self, epsilon: float = 1e-8, **kwargs):
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def call(self, inputs):
        values = ops.cast(inputs, "float64" if self.compute_dtype == "float64" else "float32")
        size = ops.rsqrt(ops.mean(ops.square(values), axis=-1, keepdims=True) + self.epsilon)
        return ops.cast(values * size, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "epsilon": self.epsilon}
