"""The epoch means of all logged values, in one weight."""

import keras
import numpy as np
import tensorflow as tf


class Means(keras.metrics.Metric):
    """Running means of named scalars, held in one vector: `[sums..., count]`.

    A tracker for each term is most of the overhead of a training step on small networks.

    Args:
        names: sequence of str, the logged names, in the order of `update_state`.
    """

    def __init__(self, names, name="means"):
        super().__init__(name=name)
        self.names = tuple(names)
        self.totals = self.add_variable((len(self.names) + 1,), initializer="zeros", name="totals")

    def update_state(self, values):
        """Adds one step: `{name: scalar}` with exactly `names`, each the mean over this replica's share."""
        if set(values) != set(self.names):
            raise ValueError(f"expected values for {sorted(self.names)}, got {sorted(values)}.")
        row = [tf.cast(values[name], tf.float32) for name in self.names]
        self.totals.value.assign_add(tf.stack([*row, tf.constant(1.0)]))

    def result(self):
        """{name: mean since the last reset}."""
        *sums, count = tf.unstack(tf.convert_to_tensor(self.totals.value))
        return {name: total / count for name, total in zip(self.names, sums, strict=True)}

    def read(self):
        """{name: float}: one read of one vector, for the logs; NaN where nothing was added yet."""
        *sums, count = np.asarray(self.totals)
        return {name: float(total / (count or np.nan)) for name, total in zip(self.names, sums, strict=True)}

    # Keras leaves metrics out of what it saves; a resumed epoch needs the sums of its first part.
    def save_own_variables(self, store):
        store["totals"] = np.asarray(self.totals)

    def load_own_variables(self, store):
        self.totals.assign(store["totals"])
