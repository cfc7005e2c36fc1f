"""What the commands have in common that draw from a trained run: which run, which classes, where pictures go."""

import pathlib

from keras_gan import pretrained, run_folder
from keras_gan.cli.errors import UsageError
from keras_gan.words import nearest


def add_arguments(parser):
    """The run and what decides its images; `find` and `load` read them."""
    add = parser.add_argument
    add("run", metavar="RUN", help="a run's folder, a .keras file, or a trained generator: see keras-gan list")
    add("--seed", type=int, default=0, help="which images")
    add("--labels", type=int, nargs="+", help="classes for a conditional generator, repeated over the images")
    add("--verbose", action="store_true", help="show TensorFlow's messages, and where an error came from")


def find(word: str) -> pathlib.Path:
    """The run's folder or file that was named, if it is there; else the runs that could have been meant."""
    path = pretrained.path_of(word)
    if not path.exists():
        raise UsageError(
            f"{word} does not exist; expected a run's folder, a .keras file, or a trained generator"
            f"{nearest(word, pretrained.names())}.{_runs_here()}"
        )
    return path


def _runs_here():
    found = sorted(manifest.parent for manifest in pathlib.Path("runs").glob(f"*/{run_folder.MANIFEST}"))
    return f" Runs here: {', '.join(map(str, found[:5]))}." if found else ""


def load(path: pathlib.Path, labels: list[int] | None, num_images: int):
    """The trained model, and a class for each image: int32 `(num_images,)`, or `None` for one that takes none.

    Without labels said, all classes in turn.
    """
    from keras_gan.loading import load

    model = load(path)
    names = [tensor.name for tensor in model.generator_ema.inputs]
    if labels and "labels" not in names:
        raise UsageError(f"--labels: the generator of {path} takes {', '.join(names)} only; leave them out.")
    if "labels" in names and not labels:
        if model.drawn_classes is None:
            raise UsageError(f"the generator of {path} takes labels: pass --labels 0, or --labels 0 1 2 ...")
        labels = range(model.drawn_classes)
    return model, _repeated(labels, num_images)


def _repeated(labels, num_images):
    import numpy as np

    return np.resize(np.asarray(labels, "int32"), num_images) if labels else None


def default_target(path: pathlib.Path, name: str) -> pathlib.Path:
    """Among the samples of the run, or beside the `.keras` file."""
    if path.is_dir():
        return run_folder.RunFolder(pretrained.home(path)).samples / name
    return path.with_name(f"{path.stem}-{name}")
