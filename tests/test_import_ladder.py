"""The house: imports run down, never up; the package loads without TensorFlow until a name is used."""

import ast
import pathlib
import subprocess
import sys

import pytest

PACKAGE = pathlib.Path(__file__).parents[1] / "keras_gan"

# From the roof to the ground. A file imports only from lower lines, or from its own folder.
LADDER = [
    {"cli"},
    {"__init__", "loading"},
    {"reports"},
    {"catalog"},
    {"models"},
    {"callbacks", "export", "serving", "pretrained"},
    {"metrics", "latent", "pictures", "run_folder"},
    {"networks", "data"},
    {"penalties"},
    {"augmentations"},
    {"losses", "layers", "duel", "priors"},
    {"ops", "random", "pixels", "configured"},
    {"words"},
]
FLOOR = {room: len(LADDER) - height for height, rooms in enumerate(LADDER) for room in rooms}
FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(file):
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imported_rooms(file):
    """(room, line) of every import from the package itself, late ones included."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "keras_gan":
            deeper = node.module.split(".")[1:2]
            names = deeper or [alias.name for alias in node.names]
            yield from ((name, node.lineno) for name in names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("keras_gan."):
                    yield alias.name.split(".")[1], node.lineno


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_run_down(file):
    here = room_of(file)
    assert here in FLOOR, f"{file.name} stands in no room of the ladder; give it a line there"
    for room, line in imported_rooms(file):
        if room == here or room.startswith("__version__"):
            continue
        assert FLOOR[room] < FLOOR[here], f"{file.relative_to(PACKAGE)}:{line}: {here} imports {room}, a higher room"


def test_no_folder_is_empty():
    for folder in (path for path in PACKAGE.rglob("*") if path.is_dir() and path.name != "__pycache__"):
        assert list(folder.glob("*.py")), f"{folder} holds nothing"


def test_importing_the_package_loads_no_tensorflow():
    code = """
import sys, keras_gan
assert not {"tensorflow", "keras"} & set(sys.modules)
keras_gan.GAN
assert "keras" in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
