"""Holding images back."""

import numpy as np
import pytest

from keras_gan.data import Minibatches, load, split


def test_the_parts_are_disjoint_complete_and_independent_of_the_seed():
    points = Minibatches(np.arange(23, dtype="float32")[:, None], batch_size=4, seed=9)
    train, test = split(points, every=4)
    held_back = np.concatenate([batch[:, 0] for batch in test.batched(1)])
    rest = np.concatenate([batch[:, 0] for batch in train.batched(1)])
    assert sorted(held_back) == [3, 7, 11, 15, 19]
    assert sorted([*held_back, *rest]) == list(range(23))
    assert (train.seed, train.batch_size, test.batch_size) == (9, 4, 4)


def test_labels_stay_with_their_images_and_small_parts_are_one_minibatch():
    digits = load("digits", labels=True, batch_size=300, num_images=600)
    train, test = split(digits)
    assert (train.num_images, test.num_images, test.batch_size) == (480, 120, 120)
    images, labels = next(iter(test))
    originals = {image.tobytes(): label for image, label in zip(*map(np.array, all_of(digits)), strict=True)}
    assert all(originals[image.tobytes()] == label for image, label in zip(images.numpy(), labels.numpy(), strict=True))


def all_of(minibatches):
    return next(iter(minibatches.batched(minibatches.num_images)))


@pytest.mark.parametrize("every", [1, 24])
def test_a_part_that_would_be_empty_is_refused(every):
    with pytest.raises(ValueError, match=f"every={every} of 23 images"):
        split(Minibatches(np.zeros((23, 1), "float32"), batch_size=4), every=every)
