"""When a penalty is computed."""

import keras
import tensorflow as tf

from keras_gan.configured import Configured
from keras_gan.penalties.gradient import Penalty


class Every(Configured, keras.layers.Layer):
    """Computes a penalty at every `interval`-th critic step only, and multiplies it by `interval` there.

    The expectation stays the same and most of the second backward pass is saved. Its counter is a weight: saved and
    resumed with the model. A statistic over the global minibatch cannot be taken inside its branch, so a penalty that
    needs one (`DRAGAN`), or a discriminator with synchronised batch normalisation under a strategy, stays outside.

    Args:
        interval: int ≥ 1, critic steps from one computation to the next; the first step computes it.
        penalty: a penalty.

    Example:

    >>> import keras_gan
    >>> lazy = keras_gan.penalties.Every(16, keras_gan.penalties.R1(10.0))
    >>> lazy.name
    'r1'

    Reference:
    - [Karras et al., 2020](https://arxiv.org/abs/1912.04958), section 3.1 (lazy regularisation).
    """

    def __init__(self, interval: int, penalty: Penalty):
        if not isinstance(interval, int) or interval < 1:
            raise ValueError(f"Every: interval={interval!r}; expected a whole number of critic steps ≥ 1.")
        if not callable(penalty):
            raise TypeError(f"Every: penalty={penalty!r}; expected a penalty after the interval: Every(16, R1(10.0)).")
        super().__init__(name=penalty.name)
        self.interval, self.penalty = interval, penalty
        self.counter = self.add_weight(
            shape=(),
            dtype="int64",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
            name="counter",
        )
        self.built = True

    @property
    def needs_unpacked(self):
        return self.penalty.needs_unpacked

    def __call__(self, duel):  # a term, not a layer in a network: Keras' own __call__ has nothing to add
        due = tf.equal(self.counter.value % self.interval, 0)
        scaled = duel.branch(lambda fork: self.interval * self.penalty(fork))
        with tf.control_dependencies([due]):
            self.counter.assign_add(1)
        return tf.cond(due, scaled, lambda: tf.constant(0.0))
