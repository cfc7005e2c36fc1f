"""The classifiers that stand in for Inception: how well they classify, and that the cache never gives another's."""

import dataclasses
import json
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import data
from keras_gan.metrics import extractors, small_cnn
from keras_gan.metrics.extractors.classifier import Papers, classifier_for, dataset_of, kept


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_GAN_CACHE", str(folder))
        yield folder / "classifiers"


@pytest.fixture(scope="module")
def digits(cache):
    return classifier_for("digits")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a data set "two_halves" of two classes, and its classifier in the cache."""
    folder = tmp_path_factory.mktemp("halves")
    save_halves(folder)
    with pytest.MonkeyPatch.context() as patch:
        live_in(folder, patch)
        classifier_for("two_halves")
    return folder


@pytest.fixture
def folder(trained, tmp_path, monkeypatch):
    """A copy of `trained`, to change."""
    live_in(shutil.copytree(trained, tmp_path / "copy"), monkeypatch)
    return tmp_path / "copy"


def live_in(folder, patch):
    patch.setenv("KERAS_GAN_DATA", str(folder))
    patch.setenv("KERAS_GAN_CACHE", str(folder / "cache"))


def save_halves(folder):
    """Images whose upper or lower half is bright; no test split."""
    images = np.random.default_rng(0).integers(0, 100, (800, 4, 4, 1), dtype="uint8")
    labels = np.arange(800) % 2
    images[labels == 0, :2] += 150
    images[labels == 1, 2:] += 150
    np.savez(folder / "two_halves.npz", images=images, labels=labels)


def test_the_digits_are_learned_and_the_accuracy_stands_in_the_recipe(digits):
    test = data.load("digits", split="test", labels=True, batch_size=355, shuffle=False)
    images, labels = next(iter(test))
    outputs = digits(images)
    assert outputs["features"].shape == (355, 128) and outputs["probabilities"].shape == (355, 10)
    right = float(np.mean(np.argmax(outputs["probabilities"], axis=1) == labels))
    assert 0.97 <= digits.accuracy <= 1 and right == pytest.approx(digits.accuracy)
    assert f"{digits.accuracy:.4f}" in digits.recipe and digits.name == "digits-cnn"


def test_probabilities_and_features_belong_together(digits):
    outputs = digits(np.random.default_rng(0).uniform(-1, 1, (4, 8, 8, 1)).astype("float32"))
    kernel, bias = digits.model.get_layer("probabilities").get_weights()
    logits = outputs["features"] @ kernel + bias
    np.testing.assert_allclose(outputs["probabilities"], tf.nn.softmax(logits), rtol=1e-4, atol=1e-6)


def test_images_of_another_size_are_resized_and_stay_what_they_were(digits):
    small, large = (data.load("digits", split="test", labels=True, image_size=size) for size in (None, 16))
    images, labels = large.elements(tf.range(355, dtype=tf.int64))
    inside = tf.image.resize(images[:, 2:-2, 2:-2], (32, 32))  # without the margin that enlarging gave them
    right = np.mean(np.argmax(digits(inside)["probabilities"], axis=1) == labels)
    assert small.num_images == 355 and 0.9 <= right <= 1


def test_the_cache_gives_the_same_classifier_without_training(digits, cache):
    written = (cache / "digits-cnn.keras").stat().st_mtime_ns
    again = extractors.get("digits-cnn")
    assert again.fingerprint == digits.fingerprint and again.recipe == digits.recipe
    assert (cache / "digits-cnn.keras").stat().st_mtime_ns == written
    assert sorted(path.name for path in cache.iterdir()) == ["digits-cnn.json", "digits-cnn.keras"]


def test_it_is_found_again_from_its_configuration_and_one_made_by_hand_is_refused(digits):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(digits))
    assert (again.name, again.fingerprint) == (digits.name, digits.fingerprint)
    by_hand = extractors.Classifier(digits.model, "mine", {"accuracy": 1.0})
    with pytest.raises(TypeError, match="mine: this classifier was not made by classifier_for.*FromModel"):
        by_hand.get_config()


def test_other_channels_are_refused(digits):
    with pytest.raises(ValueError, match="digits-cnn: images have 3 channels; expected 1"):
        digits(np.zeros((2, 8, 8, 3), "float32"))


def test_any_labelled_data_set_has_a_classifier_tested_on_images_that_it_has_not_seen(folder):
    found = extractors.get("two-halves-cnn")
    papers = found.details["papers"]
    train, test = data.split(data.load("two_halves", labels=True))
    assert (papers["dataset"], papers["train"], papers["test"]) == ("two_halves", train.fingerprint, test.fingerprint)
    assert found.accuracy == 1 and test.num_images == 160


def test_a_broken_cache_is_made_anew_and_the_same_again_whatever_the_global_seed(folder):
    first, papers_file = classifier_for("two_halves"), folder / "cache" / "classifiers" / "two-halves-cnn.json"
    details = json.loads(papers_file.read_text())
    papers_file.write_text("{")
    keras.utils.set_random_seed(5)
    again, then = classifier_for("two_halves"), float(keras.random.uniform(()))
    keras.utils.set_random_seed(5)
    assert float(keras.random.uniform(())) == then  # training has drawn nothing from it
    assert again.fingerprint == first.fingerprint
    assert json.loads(papers_file.read_text()) == details


def test_a_model_without_its_papers_is_not_taken(folder):
    classifiers = folder / "cache" / "classifiers"
    details = json.loads((classifiers / "two-halves-cnn.json").read_text())
    papers = Papers(**details["papers"])
    assert kept(classifiers, "two-halves-cnn", papers).details == details
    for field, value in (("recipe", "older"), ("train", "ff"), ("test", "ff"), ("seed", 1), ("dataset", "digits")):
        assert kept(classifiers, "two-halves-cnn", dataclasses.replace(papers, **{field: value})) is None
    small_cnn.network((4, 4, 1), 2, seed=9).save(classifiers / "two-halves-cnn.keras")
    assert kept(classifiers, "two-halves-cnn", papers) is None


def test_another_seed_is_another_extractor(folder):
    first, second = classifier_for("two_halves"), classifier_for("two_halves", seed=1)
    assert second.name == "two-halves-cnn-seed1" and second.fingerprint != first.fingerprint


def test_names_lead_to_data_sets(folder):
    assert dataset_of("fashion-mnist-cnn") == "fashion_mnist" and dataset_of("two-halves-cnn") == "two_halves"
    assert dataset_of("pixels") is None
    with pytest.raises(ValueError, match="no_such_data"):
        extractors.get("no-such-data-cnn")


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        (np.zeros((9, 8, 8, 1), "uint8"), r"expected \(images, labels\)"),
        ((np.zeros((9, 8, 8, 1), "uint8"), np.zeros(9)), "integer labels"),
        ((np.zeros((9, 8, 8, 1), "uint8"), np.zeros(9, int)), "lie in 0 to 0.*at least two"),
        ((np.zeros((9, 8, 8, 1), "uint8"), np.arange(9) - 1), "lie in -1 to 7.*numpy.unique"),
    ],
)
def test_what_is_no_labelled_data_is_refused(elements, words):
    with pytest.raises(ValueError, match=words):
        small_cnn.train(data.Minibatches(elements, batch_size=3), epochs=1)


@pytest.mark.slow
@pytest.mark.parametrize(("dataset", "least"), [("mnist", 0.99), ("fashion_mnist", 0.91)])
def test_mnist_and_its_fashion_are_learned_in_about_a_minute(cache, dataset, least):
    if dataset not in data.names():
        pytest.skip(f"{dataset} is not prepared in TFDS_DATA_DIR")
    assert least <= classifier_for(dataset).accuracy <= 1
