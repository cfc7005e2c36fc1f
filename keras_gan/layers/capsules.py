"""Capsules: groups of units whose length says whether something is there, and whose direction says how it is."""

import keras
from keras import ops


def squash(vectors):
    """Shortens vectors below length 1: `n² / (1 + n²) · s / n`, n = ‖s‖, along the last axis.

    Args:
        vectors: tensor `(..., dim)`.

    Returns:
        tensor of that shape; 0 at 0, with a finite gradient of every order.

    Reference: Sabour et al. 2017, equation 1.
    """
    squared = squared_length(vectors)[..., None]
    return vectors * ops.sqrt(squared) / (1.0 + squared)


def squared_length(vectors):
    """`‖s‖² + 1e-7` along the last axis: no root and no logarithm of it is infinite at 0."""
    return ops.sum(ops.square(vectors), axis=-1) + 1e-7


@keras.saving.register_keras_serializable(package="keras_gan")
class PrimaryCapsules(keras.layers.Layer):
    """The lowest capsules: a convolution whose channels are read in groups, each squashed.

    `x → conv(num_capsules · dim) → (batch, places · num_capsules, dim) → squash`.

    Args:
        num_capsules: int ≥ 1, kinds of capsules; each kind has one at every place.
        dim: int ≥ 1, units of a capsule. Defaults to `8`, the paper's.
        kernel_size: int ≥ 1. Defaults to `5`.
        strides: int ≥ 1; sides are divided by it, rounded up. Defaults to `2`.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: tensor `(batch, height, width, channels)`, sizes other than `batch` known.

    Returns:
        tensor `(batch, capsules, dim)` of lengths below 1.

    Example:

    >>> PrimaryCapsules(num_capsules=4)(keras.ops.ones((2, 6, 6, 3))).shape
    TensorShape([2, 36, 8])

    Reference:
    - [Sabour et al., 2017](https://arxiv.org/abs/1710.09829), section 4.
    """

    def __init__(self, num_capsules: int, dim: int = 8, *, kernel_size: int = 5, strides: int = 2, **kwargs):
        super().__init__(**kwargs)
        self.num_capsules, self.dim, self.kernel_size, self.strides = num_capsules, dim, kernel_size, strides

    def build(self, input_shape):
        self.convolution = keras.layers.Conv2D(
            self.num_capsules * self.dim, self.kernel_size, self.strides, padding="same",
            kernel_initializer="he_normal", dtype=self.dtype_policy, name="convolution",
        )  # fmt: skip
        self.convolution.build(input_shape)

    def call(self, inputs):
        features = self.convolution(inputs)
        return squash(ops.reshape(features, (-1, *self.compute_output_shape(inputs.shape)[1:])))

    def compute_output_shape(self, input_shape):
        height, width = (-(-side // self.strides) for side in input_shape[1:3])
        return (input_shape[0], height * width * self.num_capsules, self.dim)

    def get_config(self):
        own = ("num_capsules", "dim", "kernel_size", "strides")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


@keras.saving.register_keras_serializable(package="keras_gan")
class RoutedCapsules(keras.layers.Layer):
    """Capsules that listen to those lower ones whose predictions of them agree: routing by agreement.

    Each capsule i predicts each capsule j, `û_ij = W_ij u_i`; with b = 0 before the first round,

        c_ij = softmax over j of b_ij,   s_j = Σ_i c_ij û_ij,   b_ij ← b_ij + û_ij · squash(s_j)

    `num_routings` times. Returned is `s_j` as it is: `squash(s_j)` is the capsule of the paper, of length
    `n² / (1 + n²)`, n = ‖s_j‖, and the logarithm of `n²` is that length's logit.

    Every lower capsule has a matrix of its own for every one here: `capsules · num_capsules · dim · lower dim` weights,
    and the predictions of an image are as many numbers as that without the last factor. For small images.

    Args:
        num_capsules: int ≥ 1.
        dim: int ≥ 1, units of a capsule. Defaults to `16`, the paper's.
        num_routings: int ≥ 1; with 1 all are listened to alike. Defaults to `3`, the paper's.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: tensor `(batch, ..., lower dim)`, every vector a capsule; sizes other than `batch` known.

    Returns:
        tensor `(batch, num_capsules, dim)`, not squashed; the softmax is taken in float32 at least.

    Raises:
        ValueError: `num_routings` below 1.

    Example:

    >>> RoutedCapsules(2)(keras.ops.ones((3, 36, 8))).shape
    TensorShape([3, 2, 16])

    Reference:
    - [Sabour et al., 2017](https://arxiv.org/abs/1710.09829), equations 2 and 3, procedure 1.
    """

    def __init__(self, num_capsules: int, dim: int = 16, *, num_routings: int = 3, **kwargs):
        super().__init__(**kwargs)
        if num_routings < 1:
            raise ValueError(f"RoutedCapsules: num_routings={num_routings}; expected at least 1.")
        self.num_capsules, self.dim, self.num_routings = num_capsules, dim, num_routings

    def build(self, input_shape):
        *places, lower_dim = input_shape[1:]
        self.num_lower = 1
        for size in places:
            self.num_lower *= size
        # All lower capsules together, of length about ½ each, give sums of length near 1.
        stddev = 2.0 * self.num_capsules / (self.num_lower * self.dim) ** 0.5
        self.kernel = self.add_weight(
            shape=(self.num_lower, lower_dim, self.num_capsules, self.dim),
            initializer=keras.initializers.RandomNormal(stddev=stddev),
            name="kernel",
        )

    def call(self, inputs):
        lower = ops.reshape(inputs, (-1, self.num_lower, inputs.shape[-1]))
        predictions = ops.einsum("bid,idje->bije", lower, self.kernel)
        total = ops.sum(predictions, axis=1) / self.num_capsules  # all weights alike, as b = 0 makes them
        logits = 0.0
        for _ in range(self.num_routings - 1):
            logits = logits + ops.einsum("bije,bje->bij", predictions, squash(total))
            total = ops.einsum("bij,bije->bje", self._softmax(logits), predictions)
        return total

    def _softmax(self, logits):
        wide = "float64" if self.compute_dtype == "float64" else "float32"
        return ops.cast(ops.softmax(ops.cast(logits, wide), axis=-1), self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.num_capsules, self.dim)

    def get_config(self):
        own = ("num_capsules", "dim", "num_routings")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}
