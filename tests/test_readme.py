"""The README's Python code runs, block after block, as one script of its own process, with `fit` stopped early."""

import pathlib
import re
import subprocess
import sys

README = pathlib.Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.S)

SHORT_FIT = """
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from keras_gan.models.generative_model import GenerativeModel
whole = GenerativeModel.fit

def fit(self, x=None, y=None, **arguments):
    return whole(self, x, y, **(arguments | {"epochs": 1, "steps_per_epoch": 2, "verbose": 0}))

GenerativeModel.fit = fit
"""


def test_every_block_runs(tmp_path):
    assert len(BLOCKS) >= 6
    script = tmp_path / "readme.py"
    script.write_text(SHORT_FIT + "\n".join(BLOCKS) + "\nprint(type(gan).__name__, gan.steps_done)\n")
    done = subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "ExponentialGAN 2"
    assert (tmp_path / "saved_models/digits/saved_model.pb").exists()
    assert (tmp_path / "runs/mine/history.csv").exists()


def test_every_picture_is_there():
    for link in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README.read_text()):
        assert (README.parent / link).exists(), f"{link} is not there"
