"""What a word, a path or an array means to `load`."""

import os

import numpy as np
import pytest
from PIL import Image

from keras_gan.data import load, names

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 8, 8), dtype="uint8")
LABELS = np.arange(12) % 3


def first(minibatches):
    return next(iter(minibatches))


def test_an_npy_file_of_grayscale_images_gets_a_channel_axis(tmp_path):
    np.save(tmp_path / "gray.npy", IMAGES)
    minibatches = load(tmp_path / "gray.npy", batch_size=12, shuffle=False)
    np.testing.assert_allclose((first(minibatches)[..., 0] + 1) * 127.5, IMAGES, atol=1e-4)
    assert minibatches.name == "gray"


@pytest.mark.parametrize(
    "arrays",
    [
        {"labels": LABELS, "images": IMAGES},
        {"x": IMAGES, "y": LABELS},
        {"images": IMAGES, "identity": LABELS.astype("uint8")},
    ],
)
def test_an_npz_file_gives_images_and_labels(tmp_path, arrays):
    np.savez(tmp_path / "data.npz", **arrays)
    images, labels = first(load(str(tmp_path / "data.npz"), labels=True, batch_size=12, shuffle=False))
    assert images.shape == (12, 8, 8, 1)
    np.testing.assert_array_equal(labels, LABELS)
    assert first(load(tmp_path / "data.npz", batch_size=12)).shape == (12, 8, 8, 1)


def test_arrays_are_a_source_too():
    images, labels = first(load((IMAGES, LABELS), labels=True, image_size=4, channels=3, batch_size=5))
    assert images.shape == (5, 4, 4, 3) and labels.shape == (5,)
    points = np.ones((20, 3), "float32")
    assert first(load(points, batch_size=4, num_images=8)).shape == (4, 3)
    assert load(points, batch_size=4).name == "arrays"


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """A folder of one's own data, with a file and two folders of images in it."""
    np.savez(tmp_path / "numbers_5k.npz", images=IMAGES, labels=LABELS)
    for folder in ("pictures/train", "faces"):
        (tmp_path / folder).mkdir(parents=True)
        Image.fromarray(IMAGES[0]).save(tmp_path / folder / "a.png")
    monkeypatch.setenv("KERAS_GAN_DATA", str(tmp_path))
    return tmp_path


def test_names_in_keras_gan_data_are_files_and_folders(own_folder):
    assert {"numbers_5k", "faces", "pictures", "pictures/train"} <= set(names())
    assert load("numbers_5k", labels=True, batch_size=4).num_images == 12
    for name in ("faces", "pictures/train", "pictures"):
        assert load(name, batch_size=1).element_spec.shape == (1, 8, 8, 1)
        assert load(name, batch_size=1).name == name.split("/")[-1]


def test_an_unknown_name_is_answered_with_the_nearest(own_folder):
    with pytest.raises(ValueError, match=r"unknown data set 'number_5k'; nearest: numbers_5k.*names\(\)"):
        load("number_5k")
    with pytest.raises(ValueError, match=r"unknown data set 'digit'; nearest: digits"):
        load("digit")
    with pytest.raises(ValueError, match=r"unknown data set './nowhere/photos'; nearest"):
        load("./nowhere/photos")


def test_a_word_is_a_name_before_it_is_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("digits", "holiday"):
        (tmp_path / folder).mkdir()
        Image.fromarray(IMAGES[0]).save(tmp_path / folder / "a.png")
    assert load("digits").num_images == 1442
    assert load("./digits", batch_size=1).num_images == 1
    assert load("holiday", batch_size=1).num_images == 1


@pytest.mark.skipif(not os.environ.get("KERAS_GAN_DATA"), reason="KERAS_GAN_DATA is not set")
def test_real_images_are_loaded_by_name():
    cifar = load("cifar10_5k", labels=True)
    faces = load("olivetti_faces", image_size=32, labels=True)
    photographs = load("CSet5", image_size=(32, 48), batch_size=5)
    assert (cifar.num_images, cifar.element_spec[0].shape) == (5085, (64, 32, 32, 3))
    assert (faces.num_images, faces.element_spec[0].shape) == (400, (64, 32, 32, 1))
    assert photographs.element_spec.shape == (5, 32, 48, 3)
    assert len(np.unique(first(faces.batched(400))[1])) == 40


def test_an_array_file_without_labels_or_with_objects_is_refused(tmp_path):
    np.save(tmp_path / "images.npy", IMAGES)
    np.save(tmp_path / "objects.npy", np.array([{}, {}]))
    np.savez(tmp_path / "nothing.npz")
    (tmp_path / "text.npz").write_text("not an archive")
    with pytest.raises(ValueError, match=r"labels=True, but .*images.npy has no labels"):
        load(tmp_path / "images.npy", labels=True, batch_size=4)
    for name, words in {
        "objects.npy": "cannot be read",
        "nothing.npz": "no arrays",
        "text.npz": "cannot be read",
    }.items():
        with pytest.raises(ValueError, match=f"{name}.*{words}"):
            load(tmp_path / name)


def test_a_single_image_file_is_refused(tmp_path):
    Image.fromarray(IMAGES[0]).save(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"a.png is a .png file; expected a folder"):
        load(tmp_path / "a.png")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"image_size": 0}, "image_size=0; expected an int"),
        ({"image_size": (8, 8, 3)}, r"image_size=\(8, 8, 3\)"),
        ({"image_size": "big"}, "image_size='big'"),
        ({"channels": 2}, "channels=2; expected 1, 3 or 4"),
        ({"split": "test"}, "split='test', but arrays has no splits"),
        ({"labels": True}, "labels=True, but arrays has no labels"),
        ({"num_images": 0}, "num_images=0"),
    ],
)
def test_wrong_wishes_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        load(IMAGES, batch_size=2, **arguments)


def test_structures_and_points_are_sent_to_where_they_belong():
    with pytest.raises(ValueError, match="got a dict of 1.*keras_gan.data.Minibatches"):
        load({"images": IMAGES})
    with pytest.raises(ValueError, match="got a tuple of 2.*rank 1"):
        load((IMAGES, IMAGES))
    with pytest.raises(ValueError, match=r"shape \(20, 3\) and type float32; expected uint8 images"):
        load(np.ones((20, 3), "float32"), image_size=8)
    with pytest.raises(ValueError, match=r"unequal lengths \[12, 11\]"):
        load((IMAGES, LABELS[:-1]), num_images=3)
