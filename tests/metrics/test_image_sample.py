"""A random sample of images in constant memory."""

import numpy as np
import pytest

from keras_gan.metrics.image_sample import ImageSample

IMAGES = np.arange(200, dtype="uint8").reshape(200, 1, 1, 1)


def sampled(images, size, seed=0, split=(200,)):
    sample = ImageSample(size, seed)
    for part in np.split(images, np.cumsum(split)[:-1]):
        sample.update(part)
    return sample


def test_all_are_kept_while_there_is_room():
    np.testing.assert_array_equal(sampled(IMAGES, 200).images, IMAGES)


@pytest.mark.parametrize("split", [(1, 199), (150, 50), (30, 5, 60, 105)])
def test_the_split_over_updates_is_irrelevant(split):
    found = sampled(IMAGES, 50, split=split)
    np.testing.assert_array_equal(found.images, sampled(IMAGES, 50).images)
    assert found.num_images == 200


def test_no_image_is_kept_twice_and_each_as_often_as_any_other():
    counts = np.zeros(200)
    for seed in range(400):
        kept = sampled(IMAGES, 50, seed).images.ravel()
        assert len(set(kept)) == 50
        counts[kept] += 1
    assert abs(counts - 100).max() < 5 * np.sqrt(400 * 0.25 * 0.75)
    quarters = counts.reshape(4, 50).mean(axis=1)  # early and late images alike
    np.testing.assert_allclose(quarters, 100, atol=5 * np.sqrt(400 * 0.25 * 0.75 / 50))


def test_what_was_written_goes_on_as_if_uninterrupted():
    first = sampled(IMAGES[:120], 50, split=(120,))
    again = ImageSample.from_arrays(first.arrays())
    again.update(IMAGES[120:])
    np.testing.assert_array_equal(again.images, sampled(IMAGES, 50).images)


def test_floats_are_kept_as_the_bytes_they_are_saved_as():
    sample = ImageSample()
    sample.update(np.float32([-1, 0, 1.01]).reshape(3, 1, 1, 1))
    np.testing.assert_array_equal(sample.images.ravel(), [0, 128, 255])


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (np.zeros((0, 1, 1, 1)), "n at least 1"),
        (np.zeros((5, 2)), "points have metrics of their own"),
        (np.zeros((5, 1, 1, 3)), r"expected \(n, \*\(1, 1, 1\)\)"),
        (np.full((5, 1, 1, 1), 255.0), "from_uint8"),
        (np.full((5, 1, 1, 1), -127.0), "black is -1"),
        (np.full((5, 1, 1, 1), np.nan), "NaN"),
        (np.full((5, 1, 1, 1), np.inf), "infinity"),
    ],
)
def test_what_is_wrong_is_said(images, said):
    with pytest.raises(ValueError, match=said):
        sampled(IMAGES, 5).update(images)
    with pytest.raises(ValueError, match="no images yet"):
        _ = ImageSample().images
