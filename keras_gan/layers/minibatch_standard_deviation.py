"""Minibatch standard deviation: the critic sees how much the images of a minibatch differ."""

import keras
import tensorflow as tf

from keras_gan.ops import gather_batch, num_replicas


@keras.saving.register_keras_serializable(package="keras_gan")
class MinibatchStandardDeviation(keras.layers.Layer):
    """Tells the critic how much the images of a group differ, so that a collapsed minibatch gives itself away.

    Over the images of a group, for each place and channel of the features: `σ = √(E (x - E x)² + ε)`, ε = 1e-8; its
    mean over all places and over the channels of one of `num_channels` parts is one number, and stands beside the
    features of every image of the group as a further channel.

    Groups are neighbours in the *global* minibatch. Their size is the largest divisor of the minibatch from 2 to
    `group_size`; where it has none (7 images, groups of 4), all its images are one group.

    Put it before the last convolution or dense layer. It has no weight and costs next to nothing; where modes are
    still lost, `MinibatchDiscrimination` sees more. An image's score then depends on the other images of its group.

    Args:
        group_size: int ≥ 1, images of a group. Defaults to `4`.
        num_channels: int ≥ 1, the new channels, one for each part of the old ones. Defaults to `1`.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: float tensor `(batch, height, width, channels)` or `(batch, features)`; sizes other than `batch` known,
            `num_channels` divides the last.

    Returns:
        tensor of the inputs' shape with `num_channels` more channels, in the layer's compute dtype; deviations are
        computed in float32 at least.

    Raises:
        ValueError: an argument out of its range, or channels that `num_channels` does not divide.

    Example:

    >>> MinibatchStandardDeviation()(keras.ops.array([[1.0], [3.0]])).numpy()
    array([[1., 1.],
           [3., 1.]], dtype=float32)

    Reference:
    - [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 3.
    """

    synchronized = True  # replicas talk to each other in its call

    def __init__(self, group_size: int = 4, num_channels: int = 1, **kwargs):
        super().__init__(**kwargs)
        for name, number in {"group_size": group_size, "num_channels": num_channels}.items():
            if not isinstance(number, int) or number < 1:
                raise ValueError(f"MinibatchStandardDeviation: {name}={number!r}; expected a whole number from 1 on.")
        self.group_size, self.num_channels = group_size, num_channels

    def build(self, input_shape):
        if input_shape[-1] % self.num_channels:
            raise ValueError(
                f"MinibatchStandardDeviation: {input_shape[-1]} channels, num_channels={self.num_channels}; expected a "
                f"number that divides {input_shape[-1]}."
            )

    def call(self, inputs):
        dtype = "float64" if self.compute_dtype == "float64" else "float32"
        share = inputs.shape[0] or tf.shape(inputs)[0]
        values = gather_batch(tf.cast(inputs, dtype))
        size = group_size_of(share * num_replicas(), self.group_size)
        deviations = tf.repeat(self._of_groups(values, size), size, axis=0)
        deviations = tf.reshape(_own_share(deviations, share), (share, *(1 for _ in inputs.shape[1:-1]), -1))
        places = tf.ones((1, *inputs.shape[1:-1], 1), inputs.dtype)
        return tf.concat([inputs, tf.cast(deviations, inputs.dtype) * places], axis=-1)

    def _of_groups(self, values, size):
        """`(batch, ..., channels)` → `(groups, num_channels)`."""
        parts = (self.num_channels, values.shape[-1] // self.num_channels)
        groups = tf.reshape(values, (-1, size, *values.shape[1:-1], *parts))
        centred = groups - tf.reduce_mean(groups, axis=1, keepdims=True)
        deviations = tf.sqrt(tf.reduce_mean(tf.square(centred), axis=1) + 1e-8)
        return tf.reduce_mean(deviations, axis=(*range(1, len(deviations.shape) - 2), -1))

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + self.num_channels)

    def get_config(self):
        return {**super().get_config(), "group_size": self.group_size, "num_channels": self.num_channels}


def group_size_of(number, limit):
    """The largest divisor of `number` images from 2 to `limit`, or `number`; a tensor where `number` is one."""
    sizes = range(2, limit + 1)
    if isinstance(number, int):
        return max((size for size in sizes if number % size == 0), default=number if limit > 1 else 1)
    if limit == 1:
        return 1
    divisors = tf.where(number % tf.range(2, limit + 1) == 0, tf.range(2, limit + 1), 0)
    largest = tf.reduce_max(divisors)
    return tf.where(largest > 0, largest, number)


def _own_share(values, share):
    """This replica's part of what was computed for the global minibatch."""
    if num_replicas() == 1:
        return values
    first = tf.distribute.get_replica_context().replica_id_in_sync_group * share
    return values[first : first + share]
