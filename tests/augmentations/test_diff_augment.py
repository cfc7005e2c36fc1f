"""DiffAugment: what it draws, against the authors' bounds."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.augmentations import DiffAugment
from keras_gan.random import Numbers, drawing_from


def augmented(images, policy, step=0):
    with drawing_from(Numbers(seed=0, step=step)):
        return DiffAugment(policy)(tf.constant(images, tf.float32), training=True).numpy()


def test_translations_reach_an_eighth_of_each_side_and_are_equally_frequent():
    images = np.zeros((4000, 16, 24, 1))
    images[:, 8, 12] = 1
    _, rows, columns, _ = np.nonzero(augmented(images, "translation"))
    assert len(rows) == 4000
    for found, middle, most in ((rows, 8, 2), (columns, 12, 3)):
        values, counts = np.unique(found - middle, return_counts=True)
        np.testing.assert_array_equal(values, np.arange(-most, most + 1))
        np.testing.assert_allclose(counts / 4000, 1 / len(values), atol=0.03)


@pytest.mark.parametrize(("side", "hole"), [(16, 8), (9, 5)])
def test_the_hole_is_half_of_each_side_with_its_middle_anywhere(side, hole):
    cut = augmented(np.ones((4000, side, side, 1)), "cutout")[..., 0] == 0
    heights, widths = cut.any(2).sum(1), cut.any(1).sum(1)
    np.testing.assert_array_equal(cut.sum((1, 2)), heights * widths)  # rectangles
    expected = [np.arange(side)[max(0, offset - hole // 2) : offset - hole // 2 + hole].size
                for offset in range(side + 1 - hole % 2)]  # fmt: skip
    for sizes in (heights, widths):
        assert sizes.max() == hole
        assert sizes.min() == min(expected)
        assert sizes.mean() == pytest.approx(np.mean(expected), rel=0.03)


def test_colours_are_brightness_then_saturation_then_contrast():
    images = np.random.default_rng(0).uniform(-1, 1, (500, 4, 4, 3))
    with drawing_from(Numbers(seed=0)):
        found = DiffAugment("color")(tf.constant(images, tf.float32), training=True).numpy()
    brightness, saturation, contrast = Numbers(seed=0).uniform((500, 3)).numpy().T[:, :, None, None, None]
    changed = images + brightness - 0.5
    grey = changed.mean(-1, keepdims=True)
    changed = grey + 2 * saturation * (changed - grey)
    mean = changed.mean((1, 2, 3), keepdims=True)
    np.testing.assert_allclose(found, mean + (contrast + 0.5) * (changed - mean), atol=1e-5)


def test_grey_images_change_in_brightness_and_contrast():
    images = np.random.default_rng(0).uniform(-1, 1, (3, 4, 4, 1))
    found = augmented(images, "color")
    brightness, _, contrast = Numbers(seed=0).uniform((3, 3)).numpy().T[:, :, None, None, None]
    mean = images.mean((1, 2, 3), keepdims=True)
    np.testing.assert_allclose(found, mean + brightness - 0.5 + (contrast + 0.5) * (images - mean), atol=1e-5)


def test_alpha_keeps_its_values_and_moves_with_the_colours():
    images = np.random.default_rng(0).uniform(-1, 1, (3, 8, 8, 4))
    np.testing.assert_allclose(augmented(images, "color")[..., 3], images[..., 3], rtol=1e-6)
    moved, alpha = augmented(images, "translation"), augmented(images[..., 3:], "translation")
    np.testing.assert_array_equal(moved[..., 3:], alpha)


def test_an_empty_policy_changes_nothing():
    images = np.ones((2, 4, 4, 1), "float32")
    np.testing.assert_array_equal(augmented(images, ()), images)


def test_it_refuses_unknown_policies_and_points():
    with pytest.raises(ValueError, match="DiffAugment: policy=.*'colour'; nearest: color"):
        DiffAugment(("colour",))
    with pytest.raises(ValueError, match=r"DiffAugment: values of shape \(4, 2\); expected images"):
        DiffAugment()(tf.zeros((4, 2)), training=True)
