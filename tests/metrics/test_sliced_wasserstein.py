"""Sliced Wasserstein distances, of points and of patches: closed forms, invariances, what is refused."""

import tracemalloc

import numpy as np
import pytest
from scipy import ndimage, stats

from keras_gan.metrics import pyramid
from keras_gan.metrics.sliced_wasserstein import SlicedWasserstein, pyramid_distances, sliced_wasserstein

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(60, 3)), RNG.normal(0.5, 2, size=(60, 3))
IMAGES = np.clip(ndimage.gaussian_filter(RNG.normal(size=(60, 32, 32, 1)), (0, 1.5, 1.5, 0)) * 3, -1, 1).astype(
    "float32"
)
FEW = {"num_directions": 64}


@pytest.mark.parametrize("sizes", [(7, 7), (7, 13), (12, 4), (1, 50)])
def test_on_the_line_it_is_the_exact_distance(sizes):
    a, b = (RNG.normal(size=size) for size in sizes)
    expected = stats.wasserstein_distance(a, b)
    assert sliced_wasserstein(a[:, None], b[:, None], num_directions=3) == pytest.approx(expected, rel=1e-9)


def test_two_point_masses_are_their_distance_times_the_mean_of_a_directions_coordinate():
    found = sliced_wasserstein([[1.0, 1.0]], [[4.0, 5.0]], num_directions=20_000)
    assert found == pytest.approx(5 * 2 / np.pi, abs=5 * 5 * 0.308 / np.sqrt(20_000))


def test_a_shifted_set_is_as_far_as_a_shifted_point():
    shift = np.array([1.0, -2.0, 0.5])
    assert sliced_wasserstein(A, A + shift) == pytest.approx(sliced_wasserstein([[0.0] * 3], [shift]), rel=1e-9)


def test_it_is_symmetric_moves_with_scale_and_not_with_place_or_order():
    found = sliced_wasserstein(A, B)
    assert found > 0.5
    assert sliced_wasserstein(B, A) == pytest.approx(found, rel=1e-12)
    assert sliced_wasserstein(A + 3, B + 3) == pytest.approx(found, rel=1e-9)
    assert sliced_wasserstein(-2 * A, -2 * B) == pytest.approx(2 * found, rel=1e-9)
    assert sliced_wasserstein(A[::-1], B) == pytest.approx(found, rel=1e-12)
    assert sliced_wasserstein(A, A[::-1]) == pytest.approx(0, abs=1e-12)
    assert sliced_wasserstein(np.repeat(A, 3, axis=0), B) == pytest.approx(found, rel=1e-9)


def test_float32_is_good_to_five_digits():
    found = sliced_wasserstein(A.astype("float32"), B.astype("float32"))
    assert found == pytest.approx(sliced_wasserstein(A.astype("float32").astype("float64"), B), rel=1e-5)


@pytest.mark.parametrize("shape", [(2, 32, 32, 1), (2, 21, 30, 3)])
def test_a_pyramid_loses_what_one_blur_and_one_spread_lose(shape):
    images = RNG.normal(size=shape)
    kernel = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1])[None, :, :, None] / 256
    smaller = ndimage.convolve(images, kernel, mode="mirror")[:, ::2, ::2]
    spread = np.zeros(shape)
    spread[:, ::2, ::2] = smaller
    fine, coarse = (pyramid.level(images, number, num_levels=2) for number in range(2))
    np.testing.assert_allclose(coarse, smaller, atol=1e-5)
    np.testing.assert_allclose(fine, images - ndimage.convolve(spread, 4 * kernel, mode="mirror"), atol=1e-5)


def test_patches_are_windows_from_anywhere():
    rows, columns = np.mgrid[:9, :12]
    image = (100 * rows + columns)[None, ..., None].astype("float32")
    found = pyramid.patches(image, 2000, seed=0).reshape(2000, 7, 7)
    step = found[0, 0, 1] - found[0, 0, 0]
    np.testing.assert_allclose(np.diff(found, axis=2), step, rtol=1e-2)
    np.testing.assert_allclose(np.diff(found, axis=1), 100 * step, rtol=1e-3)
    corners = np.rint((found[:, 0, 0] - found[:, 0, 0].min()) / step).astype(int)
    assert set(np.unique(corners)) == {100 * row + column for row in range(3) for column in range(6)}
    assert found.mean() == pytest.approx(0, abs=1e-4) and found.std() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_patches_are_the_same_a_few_images_at_a_time(number, monkeypatch):
    images = RNG.normal(size=(20, 32, 30, 3))
    whole = pyramid.patches(images, 5, 0, number, num_levels=3)
    monkeypatch.setattr(pyramid, "_VALUES_AT_ONCE", 3 * images[0].size)
    np.testing.assert_allclose(pyramid.patches(images, 5, 0, number, num_levels=3), whole, atol=1e-6)
    level = pyramid.level(images, number, num_levels=3)
    np.testing.assert_allclose(pyramid.patches(level, 5, 0), whole, atol=1e-6)


def test_patches_of_a_plain_set_are_zero():
    np.testing.assert_array_equal(pyramid.patches(np.full((3, 8, 8, 2), 0.3), 4, 0), 0.0)


def test_memory_is_that_of_patches_and_not_of_images():
    images = RNG.integers(0, 256, (400, 64, 64, 3), dtype="uint8")
    tracemalloc.start()
    pyramid_distances(images, images, patches_per_image=8, num_directions=8)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 36e6  # all images in float32 are 20 MB, and their pyramid took 94


@pytest.mark.parametrize(
    ("shape", "min_side", "sides"),
    [((64, 64), 16, [64, 32, 16]), ((28, 28), 16, [28]), ((28, 28), 14, [28, 14]), ((8, 9), 16, [8])]
    + [((1024, 512), 16, [512, 256, 128, 64, 32, 16]), ((64, 64), 4, [64, 32, 16, 8])],
)
def test_levels_end_at_the_smallest_side_asked_for(shape, min_side, sides):
    assert pyramid.level_sides((5, *shape, 1), (4, *shape, 1), min_side) == sides


def test_a_set_has_no_distance_from_itself_and_a_floor_from_others_like_it():
    assert pyramid_distances(IMAGES, IMAGES, **FEW) == {32: 0.0, 16: 0.0}
    floor = pyramid_distances(IMAGES[:30], IMAGES[30:], **FEW)
    assert all(0 < value < 100 for value in floor.values())


def test_fine_levels_see_noise_and_coarse_ones_do_not():
    noise = np.abs(RNG.normal(size=IMAGES.shape)) ** 3  # not a Gaussian, whose shape normalisation would hide
    noisy = pyramid_distances(IMAGES, np.where(RNG.random(IMAGES.shape) < 0.02, noise, IMAGES), **FEW)
    floor = pyramid_distances(IMAGES[:30], IMAGES[30:], **FEW)
    assert noisy[32] > 3 * floor[32] and noisy[32] > 1.5 * noisy[16]


def test_contrast_and_cast_of_a_whole_set_are_not_seen():
    found = pyramid_distances(IMAGES, 0.25 * IMAGES + 0.5, **FEW)
    assert max(found.values()) == pytest.approx(0, abs=0.01)


def test_sets_of_different_sizes_compare():
    found = pyramid_distances(IMAGES, IMAGES[:20], **FEW)
    assert all(0 < value < 100 for value in found.values())


def test_the_metric_gives_every_level_and_their_mean_however_images_come():
    results = []
    for size in (60, 17):
        metric = SlicedWasserstein.from_config(SlicedWasserstein(max_images=40, **FEW).get_config())
        for start in range(0, 60, size):
            metric.update_state(IMAGES[start : start + size], 0.5 * IMAGES[start : start + size] ** 2)
        results.append(metric.result())
    assert results[0] == results[1]
    assert list(results[0]) == ["swd[32]", "swd[16]", "swd"]
    assert results[0]["swd"] == pytest.approx((results[0]["swd[32]"] + results[0]["swd[16]"]) / 2)
    metric.reset_state()
    metric.update_state(IMAGES, IMAGES)
    assert set(metric.result().values()) == {0.0}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sliced_wasserstein(A, B[:, :2]), r"\(60, 3\) and \(60, 2\)"),
        (lambda: sliced_wasserstein(A, B[:0]), "both not empty"),
        (lambda: sliced_wasserstein(A[0], B[0]), r"expected \(n, dim\)"),
        (lambda: sliced_wasserstein(A, B * np.nan), "not finite"),
        (lambda: sliced_wasserstein(A, B, num_directions=0), "num_directions=0"),
        (lambda: pyramid_distances(IMAGES[:, :6], IMAGES[:, :6]), "at least 7×7"),
        (lambda: pyramid_distances(IMAGES, IMAGES[:, :16]), "alike"),
        (lambda: pyramid_distances(A, B), "For points and features use sliced_wasserstein"),
    ],
)
def test_what_is_wrong_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()
