"""`keras-gan train NAME` on the embedded digits, every variant of the catalogue, as small as its networks can be."""

import pytest
from contracts.every_model import FLOWS
from contracts.every_model import SIZES as NEEDED

import keras_gan
from keras_gan import catalog
from keras_gan.cli import parser
from keras_gan.cli.main import main

SIZES = {
    "image_size": 8,
    "latent_dim": 4,
    "num_samples": 9,
    "epochs": 1,
    "steps_per_epoch": 2,
    "generator.filters": 4,
    "discriminator.filters": 4,
    "generator.units": 8,
    "discriminator.units": 8,
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in FLOWS else pytest.mark.slow) for name in catalog.names()]
)
def test_it_trains_on_the_digits_and_leaves_a_run_behind(name, tmp_path, capsys):
    entry = catalog.entry(name)
    known = parser.for_variant(entry, entry.family).defaults
    sizes = SIZES | NEEDED.get(name, {})
    words = [f"--{setting}={value}" for setting, value in sizes.items() if setting in known]
    assert main(["train", name, *words, "--out", str(tmp_path / "run")]) == 0
    assert f"{name} on digits" in capsys.readouterr().out
    model = keras_gan.load(tmp_path / "run")
    assert model.steps_done == 2
    assert model.sample(3).shape == (3, *model.image_shape)
    assert list((tmp_path / "run/samples").glob("*.png"))
    assert list((tmp_path / "run/export").glob("1/saved_model.pb"))
