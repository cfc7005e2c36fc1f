"""A new path that takes the place of an old one, little by little."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_gan")
class Fade(keras.layers.Layer):
    """Mixes a new path with the old one that it will replace.

    `y = α · new + (1 - α) · old`; α is a weight that no optimiser moves: whoever grows the network assigns it.

    For networks that grow while they train, so that a new layer begins without a jump. α is saved with the network and
    starts at 1: a network that nobody grows has all its layers.

    Args:
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        inputs: pair (new, old) of tensors of equal shape.

    Returns:
        tensor of that shape.

    Example:

    >>> fade = Fade()
    >>> _ = fade.alpha.assign(0.25)
    >>> float(fade([keras.ops.array(4.0), keras.ops.array(8.0)]))
    7.0

    Reference:
    - [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 2 and figure 2.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        how = {"initializer": "ones", "trainable": False, "aggregation": "only_first_replica"}
        self.alpha = self.add_weight(shape=(), name="alpha", **how)
        self.built = True

    def call(self, inputs):
        new, old = inputs
        alpha = ops.cast(self.alpha, new.dtype)
        return alpha * new + (1 - alpha) * old

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[0])
