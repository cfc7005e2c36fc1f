"""Moving pixels about, against NumPy and SciPy."""

import math

import derivatives
import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from keras_gan.augmentations import geometry

SHAPES = pytest.mark.parametrize("shape", [(3, 6, 6, 1), (3, 5, 8, 3), (3, 4, 7, 4)], ids=str)


def some_images(shape=(3, 6, 6, 1), dtype="float32"):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(dtype)


def of(*numbers):
    return tf.constant(numbers, tf.float32)


def by_scipy(image, matrix):
    """One image `(height, width, channels)` through a matrix on (x, y, 1), by SciPy, which thinks in (row, column)."""
    turned = matrix[[1, 0]][:, [1, 0, 2]].astype("float64")
    middle = (np.array(image.shape[:2]) - 1) / 2
    offset = turned[:, 2] + middle - turned[:, :2] @ middle
    channels = [ndimage.affine_transform(channel, turned[:, :2], offset, order=1, mode="mirror")
                for channel in np.moveaxis(image, -1, 0)]  # fmt: skip
    return np.stack(channels, -1)


@SHAPES
@pytest.mark.parametrize("jit_compile", [None, True], ids=["eager", "xla"])
def test_any_change_is_what_scipy_makes_of_its_matrix(shape, jit_compile):
    images = some_images(shape)
    matrices = (
        geometry.rotated(of(0.3, -1.1, 2.5))
        @ geometry.scaled(of(1.3, 0.6, 1.0), of(0.8, 1.5, 1.0))
        @ geometry.moved(of(0.3, -2.2, 9.4), of(-1.7, 0.25, 3.0))
    )
    warp = geometry.warp
    if jit_compile is not None:
        signature = [tf.TensorSpec((None, *shape[1:])), tf.TensorSpec((None, 3, 3))]
        warp = tf.function(warp, input_signature=signature, jit_compile=jit_compile)
    expected = [by_scipy(image, matrix) for image, matrix in zip(images, matrices.numpy(), strict=True)]
    np.testing.assert_allclose(warp(images, matrices), expected, rtol=1e-4, atol=2e-5)


@SHAPES
def test_a_flip_mirrors_left_to_right_where_it_should(shape):
    images = some_images(shape)
    found = geometry.warp(images, geometry.flipped(tf.constant([True, False, True])))
    np.testing.assert_array_equal(found, [images[0][:, ::-1], images[1], images[2][:, ::-1]])


def test_quarter_turns_are_exact_and_clockwise():
    images = np.repeat(some_images()[:1], 4, axis=0)
    found = geometry.warp(images, geometry.turned(of(0, 1, 2, 3)))
    np.testing.assert_array_equal(found, [np.rot90(images[0], -quarters) for quarters in range(4)])


def test_a_rotation_by_a_right_angle_is_a_quarter_turn():
    images = some_images()
    by_angle, by_quarter = geometry.rotated(of(*[math.pi / 2] * 3)), geometry.turned(of(1, 1, 1))
    np.testing.assert_allclose(geometry.warp(images, by_angle), geometry.warp(images, by_quarter), atol=1e-5)


def test_a_move_goes_right_and_down_and_mirrors_the_edges():
    images = some_images((1, 4, 5, 1))
    found = geometry.warp(images, geometry.moved(of(2), of(1))).numpy()
    np.testing.assert_array_equal(found[0, 1:, 2:], images[0, :-1, :-2])
    np.testing.assert_array_equal(found[0, 0, 2:], images[0, 1, :-2])
    np.testing.assert_array_equal(found[0, 1:, 1], images[0, :-1, 1])


def test_a_move_by_half_a_pixel_is_the_mean_of_two():
    images = some_images((1, 3, 4, 1))
    found = geometry.warp(images, geometry.moved(of(0.5), of(0))).numpy()
    np.testing.assert_allclose(found[0, :, 1:], (images[0, :, 1:] + images[0, :, :-1]) / 2, rtol=1e-6)


def test_magnified_by_two_an_image_has_its_middle_twice_as_large():
    images = some_images((1, 5, 5, 1))
    found = geometry.warp(images, geometry.scaled(of(2), of(2))).numpy()
    np.testing.assert_allclose(found[0, ::2, ::2], images[0, 1:4, 1:4], rtol=1e-6)


def test_what_can_be_undone_undoes_itself():
    images, angle = some_images((3, 8, 8, 3)), of(0.7, -2.0, 3.0)
    exact = [
        geometry.flipped(tf.constant([True] * 3)) @ geometry.flipped(tf.constant([True] * 3)),
        geometry.turned(of(1, 2, 3)) @ geometry.turned(of(3, 2, 1)),
        geometry.moved(of(1, 2, -3), of(2, 0, 5)) @ geometry.moved(of(-1, -2, 3), of(-2, 0, -5)),
    ]
    near = [
        geometry.rotated(angle) @ geometry.rotated(-angle),
        geometry.scaled(of(2, 0.7, 3), of(0.3, 1, 2)) @ geometry.scaled(1 / of(2, 0.7, 3), 1 / of(0.3, 1, 2)),
    ]
    for matrix in exact:
        np.testing.assert_array_equal(geometry.warp(images, matrix), images)
    for matrix in near:
        np.testing.assert_allclose(geometry.warp(images, matrix), images, atol=1e-5)


def test_the_first_factor_happens_first():
    images = some_images((1, 6, 6, 1))
    both = geometry.flipped(tf.constant([True])) @ geometry.moved(of(1), of(0))
    one_by_one = geometry.warp(
        geometry.warp(images, geometry.flipped(tf.constant([True]))), geometry.moved(of(1), of(0))
    )
    np.testing.assert_array_equal(geometry.warp(images, both), one_by_one)


def test_a_closed_gate_lets_nothing_happen():
    matrices = geometry.chosen(tf.constant([True, False]), geometry.rotated(of(1, 1)))
    np.testing.assert_array_equal(matrices[1], np.eye(3))
    np.testing.assert_array_equal(matrices[0], geometry.rotated(of(1))[0])


@SHAPES
def test_a_shift_moves_whole_pixels_and_lets_zeros_in(shape):
    images = some_images(shape)
    right, down = [2, -1, 0], [1, -3, 0]
    expected = np.stack(
        [ndimage.shift(image, (d, r, 0), order=0) for image, r, d in zip(images, right, down, strict=True)]
    )
    np.testing.assert_array_equal(geometry.shift(images, tf.constant(right), tf.constant(down)), expected)


def test_a_shift_out_of_sight_leaves_nothing():
    np.testing.assert_array_equal(geometry.shift(some_images(), tf.constant([6, -6, 0]), tf.constant([0, 0, 9])), 0)


@SHAPES
def test_a_hole_is_zero_and_all_else_as_it_was(shape):
    images = some_images(shape)
    expected = images.copy()
    expected[0, 1:3, 2:4] = expected[1, 3:5, :1] = 0
    left, top = tf.constant([2, -1, 40]), tf.constant([1, 3, 0])
    np.testing.assert_array_equal(geometry.cut_out(images, left, top, 2, 2), expected)


@pytest.mark.parametrize("change", ["warp", "shift", "cut_out"])
def test_first_and_second_derivatives_agree_with_finite_differences(change):
    images = tf.constant(some_images((2, 4, 5, 2), "float64"))
    whole = tf.constant([1, -2])
    made = {
        "warp": lambda x: geometry.warp(x, geometry.rotated(of(0.4, 2.0)) @ geometry.moved(of(0.3, 2), of(-1.2, 0))),
        "shift": lambda x: geometry.shift(x, whole, whole),
        "cut_out": lambda x: geometry.cut_out(x, whole, whole, 3, 3),
    }[change]
    derivatives.check(made, images)
