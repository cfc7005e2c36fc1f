"""The README's Python code runs, block after block, in one namespace, with `fit` stopped early."""

import pathlib
import re

import keras
import pytest

from keras_gan.models.generative_model import GenerativeModel

README = pathlib.Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.S)


def test_every_block_runs(monkeypatch, tmp_path):
    whole = GenerativeModel.fit

    def fit(self, x=None, y=None, **arguments):
        arguments |= {"epochs": 1, "steps_per_epoch": 2, "verbose": 0}
        return whole(self, x, y, **arguments)

    monkeypatch.setattr(GenerativeModel, "fit", fit)
    monkeypatch.chdir(tmp_path)
    assert len(BLOCKS) >= 6
    namespace = {}
    for number, block in enumerate(BLOCKS):
        try:
            exec(compile(block, f"README block {number}", "exec"), namespace)
        except Exception as error:
            pytest.fail(f"README block {number} fails: {error!r}\n{block}")
    assert (tmp_path / "saved_models").exists()
    assert isinstance(namespace["gan"], keras.Model)


def test_every_picture_is_there():
    for link in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README.read_text()):
        assert (README.parent / link).exists(), f"{link} is not there"
