"""The averaged networks: copies that follow smoothly what training moves."""

import keras
import tensorflow as tf


def copy_of(network):
    """A network of the same weights that no optimiser moves."""
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    copy.name, copy.trainable = f"{network.name}_average", False
    return copy


def follow(average, network, decay):
    """Moves an average one step towards its network; moving statistics of batch normalisation are averaged too.

    Args:
        average: what `copy_of` made.
        network: the network that training moves.
        decay: float or scalar tensor in [0, 1], the share of the average that stays.
    """
    rate = 1.0 - decay
    for source, target in zip(network.weights, average.weights, strict=True):
        if keras.backend.is_float_dtype(source.dtype):  # in place: Keras' own `assign` would make a copy first
            target.value.assign_sub(tf.cast(rate, target.dtype) * (target.value - source.value))
        else:
            target.assign(source)


def decay_at(step, decay, start, ramp):
    """The decay at a training step: 0 until `start`, then at most `(1 + t) / (ramp + t)`, t steps later.

    Args:
        step: scalar int64 tensor.
        decay: float, the decay in the end.
        start: int, the step at which the average begins.
        ramp: float or `None`, steps over which its memory grows.
    """
    t = tf.cast(step - start, tf.float32)
    decay = tf.constant(decay)
    if ramp is not None:
        decay = tf.minimum(decay, (1.0 + t) / (ramp + t))
    return tf.where(t < 0, 0.0, decay) if start else decay
