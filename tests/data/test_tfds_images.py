"""Data sets of tensorflow-datasets: prepared ones without a network, others with a word that helps."""

import os
import time

import numpy as np
import pytest

from keras_gan.data import load, names, tfds_images

needs_mnist = pytest.mark.skipif(
    "mnist" not in tfds_images.prepared(os.environ.get("TFDS_DATA_DIR") or "/nowhere"),
    reason="TFDS_DATA_DIR is not set to a folder with a prepared MNIST",
)


@needs_mnist
def test_mnist_is_complete_and_in_range():
    minibatches = load("mnist", labels=True, batch_size=10_000)
    images, labels = next(iter(minibatches))
    assert (minibatches.num_images, len(minibatches), minibatches.name) == (60_000, 6, "mnist")
    assert images.shape == (10_000, 28, 28, 1) and images.dtype == np.float32
    assert float(np.min(images)) == -1 and float(np.max(images)) == 1
    all_labels = minibatches.elements.tensors[1].numpy()
    assert np.bincount(all_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert labels.dtype == np.int32


@needs_mnist
def test_parts_of_mnist_have_the_size_and_channels_that_were_asked_for():
    small = load("mnist", split="test", num_images=100, image_size=(16, 20), channels=3, batch_size=50)
    assert (small.num_images, small.element_spec.shape) == (100, (50, 16, 20, 3))
    part = load("mnist", split="train[:1%]", batch_size=50)
    assert part.num_images == 600
    whole = load("mnist", num_images=600, batch_size=50)
    assert part.fingerprint == whole.fingerprint
    assert "mnist" in names()


@needs_mnist
def test_unknown_splits_and_too_many_images_are_refused():
    with pytest.raises(ValueError, match="mnist has no split 'validation'; expected one of .*train"):
        load("mnist", split="validation")
    with pytest.raises(ValueError, match="num_images=70000 of split 'train', which has 60000"):
        load("mnist", num_images=70_000)
    with pytest.raises(ValueError, match="num_images=100 of split 'all'.*of one of train, test"):
        load("mnist", split="all", num_images=100)


def test_what_is_not_prepared_is_refused_at_once_where_no_download_is_allowed(tmp_path):
    start = time.perf_counter()
    with pytest.raises(ValueError, match=r"cifar10 is not prepared in .*load\('digits'\).*TFDS_DATA_DIR"):
        tfds_images.load("cifar10", data_dir=tmp_path, download=False)
    assert time.perf_counter() - start < 10
    assert not list(tmp_path.rglob("*downloads*"))


def test_a_host_that_does_not_exist_is_noticed_in_seconds():
    start = time.perf_counter()
    assert "nowhere.invalid cannot be reached" in tfds_images.unreachable("https://nowhere.invalid/data.zip")
    assert time.perf_counter() - start < 15


def test_data_without_images_or_of_many_sizes_are_refused_before_any_download(tmp_path):
    with pytest.raises(ValueError, match="iris of tensorflow-datasets has no 8-bit images"):
        load("iris", data_dir=tmp_path)
    with pytest.raises(ValueError, match="images of tf_flowers differ in size.*image_size=64"):
        load("tf_flowers", data_dir=tmp_path)


def test_without_a_prepared_folder_only_other_names_work(tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("KERAS_GAN_DATA", raising=False)
    assert names() == ["digits", "ring", "grid", "swiss_roll", "gaussian_1d"]
    with pytest.raises(ValueError, match="unknown data set 'mnits'; nearest: mnist"):
        load("mnits")
