"""What stands in a minibatch, what is refused, and what the fingerprint sees."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.data import Minibatches

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 4, 6, 3), dtype="uint8")
LABELS = np.arange(12)


def first(minibatches):
    return next(iter(minibatches.at(0)))


def test_bytes_become_floats_in_minus_one_to_one_and_stay_bytes_in_memory():
    minibatches = Minibatches(IMAGES, batch_size=12, shuffle=False)
    images = first(minibatches).numpy()
    assert images.dtype == np.float32 and images.min() >= -1 and images.max() <= 1
    np.testing.assert_allclose((images + 1) * 127.5, IMAGES, atol=1e-4)
    assert minibatches.elements.tensors.dtype == tf.uint8


def test_floats_pass_unchanged_and_other_numbers_get_32_bits():
    structure = (IMAGES / 100.0, LABELS.astype("uint8"), LABELS.astype("int64"), LABELS > 3, LABELS.astype(str))
    images, *others = first(Minibatches(structure, batch_size=12, shuffle=False))
    np.testing.assert_array_equal(images, (IMAGES / 100.0).astype("float32"))
    assert [tensor.dtype for tensor in others] == [tf.int32, tf.int32, tf.bool, tf.string]
    np.testing.assert_array_equal(others[1], LABELS)


def test_nested_structures_keep_their_form_and_their_images_together():
    structure = (({"source": IMAGES, "target": IMAGES[:, ::2]}, LABELS), IMAGES)
    (pair, labels), unlabelled = first(Minibatches(structure, batch_size=5, seed=3))
    np.testing.assert_array_equal(pair["target"], pair["source"][:, ::2])
    np.testing.assert_array_equal(unlabelled, pair["source"])
    np.testing.assert_allclose((pair["source"] + 1) * 127.5, IMAGES[labels.numpy()], atol=1e-4)


def test_the_element_spec_has_a_static_batch_size():
    spec = Minibatches((IMAGES, LABELS), batch_size=5).element_spec
    assert spec == (tf.TensorSpec((5, 4, 6, 3), tf.float32), tf.TensorSpec((5,), tf.int32))


def test_mapped_functions_are_chained_and_keep_length_seed_and_order():
    plain = Minibatches((IMAGES, LABELS), batch_size=5, seed=3, name="photos")
    mapped = plain.map(lambda images, labels: (images * 2, labels)).map(lambda images, labels: images + 1, name="twice")
    np.testing.assert_allclose(first(mapped), first(plain)[0] * 2 + 1)
    assert (len(mapped), mapped.seed, mapped.name) == (2, 3, "twice")
    assert mapped.element_spec == tf.TensorSpec((5, 4, 6, 3), tf.float32)
    np.testing.assert_allclose(next(iter(mapped.at(2, skip=1))), list(plain.at(2))[1][0] * 2 + 1)
    assert isinstance(plain.element_spec, tuple)


def test_the_fingerprint_sees_contents_type_shape_and_place_only():
    prints = [
        Minibatches(elements, batch_size=2).fingerprint
        for elements in (
            IMAGES,
            IMAGES[::-1],
            IMAGES.reshape(12, 6, 4, 3),
            IMAGES.astype("float32"),
            (IMAGES, LABELS),
            {"images": IMAGES, "labels": LABELS},
            {"images": IMAGES, "classes": LABELS},
        )
    ]
    assert len(set(prints)) == len(prints) and all(len(text) == 64 for text in prints)


def test_the_fingerprint_does_not_see_order_batch_size_or_what_was_drawn_before():
    minibatches = Minibatches((IMAGES, LABELS), batch_size=2, seed=1)
    list(minibatches)
    later = minibatches.batched(3).reseeded(7).map(lambda images, labels: images)
    assert (
        later.fingerprint
        == minibatches.fingerprint
        == Minibatches((IMAGES.copy(), LABELS)[:2], batch_size=4).fingerprint
    )


def test_strings_are_told_apart_by_their_borders():
    prints = {
        Minibatches((IMAGES[:2], np.array(text)), batch_size=1).fingerprint for text in (["ab", "c"], ["a", "bc"])
    }
    assert len(prints) == 2


def with_nan():
    array = np.zeros((12, 2), "float32")
    array[7, 1] = np.nan
    return array


@pytest.mark.parametrize(
    ("elements", "batch_size", "words"),
    [
        (IMAGES[:0], 1, "empty"),
        ((), 1, "got no arrays"),
        (np.float32(1), 1, "first axis"),
        (IMAGES, 13, "12 images are fewer than batch_size=13.*Use batch_size=12"),
        (IMAGES, 0, "batch_size=0.*at least 1"),
        (IMAGES, 2.5, "batch_size=2.5"),
        ((IMAGES, LABELS[:-1]), 4, r"unequal lengths \[12, 11\]"),
        (with_nan(), 4, "1 of 12 elements.*first is element 7"),
        (np.full((3, 2, 2, 1), np.inf), 1, "NaN or infinity"),
        (IMAGES[..., 0], 4, r"\(12, 4, 6\).*images\[..., None\]"),
        (LABELS, 4, "rank 4"),
        (IMAGES.astype("int64"), 4, "are int64.*astype"),
        ((LABELS, IMAGES[..., 0]), 4, "rank 4"),
    ],
)
def test_wrong_data_are_refused_with_the_repair(elements, batch_size, words):
    with pytest.raises(ValueError, match=words):
        Minibatches(elements, batch_size=batch_size)


def test_rebatching_beyond_the_data_is_refused():
    with pytest.raises(ValueError, match="12 images are fewer than batch_size=20"):
        Minibatches(IMAGES, batch_size=4).batched(20)


def test_positions_before_the_start_are_refused():
    minibatches = Minibatches(IMAGES, batch_size=4)
    with pytest.raises(ValueError, match="skip=-1"):
        minibatches.at(0, skip=-1)
    with pytest.raises(ValueError, match="epoch=-2"):
        minibatches.at(-2)
