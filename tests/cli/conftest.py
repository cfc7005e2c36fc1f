"""One run of the real command in a process of its own, that the tests of this folder look at; copies to go on from."""

import os
import pathlib
import shutil
import subprocess
import sys
from typing import NamedTuple

import pytest

_SIZES = {
    "image-size": 8,
    "generator.filters": 4,
    "discriminator.filters": 4,
    "generator.num-layers": 1,
    "discriminator.num-layers": 1,
    "latent-dim": 4,
    "num-samples": 9,
    "epochs": 2,
    "steps-per-epoch": 4,
}
SMALL = [f"--{name}={value}" for name, value in _SIZES.items()]


class Finished(NamedTuple):
    """A command that has run.

    Args:
        code: int exit code.
        out, err: str.
        folder: where it ran.
    """

    code: int
    out: str
    err: str
    folder: pathlib.Path


def command(*words, folder):
    """`python -m keras_gan.cli.main WORDS` in that folder, in an environment in which nothing is set to be quiet."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_CPP")}
    call = [sys.executable, "-m", "keras_gan.cli.main", *words]
    done = subprocess.run(call, capture_output=True, text=True, cwd=folder, env=environment, timeout=240)
    return Finished(done.returncode, done.stdout, done.stderr, folder)


@pytest.fixture(scope="session")
def first_run(tmp_path_factory):
    """`keras-gan train` with small settings and else only defaults."""
    return command("train", *SMALL, folder=tmp_path_factory.mktemp("first_run"))


@pytest.fixture
def run_of_its_own(first_run, tmp_path, monkeypatch):
    """A copy of the run's folder, in a working directory of its own."""
    shutil.copytree(first_run.folder / "runs", tmp_path / "runs")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runs/dcgan-digits-0"
