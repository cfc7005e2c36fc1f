"""What is kept of one side: the same however it came, all of it or constant memory, and back from a file."""

import io
import tracemalloc

import numpy as np
import pytest

from keras_gan.metrics.frechet import frechet_distance
from keras_gan.metrics.statistics import Features, Moments

ROWS = np.random.default_rng(0).normal(loc=300.0, scale=np.geomspace(1e-2, 10, 24), size=(500, 24))
WIDE = ROWS[:20]  # fewer rows than numbers in each
KINDS = pytest.mark.parametrize("kind", [Features, Moments])


def taken(kind, *blocks):
    statistics = kind()
    for block in blocks:
        statistics.update(block)
    return statistics


def through_file(statistics):
    file = io.BytesIO()
    np.savez(file, **statistics.arrays())
    file.seek(0)
    return type(statistics).from_arrays(np.load(file))


def assert_equal_moments(a, b, rtol=1e-10):
    assert a.num_images == b.num_images
    np.testing.assert_allclose(a.mean, b.mean, rtol=rtol)
    np.testing.assert_allclose(a.covariance, b.covariance, rtol=rtol, atol=rtol * np.abs(b.covariance).max())


@pytest.mark.parametrize("rows", [ROWS, WIDE, ROWS[:24], ROWS[:25]], ids=len)
def test_moments_are_those_of_numpy(rows):
    moments = taken(Moments, rows)
    np.testing.assert_allclose(moments.mean, rows.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(moments.covariance, np.cov(rows, rowvar=False), rtol=1e-9, atol=1e-9)


def test_cutting_and_order_of_the_updates_do_not_matter():
    shuffled = np.random.default_rng(1).permutation(ROWS)
    whole = taken(Moments, ROWS)
    for blocks in (np.array_split(ROWS, 7), ROWS[:, None], np.array_split(shuffled, 3), [ROWS[400:], ROWS[:400]]):
        assert_equal_moments(taken(Moments, *blocks), whole)


def test_a_mean_far_from_zero_costs_no_digits():
    moments = taken(Moments, *np.array_split(ROWS + 1e6, 9))
    np.testing.assert_allclose(moments.covariance, np.cov(ROWS, rowvar=False), rtol=1e-6, atol=1e-6)


def test_rows_are_kept_while_there_are_no_more_than_numbers_in_each():
    moments = taken(Moments, ROWS[:10], ROWS[10:24])
    np.testing.assert_array_equal(moments.rows, ROWS[:24])
    moments.update(ROWS[24:25])
    assert moments.rows is None and moments.num_images == 25


def test_the_sample_is_all_rows_then_some_that_are_spread_over_all():
    assert len(taken(Moments, ROWS).sample) == 500
    counting = np.arange(20_000.0)[:, None]
    sample = taken(Moments, *np.array_split(counting, 13)).sample
    assert sample.shape == (4096, 1) and len(np.unique(sample)) == 4096
    assert abs(sample.mean() - 9999.5) < 4 * 20_000 / np.sqrt(12 * 4096)
    np.testing.assert_array_equal(np.sort(sample, axis=0), np.sort(taken(Moments, counting).sample, axis=0))


@pytest.mark.parametrize("rows", [ROWS, WIDE], ids=len)
def test_moments_come_back_from_a_file_and_go_on(rows):
    found = through_file(taken(Moments, rows))
    assert_equal_moments(found, taken(Moments, rows))
    np.testing.assert_array_equal(np.sort(found.sample, axis=0), np.sort(taken(Moments, rows).sample, axis=0))
    found.update(ROWS[:3])
    assert_equal_moments(found, taken(Moments, rows, ROWS[:3]))


def test_number_mean_and_covariance_are_enough():
    arrays = {"num_images": 500, "mean": ROWS.mean(axis=0), "covariance": np.cov(ROWS, rowvar=False)}
    moments = Moments.from_arrays(arrays)
    assert_equal_moments(moments, taken(Moments, ROWS), rtol=1e-9)
    assert moments.rows is None and moments.sample is None


def test_features_are_kept_in_order_as_copies():
    blocks = [ROWS[:3].copy(), ROWS[3:20].copy()]
    features = taken(Features, *blocks)
    blocks[0][:] = 0
    np.testing.assert_array_equal(features.rows, WIDE.astype("float32"))
    np.testing.assert_array_equal(through_file(features).rows, features.rows)


def test_moments_keep_copies():
    block = WIDE.copy()
    moments = taken(Moments, block)
    block[:] = 0
    np.testing.assert_array_equal(moments.rows, WIDE)


@KINDS
@pytest.mark.parametrize(
    "rows, message",
    [
        (np.zeros((0, 24)), "expected"),
        (np.zeros(24), r"shape \(24,\)"),
        (np.zeros((2, 3, 24)), r"shape \(2, 3, 24\)"),
        (np.zeros((2, 25)), "rows of 25 numbers; expected 24"),
        (np.array([[np.nan] * 24, [0.0] * 24]), "NaN or infinity"),
        (np.full((1, 24), np.inf), "NaN or infinity"),
    ],
)
def test_bad_rows_are_refused_and_leave_no_trace(kind, rows, message):
    statistics = taken(kind, WIDE)
    with pytest.raises(ValueError, match=message):
        statistics.update(rows)
    assert statistics.num_images == 20


@pytest.mark.filterwarnings("ignore:overflow")
def test_what_float32_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="infinity"):
        Features().update([[1e300]])


@KINDS
def test_asking_an_empty_one_is_refused(kind):
    with pytest.raises(ValueError, match="empty.*update"):
        kind().arrays()


def test_one_image_has_no_covariance():
    with pytest.raises(ValueError, match="1 images have no covariance"):
        _ = taken(Moments, ROWS[:1]).covariance


@pytest.mark.parametrize(
    "change, message",
    [
        ({"num_images": 1}, "num_images=1"),
        ({"mean": np.zeros(3)}, r"mean of shape \(3,\), covariance of shape \(2, 2\)"),
        ({"covariance": np.full((2, 2), np.nan)}, "NaN"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(change, message):
    arrays = {"num_images": 9, "mean": np.zeros(2), "covariance": np.eye(2)}
    with pytest.raises(ValueError, match=message):
        Moments.from_arrays(arrays | change)


def test_memory_does_not_grow_with_the_number_of_images():
    block, moments, peaks = np.random.default_rng(0).normal(size=(1000, 128)).astype("float32"), Moments(), []
    tracemalloc.start()
    for updates in (8, 24):
        for _ in range(updates):
            moments.update(block)
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert moments.num_images == 32_000
    assert peaks[1] < 1.05 * peaks[0] < 32_000 * 128 * 4


def test_rows_in_float32_are_kept_so_and_computed_in_float64():
    rows = ROWS.astype("float32")
    for kept in (rows[:20], rows):
        assert_equal_moments(taken(Moments, *np.array_split(kept, 3)), taken(Moments, kept.astype("float64")))
    few = taken(Moments, rows[:5], rows[5:20])
    assert few.arrays()["rows"].dtype == few.sample.dtype == np.float32
    assert few.rows.dtype == few.mean.dtype == few.covariance.dtype == np.float64
    np.testing.assert_array_equal(few.rows, rows[:20])


def test_the_distance_of_few_wide_rows_takes_the_memory_of_rows_and_not_of_a_covariance():
    rows = np.random.default_rng(0).normal(size=(2, 40, 3072)).astype("float32")
    tracemalloc.start()
    sides = [taken(Moments, *np.array_split(side, 4)) for side in rows]
    held = tracemalloc.get_traced_memory()[0]
    frechet_distance(*sides)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert held < 1.1 * rows.nbytes  # 4 bytes a number
    assert peak < 10 * rows.nbytes < 3072**2 * 8
