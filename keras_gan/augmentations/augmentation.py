"""What every augmentation of the critic's images is."""

import keras
import tensorflow as tf

from keras_gan import random
from keras_gan.configured import Configured


class Augmentation(Configured, keras.layers.Layer):
    """Changes all that the critic sees, real, generated and mixed images alike; the base of every augmentation.

    It stands inside the critic, so that the generator gets its gradient and need not learn to draw what it does. A
    subclass writes `call`, differentiable twice by the images, drawing from `keras_gan.random.current()`. One that
    adapts keeps its state in weights that are not trainable, and moves them in `observe`.

    Call arguments:
        images: float tensor `(batch, height, width, channels)` in [-1, 1], or points.
        training: bool; nothing is changed outside training.

    Returns:
        Tensor of the same shape.
    """

    reports = ()  # names of what `report` gives: logged as `d_<name>`
    needs_undecided = False  # whether it asks how sure the critic is, hence at which score it is not

    def __init__(self):
        super().__init__(dtype="float32")  # under mixed precision too: the networks cast what they are given
        self.built = True  # its weights, if it has any, are made in the constructor

    def call(self, images, training=None):
        raise NotImplementedError

    def check_images(self, images):
        """Raises ValueError for points: for `call` of an augmentation that moves pixels or changes colours."""
        if len(images.shape) != 4:
            raise ValueError(
                f"{type(self).__name__}: values of shape {tuple(images.shape)}; expected images (batch, height, width, "
                "channels). For points use keras_gan.layers.GaussianNoise, or no augmentation."
            )

    def observe(self, duel, loss):
        """Sees the duel at the end of every discriminator step.

        Args:
            duel: `keras_gan.duel.Duel`, whose scores are there already.
            loss: `keras_gan.losses.AdversarialLoss`, what the scores were scored for.
        """

    def report(self):
        """{name: scalar} of its state."""
        return {}


def uniform(images, number):
    """So many tensors `(batch,)` of U(0, 1), drawn for these images."""
    return tf.unstack(random.current().uniform((tf.shape(images)[0], number)), axis=1)


def normal(images, number):
    """So many tensors `(batch,)` of N(0, 1), drawn for these images."""
    return tf.unstack(random.current().normal((tf.shape(images)[0], number)), axis=1)
