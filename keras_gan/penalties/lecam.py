"""LeCam: scores are held near what the critic used to say of the other kind of images."""

import keras
import tensorflow as tf

from keras_gan.ops import batch_mean
from keras_gan.penalties.gradient import Penalty, check_weight


class LeCam(Penalty, keras.layers.Layer):
    """Pulls the scores of each kind of images towards the running mean score of the other kind.

        weight · (E (critic(real) - α_fake)² + E (critic(fake) - α_real)²)

    α_real and α_fake, the anchors, are exponential averages, of memory `decay`, of the mean scores over the global
    minibatches before: 0 at the first step, plain means over the next ones. They are constants for the gradient, and
    are saved with the model. The term keeps the two kinds of scores from drifting apart.

    For data sets of some thousands of images or less, together with an augmentation, with hinge or Wasserstein losses
    (whose scores have no bounds). It costs next to nothing. The authors' code squares only what is on the wrong side of
    an anchor; here is the paper's equation. Not inside `Every` on several replicas: it averages over all of them.

    Args:
        weight: float ≥ 0, λ. Defaults to `0.3`.
        decay: float in [0, 1), of the anchors. Defaults to `0.99`.

    Example:

    >>> import keras_gan
    >>> keras_gan.penalties.LeCam().name
    'le_cam'

    Reference:
    - [Tseng et al., 2021](https://arxiv.org/abs/2104.03310), equations 4 and 5.
    """

    name = None  # Keras sets it, where other penalties compute it
    needs_batch = True

    def __init__(self, weight: float = 0.3, *, decay: float = 0.99):
        check_weight(weight, "LeCam", "weight")
        if not 0 <= decay < 1:
            raise ValueError(f"LeCam: decay={decay}; expected 0 ≤ decay < 1, the share of an anchor that stays.")
        keras.layers.Layer.__init__(self, name="le_cam", dtype="float32")
        self.weight, self.decay = weight, decay
        self.real_anchor, self.fake_anchor, self.minibatches = map(self._state, ("real", "fake", "minibatches"))
        self.built = True

    def _state(self, name):
        return self.add_weight(
            shape=(), initializer="zeros", trainable=False, aggregation="only_first_replica", name=name
        )

    def __call__(self, duel):
        real, fake = duel.real_scores, duel.fake_scores
        to_fake, to_real = tf.square(real - self.fake_anchor.value), tf.square(fake - self.real_anchor.value)
        penalty = self.weight * (tf.reduce_mean(to_fake) + tf.reduce_mean(to_real))
        self._follow(real, fake)
        return penalty

    def _follow(self, real, fake):
        """Moves the anchors towards the scores of this minibatch."""
        seen = tf.convert_to_tensor(self.minibatches.value)
        rate = 1.0 - tf.minimum(self.decay, seen / (seen + 1.0))
        for anchor, scores in ((self.real_anchor, real), (self.fake_anchor, fake)):
            mean = tf.stop_gradient(batch_mean(scores, tuple(range(len(scores.shape)))))
            anchor.assign(anchor.value + rate * (mean - anchor.value))
        self.minibatches.assign(seen + 1.0)
