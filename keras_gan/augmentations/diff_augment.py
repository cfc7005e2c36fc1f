"""DiffAugment: three kinds of change, always on."""

import tensorflow as tf

from keras_gan.augmentations import colour, geometry
from keras_gan.augmentations.augmentation import Augmentation, uniform
from keras_gan.words import nearest


def _with_other_colours(images):
    """Brightness ± ½, saturation in [0, 2], contrast in [½, 1½]."""
    brightness, saturation, contrast = uniform(images, 3)
    matrices = colour.saturation(2.0 * saturation) @ colour.brightness(brightness - 0.5)
    return colour.contrast_about_mean(colour.painted(images, matrices), contrast + 0.5)


def _translated(images):
    """Moved by whole pixels, up to an eighth of each side."""
    height, width = images.shape[1:3]
    right, down = uniform(images, 2)
    most = [(side + 4) // 8 for side in (width, height)]
    return geometry.shift(images, *(_below(2 * m + 1, u) - m for u, m in zip((right, down), most, strict=True)))


def _with_a_hole(images):
    """Half of each side cut out; the hole's middle lies anywhere in the image."""
    height, width = images.shape[1:3]
    sizes = [(side + 1) // 2 for side in (width, height)]
    places = zip(uniform(images, 2), (width, height), sizes, strict=True)
    left, top = (_below(side + 1 - size % 2, u) - size // 2 for u, side, size in places)
    return geometry.cut_out(images, left, top, *sizes)


_POLICIES = {"color": _with_other_colours, "translation": _translated, "cutout": _with_a_hole}


class DiffAugment(Augmentation):
    """Changes every image the critic sees, a little, in colour, place and completeness.

        color:       + U(-½, ½);  colours times U(0, 2) around their grey;  all times U(½, 1½) around the image's mean
        translation: by whole pixels, up to an eighth of each side; 0 comes in
        cutout:      a rectangle of half of each side becomes 0, its middle anywhere in the image

    Each in turn, on every real, generated and mixed image, drawn for each image anew.

    For data sets of some hundreds to some thousands of images, which a critic would soon know by heart. With many
    images it slows training down; with ten thousand or so it still helps. Unlike `AdaptiveAugmentation` it has nothing
    to adapt. Leave out what changes the meaning of an image: `"color"` where colours are the classes.

    Args:
        policy: sequence of `"color"`, `"translation"`, `"cutout"`, or one of them. Defaults to all three.

    Call arguments:
        images: float tensor `(batch, height, width, channels)` in [-1, 1]; 1, 3 or 4 channels, the last alpha.
        training: bool; nothing is changed outside training.

    Returns:
        float32 tensor of the images' shape; colours may leave [-1, 1].

    Raises:
        ValueError: an unknown policy; points instead of images.

    Example:

    >>> import keras
    >>> DiffAugment(["translation", "cutout"])(keras.ops.ones((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])

    Reference:
    - [Zhao et al., 2020](https://arxiv.org/abs/2006.10738), section 3.2 and the authors' code.
    """

    def __init__(self, policy=("color", "translation", "cutout")):
        super().__init__()
        self.policy = (policy,) if isinstance(policy, str) else tuple(policy)
        for name in self.policy:
            if name not in _POLICIES:
                raise ValueError(f"DiffAugment: policy={policy!r}: {name!r}{nearest(str(name), _POLICIES)}.")

    def call(self, images, training=None):
        self.check_images(images)
        for name in self.policy if training else ():
            images = _POLICIES[name](images)
        return images


def _below(number, draws):
    """int32 in [0, number), each as likely, of draws from U(0, 1)."""
    return tf.cast(tf.floor(number * draws), tf.int32)
