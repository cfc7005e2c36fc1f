"""The two resize recipes against closed forms and against PIL, and bytes as a file would hold them."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from keras_gan.metrics.extractors import resize


@pytest.fixture
def photo():
    """Noise, where resizers differ most: float32 `(1, 32, 48, 3)`, whole numbers 0..255."""
    return np.random.default_rng(0).integers(0, 256, (1, 32, 48, 3)).astype("float32")


def by_hand(image, height, width):
    """Bilinear, the pixel at (0, 0) of both images at the same place: `(h, w, c)`."""
    rows = np.arange(height) * image.shape[0] / height
    columns = np.arange(width) * image.shape[1] / width
    top, left = rows.astype(int), columns.astype(int)
    below, right = np.minimum(top + 1, image.shape[0] - 1), np.minimum(left + 1, image.shape[1] - 1)
    down, along = (rows - top)[:, None, None], (columns - left)[None, :, None]
    above = image[top][:, left] * (1 - along) + image[top][:, right] * along
    under = image[below][:, left] * (1 - along) + image[below][:, right] * along
    return above * (1 - down) + under * down


@pytest.mark.parametrize("size", [(299, 299), (20, 60)])
def test_legacy_tf1_is_bilinear_from_the_corner_without_antialiasing(photo, size):
    resized = resize.to_size(tf.constant(photo), size, "legacy-tf1")
    np.testing.assert_allclose(resized[0], by_hand(photo[0], *size), atol=1e-3)


@pytest.mark.parametrize("size", [(299, 299), (20, 60), (11, 7)])
def test_antialias_is_pils_bicubic_in_floats(photo, size):
    resized = resize.to_size(tf.constant(photo), size, "antialias").numpy()
    channels = [Image.fromarray(photo[0, :, :, c]).resize(size[::-1], Image.Resampling.BICUBIC) for c in range(3)]
    expected = np.stack([np.asarray(channel) for channel in channels], axis=-1)
    assert size != (299, 299) or expected.max() > 255 > 0 > expected.min()  # the kernel overshoots, clipping is seen
    np.testing.assert_allclose(resized[0], np.clip(expected, 0, 255), atol=2e-3)


def test_a_shrunk_checkerboard_is_grey_only_with_antialiasing():
    board = np.indices((64, 64)).sum(0) % 2 * 255.0
    board = tf.constant(board[None, :, :, None], tf.float32)
    smooth = resize.to_size(board, (16, 16), "antialias")[:, 2:-2, 2:-2]
    np.testing.assert_allclose(smooth, 127.5, atol=4)
    assert float(tf.reduce_max(resize.to_size(board, (16, 16), "legacy-tf1"))) == 0


@pytest.mark.parametrize("recipe", resize.RECIPES)
def test_images_of_the_size_stay_as_they_are(photo, recipe):
    np.testing.assert_array_equal(resize.to_size(tf.constant(photo), (32, 48), recipe), photo)


def test_bytes_are_rounded_to_the_nearest_and_clipped():
    images = np.array([-1.3, -1, 0.003, 0.005, 0.9999, 1, 2], "float32")
    np.testing.assert_array_equal(resize.to_bytes(tf.constant(images)), [0, 0, 128, 128, 255, 255, 255])
    every = np.arange(256, dtype="float32")
    np.testing.assert_array_equal(resize.to_bytes(tf.constant(every / 127.5 - 1)), every)


def test_a_pixel_that_is_no_number_stays_none():
    images = tf.constant([[0.0, np.nan, 1.0]])
    np.testing.assert_array_equal(resize.to_bytes(images), [[128, np.nan, 255]])


def test_an_unknown_recipe_is_refused_with_the_nearest(photo):
    with pytest.raises(ValueError, match="'antialiased'; nearest: antialias"):
        resize.to_size(tf.constant(photo), (8, 8), "antialiased")
