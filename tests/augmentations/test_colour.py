"""Changing colours, against NumPy."""

import colorsys
import math

import derivatives
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.augmentations import colour

CHANNELS = pytest.mark.parametrize("channels", [1, 3, 4])


def some_images(channels=3, dtype="float32"):
    return np.random.default_rng(0).uniform(-1, 1, (3, 4, 5, channels)).astype(dtype)


def of(*numbers):
    return tf.constant(numbers, tf.float32)


def on_colours(images, change):
    """`change` of all but a fourth channel."""
    return np.concatenate([change(images[..., :3]), images[..., 3:]], axis=-1)


@CHANNELS
def test_brightness_is_added(channels):
    images, amount = some_images(channels), of(0.5, -0.25, 0)
    expected = on_colours(images, lambda x: x + amount.numpy()[:, None, None, None])
    np.testing.assert_allclose(colour.painted(images, colour.brightness(amount)), expected, atol=1e-6)


@CHANNELS
def test_contrast_is_multiplied(channels):
    images, factor = some_images(channels), of(0.5, 2.5, 1)
    expected = on_colours(images, lambda x: x * factor.numpy()[:, None, None, None])
    np.testing.assert_allclose(colour.painted(images, colour.contrast(factor)), expected, atol=1e-6)


@CHANNELS
def test_contrast_about_the_mean_leaves_the_mean(channels):
    images, factor = some_images(channels), of(0.5, 2.5, 1)
    found = colour.contrast_about_mean(images, factor).numpy()

    def stretch(x):
        mean = x.mean((1, 2, 3), keepdims=True)
        return mean + factor.numpy()[:, None, None, None] * (x - mean)

    np.testing.assert_allclose(found, on_colours(images, stretch), atol=1e-6)
    np.testing.assert_allclose(found[..., :3].mean((1, 2, 3)), images[..., :3].mean((1, 2, 3)), atol=1e-6)


@CHANNELS
def test_saturation_is_a_multiple_of_the_distance_from_grey(channels):
    images, factor = some_images(channels), of(0, 2, 1)

    def saturate(x):
        grey = x.mean(-1, keepdims=True)
        return grey + factor.numpy()[:, None, None, None] * (x - grey)

    found = colour.painted(images, colour.saturation(factor))
    np.testing.assert_allclose(found, on_colours(images, saturate), atol=1e-6)


def test_a_third_of_the_circle_of_hues_makes_red_green():
    images, third = some_images(), 2 * math.pi / 3
    found = colour.painted(images, colour.hue(of(third, -third, 0)))
    expected = np.stack([images[0][..., [2, 0, 1]], images[1][..., [1, 2, 0]], images[2]])
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert colorsys.rgb_to_hsv(1, 0, 0)[0] + 1 / 3 == pytest.approx(colorsys.rgb_to_hsv(0, 1, 0)[0])


def test_a_hue_keeps_the_grey_and_the_distance_from_it():
    images = some_images()
    found = colour.painted(images, colour.hue(of(0.4, 2.0, -3.0))).numpy()
    grey = images.mean(-1, keepdims=True)
    np.testing.assert_allclose(found.mean(-1), grey[..., 0], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(found - grey, axis=-1), np.linalg.norm(images - grey, axis=-1), atol=1e-5)


def test_a_luma_flip_turns_the_grey_and_keeps_the_rest():
    images = some_images()
    found = colour.painted(images, colour.luma_flip(tf.constant([True, False, True]))).numpy()
    grey = images.mean(-1, keepdims=True)
    np.testing.assert_allclose(found[::2], (images - 2 * grey)[::2], atol=1e-6)
    np.testing.assert_allclose(found[1], images[1], atol=1e-6)


@pytest.mark.parametrize("make", [
    lambda: colour.brightness(of(0.3, -1, 2)) @ colour.contrast(of(0.7, 2, 1)),
    lambda: colour.luma_flip(tf.constant([True, False, True])) @ colour.contrast(of(0.7, 2, 1)),
    lambda: colour.hue(of(1, 2, 3)) @ colour.saturation(of(0, 2, 0.3)),
], ids=["brightness", "luma_flip", "hue"])  # fmt: skip
def test_a_grey_image_changes_as_three_equal_channels_do_on_average(make):
    grey, matrices = some_images(1), make()
    three = colour.painted(np.repeat(grey, 3, axis=-1), matrices)
    np.testing.assert_allclose(colour.painted(grey, matrices)[..., 0], np.mean(three, axis=-1), atol=1e-6)


def test_what_can_be_undone_undoes_itself():
    images, numbers, flags = some_images(4), of(0.5, 2, 3), tf.constant([True, False, True])
    for matrix in (
        colour.brightness(numbers) @ colour.brightness(-numbers),
        colour.contrast(numbers) @ colour.contrast(1 / numbers),
        colour.luma_flip(flags) @ colour.luma_flip(flags),
        colour.hue(numbers) @ colour.hue(-numbers),
        colour.saturation(numbers) @ colour.saturation(1 / numbers),
    ):
        np.testing.assert_allclose(colour.painted(images, matrix), images, atol=1e-5)


def test_the_last_factor_happens_first():
    images, amount, factor = some_images(), of(1, 2, 3), of(2, 3, 4)
    found = colour.painted(images, colour.contrast(factor) @ colour.brightness(amount))
    expected = (images + amount.numpy()[:, None, None, None]) * factor.numpy()[:, None, None, None]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@CHANNELS
def test_first_and_second_derivatives_agree_with_finite_differences(channels):
    def change(images):
        matrices = colour.hue(of(1, 2, 3)) @ colour.saturation(of(0.5, 1, 2)) @ colour.brightness(of(0.1, 0.2, -1))
        return colour.contrast_about_mean(colour.painted(images, matrices), of(0.5, 1.5, 2))

    derivatives.check(change, tf.constant(some_images(channels, "float64")))


def test_other_numbers_of_channels_are_refused():
    with pytest.raises(ValueError, match="images with 2 channels; expected 1"):
        colour.painted(np.zeros((1, 4, 4, 2), "float32"), colour.hue(of(1)))
