"""Few labels: who is drawn, what a minibatch holds, and that the order is decided by (seed, epoch)."""

import numpy as np
import pytest
from PIL import Image

from keras_gan import data

LABELS = np.random.default_rng(1).permutation(np.arange(60) % 3)
IMAGES = np.broadcast_to(np.arange(60, dtype="float32")[:, None] / 100, (60, 2)).copy()  # each tells its number


def few(num_labels=7, **how):
    return data.few_labels((IMAGES, LABELS), num_labels, **({"batch_size": 12} | how))


def numbers(points):
    return np.rint(np.asarray(points)[:, 0] * 100).astype(int)


def seen(minibatches, epoch=0):
    """(numbers of labelled images, their labels, numbers of unlabelled ones), minibatch by minibatch."""
    return [(numbers(x), y.numpy(), numbers(u)) for (x, y), u in minibatches.at(epoch)]


def test_the_labels_are_drawn_from_every_class_alike():
    for num_labels, shares in {3: [1, 1, 1], 7: [2, 2, 3], 8: [2, 3, 3], 60: [20, 20, 20]}.items():
        chosen = data.semi_supervised.balanced(LABELS, num_labels, seed=4)
        assert len(set(chosen)) == num_labels
        assert sorted(np.bincount(LABELS[chosen])) == shares


def test_the_rest_falls_on_other_classes_and_images_for_another_seed():
    draws = [data.semi_supervised.balanced(LABELS, 7, seed) for seed in (*range(12), -3)]
    assert {int(np.bincount(LABELS[draw]).argmax()) for draw in draws} == {0, 1, 2}
    assert len({tuple(sorted(draw)) for draw in draws}) == 13


def test_minibatches_hold_labelled_images_with_their_labels_beside_all_images():
    minibatches = few(labelled_batch_size=5)
    labelled, unlabelled = set(), []
    for x, y, u in seen(minibatches):
        assert (len(x), len(y), len(u)) == (5, 5, 12)
        np.testing.assert_array_equal(y, LABELS[x])
        labelled |= set(x)
        unlabelled += list(u)
    assert sorted(unlabelled) == list(range(60))
    assert len(labelled) <= 7 and minibatches.num_images == 60 and minibatches.num_classes == 3


def test_every_label_comes_equally_often():
    shown = np.concatenate([x for x, _, _ in seen(few(6))])
    assert sorted(np.bincount(shown)[np.bincount(shown) > 0]) == [10] * 6


def test_seed_and_epoch_decide_the_order_so_that_skipping_is_exact():
    first, again = seen(few(), epoch=3), seen(few(), epoch=3)
    rest = [(numbers(x), y.numpy(), numbers(u)) for (x, y), u in few().at(3, skip=2)]
    for a, b in [*zip(first, again, strict=True), *zip(first[2:], rest, strict=True)]:
        for one, other in zip(a, b, strict=True):
            np.testing.assert_array_equal(one, other)
    assert not np.array_equal(first[0][2], seen(few(), epoch=4)[0][2])
    assert not np.array_equal(first[0][2], seen(few(seed=1), epoch=3)[0][2])


def test_its_fingerprint_tells_draws_apart():
    prints = {few().fingerprint, few(8).fingerprint, few(seed=1).fingerprint, few(labelled_batch_size=3).fingerprint}
    assert len(prints) == 4
    assert few().fingerprint == few(batch_size=20, labelled_batch_size=12).fingerprint


def test_minibatches_of_another_source_keep_its_size_name_and_order():
    source = data.Minibatches((IMAGES, LABELS), batch_size=20, shuffle=False, name="points")
    minibatches = data.few_labels(source, 3)
    assert (minibatches.batch_size, minibatches.name, len(minibatches)) == (20, "points", 3)
    assert list(seen(minibatches)[0][2]) == list(range(20))


def test_their_images_are_those_without_labels_each_once():
    np.testing.assert_array_equal(np.concatenate(list(few().each_once(25))), IMAGES)
    assert data.images_of(few(labelled_batch_size=2).element_spec).shape == (12, 2)


def test_a_part_of_them_keeps_all_labels():
    train, test = data.split(few(labelled_batch_size=4), every=5)
    assert (train.num_images, test.num_images) == (48, 12)
    chosen = set(data.semi_supervised.balanced(LABELS, 7, seed=0))
    assert all(set(x) <= chosen for x, _, _ in seen(train))


def test_files_are_decoded_minibatch_by_minibatch(tmp_path):
    for name, level in {"a": 0, "b": 255}.items():
        (tmp_path / name).mkdir()
        for i in range(4):
            Image.new("L", (8, 8), level).save(tmp_path / name / f"{i}.png")
    source = data.Minibatches(data.files.Files(sorted(tmp_path.rglob("*.png")), size=(8, 8), channels=1,
                                               labels=[0] * 4 + [1] * 4), batch_size=4)  # fmt: skip
    (images, labels), unlabelled = next(iter(data.few_labels(source, 2)))
    np.testing.assert_array_equal(images[:, 0, 0, 0], 2.0 * labels.numpy() - 1)
    assert unlabelled.shape == (4, 8, 8, 1)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: few(0), "num_labels=0"),
        (lambda: few(61), "has 20 images"),
        (lambda: few(labelled_batch_size=13), "expected 1 to batch_size=12"),
        (lambda: few(batch_size=61), "fewer than batch_size=61"),
        (lambda: data.few_labels(data.Minibatches(IMAGES, batch_size=12), 3), "labels=True"),
        (lambda: data.few_labels(few().map(lambda labelled, unlabelled: labelled), 3), "Map afterwards"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_with_the_repair(make, said):
    with pytest.raises(ValueError, match=said):
        make()
