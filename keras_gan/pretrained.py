"""The trained generators that come with this package, one folder each, and what a word means that may name one.

An entry is a run folder without its checkpoints: `model.keras` (the averaged generator alone), `run.json`,
`config.yaml`, `evaluation.json`, `samples.png` and `card.md`; of a game with few labels also `classifier.keras`.
`keras-gan package RUN` makes one of a run.
"""

import pathlib

from keras_gan import run_folder

_PACKAGE = pathlib.Path(__file__).parent
_FOLDER = "saved_models"


def folder() -> pathlib.Path:
    """Where they all lie: inside an installed package; beside the package in a checkout or an editable install."""
    installed = _PACKAGE / _FOLDER
    return installed if installed.is_dir() else _PACKAGE.parent / _FOLDER


def names() -> list[str]:
    """Their names, in alphabetical order.

    Example:

    >>> "dcgan-digits" in names()
    True
    """
    found = (model.parent.name for model in folder().glob(f"*/{run_folder.MODEL}"))
    return sorted(name for name in found if not name.startswith("."))  # a hidden one is being written


def path_of(word) -> pathlib.Path:
    """The path that a word means: one that exists, or the folder of the trained generator of that name.

    Args:
        word: str or path. Where it is neither it comes back as a path, for the caller's own error.
    """
    path = pathlib.Path(word)
    return folder() / path if not path.exists() and str(path) in names() else path


def is_one(path) -> bool:
    """Whether a path is the folder of one of them."""
    return pathlib.Path(path).resolve().parent == folder().resolve()


def home(path) -> pathlib.Path:
    """The folder for what is made of a run: its own, or `runs/<name>` for what came with the package.

    Args:
        path: folder of a run.
    """
    path = pathlib.Path(path)
    return pathlib.Path("runs") / path.resolve().name if is_one(path) else path
