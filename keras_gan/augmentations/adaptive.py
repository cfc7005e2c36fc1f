"""ADA: as much augmentation as keeps the critic from knowing the data by heart."""

import functools
import math

import keras
import tensorflow as tf

from keras_gan import ops
from keras_gan.augmentations import colour, geometry
from keras_gan.augmentations.augmentation import Augmentation, normal, uniform


class AdaptiveAugmentation(Augmentation):
    """Augments each image with probability p, and moves p so that the critic stays as unsure as it should be.

    Each of these happens to an image with probability p, on its own:

        mirrored · turned by 0, 90, 180, 270° · moved by whole pixels, U(± ⅛ of the side) · scaled by 2^(N / 5) ·
        rotated by U(± π), before and after: stretched by 2^(N / 5) to the sides and its inverse upwards ·
        moved by N / 8 of the side
        brightness + N / 5 · contrast · 2^(N / 2) · light and dark exchanged · hue turned by U(± π) · saturation · 2^N

    with N normal; the rotations with `1 - √(1 - p)` each. This is the paper's pipeline "bgc". All geometric changes are
    one matrix, the image is sampled once (bilinear, edges mirrored); the authors' filter against aliasing is left out.
    Images that are not square are turned by 0 or 180° only. Grey images have no hue and no saturation.

    p follows the critic: over `interval` minibatches, `r = E sign(critic(real) - undecided)`; where r is above
    `target`, the critic is too sure of the images that it knows, and p rises, else it falls, by
    `images seen / (1000 · speed_kimg)`. `undecided` is the score at which the loss leaves a critic that cannot tell: 0
    for most, ½ for `LeastSquares`, of `Margin` the logit of a length between its margins. A Wasserstein, relativistic
    or categorical game has none, and p then follows chance: the game warns. p is saved with the model and logged as
    `d_augmentation_p`. Changes that happen to less than about 80 % of the images do not leak into what the generator
    draws.

    For less than about 20,000 images. Where p stays at 0, the data are enough. With few steps in all, begin with
    `initial_p` or take a smaller `speed_kimg`, or use `DiffAugment`.

    Args:
        target: float in [-1, 1], the r to hold. Defaults to `0.6`.
        interval: int ≥ 1, minibatches from one move of p to the next. Defaults to `4`.
        speed_kimg: float > 0, thousands of real images in which p can go from 0 to 1. Defaults to `500.0`.
        initial_p: float in [0, 1]. Defaults to `0.0`.

    Call arguments:
        images: float tensor `(batch, height, width, channels)` in [-1, 1]; 1, 3 or 4 channels, the last alpha.
        training: bool; nothing is changed outside training.

    Returns:
        float32 tensor of the images' shape; colours may leave [-1, 1].

    Raises:
        ValueError: a number out of its range; points instead of images.

    Example:

    >>> ada = AdaptiveAugmentation(initial_p=0.2)
    >>> ada(keras.ops.ones((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])

    Reference:
    - [Karras et al., 2020](https://arxiv.org/abs/2006.06676), section 3 and appendix B.
    """

    reports = ("augmentation_p",)
    needs_undecided = True

    def __init__(self, target: float = 0.6, *, interval: int = 4, speed_kimg: float = 500.0, initial_p: float = 0.0):
        super().__init__()
        _check(target, interval, speed_kimg, initial_p)
        self.target, self.interval, self.speed_kimg = target, interval, speed_kimg
        self.p = self._state("p", initial_p)
        self.signs = self._state("signs")  # summed over the minibatches since the last move
        self.minibatches = self._state("minibatches")

    def _state(self, name, start=0.0):
        start = keras.initializers.Constant(start)
        return self.add_weight(
            shape=(), initializer=start, trainable=False, aggregation="only_first_replica", name=name
        )

    def call(self, images, training=None):
        self.check_images(images)
        if not training:
            return images
        p = tf.convert_to_tensor(self.p.value)
        images = geometry.warp(images, _composed(images, _movements(images, p)))
        return colour.painted(images, _composed(images, reversed(_colours(images, p))))

    def observe(self, duel, loss):
        scores = duel.real_scores - (loss.undecided or 0.0)
        r = ops.batch_mean(tf.sign(scores), tuple(range(len(scores.shape))))
        signs, minibatches = self.signs.value + r, self.minibatches.value + 1.0
        due = minibatches >= self.interval
        images = self.interval * ops.num_replicas() * tf.shape(duel.real)[0]  # a score may judge a pack of them
        step = tf.sign(signs / minibatches - self.target) * tf.cast(images, tf.float32) / (1000.0 * self.speed_kimg)
        self.p.assign(tf.where(due, tf.clip_by_value(self.p.value + step, 0.0, 1.0), self.p.value))
        self.signs.assign(tf.where(due, 0.0, signs))
        self.minibatches.assign(tf.where(due, 0.0, minibatches))

    def report(self):
        return {"augmentation_p": tf.convert_to_tensor(self.p.value)}


def _movements(images, p):
    """[(probability, matrices)] of the geometric changes, in their order."""
    height, width = images.shape[1:3]
    turns = 4 if height == width else 2
    mirror, turn, right, down, before, after = uniform(images, 6)
    size, stretch, further_right, further_down = normal(images, 4)
    rotation = 1.0 - tf.sqrt(1.0 - p)  # so that one of two happens with probability p
    return [
        (p, geometry.flipped(mirror < 0.5)),
        (p, geometry.turned(tf.floor(turns * turn) * (4 // turns))),
        (p, geometry.moved(tf.round((right - 0.5) * (width / 4)), tf.round((down - 0.5) * (height / 4)))),
        (p, geometry.scaled(2.0 ** (0.2 * size), 2.0 ** (0.2 * size))),
        (rotation, geometry.rotated((2.0 * before - 1.0) * math.pi)),
        (p, geometry.scaled(2.0 ** (0.2 * stretch), 2.0 ** (-0.2 * stretch))),
        (rotation, geometry.rotated((2.0 * after - 1.0) * math.pi)),
        (p, geometry.moved(further_right * (width / 8), further_down * (height / 8))),
    ]


def _colours(images, p):
    """[(probability, matrices)] of the changes of colour, in their order."""
    flip, hue = uniform(images, 2)
    brightness, contrast, saturation = normal(images, 3)
    return [
        (p, colour.brightness(0.2 * brightness)),
        (p, colour.contrast(2.0 ** (0.5 * contrast))),
        (p, colour.luma_flip(flip < 0.5)),
        (p, colour.hue((2.0 * hue - 1.0) * math.pi)),
        (p, colour.saturation(2.0**saturation)),
    ]


def _composed(images, changes):
    """One matrix for each image: the product of those of the changes that happen to it."""
    changes = list(changes)
    gates = uniform(images, len(changes))
    matrices = [
        geometry.chosen(gate < probability, matrix) for gate, (probability, matrix) in zip(gates, changes, strict=True)
    ]
    return functools.reduce(tf.matmul, matrices)


def _check(target, interval, speed_kimg, initial_p):
    if not -1 <= target <= 1:
        raise ValueError(f"AdaptiveAugmentation: target={target!r}; expected -1 ≤ target ≤ 1, a mean of signs.")
    if not isinstance(interval, int) or interval < 1:
        raise ValueError(f"AdaptiveAugmentation: interval={interval!r}; expected a whole number of minibatches ≥ 1.")
    if not speed_kimg > 0:
        raise ValueError(f"AdaptiveAugmentation: speed_kimg={speed_kimg!r}; expected thousands of images > 0.")
    if not 0 <= initial_p <= 1:
        raise ValueError(f"AdaptiveAugmentation: initial_p={initial_p!r}; expected 0 ≤ initial_p ≤ 1.")
