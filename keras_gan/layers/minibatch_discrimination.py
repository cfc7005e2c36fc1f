"""Minibatch discrimination: the critic sees how near an image is to the others of its minibatch."""

import math

import keras
import tensorflow as tf

from keras_gan.ops import gather_batch


@keras.saving.register_keras_serializable(package="keras_gan")
class MinibatchDiscrimination(keras.layers.Layer):
    """Tells the critic how near each image is to the others of its minibatch: a collapsed one gives itself away.

    With the features `f(x_i)` of A numbers, a learned tensor T of `(A, num_kernels, kernel_dim)` and `M_i = f(x_i) T`,

        c_b(x_i, x_j) = exp(-‖M_ib - M_jb‖₁)        o(x_i)_b = Σ_j c_b(x_i, x_j)        outputs: f(x_i), o(x_i)

    The sum runs over the *global* minibatch, i itself included (a constant 1). Real and generated images are never in
    one minibatch, as the critic looks at them apart. Put it before the last layer.

    Use it where the generator loses modes. Not with a penalty on the gradient of each image's score (WGAN-GP): here an
    image's score depends on the others. `Every` cannot hold a penalty through it where several replicas train.
    `MinibatchStandardDeviation` does much the same without a weight.

    Memory: a minibatch of n takes n² · num_kernels · kernel_dim numbers; in blocks, one after another, `num_blocks`
    times fewer, as a block is computed again on the way back, in both orders of derivative. With `kernel_dim` blocks
    it is n² · num_kernels. Blocks change no number but by rounding.

    Args:
        num_kernels: int ≥ 1, how many similarities each image gets. Defaults to `100`.
        kernel_dim: int ≥ 1, the numbers that one similarity compares. Defaults to `5`.
        num_blocks: int ≥ 1, into how many parts, one after another, a large minibatch is cut. Defaults to `1`.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: float tensor `(batch, ...)`, sizes other than `batch` known; what is not flat yet is flattened.

    Returns:
        tensor `(batch, features + num_kernels)` in the layer's compute dtype; similarities are computed in float32 at
        least.

    Raises:
        ValueError: an argument out of its range.

    Example:

    >>> MinibatchDiscrimination(num_kernels=4)(keras.ops.ones((3, 2)))[0].numpy()
    array([1., 1., 3., 3., 3., 3.], dtype=float32)

    Reference:
    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), section 3.2.
    """

    synchronized = True  # replicas talk to each other in its call

    def __init__(self, num_kernels: int = 100, kernel_dim: int = 5, num_blocks: int = 1, **kwargs):
        super().__init__(**kwargs)
        given = {"num_kernels": num_kernels, "kernel_dim": kernel_dim, "num_blocks": num_blocks}
        for name, number in given.items():
            if not isinstance(number, int) or number < 1:
                raise ValueError(f"MinibatchDiscrimination: {name}={number!r}; expected a whole number of at least 1.")
        self.num_kernels, self.kernel_dim, self.num_blocks = num_kernels, kernel_dim, num_blocks

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(math.prod(input_shape[1:]), self.num_kernels * self.kernel_dim),
            initializer="lecun_normal",  # keeps the size of the features in what is compared
            autocast=False,  # a half float would not tell near from equal
            name="kernel",
        )

    def call(self, inputs):
        dtype = "float64" if self.compute_dtype == "float64" else "float32"
        features = tf.reshape(inputs, (-1, math.prod(inputs.shape[1:])))
        compared = tf.cast(features, dtype) @ tf.cast(self.kernel, dtype)
        compared = tf.reshape(compared, (-1, self.num_kernels, self.kernel_dim))
        closeness = self._closeness(compared, gather_batch(compared))
        return tf.concat([features, tf.cast(closeness, features.dtype)], axis=1)

    def _closeness(self, some, everyone):
        if self.num_blocks == 1:
            return closeness(some, everyone)
        padded = tf.pad(some, [(0, -tf.shape(some)[0] % self.num_blocks), (0, 0), (0, 0)])
        blocks = tf.reshape(padded, (self.num_blocks, -1, self.num_kernels, self.kernel_dim))
        sums = []
        for block in tf.unstack(blocks):  # each hands `everyone` on to the next: one after another, and back again
            of_block, everyone = forgetful(lambda ours, all: (closeness(ours, all), all))(block, everyone)
            sums.append(of_block)
        return tf.concat(sums, axis=0)[: tf.shape(some)[0]]

    def compute_output_shape(self, input_shape):
        return (input_shape[0], math.prod(input_shape[1:]) + self.num_kernels)

    def get_config(self):
        sizes = {"num_kernels": self.num_kernels, "kernel_dim": self.kernel_dim, "num_blocks": self.num_blocks}
        return {**super().get_config(), **sizes}


def closeness(some, everyone):
    """`Σ_j exp(-‖some_ib - everyone_jb‖₁)`: `(n, kernels, dim)` and `(m, kernels, dim)` → `(n, kernels)`."""
    distances = tf.reduce_sum(tf.abs(some[:, None] - everyone[None]), axis=-1)
    return tf.reduce_sum(tf.exp(-distances), axis=1)


def forgetful(function):
    """`function` of tensors, but on the way back it computes again what it had inside, in place of keeping it.

    `tf.recompute_grad` does so too, but has no second derivative; this one's derivative is forgetful in its turn.
    """

    @tf.custom_gradient
    def forward(*arguments):
        def derivative(*arguments_and_upstream):
            inputs, upstream = arguments_and_upstream[: len(arguments)], arguments_and_upstream[len(arguments) :]
            with tf.control_dependencies(upstream):  # else the first results would be kept after all, to be shared
                inputs = [tf.identity(each) for each in inputs]
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(inputs)
                outputs = tf.nest.flatten(function(*inputs))
            return tape.gradient(outputs, inputs, list(upstream), unconnected_gradients="zero")

        return function(*arguments), lambda *upstream: forgetful(derivative)(*arguments, *upstream)

    return forward
