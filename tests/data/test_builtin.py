"""The digits that come with scikit-learn, in the sizes that networks want."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from keras_gan.data import load


def everything(**arguments):
    """All images and labels, in their order."""
    minibatches = load("digits", labels=True, batch_size=1, shuffle=False, **arguments)
    images, labels = next(iter(minibatches.batched(minibatches.num_images)))
    return images.numpy(), labels.numpy()


def test_the_digits_are_scikit_learns_digits():
    images, labels = everything(split="all")
    original, classes = load_digits(return_X_y=True)
    assert images.shape == (1797, 8, 8, 1)
    np.testing.assert_allclose((images[..., 0] + 1) * 8, original.reshape(-1, 8, 8), atol=0.04)
    np.testing.assert_array_equal(labels, classes)


def test_train_and_test_are_disjoint_complete_and_hold_every_class_in_its_share():
    train, test, both = (everything(split=split) for split in ("train", "test", "all"))
    assert (len(train[0]), len(test[0])) == (1442, 355)
    np.testing.assert_array_equal(
        np.sort(np.concatenate([train[0], test[0]]).sum((1, 2, 3))), np.sort(both[0].sum((1, 2, 3)))
    )
    np.testing.assert_allclose(np.bincount(test[1]) / 355, np.bincount(both[1]) / 1797, atol=0.003)


@pytest.mark.parametrize("size", [16, 32, (32, 48)])
def test_enlarged_digits_fill_the_range_on_a_clean_background(size):
    images, labels = everything(image_size=size, split="test")
    height, width = size if isinstance(size, tuple) else (size, size)
    assert images.shape == (355, height, width, 1)
    assert images.min() == -1 and images.max() == 1
    border = np.concatenate(
        [images[:, 0].ravel(), images[:, -1].ravel(), images[:, :, 0].ravel(), images[:, :, -1].ravel()]
    )
    assert border.max() < -0.95
    assert 0.4 < np.mean(images == -1) < 0.85
    small, _ = everything(split="test")
    assert (
        abs(np.mean(images[:, :, (width - height) // 2 : (width + height) // 2]) + 1 - np.mean(small + 1) * 0.64) < 0.02
    )
    assert len(np.unique(labels)) == 10


def test_digits_in_colour_have_three_equal_channels():
    images, _ = everything(channels=3, split="test")
    assert images.shape == (355, 8, 8, 3)
    np.testing.assert_array_equal(images[..., 0], images[..., 2])


def test_a_choice_of_images_keeps_the_classes():
    images, labels = everything(num_images=100)
    assert len(images) == 100 and np.bincount(labels).min() > 3


def test_unknown_splits_and_numbers_are_refused():
    with pytest.raises(ValueError, match="digits has no split 'validation'; expected 'train', 'test' or 'all'"):
        load("digits", split="validation")
    with pytest.raises(ValueError, match="num_images=5000, but there are 1442 images"):
        load("digits", num_images=5000)
