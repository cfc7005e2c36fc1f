"""Samples as one picture."""

import numpy as np
import pytest
from PIL import Image

from keras_gan import pictures


def grey_levels(number, height=4, width=6, channels=1):
    """Images of one grey level each: -1, ..., 1."""
    levels = np.linspace(-1, 1, number)[:, None, None, None]
    return np.broadcast_to(levels, (number, height, width, channels)).astype("float32")


def test_images_stand_in_rows_on_white():
    sheet = pictures.grid(grey_levels(5), columns=3, padding=2, min_side=1)
    assert (sheet.shape, sheet.dtype) == ((2 * 6 + 2, 3 * 8 + 2, 3), np.uint8)
    found = [int(sheet[4 + 6 * row, 4 + 8 * column, 0]) for row in range(2) for column in range(3)]
    assert found == [0, 64, 128, 191, 255, 255]
    np.testing.assert_array_equal(sheet[:2], 255)
    np.testing.assert_array_equal(sheet[:, 8:10], 255)
    np.testing.assert_array_equal(sheet[2:6, 2:8], 0)


def test_a_grid_is_about_as_wide_as_high_and_never_wider_than_its_images():
    assert pictures.grid(grey_levels(9, 4, 4), padding=0, min_side=1).shape == (12, 12, 3)
    assert pictures.grid(grey_levels(10, 4, 4), padding=0, min_side=1).shape == (12, 16, 3)
    assert pictures.grid(grey_levels(2, 4, 4), columns=8, padding=0, min_side=1).shape == (4, 8, 3)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_colours_stay_and_grey_becomes_grey(channels):
    images = np.random.default_rng(0).integers(0, 256, (1, 4, 4, channels)).astype("uint8")
    sheet = pictures.grid(images, padding=0, min_side=1)
    np.testing.assert_array_equal(sheet, np.broadcast_to(images[0], (4, 4, max(3, channels))))


def test_small_pictures_grow_by_a_whole_factor():
    small = pictures.grid(grey_levels(4, 8, 8), min_side=1)
    large = pictures.grid(grey_levels(4, 8, 8), min_side=50)
    assert large.shape == (57, 57, 3)
    np.testing.assert_array_equal(large[1::3, 1::3], small)


@pytest.mark.parametrize("shape", [(3, 4, 4), (3, 4, 4, 2), (4,), (0, 4, 4, 1)], ids=str)
def test_what_are_no_images_raises(shape):
    with pytest.raises(ValueError, match=r"grid: images of shape .*; expected \(n, height, width"):
        pictures.grid(np.zeros(shape))


def test_points_become_a_picture_of_where_they_are_with_up_above():
    points = np.concatenate([np.full((100, 2), 0.75), np.full((1, 2), -0.75)])
    picture = pictures.density(points, side=4, extent=1.0)
    assert (picture.shape, picture.dtype) == ((4, 4, 3), np.uint8)
    assert picture[0, 3, 0] == 0 and picture[3, 0, 0] == pytest.approx(255 * (1 - 0.1), abs=1)
    assert (picture == 255).all(axis=-1).sum() == 14
    np.testing.assert_array_equal(pictures.grid(points), pictures.density(points))


def test_points_on_the_line_lie_on_the_middle_row():
    picture = pictures.density(np.linspace(-1, 1, 50)[:, None], side=8)
    rows = np.flatnonzero((picture < 255).any(axis=(1, 2)))
    assert len(rows) == 1 and rows[0] in (3, 4)
    assert pictures.density(np.zeros((5, 2)), side=8).min() == 0  # all at one place, too


def test_a_picture_is_written_whole(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (5, 6, 3)).astype("uint8")
    filepath = pictures.save(picture, tmp_path / "deep" / "picture.png")
    np.testing.assert_array_equal(np.asarray(Image.open(filepath)), picture)
    pictures.save(255 - picture, filepath)
    np.testing.assert_array_equal(np.asarray(Image.open(filepath)), 255 - picture)
    assert [path.name for path in filepath.parent.iterdir()] == ["picture.png"]
