"""Holding images back."""

import numpy as np
import pytest

from keras_gan.data import Minibatches, load, split


def test_the_parts_are_disjoint_complete_and_independent_of_the_seed():
    points = np.arange(23, dtype="float32")[:, None]
    parts = [split(Minibatches(points, batch_size=4, seed=seed), every=4) for seed in (1, 9)]
    held_back, other = [sorted(float(batch[0, 0]) for batch in test.batched(1)) for _, test in parts]
    kept = [float(batch[0, 0]) for batch in parts[1][0].batched(1)]
    assert held_back == other and len(held_back) == 5
    assert sorted([*held_back, *kept]) == list(range(23))
    assert [(part.seed, part.batch_size) for part in parts[1]] == [(9, 4), (9, 4)]


@pytest.mark.parametrize("classes", [np.arange(400) % 10, np.arange(400) // 40], ids=["in turn", "sorted"])
def test_classes_keep_their_shares_sorted_or_in_turn(classes):
    data = Minibatches((np.zeros((400, 2), "float32"), classes), batch_size=40)
    for part in split(data, every=4):
        shares = np.bincount(all_of(part)[1], minlength=10) / part.num_images
        np.testing.assert_allclose(shares, 0.1, atol=0.06)


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
