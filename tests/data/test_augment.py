"""Augmentations of keras-cv in the pipeline: they run, they change images, they keep the range and the labels."""

import numpy as np
import pytest

from keras_gan.data import Minibatches, augment

IMAGES = np.random.default_rng(0).integers(0, 256, (16, 12, 12, 3), dtype="uint8")
PLAIN = Minibatches((IMAGES, np.arange(16)), batch_size=16, shuffle=False)


@pytest.mark.parametrize("make", ["flip", "translate", "rotate", "zoom", "brightness", "contrast", "color", "cutout"])
def test_a_layer_changes_images_each_in_its_own_way_and_keeps_range_and_labels(make):
    changed, labels = next(iter(PLAIN.map(augment.augment(getattr(augment, make)()))))
    plain, _ = next(iter(PLAIN))
    differences = np.abs(changed - plain).mean(axis=(1, 2, 3))
    assert 4 <= np.sum(differences > 1e-3) <= 16
    assert len(np.unique(np.round(differences, 4))) > 4
    assert changed.dtype == np.float32 and np.min(changed) >= -1 and np.max(changed) <= 1
    assert np.min(changed) < -0.5 and np.max(changed) > 0.5
    np.testing.assert_array_equal(labels, np.arange(16))


def test_a_mirrored_image_is_the_image_or_its_mirror():
    images = next(iter(PLAIN.map(augment.augment(augment.flip()))))[0].numpy()
    plain = next(iter(PLAIN))[0].numpy()
    kept = [np.allclose(a, b, atol=1e-5) for a, b in zip(images, plain, strict=True)]
    mirrored = [np.allclose(a, b[:, ::-1], atol=1e-5) for a, b in zip(images, plain, strict=True)]
    assert np.all(np.logical_xor(kept, mirrored)) and 0 < np.sum(kept) < 16


def test_jittered_colours_keep_their_saturation_on_average():
    colours = Minibatches(np.tile(np.uint8([200, 100, 60]), (64, 4, 4, 1)), batch_size=64)
    images = next(iter(colours.map(augment.augment(augment.color(0.2))))).numpy()
    spread = (images.max(axis=-1) - images.min(axis=-1)).mean()
    assert 0.8 < spread / (140 / 127.5) < 1.2


def test_a_crop_has_its_size_and_layers_are_chained():
    cropped = PLAIN.map(augment.augment(augment.flip(), augment.random_crop(8, 6)))
    assert cropped.element_spec[0].shape == (16, 8, 6, 3)
    assert next(iter(cropped))[0].shape == (16, 8, 6, 3)


def test_images_alone_in_a_dict_and_in_grayscale_are_augmented():
    gray = IMAGES[..., :1]
    changed = next(iter(Minibatches(gray, batch_size=16).map(augment.augment(augment.translate()))))
    assert changed.shape == (16, 12, 12, 1)
    batch = {"images": IMAGES, "labels": np.arange(16)}
    changed = next(iter(Minibatches(batch, batch_size=16, shuffle=False).map(augment.augment(augment.translate()))))
    assert not np.allclose(changed["images"], next(iter(PLAIN))[0], atol=0.01)
    np.testing.assert_array_equal(changed["labels"], np.arange(16))


def test_no_layers_are_refused():
    with pytest.raises(ValueError, match="got no layers"):
        augment.augment()
