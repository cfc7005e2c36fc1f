"""What a game with few labels has learned: measured, exported, packaged and loaded from the command line."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from cli.conftest import SMALL

import keras_gan
from keras_gan.cli import subjects
from keras_gan.cli.main import main


@pytest.fixture(scope="module")
def run_with_a_classifier(tmp_path_factory):
    """`keras-gan train sgan` with small settings."""
    out = tmp_path_factory.mktemp("few_labels") / "sgan-small"
    words = [word for word in SMALL if "epochs" not in word]
    assert main(["train", "sgan", *words, "--epochs", "1", "--num-labels", "50", "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def packaged(run_with_a_classifier, tmp_path_factory):
    """The same, packaged."""
    out = tmp_path_factory.mktemp("shipped") / "sgan-digits"
    assert main(["package", str(run_with_a_classifier), "--out", str(out), "--seeds", "1", "--licence", "ours"]) == 0
    return out


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).uniform(-1, 1, (5, 8, 8, 1)).astype("float32")


def test_the_accuracy_on_held_out_images_is_among_the_scores(run_with_a_classifier, packaged):
    found = {score["name"]: score for score in json.loads((packaged / "evaluation.json").read_text())["scores"]}
    score = found["accuracy[test]"]
    held_out = keras_gan.data.load("digits", split="test", labels=True, image_size=8, shuffle=False, batch_size=1)
    whole, labels = next(iter(held_out.taken(range(held_out.num_images), batch_size=held_out.num_images)))
    guesses = keras_gan.load(run_with_a_classifier).classify(whole).argmax(axis=-1)
    assert score["value"] == pytest.approx(float(np.mean(guesses == labels)))
    assert score["low"] <= score["value"] <= score["high"]
    assert "accuracy" in (packaged / "card.md").read_text()


def test_a_packaged_classifier_says_what_the_run_says(run_with_a_classifier, packaged, images):
    alone, of_run = keras_gan.load_classifier(packaged), keras_gan.load(run_with_a_classifier)
    np.testing.assert_allclose(alone(images), of_run.classify(images), atol=1e-6)
    np.testing.assert_allclose(keras_gan.load_classifier(run_with_a_classifier)(images), alone(images), atol=1e-6)
    assert "load_classifier('sgan-digits')" in (packaged / "card.md").read_text()


def test_clusters_that_chance_has_numbered_are_no_classifier(tmp_path, capsys):
    out, shipped = tmp_path / "clusters", tmp_path / "shipped"
    words = [word for word in SMALL if "epochs" not in word]
    how = ["--epochs", "1", "--class-weight", "0", "--num-labels", "50", "--out", str(out)]
    assert main(["train", "catgan", *words, *how]) == 0
    assert main(["package", str(out), "--out", str(shipped), "--seeds", "1", "--licence", "ours"]) == 0
    assert not (shipped / "classifier.keras").exists()
    scores = json.loads((shipped / "evaluation.json").read_text())["scores"]
    assert not [score["name"] for score in scores if score["name"].startswith("accuracy")]
    with pytest.raises(ValueError, match="has no classifier; expected .* learned from labels"):
        keras_gan.load_classifier(out)
    assert keras_gan.load(out).classify(np.zeros((2, 8, 8, 1), "float32")).shape == (2, 10)


def test_the_classifier_that_is_measured_is_that_of_the_loaded_model(run_with_a_classifier):
    subject = subjects.find(str(run_with_a_classifier))
    assert subject.classifier is subject.model.classifier


def test_it_is_exported_as_a_saved_model(packaged, images, tmp_path, capsys):
    out = tmp_path / "classifier"
    assert main(["export", str(packaged), "--classifier", "--format", "saved_model", "--out", str(out)]) == 0
    assert f"classifier: {out / '1'}" in capsys.readouterr().out
    said = tf.saved_model.load(str(out / "1")).signatures["serve"](images=tf.constant(images))["probabilities"]
    np.testing.assert_allclose(said, keras_gan.load_classifier(packaged)(images), atol=1e-5)


def test_by_default_it_lies_beside_the_generator_version_by_version(run_with_a_classifier, capsys):
    for version in "12":
        assert main(["export", str(run_with_a_classifier), "--classifier"]) == 0
        assert str(run_with_a_classifier / "classifier" / version) in capsys.readouterr().out


def test_that_of_a_file_is_named_after_it(run_with_a_classifier, tmp_path):
    shutil.copyfile(run_with_a_classifier / "model.keras", tmp_path / "mine.keras")
    assert main(["export", str(tmp_path / "mine.keras"), "--classifier"]) == 0
    assert (tmp_path / "mine-classifier/1/saved_model.pb").is_file()


@pytest.mark.parametrize(
    "option",
    ["--format onnx", "--version 2", "--verify process", "--verify memory", "--batch-size 4", "--min-psnr 30.0"]
    + ["--quantize int8"],
)
def test_options_that_a_classifier_does_not_take_are_refused_by_name(packaged, capsys, option):
    assert main(["export", str(packaged), "--classifier", *option.split()]) == 2
    assert f"{option}: a classifier is exported as" in capsys.readouterr().err


def test_they_are_refused_before_tensorflow_is_imported(tmp_path):
    code = (
        "import sys; from keras_gan.cli.main import main; "
        f"code = main(['export', {str(tmp_path)!r}, '--classifier', '--version', '2']); "
        "sys.exit(code if 'tensorflow' not in sys.modules else 'imported')"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 2


def test_a_run_without_a_classifier_is_refused(run_of_its_own, capsys):
    with pytest.raises(ValueError, match="has no classifier; expected a run of sgan"):
        keras_gan.load_classifier(run_of_its_own)
    assert main(["export", str(run_of_its_own), "--classifier"]) == 2
    assert "has no classifier" in capsys.readouterr().err
