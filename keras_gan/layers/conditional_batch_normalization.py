"""Batch normalisation whose scale and shift depend on the class."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_gan")
class ConditionalBatchNormalization(keras.layers.Layer):
    """Normalises each channel over the minibatch, then scales and shifts it by what its image's class has learned.

    `y = γ_c (x - E x) / √(Var x + ε) + β_c`, c the class of the image; moments over the *global* minibatch of all
    classes, height and width. γ starts at 1, β at 0.

    The usual way of telling a deep convolutional generator its class: every layer hears of it. Not in critics with a
    penalty on each image's gradient, as here one image's output depends on the others.

    Args:
        num_classes: int >= 1.
        momentum: float in [0, 1), of the moving moments that stand in for the minibatch's outside training. Defaults
            to `0.9`.
        epsilon: float > 0, added to the variance. Defaults to `1e-5`.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: `[x, labels]`: tensor `(batch, ..., channels)` and int32 classes `(batch,)`, each in
            [0, num_classes).
        training: bool. Without it the moving moments are used.

    Returns:
        tensor of the shape of `x`, in the layer's compute dtype.

    Raises:
        ValueError: `num_classes` below 1.

    Example:

    >>> layer = ConditionalBatchNormalization(num_classes=10)
    >>> layer([keras.ops.ones((2, 4, 4, 3)), keras.ops.convert_to_tensor([7, 1])]).shape
    TensorShape([2, 4, 4, 3])

    Reference: de Vries et al. 2017, https://arxiv.org/abs/1707.00683, section 4; in generators, Miyato & Koyama 2018,
    https://arxiv.org/abs/1802.05637, figure 14.
    """

    synchronized = True  # replicas talk to each other in its call

    def __init__(self, num_classes: int, momentum: float = 0.9, epsilon: float = 1e-5, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(num_classes, int) or num_classes < 1:
            raise ValueError(f"ConditionalBatchNormalization: num_classes={num_classes!r}; expected an integer ≥ 1.")
        self.num_classes, self.momentum, self.epsilon = num_classes, momentum, epsilon
        # Synchronised, it computes its moments by itself: they are right in second order too, other than nn.moments'.
        self.moments = keras.layers.BatchNormalization(
            momentum=momentum, epsilon=epsilon, scale=False, center=False, synchronized=True,
            dtype=self.dtype_policy, name="moments",
        )  # fmt: skip

    def build(self, input_shape):
        values_shape, _ = input_shape
        self.moments.build(values_shape)
        shape = (self.num_classes, values_shape[-1])
        self.gamma = self.add_weight(shape=shape, initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=shape, initializer="zeros", name="beta")

    def call(self, inputs, training=False):
        values, labels = inputs
        # A product with one-hot rows, not a gather: its gradient is an ordinary tensor, which replicas can add up.
        rows = ops.one_hot(labels, self.num_classes, dtype=self.compute_dtype)
        broadcast = (-1,) + (1,) * (len(values.shape) - 2) + (values.shape[-1],)
        gamma, beta = (ops.reshape(ops.matmul(rows, table), broadcast) for table in (self.gamma, self.beta))
        return self.moments(values, training=training) * gamma + beta

    def compute_output_shape(self, input_shape):
        return input_shape[0]

    def get_config(self):
        arguments = {"num_classes": self.num_classes, "momentum": self.momentum, "epsilon": self.epsilon}
        return {**super().get_config(), **arguments}
