"""Augmentations of the data by the layers of keras-cv, for `Minibatches.map`.

What the discriminator sees of real *and* generated images is changed elsewhere, in `keras_gan.augmentations`: here the
real images change, so that the generator learns the changed ones. Flips do little harm; the rest shows in samples.

keras-cv's layers draw numbers of their own, in the order in which threads reach them: the augmentation is neither
repeated in a second run of the same seed nor continued in a resumed one. The order of the images is.

    minibatches.map(augment(flip(), translate(0.1)))
"""

from collections.abc import Callable

import keras
import tensorflow as tf

BYTES = (0.0, 255.0)  # keras-cv's colour layers think in bytes


def augment(*layers: keras.layers.Layer) -> Callable:
    """A function for `Minibatches.map` that passes images through layers, and leaves the rest of a minibatch alone.

    Args:
        *layers: layers of keras-cv, or any that map float images in [0, 255] to such, at least one; each image of a
            minibatch is changed in its own way. The functions of this module make the usual ones.

    Call arguments of the function:
        images: float32 `(batch, height, width, channels)` in [-1, 1], or a dict with them under `images`.
        *rest: labels and what else a minibatch holds.

    Returns of the function:
        what it was given, with other images, float32 in [-1, 1].

    Raises:
        ValueError: no layers.

    Example:

    >>> from keras_gan import data
    >>> digits = data.load("digits", labels=True).map(augment(translate(0.1)))
    >>> digits.element_spec[0].shape
    TensorShape([64, 8, 8, 1])
    """
    if not layers:
        raise ValueError("data.augment: got no layers; expected at least one. Use e.g. augment(flip()).")

    def augmented(images, *rest):
        if isinstance(images, dict):
            changed = {**images, "images": through(layers, images["images"])}
        else:
            changed = through(layers, images)
        return (changed, *rest) if rest else changed

    return augmented


def through(layers: tuple, images):
    """Images in [-1, 1] through layers that want [0, 255], and back; what overshoots is clipped."""
    values = (images + 1.0) * 127.5
    for layer in layers:
        values = layer(values, training=True)
    return tf.clip_by_value(tf.cast(values, tf.float32) / 127.5 - 1.0, -1.0, 1.0)


def flip(mode: str = "horizontal") -> keras.layers.Layer:
    """Mirrors half of the images. `mode`: `"horizontal"`, `"vertical"` or `"horizontal_and_vertical"`."""
    return cv_layers().RandomFlip(mode)


def translate(fraction: float = 0.125, fill_mode: str = "reflect") -> keras.layers.Layer:
    """Shifts by up to `fraction` of each side; `fill_mode="constant"` fills up with black."""
    return cv_layers().RandomTranslation(fraction, fraction, fill_mode=fill_mode)


def rotate(fraction: float = 0.05, fill_mode: str = "reflect") -> keras.layers.Layer:
    """Turns by up to `fraction` of a full turn, in both directions."""
    return cv_layers().RandomRotation(fraction, fill_mode=fill_mode)


def zoom(fraction: float = 0.1, fill_mode: str = "reflect") -> keras.layers.Layer:
    """Enlarges or shrinks by up to `fraction`, both sides alike."""
    return cv_layers().RandomZoom(fraction, fill_mode=fill_mode)


def random_crop(height: int, width: int) -> keras.layers.Layer:
    """Cuts `height` x `width` pixels out at a place of its own for each image."""
    return cv_layers().RandomCrop(height, width)


def brightness(fraction: float = 0.1) -> keras.layers.Layer:
    """Adds up to `fraction` of the range to all pixels of an image, or takes it away."""
    return cv_layers().RandomBrightness(fraction, value_range=BYTES)


def contrast(fraction: float = 0.2) -> keras.layers.Layer:
    """Stretches or compresses the pixels of an image around their mean by up to `fraction`."""
    return cv_layers().RandomContrast(BYTES, fraction)


def color(fraction: float = 0.2) -> keras.layers.Layer:
    """Brightness, contrast and saturation by up to `fraction`, hue by a quarter of it; RGB images only."""
    saturation = (0.5 - fraction / 2, 0.5 + fraction / 2)  # of keras-cv: 0 is gray, 0.5 the image itself, 1 all colour
    return cv_layers().RandomColorJitter(BYTES, fraction, fraction, saturation, fraction / 4)


def cutout(fraction: float = 0.25) -> keras.layers.Layer:
    """Blackens a rectangle of up to `fraction` of each side."""
    return cv_layers().RandomCutout(fraction, fraction)


def cv_layers():
    """`keras_cv.layers`; imported here alone, because it is heavy and sees no more releases."""
    from keras_cv import layers

    return layers
