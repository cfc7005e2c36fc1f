"""Instance noise: real and generated images made to overlap."""

import tensorflow as tf

from keras_gan import random
from keras_gan.augmentations.augmentation import Augmentation


class InstanceNoise(Augmentation):
    """Adds Gaussian noise to all that the critic sees, less and less of it.

    `y = x + σ · ε`, `ε ~ N(0, 1)` for each pixel, `σ = stddev · max(0, 1 - t / anneal_steps)` at training step t.

    Data and generated images lie on thin sheets that hardly meet, so that a perfect critic exists and has no gradient
    to give. Under noise both densities overlap everywhere, and the critic has to see the large before the small. Use it
    where the critic wins at once. Noise that stays leaves a generator of images as noisy as it likes, up to σ; annealed
    it costs nothing in the end. `penalties.Roth` does the same in the mean, without the noise of the noise.

    It knows t from the running step's numbers, so that a resumed run goes on with the σ where it was.

    Args:
        stddev: float ≥ 0, σ at the first step, in units of the images, which span [-1, 1]. Defaults to `0.1`.
        anneal_steps: int ≥ 1, training steps until there is no noise; `None`: it stays. Defaults to `None`.

    Call arguments:
        images: float tensor `(batch, height, width, channels)` in [-1, 1], or points `(batch, dimensions)`.
        training: bool; nothing is changed outside training.

    Returns:
        tensor of the images' shape and dtype; images may leave [-1, 1].

    Raises:
        ValueError: an argument out of its range.

    Example:

    >>> import keras
    >>> noise = InstanceNoise(0.2, anneal_steps=1000)
    >>> noise(keras.ops.ones((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])

    Reference:
    - [Sønderby et al., 2017](https://arxiv.org/abs/1610.04490), section 3.
    - [Arjovsky and Bottou, 2017](https://arxiv.org/abs/1701.04862), section 3.
    """

    def __init__(self, stddev: float = 0.1, anneal_steps: int | None = None):
        super().__init__()
        if not stddev >= 0:
            raise ValueError(f"InstanceNoise: stddev={stddev!r}; expected stddev ≥ 0, in units of the images.")
        if anneal_steps is not None and not anneal_steps >= 1:
            raise ValueError(f"InstanceNoise: anneal_steps={anneal_steps!r}; expected a number of steps ≥ 1, or None.")
        self.stddev, self.anneal_steps = stddev, anneal_steps

    def call(self, images, training=None):
        if not training:
            return images
        numbers = random.current()
        noise = numbers.normal((tf.shape(images)[0], *images.shape[1:]))
        return images + tf.cast(self._stddev_at(numbers.step) * noise, images.dtype)

    def _stddev_at(self, step):
        if self.anneal_steps is None:
            return self.stddev
        return self.stddev * tf.maximum(0.0, 1.0 - tf.cast(step, tf.float32) / self.anneal_steps)
