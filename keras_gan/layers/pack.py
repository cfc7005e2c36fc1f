"""Packing: the critic judges several images at once."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="keras_gan")
class Pack(keras.layers.Layer):
    """Lays every `packing` neighbours of the minibatch on each other, as the channels of one sample.

    `(batch, height, width, c) → (batch / m, height, width, m · c)`, and points `(batch, d) → (batch / m, m · d)`.

    As the first layer of a discriminator it makes a PacGAN: `D(x_1, ..., x_m)` judges m images of one kind together,
    so that it compares the *products* `p^m` and `q^m` of the densities, in which a lost mode weighs far more. It gives
    one score for m images; any loss works with it. Gradient penalties take the slope by each single image, whose
    squared norm is on average 1/m of that by the whole sample.

    Under a strategy m must divide the share of each replica.

    Args:
        packing: int ≥ 1, m. 2 to 4 is usual.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: tensor `(batch, height, width, channels)` or `(batch, dimensions)`; sizes other than `batch` known.

    Returns:
        tensor of a batch that is m times smaller, with m times the channels.

    Raises:
        ValueError: `packing` out of its range, or a batch that it does not divide (where that is known only when the
            step runs, `tf.errors.InvalidArgumentError`).

    Example:

    >>> Pack(2)(keras.ops.ones((8, 4, 6, 3))).shape
    TensorShape([4, 4, 6, 6])

    Reference:
    - [Lin et al., 2018](https://arxiv.org/abs/1712.04086), section 2.
    """

    def __init__(self, packing: int, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(packing, int) or packing < 1:
            raise ValueError(f"Pack: packing={packing!r}; expected a whole number of images, at least 1.")
        self.packing = packing

    def call(self, inputs):
        with tf.control_dependencies(self._check_batch(inputs)):
            samples = tf.reshape(inputs, (-1, self.packing, *inputs.shape[1:]))
        rank = len(inputs.shape)
        samples = tf.transpose(samples, (0, *range(2, rank), 1, rank))  # the packed images next to their channels
        return tf.reshape(samples, (-1, *inputs.shape[1:-1], self.packing * inputs.shape[-1]))

    def _check_batch(self, inputs):
        repair = f"Pack({self.packing}): expected a batch of a multiple of {self.packing} images, on each replica"
        if inputs.shape[0] is None:
            remainder = tf.shape(inputs)[0] % self.packing
            return [tf.debugging.assert_equal(remainder, 0, f"{repair}.")]
        if inputs.shape[0] % self.packing:
            raise ValueError(f"{repair}; this one has {inputs.shape[0]}.")
        return []

    def compute_output_shape(self, input_shape):
        batch, *sizes, channels = input_shape
        return (batch and batch // self.packing, *sizes, self.packing * channels)

    def get_config(self):
        return {**super().get_config(), "packing": self.packing}
