"""`keras-gan export`: checked files in the run's folder, and `keras-gan evaluate` reads them all."""

import json

import numpy as np
import pytest

import keras_gan
from keras_gan.cli import subjects
from keras_gan.cli.main import main


def test_a_saved_model_gets_the_next_version_and_a_card_that_tells_of_the_run(run_of_its_own, capsys):
    assert main(["export", str(run_of_its_own)]) == 0
    out, err = capsys.readouterr()
    assert str(run_of_its_own / "export/2") in out and "largest difference" in out
    assert "I0000" not in err and "WARNING" not in err
    card = (run_of_its_own / "export/card.md").read_text()
    assert card.startswith("# dcgan-digits-0\n") and "- Version: 2\n" in card
    assert "- Command: `keras-gan train" in card and "## Evaluation" not in card
    assert 'name: "dcgan-digits-0"' in (run_of_its_own / "export/models.config").read_text()
    command = "docker run --rm -p 127.0.0.1:8501:8501 --mount type=bind,source={},target=/models/dcgan-digits-0,"
    assert command.format((run_of_its_own / "export").resolve()) in out
    assert command.format('"$PWD"') in card
    assert str(run_of_its_own.parent) not in card


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("", "export/1"),  # what the training itself left
        ("--format tflite --batch-size 1", "export/dcgan-digits-0-batch1.tflite"),
        ("--format onnx", "export/dcgan-digits-0.onnx"),
        ("--format keras", "export/dcgan-digits-0.keras"),
    ],
)
def test_evaluate_draws_from_every_export_what_the_run_draws(run_of_its_own, words, place):
    for package in {"tflite": ["ai_edge_litert"], "onnx": ["onnxruntime", "tf2onnx"]}.get(words[9:].split(" ")[0], []):
        pytest.importorskip(package, reason=f"{package} is not installed")
    if words:
        assert main(["export", str(run_of_its_own), *words.split()]) == 0
    subject = subjects.find(str(run_of_its_own / place))
    images = np.concatenate(list(subject.sample(70, seed=3)))
    np.testing.assert_allclose(images, keras_gan.load(run_of_its_own).sample(70, seed=3), atol=1e-4)


def test_what_was_quantised_is_told(run_of_its_own, tmp_path, capsys):
    pytest.importorskip("ai_edge_litert", reason="ai_edge_litert is not installed")
    target = tmp_path / "out/small.tflite"
    words = ["--format", "litert", "--quantize", "int8", "--out", str(target), "--min-psnr", "20"]
    assert main(["export", str(run_of_its_own / "model.keras"), *words]) == 0
    assert "PSNR to the run's images" in capsys.readouterr().out
    assert {path.name for path in target.parent.iterdir()} == {"small.tflite", "small.tflite.card.md"}


def test_only_an_evaluation_of_the_present_model_stands_in_the_card(run_of_its_own):
    evaluation = {
        "title": "t", "subject": {"kind": "run", "path": "p"}, "against": {"name": "digits", "num_images": 9},
        "scores": [], "seeds": [0], "seconds": 1.0,
    }  # fmt: skip
    (run_of_its_own / "evaluation.json").write_text(json.dumps(evaluation))
    assert main(["export", str(run_of_its_own), "--format", "keras"]) == 0
    assert "## Evaluation" in (run_of_its_own / "export/dcgan-digits-0.keras.card.md").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("runs/none", "does not exist"),
        ("runs/dcgan-digits-0 --format onx", "unknown format 'onx'; nearest: onnx"),
        ("runs/dcgan-digits-0 --format onnx --quantize int8", "the format onnx takes None"),
        ("runs/dcgan-digits-0 --version 1", "export/1 exists"),
        ("runs/dcgan-digits-0 --verify twice", "unknown verify='twice'"),
    ],
)
def test_what_is_wrong_is_said(run_of_its_own, capsys, words, said):
    assert main(["export", *words.split()]) == 2
    assert said in capsys.readouterr().err
