"""Folders of image files, as people have them."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from keras_gan.data import folders, images, load

RANDOM = np.random.default_rng(0)
RGB = RANDOM.integers(0, 256, (6, 8, 3), dtype="uint8")


def save(array, path, **arguments):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **arguments)


def all_bytes(minibatches):
    """Everything in a data set, in its order, as bytes."""
    batch = next(iter(minibatches.batched(minibatches.num_images)))
    return np.rint((np.array(batch) + 1) * 127.5).astype("uint8")


@pytest.fixture
def classes(tmp_path):
    """Two classes of three images, 6x8 pixels, at different depths."""
    for number in range(6):
        folder = tmp_path / ("cats" if number < 3 else "dogs/2024")
        save(np.full((6, 8, 3), number * 10, "uint8"), folder / f"{number}.png")
    (tmp_path / "notes.txt").write_text("not an image")
    (tmp_path / "cats" / "._0.png").write_text("left by another system")
    return tmp_path


def test_images_are_found_at_any_depth_in_the_order_of_their_paths(classes):
    minibatches = load(classes, batch_size=2, shuffle=False)
    assert (minibatches.num_images, minibatches.element_spec.shape) == (6, (2, 6, 8, 3))
    assert all_bytes(minibatches)[:, 0, 0, 0].tolist() == [0, 10, 20, 30, 40, 50]


def test_first_level_folders_are_the_labels(classes):
    pictures, labels = next(iter(load(str(classes), labels=True, batch_size=6)))
    assert labels.numpy().tolist() == (np.array(pictures)[:, 0, 0, 0] > -0.8).astype(int).tolist()


def test_a_choice_of_files_keeps_every_class(classes):
    _, labels = next(iter(load(classes, labels=True, num_images=2, batch_size=2)))
    assert sorted(labels.numpy()) == [0, 1]


def test_images_of_different_sizes_need_a_size_and_are_cut_in_the_centre(tmp_path):
    bars = np.zeros((20, 60, 3), "uint8")
    bars[:, 20:40] = 255
    save(bars, tmp_path / "wide.png")
    save(bars.transpose(1, 0, 2)[:40], tmp_path / "tall.png")
    with pytest.raises(ValueError, match=r"differ in size.*tall.png is 40x20.*wide.png is 20x60.*image_size=64"):
        load(tmp_path, batch_size=1)
    tall, wide = all_bytes(load(tmp_path, image_size=10, batch_size=1, shuffle=False))
    assert wide.shape == (10, 10, 3) and wide.mean() > 250  # the white middle third
    assert tall[:4].mean() < 30 and tall[-4:].mean() > 225  # rows 10 to 30, of which the lower half is white
    assert load(tmp_path, image_size=(10, 14), batch_size=1).element_spec.shape == (1, 10, 14, 3)


def test_shrinking_is_antialiased(tmp_path):
    save(np.indices((64, 64)).sum(0).astype("uint8") % 2 * 255, tmp_path / "checkers.png")
    small = all_bytes(load(tmp_path, image_size=8, batch_size=1))
    assert small.min() > 100 and small.max() < 155


@pytest.mark.parametrize("suffix", ["png", "bmp", "gif", "webp", "tiff", "jpg"])
def test_every_format_is_read(tmp_path, suffix):
    gray = np.repeat(np.arange(8, dtype="uint8")[:, None] * 30, 8, axis=1)
    save(gray, tmp_path / f"image.{suffix}", **({"lossless": True} if suffix == "webp" else {}))
    read = all_bytes(load(tmp_path, channels=1, batch_size=1))[0, ..., 0].astype(int)
    assert np.abs(read - gray).max() <= (8 if suffix == "jpg" else 1)


def test_channels_default_to_those_of_the_first_image(tmp_path):
    save(RGB[..., 0], tmp_path / "a.png")
    save(RGB, tmp_path / "b.png")
    assert load(tmp_path, batch_size=1).element_spec.shape[-1] == 1
    first, second = all_bytes(load(tmp_path, channels=3, batch_size=1, shuffle=False))
    np.testing.assert_array_equal(first, np.repeat(RGB[..., :1], 3, axis=-1))
    np.testing.assert_array_equal(second, RGB)


def test_16_bit_images_are_scaled_and_not_cut_off(tmp_path):
    values = np.linspace(0, 65535, 48).astype("uint16").reshape(6, 8)
    save(values, tmp_path / "a.png")
    save(values, tmp_path / "b.tiff")
    for image in all_bytes(load(tmp_path, batch_size=1)):
        np.testing.assert_array_equal(image[..., 0], np.rint(values / 257))


def test_float_images_in_zero_to_one_are_scaled_and_others_refused(tmp_path):
    save(np.linspace(0, 1, 48, dtype="float32").reshape(6, 8), tmp_path / "a.tiff")
    assert all_bytes(load(tmp_path, batch_size=1)).max() == 255
    save(np.full((6, 8), 7, "float32"), tmp_path / "b.tiff")
    with pytest.raises(ValueError, match="b.tiff cannot be decoded.*expected 0..1"):
        load(tmp_path, batch_size=1)


def test_transparency_is_kept_or_laid_over_white(tmp_path):
    transparent = np.dstack([RGB, np.where(np.arange(8) < 4, 0, 255).astype("uint8")[None].repeat(6, 0)])
    save(transparent, tmp_path / "a.png")
    np.testing.assert_array_equal(all_bytes(load(tmp_path, batch_size=1))[0], transparent)
    flat = all_bytes(load(tmp_path, channels=3, batch_size=1))[0]
    assert np.all(flat[:, :4] == 255)
    np.testing.assert_array_equal(flat[:, 4:], RGB[:, 4:])


def test_palettes_become_colours(tmp_path):
    Image.fromarray(RGB).quantize(256).save(tmp_path / "a.png")
    read = all_bytes(load(tmp_path, batch_size=1))[0]
    assert read.shape == (6, 8, 3) and np.abs(read.astype(int) - RGB).mean() < 8


def test_photographs_are_turned_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held at a quarter turn
    save(RGB, tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(all_bytes(load(tmp_path, batch_size=1))[0], np.rot90(RGB, -1))
    assert images.header(tmp_path / "a.png") == (8, 6)


def test_a_broken_file_is_named(classes):
    path = classes / "dogs" / "broken.png"
    save(RGB, path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match=r"dogs.broken.png cannot be decoded as an image.*remove it"):
        load(classes, image_size=8, batch_size=2)
    path.write_text("no image at all")
    with pytest.raises(ValueError, match=r"dogs.broken.png is not an image"):
        load(classes, batch_size=2)


def test_files_that_do_not_fit_into_the_memory_are_decoded_when_drawn(classes):
    in_memory = load(classes, labels=True, batch_size=4, seed=3)
    files = folders.load(classes, labels=True, memory_limit=100).images
    lazy = in_memory._with(elements=files)
    assert isinstance(files, folders.Files) and lazy.element_spec == in_memory.element_spec
    for epoch in range(2):
        for (images_a, labels_a), (images_b, labels_b) in zip(lazy.at(epoch), in_memory.at(epoch), strict=True):
            np.testing.assert_array_equal(images_a, images_b)
            np.testing.assert_array_equal(labels_a, labels_b)


def test_a_file_that_breaks_later_is_named_when_it_is_drawn(classes):
    lazy = load(classes, batch_size=6)._with(elements=folders.load(classes, memory_limit=100).images)
    (classes / "cats" / "1.png").write_text("gone")
    with pytest.raises(tf.errors.InvalidArgumentError, match="1.png cannot be decoded"):
        next(iter(lazy))


def test_the_fingerprint_of_files_sees_their_bytes_and_names(classes):
    def fingerprint():
        return folders.load(classes, memory_limit=100).images.fingerprint()

    prints = [fingerprint(), fingerprint()]
    (classes / "cats" / "0.png").rename(classes / "cats" / "a.png")
    prints.append(fingerprint())
    save(np.full((6, 8, 3), 99, "uint8"), classes / "cats" / "a.png")
    prints.append(fingerprint())
    assert prints[0] == prints[1] and len(set(prints)) == 3


def test_folders_without_images_labels_or_splits_are_refused(tmp_path, classes):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"empty holds no images; expected files ending in .png"):
        load(tmp_path / "empty")
    save(RGB, classes / "outside.png")
    with pytest.raises(ValueError, match="labels=True, but .*outside.png lies in no sub-folder"):
        load(classes, labels=True, batch_size=1)
    with pytest.raises(ValueError, match=r"split='test', but .* has no splits.*keras_gan.data.split"):
        load(classes, split="test")
    with pytest.raises(ValueError, match="num_images=99, but there are 7 images"):
        load(classes, num_images=99)
