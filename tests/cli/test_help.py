"""Help and tables: at once, and without TensorFlow."""

import subprocess
import sys

import pytest

from keras_gan.cli.main import main

_LIGHT = """
import sys
from keras_gan.cli.main import main
for words in (["--help"], ["list"], ["train", "--help"], ["sample", "--help"], ["--version"]):
    assert main(words) == 0
heavy = sorted({"tensorflow", "keras", "sklearn", "PIL", "numpy"} & set(sys.modules))
assert not heavy, heavy
"""


def test_help_and_list_import_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", _LIGHT], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_list_shows_every_variant_with_its_paper(capsys):
    from keras_gan import catalog

    assert main(["list"]) == 0
    lines = capsys.readouterr().out.partition("\n\n")[0].splitlines()
    for entry, line in zip(catalog.ENTRIES, lines, strict=True):
        assert line.startswith(entry.name) and entry.paper in line and entry.arxiv in line


@pytest.fixture(scope="module")
def help_of_wgangp():
    import contextlib
    import io

    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        assert main(["train", "wgangp", "--help"]) == 0
    return text.getvalue()


@pytest.mark.parametrize("name", ["n-critic", "reuse-fakes", "ema-decay", "ema-start", "ema-ramp", "seed"])
def test_help_of_a_variant_shows_what_its_parents_take_once(help_of_wgangp, name):
    assert _options(help_of_wgangp).count(f"--{name}") == 1


@pytest.mark.parametrize(
    "name",
    [
        "gradient-penalty",
        "one-sided",
        "penalties",
        "prior",
        "latent-dim",
        "d-optimizer",
        "g-optimizer",
        "dataset",
        "out",
    ]
    + ["resume", "generator.filters", "discriminator.normalization"],
)
def test_help_of_a_variant_shows_its_own_its_networks_and_the_runs_options_once(help_of_wgangp, name):
    assert _options(help_of_wgangp).count(f"--{name}") == 1


def _options(text):
    return [line.split()[0] for line in text.splitlines() if line.startswith("  --")]


@pytest.mark.parametrize("hidden", ["adversarial-loss", "name", "generator", "image-shape", "generator.latent-dim"])
def test_help_of_a_variant_shows_nothing_that_it_decides_itself(help_of_wgangp, hidden):
    assert f"--{hidden} " not in help_of_wgangp


def test_help_shows_the_variants_own_defaults(help_of_wgangp):
    text = " ".join(help_of_wgangp.split())
    assert "int ≥ 1. [5]" in text  # n_critic
    assert "of all kernels. [layer]" in text  # not the builder's default but the catalogue's
    assert "Defaults to `" not in text


@pytest.mark.parametrize(("words", "nearest"), [(["trian"], "train"), (["lst"], "list"), (["samples"], "sample")])
def test_an_unknown_command_is_answered_with_the_nearest(capsys, words, nearest):
    assert main(words) == 2
    assert f"unknown command '{words[0]}'; nearest: {nearest}" in capsys.readouterr().err
