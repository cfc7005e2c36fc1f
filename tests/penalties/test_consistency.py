"""Consistency: the same score for an image and for its augmented self."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.augmentations import DiffAugment
from keras_gan.duel import Duel
from keras_gan.penalties import Consistency
from keras_gan.random import Numbers


def duel(weights, real, fake, shown=None):
    def critic(images, augment=True):
        if shown is not None:
            shown.append(augment)
        return {"scores": tf.reduce_sum(weights * images, axis=tuple(range(1, len(images.shape))))[:, None]}

    return Duel(critic, tf.constant(real, tf.float32), tf.constant(fake, tf.float32), Numbers(seed=0))


def half(images):
    return 0.5 * images


@pytest.mark.parametrize(("real", "fake"), [(True, False), (False, True), (True, True)])
def test_value_and_gradient_are_those_of_the_equations(real, fake):
    random, w = np.random.default_rng(0), tf.constant([1.5, -0.5])
    images = random.normal(size=(2, 5, 2))
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = Consistency(3.0, augmentation=half, real=real, fake=fake)(duel(w, *images))
    kinds = [kind for kind, wanted in zip(images, (real, fake), strict=True) if wanted]
    assert float(value) == pytest.approx(3 * sum(np.mean((kind @ w.numpy() / 2) ** 2) for kind in kinds), rel=1e-5)
    slope = sum(1.5 * np.mean((kind @ w.numpy())[:, None] * kind, 0) for kind in kinds)
    np.testing.assert_allclose(tape.gradient(value, w), slope, rtol=1e-5)


def test_over_patches_every_patch_counts():
    images = tf.constant(np.random.default_rng(0).normal(size=(3, 4, 4, 1)), tf.float32)
    patches = Duel(lambda images, augment=True: {"scores": images[:, ::2, ::2]}, images, images, Numbers(seed=0))
    value = Consistency(2.0, augmentation=half)(patches)
    assert float(value) == pytest.approx(2 * np.mean((images[:, ::2, ::2] / 2) ** 2), rel=1e-5)


def test_what_is_augmented_already_is_not_augmented_again():
    shown, images = [], np.ones((2, 3, 2))
    Consistency(augmentation=half, fake=True)(duel(tf.ones(2), *images, shown))
    assert shown == [True, True, False, False]  # real and generated images as the loss sees them, then T's


def test_by_default_images_are_mirrored_and_moved_by_up_to_an_eighth():
    real = np.zeros((500, 16, 16, 1), "float32")
    real[:, 8, 4] = 1
    seen = []
    game = Duel(
        lambda images, augment=True: seen.append(images) or {"scores": images}, tf.constant(real), None, Numbers(0)
    )
    Consistency()(game)
    _, rows, columns, _ = np.nonzero(seen[-1].numpy() > 0.5)
    assert set(rows) == {6, 7, 8, 9, 10}
    assert set(columns) == {2, 3, 4, 5, 6} | {9, 10, 11, 12, 13}
    assert np.mean(columns < 8) == pytest.approx(0.5, abs=0.06)


def test_a_critic_that_sees_no_difference_pays_nothing():
    images = np.random.default_rng(0).normal(size=(2, 4, 8, 8, 1))
    total = Duel(lambda images, augment=True: {"scores": tf.reduce_sum(tf.square(images), axis=(1, 2, 3))},
                 *[tf.constant(kind, tf.float32) for kind in images], Numbers(0))  # fmt: skip
    assert float(Consistency(augmentation=lambda images: images[:, ::-1], fake=True)(total)) == pytest.approx(
        0, abs=1e-6
    )
    assert float(Consistency(augmentation=DiffAugment("cutout"))(total)) > 1


def test_points_want_an_augmentation_of_their_own():
    with pytest.raises(ValueError, match=r"values of shape \(3, 2\) cannot be mirrored.*augmentation="):
        Consistency()(duel(tf.ones(2), *np.ones((2, 3, 2))))


def test_at_least_one_kind_of_images_is_meant():
    with pytest.raises(ValueError, match="real=False and fake=False"):
        Consistency(real=False)
