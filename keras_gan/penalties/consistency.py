"""Consistency: what does not change the meaning of an image should not change its score."""

import keras
import tensorflow as tf

from keras_gan.augmentations import geometry
from keras_gan.augmentations.augmentation import uniform
from keras_gan.penalties.gradient import Penalty, check_weight
from keras_gan.random import drawing_from


class Consistency(Penalty):
    """Asks the critic for the same score of an image and of its augmented self.

        weight · E (critic(real) - critic(T(real)))²     and, with `fake`, the same of generated images

    T is drawn for each image anew. Real images alone are CR-GAN, both kinds bCR-GAN. The gradient goes to both scores.
    Unlike `GAN(augmentation=...)` it shows the critic the true distributions and asks it to see no difference, so that
    nothing that T does can leak into what the generator draws. Where the game has an augmentation too, the first score
    is that of the augmented image, the second is of T alone.

    It costs one forward pass of the critic more for each kind, less than a gradient penalty. Choose a T that keeps the
    meaning: the default mirrors, which digits and letters do not bear.

    Args:
        weight: float ≥ 0, λ. Defaults to `10.0`.
        augmentation: layer such as `DiffAugment`, or callable images → images, T. Defaults to `None`: mirrored left to
            right or not, and moved by whole pixels up to an eighth of each side, edges mirrored.
        real: bool, the term of real images. Defaults to `True`.
        fake: bool, the term of generated images. Defaults to `False`.

    Raises:
        ValueError: a negative weight; neither `real` nor `fake`; points without an augmentation for them.

    Example:

    >>> import keras_gan
    >>> from keras_gan.augmentations import DiffAugment
    >>> keras_gan.penalties.Consistency(10.0, augmentation=DiffAugment("translation"), fake=True).name
    'consistency'

    Reference:
    - [Zhang et al., 2020](https://arxiv.org/abs/1910.12027), equation 2.
    - [Zhao et al., 2020](https://arxiv.org/abs/2002.04724), algorithm 1 (bCR).
    """

    def __init__(self, weight: float = 10.0, *, augmentation=None, real: bool = True, fake: bool = False):
        self.weight = check_weight(weight, "Consistency", "weight")
        if not (real or fake):
            raise ValueError("Consistency: real=False and fake=False; expected at least one kind of images.")
        self.augmentation, self.real, self.fake = augmentation, real, fake

    def __call__(self, duel):
        kinds = [(duel.real, duel.real_scores)] if self.real else []
        kinds += [(duel.fake, duel.fake_scores)] if self.fake else []
        with drawing_from(duel.numbers.fork("consistency")):
            return self.weight * sum(self._difference(duel, images, scores) for images, scores in kinds)

    def _difference(self, duel, images, scores):
        others = duel.critic(self._augmented(images), augment=False)["scores"]
        return tf.reduce_mean(tf.square(scores - others))

    def _augmented(self, images):
        if self.augmentation is None:
            return _mirrored_and_moved(images)
        mode = {"training": True} if isinstance(self.augmentation, keras.layers.Layer) else {}
        return self.augmentation(images, **mode)


def _mirrored_and_moved(images):
    if len(images.shape) != 4:
        raise ValueError(
            f"Consistency: values of shape {tuple(images.shape)} cannot be mirrored and moved; expected images (batch, "
            "height, width, channels). For points pass augmentation=keras_gan.layers.GaussianNoise(0.1)."
        )
    mirror, right, down = uniform(images, 3)
    height, width = images.shape[1:3]
    move = geometry.moved(tf.round((right - 0.5) * (width / 4)), tf.round((down - 0.5) * (height / 4)))
    return geometry.warp(images, geometry.flipped(mirror < 0.5) @ move)
