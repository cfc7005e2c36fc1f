"""What every augmentation of the critic's images is."""

import keras

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

    def __init__(self):
        super().__init__()
        self.built = True  # its weights, if it has any, are made in the constructor

    def call(self, images, training=None):
        raise NotImplementedError

    def observe(self, duel):
        """Sees the duel at the end of every discriminator step, whose scores are there already."""

    def report(self):
        """{name: scalar} of its state."""
        return {}
