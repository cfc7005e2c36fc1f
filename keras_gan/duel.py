"""What a term of either player's objective may know: one critic, one minibatch of real and one of generated images."""

import contextlib

import keras
import tensorflow as tf
from keras import ops

from keras_gan.random import drawing_from


class once:
    """A property computed on first use and kept. Lock-free: replica threads meet inside it."""

    def __init__(self, compute):
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner, name):
        self._name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._compute(instance)
        return value


class View:
    """Images as the critic sees them: scored once, with the gradient from the same scoring.

    Args:
        critic: callable, images → dict of outputs with `scores`.
        images: tensor `(batch, ...)`.
    """

    def __init__(self, critic, images):
        self._images = images
        # Persistent, so that an outer tape may differentiate the gradient again; unused, it costs nothing in a graph.
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as self._tape:
            self._tape.watch(images)
            self.outputs = critic(images)

    @property
    def scores(self):
        """float32 scores `(batch, ...)`, high = real."""
        return self.outputs["scores"]

    @once
    def gradient(self):
        """∂ Σ scores / ∂ images, float32, the shape of the images; over patches, the gradient of their sum."""
        gradient = self._tape.gradient(self.scores, self._images)
        if gradient is None:
            raise ValueError(
                "the critic's scores do not depend on the images through differentiable operations; a gradient "
                "penalty needs them to. Remove tf.stop_gradient, argmax or integer casts from the discriminator."
            )
        return ops.cast(gradient, "float32")


class Duel:
    """One critic, one minibatch of real images and one of generated ones, each scored at most once.

    Losses and penalties are functions of a duel. The model makes one for each player's step.

    Args:
        critic: callable `critic(images, augment=True)` → dict with `scores` and whatever else the discriminator
            says. Condition, augmentation and training mode are inside it.
        real, fake: tensors of equal shape: images `(batch, height, width, channels)` in [-1, 1], or points.
        numbers: `keras_gan.random.Numbers`, the step's random numbers.
        batch: dict, the minibatch the duel was made of: what comes with the real images (`labels`), and the `latents`
            that made the generated ones. Defaults to an empty one.
    """

    def __init__(self, critic, real, fake, numbers, batch=None):
        self.critic, self.real, self.fake, self.numbers, self.batch = critic, real, fake, numbers, batch or {}

    def view(self, images):
        """The critic's `View` of any images, such as mixed ones."""
        return View(self.critic, images)

    @once
    def _real_view(self):
        return self.view(self.real)

    @once
    def _fake_view(self):
        return self.view(self.fake)

    @property
    def real_outputs(self):
        """dict: all that the discriminator says of the real images."""
        return self._real_view.outputs

    @property
    def fake_outputs(self):
        """dict: all that the discriminator says of the generated images."""
        return self._fake_view.outputs

    @property
    def real_scores(self):
        """float32 `(batch, ...)`: scores of the real images, high = real."""
        return self._real_view.scores

    @property
    def fake_scores(self):
        """float32 `(batch, ...)`: scores of the generated images, high = real."""
        return self._fake_view.scores

    @property
    def real_gradient(self):
        """∂ Σ real_scores / ∂ real, float32."""
        return self._real_view.gradient

    @property
    def fake_gradient(self):
        """∂ Σ fake_scores / ∂ fake, float32."""
        return self._fake_view.gradient

    def branch(self, term):
        """`term` of this duel, to be called inside a branch (`tf.cond`).

        What is computed inside a branch does not exist outside it: the branch gets a duel with caches and
        random numbers of its own.
        """
        fork = Duel(self.critic, self.real, self.fake, self.numbers.fork("branch"), self.batch)

        def inside():
            with drawing_from(fork.numbers), _state_of_its_own():
                return term(fork)

        return inside


@contextlib.contextmanager
def _state_of_its_own():
    """Inside a `keras.StatelessScope`, one of the branch's own, forgotten at its end; elsewhere nothing."""
    with keras.StatelessScope(initialize_variables=False) as scope:
        outer = scope.original_scope
    if outer is None:
        yield
        return
    with keras.StatelessScope(initialize_variables=False) as scope:
        scope.state_mapping = dict(outer.state_mapping)
        yield
