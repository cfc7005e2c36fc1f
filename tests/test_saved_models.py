"""The trained generators that come with the package: small, described, and there however it was installed."""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile

import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan import pretrained
from keras_gan.cli.main import main
from keras_gan.data import licences

ROOT = pathlib.Path(__file__).parents[1]
QUICK = ["--extractor", "pixels", "-n", "50", "--num-real", "100", "--seeds", "1", "--no-report"]
EVERY_NAME = pytest.mark.parametrize("name", pretrained.names())


def records(name):
    """(run.json, evaluation.json, card) of an entry."""
    folder = pretrained.folder() / name
    manifest, evaluation = (json.loads((folder / file).read_text()) for file in ("run.json", "evaluation.json"))
    return manifest, evaluation, (folder / "card.md").read_text()


@EVERY_NAME
def test_it_draws_what_its_card_shows(name):
    images = keras_gan.load(name).sample(64, seed=0)
    assert np.isfinite(images).all() and -1 <= images.min() < -0.9 and 0.9 < images.max() <= 1
    shown = np.asarray(Image.open(pretrained.folder() / name / "samples.png"), float)
    assert np.abs(shown - keras_gan.pictures.grid(images)).mean() < 0.1  # of 255


@EVERY_NAME
def test_the_same_seed_draws_the_same_images_another_one_others(name):
    model = keras_gan.load(name)
    few = model.sample(3, seed=1)
    np.testing.assert_allclose(keras_gan.load(name).sample(9, seed=1)[:3], few, atol=1e-5)
    assert np.abs(model.sample(3, seed=2) - few).max() > 0.5


@EVERY_NAME
def test_its_card_tells_data_licence_command_seed_time_and_scores(name):
    manifest, evaluation, card = records(name)
    title = f"# {manifest['variant']} on {manifest['dataset']}".replace("_", "\\_")
    assert card.startswith(f"{title}\n")
    assert f"- Licence: {licences.of(manifest['dataset'])}" in card
    assert f"- Command: `{shlex.join(manifest['command'])}`" in card and "--out" not in manifest["command"]
    assert f"- Seed: {manifest['seed']}" in card and f"- Length: {manifest['epochs']} epochs" in card
    assert "- Features of " in card and f"- Command: `keras-gan evaluate {name} --seeds 3`" in card
    assert len(evaluation["scores"]) >= 7 and evaluation["subject"]["path"] == name
    for score in evaluation["scores"]:
        assert score["name"].split("[")[0].replace("_", "\\_") in card and np.isfinite(score["value"])


@EVERY_NAME
def test_its_records_name_no_place_of_the_machine_it_was_trained_on(name):
    for file in ("run.json", "evaluation.json", "config.yaml", "card.md"):
        words = (pretrained.folder() / name / file).read_text().replace('"', " ").replace("`", " ").split()
        assert not [word for word in words if word.startswith(("/", "~"))]


def test_two_variants_and_three_data_sets_are_there():
    expected = {"dcgan-digits", "dcgan-mnist", "wgangp-digits", "wgangp-fashion_mnist", "wgangp-mnist"}
    assert expected <= set(pretrained.names())


def test_they_are_small():
    sizes = [sum(file.stat().st_size for file in (pretrained.folder() / name).iterdir()) for name in pretrained.names()]
    assert 0 < max(sizes) <= 3e6 and sum(sizes) <= 20e6


def test_what_is_drawn_from_one_goes_to_the_runs_of_the_working_directory(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["sample", "dcgan-digits", "-n", "4"]) == 0
    assert "runs/dcgan-digits/samples/seed-0.png" in capsys.readouterr().out
    assert main(["evaluate", "dcgan-digits", "--metrics", "kd", *QUICK]) == 0
    assert main(["export", "dcgan-digits", "--format", "keras"]) == 0
    made = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert made >= {"runs/dcgan-digits/evaluation.json", "runs/dcgan-digits/export/dcgan-digits.keras"}
    card = (tmp_path / "runs/dcgan-digits/export/dcgan-digits.keras.card.md").read_text()
    assert "- Licence: CC BY 4.0" in card and "## Scores" in card
    assert main(["interpolate", "dcgan-digits", "--rows", "2", "--steps", "3"]) == 0  # its name still means it


def test_a_path_that_is_there_is_meant_before_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert pretrained.is_one(pretrained.path_of("dcgan-digits"))
    (tmp_path / "dcgan-digits").mkdir()
    assert pretrained.path_of("dcgan-digits") == pathlib.Path("dcgan-digits")
    with pytest.raises(FileNotFoundError, match="is not a run"):
        keras_gan.load("dcgan-digits")


def test_a_name_that_nobody_knows_is_answered_with_the_nearest(capsys):
    with pytest.raises(FileNotFoundError, match="does not exist; expected.*nearest: .*dcgan-digits"):
        keras_gan.load("dcgan-digit")
    for command in ("sample", "evaluate", "export", "serve"):
        assert main([command, "dcgan-digit"]) == 2
        assert "dcgan-digits" in capsys.readouterr().err


def test_list_shows_them(capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[lines.index("") + 1 :]] == pretrained.names()


def test_serve_takes_a_name():
    pytest.importorskip("starlette", reason="starlette is not installed")
    from small_export import served

    from keras_gan.export.client import Client

    with served("dcgan-digits") as (_, address):
        images = Client(address, "dcgan-digits").sample(3, seed=4)
    np.testing.assert_allclose(images, keras_gan.load("dcgan-digits").sample(3, seed=4), atol=1e-5)


# --- installed ---------------------------------------------------------------------------------------------------


def test_every_folder_of_the_package_is_in_the_wheel():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "keras_gan").rglob("*.py")}
    assert settings["packages"] == sorted([*(".".join(path.parts) for path in folders), "keras_gan.saved_models"])


def test_a_wheel_holds_all_of_them(tmp_path):
    pytest.importorskip("setuptools", reason="setuptools is not installed: a wheel cannot be built without network")
    with zipfile.ZipFile(_wheel(tmp_path)) as wheel:
        wheel.extractall(tmp_path / "installed")
    there = tmp_path / "installed/keras_gan/saved_models"
    assert sorted(path.name for path in there.iterdir()) == pretrained.names()
    assert {path.name for path in (there / "dcgan-digits").iterdir()} == {
        path.name for path in (pretrained.folder() / "dcgan-digits").iterdir()
    }
    code = (
        "import keras_gan, numpy; print(keras_gan.__file__); "
        "numpy.save('drawn.npy', keras_gan.load('dcgan-digits').sample(3))"
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
    call = [sys.executable, "-c", code]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith(str(tmp_path / "installed"))
    np.testing.assert_allclose(np.load(tmp_path / "drawn.npy"), keras_gan.load("dcgan-digits").sample(3), atol=1e-5)


def _wheel(folder):
    """Built from a copy, so that nothing is left in the checkout."""
    source = folder / "source"
    for name in ("keras_gan", "saved_models"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    call = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", str(folder), "."]
    subprocess.run(call, cwd=source, check=True, capture_output=True)
    return next(folder.glob("*.whl"))
