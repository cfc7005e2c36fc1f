"""Every example runs, unchanged; only `fit` stops early."""

import pathlib
import runpy

import keras
import pytest

from keras_gan.models.generative_model import GenerativeModel

EXAMPLES = sorted((pathlib.Path(__file__).parents[2] / "examples").glob("*.py"))


@pytest.fixture
def short_fit(monkeypatch, tmp_path):
    """`fit` of two epochs of two steps, in a folder of its own."""
    whole = GenerativeModel.fit

    def fit(self, x=None, y=None, **arguments):
        return whole(self, x, y, **(arguments | {"epochs": 2, "steps_per_epoch": 2, "verbose": 0}))

    monkeypatch.setattr(GenerativeModel, "fit", fit)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs(script, short_fit):
    runpy.run_path(str(script), run_name="__main__")
    assert list(short_fit.rglob("*.png")) or list(short_fit.rglob("*.gif")), "it shows nothing"
    for model in short_fit.rglob("model.keras"):
        assert keras.saving.load_model(model).steps_done == 4


def test_there_are_examples():
    assert {"gan", "dcgan", "lsgan", "wgan", "wgan_gp", "gan_1d"} <= {path.stem for path in EXAMPLES}


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_is_short_and_says_what_came_out(script):
    text = script.read_text()
    assert len(text.splitlines()) <= 80
    assert "Measured:" in text
