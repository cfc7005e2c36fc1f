"""`keras-gan package`: of a run, what draws its images and tells of them."""

import json

import numpy as np
import pytest

import keras_gan
from keras_gan.cli.main import main


def test_the_generator_of_a_run_alone_draws_its_images_and_is_described(run_of_its_own, tmp_path, capsys):
    out = tmp_path / "shipped/small-digits"
    assert main(["package", str(run_of_its_own), "--out", str(out), "--seeds", "2", "--licence", "ours"]) == 0
    told = capsys.readouterr().out
    assert "KD[digits-cnn]" in told and f"card: {out / 'card.md'}" in told
    assert sorted(path.name for path in out.iterdir()) == [
        "card.md", "config.yaml", "evaluation.json", "model.keras", "run.json", "samples.png"
    ]  # fmt: skip
    assert np.array_equal(keras_gan.load(out).sample(4, seed=1), keras_gan.load(run_of_its_own).sample(4, seed=1))
    card, manifest = (out / "card.md").read_text(), json.loads((out / "run.json").read_text())
    assert "- Licence: ours" in card and "- Command: `keras-gan evaluate small-digits --seeds 2`" in card
    assert manifest["command"][:2] == ["keras-gan", "train"] and "arguments" not in manifest


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("runs/none --out there", "runs/none is no finished run"),
        ("runs/dcgan-digits-0 --out runs", "--out runs exists"),
        ("runs/dcgan-digits-0 --out there --seeds 0", "expected at least 1"),
        ("runs/dcgan-digits-0", "--out"),
    ],
)
def test_what_is_wrong_is_said(run_of_its_own, capsys, words, said):
    assert main(["package", *words.split()]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        "keras-gan train gan --out a/b --seed 1",
        "keras-gan train gan --out=a/b --seed 1",
        "keras-gan train gan --seed 1",
    ],
)
def test_where_the_run_lay_is_not_told(command):
    from keras_gan.cli.package import _without_out

    assert _without_out(command.split()) == ["keras-gan", "train", "gan", "--seed", "1"]
