"""The slope of a value along a random direction of its variables: by the tape, and by two values beside it."""

import numpy as np
import tensorflow as tf


def slopes(value_of, variables, step=1e-2, seed=0):
    """(by the tape, by central differences) of `value_of()`, along a unit direction in the space of all `variables`.

    Args:
        value_of: callable without arguments, to a scalar tensor; the same numbers at every call.
        variables: list of Keras variables, left as they were.
    """
    random, first = np.random.default_rng(seed), [variable.numpy() for variable in variables]
    direction = [random.normal(size=value.shape) for value in first]
    length = np.sqrt(sum(np.sum(np.square(part)) for part in direction))
    direction = [(part / length).astype("float32") for part in direction]
    with tf.GradientTape() as tape:
        value = value_of()
    gradients = tape.gradient(value, [v.value for v in variables], unconnected_gradients="zero")
    by_tape = sum(np.sum(g.numpy() * part) for g, part in zip(gradients, direction, strict=True))

    def moved(distance):
        for variable, value, part in zip(variables, first, direction, strict=True):
            variable.assign(value + distance * part)
        return float(value_of())

    by_differences = (moved(step) - moved(-step)) / (2 * step)
    moved(0.0)
    return float(by_tape), by_differences
