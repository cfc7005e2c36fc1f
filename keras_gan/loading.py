"""Trained models, from wherever they lie: a run folder, a `.keras` file, or this package."""

import importlib
import pathlib
import re
import zipfile

import keras

from keras_gan import pretrained, run_folder
from keras_gan.words import nearest


def load(path):
    """The trained model of a run, both players and both optimisers included; or a trained generator by its name.

    Args:
        path: a run's folder (its `model.keras` is read), a `.keras` file, or, where nothing is there, the name of a
            trained generator that comes with this package, such as `"dcgan-digits"`: `pretrained.names()`.

    Returns:
        the model, ready for `sample`, `export` and, if it was saved compiled, `evaluate` and `fit`. What comes with
        this package is a `models.TrainedGenerator`, which has nothing to train.

    Raises:
        FileNotFoundError: nothing there, no run, or a run that has not ended yet.
        ValueError: a file that is not a model, or is damaged.

    Example:

    >>> import keras_gan
    >>> keras_gan.load("runs/no-such-run")
    Traceback (most recent call last):
        ...
    FileNotFoundError: load: runs/no-such-run does not exist; expected a run's folder, a .keras file, or a trained...
    """
    filepath = _model_file(pretrained.path_of(path))
    _check_is_sound(filepath)
    _import_parts(filepath)
    return keras.saving.load_model(filepath)


def load_classifier(path):
    """The classifier that a game with few labels left: a run's, or that of a trained generator by its name.

    Args:
        path: as in `load`.

    Returns:
        functional `keras.Model`: images float32 `(batch, height, width, channels)` in [-1, 1] → probabilities
        `(batch, num_classes)`.

    Raises:
        FileNotFoundError: as `load`.
        ValueError: as `load`, or a model that has none: see `classifier_of`.
    """
    run = run_folder.RunFolder(pretrained.path_of(path))
    if run.classifier.exists():
        _check_is_sound(run.classifier)
        _import_parts(run.classifier)
        return keras.saving.load_model(run.classifier)
    model = load(path)
    classifier = classifier_of(model)
    if classifier is None:
        raise ValueError(
            f"load_classifier: the model of {path}, a {type(model).__name__}, has no classifier; expected a run of "
            "sgan, improved_gan or catgan that has learned from labels (class_weight > 0)."
        )
    return classifier


def classifier_of(model):
    """What a loaded model has learned from labels.

    Returns:
        functional `keras.Model`, images → probabilities, of SGAN, ImprovedGAN and CatGAN; else `None`, and `None` with
        `class_weight=0.0`: the classes that a CatGAN finds by itself are numbered by chance.
    """
    from keras_gan.models.semi_supervised import SemiSupervisedGAN

    return model.classifier if isinstance(model, SemiSupervisedGAN) and model.class_weight else None


def _model_file(path):
    """The `.keras` file that `path` means."""
    if not path.exists():
        raise FileNotFoundError(
            f"load: {path} does not exist; expected a run's folder, a {_suffix()} file, or a trained generator of this "
            f"package{nearest(str(path), pretrained.names())}."
        )
    if not path.is_dir():
        return path
    run = run_folder.RunFolder(path)
    if run.model.exists():
        return run.model
    if run.is_claimed():
        raise FileNotFoundError(
            f"load: the run in {path} has not ended, so there is no {run.model.name} yet. "
            f"Go on with it: keras-gan train --resume --out {path}"
        )
    raise FileNotFoundError(f"load: {path} is not a run: it holds neither {run.model.name} nor {run.manifest.name}.")


def _check_is_sound(filepath):
    """A `.keras` file is a zip file whose every member has the check sum it says."""
    if filepath.suffix != _suffix():
        raise ValueError(f"load: {filepath} is no {_suffix()} file; expected one, or a run's folder.")
    try:
        with zipfile.ZipFile(filepath) as archive:
            broken = archive.testzip()
            is_model = "config.json" in archive.namelist()
    except zipfile.BadZipFile as error:
        raise ValueError(f"load: {filepath} is damaged ({error}). Copy it again, or resume its run.") from None
    if broken is not None:
        raise ValueError(f"load: {filepath} is damaged (in {broken}). Copy it again, or resume its run.")
    if not is_model:
        raise ValueError(f"load: {filepath} holds no config.json, so it is not a model that Keras saved.")


def _import_parts(filepath):
    """Imports the modules of this package that the file names: Keras itself knows only classes that are imported."""
    with zipfile.ZipFile(filepath) as archive:
        config = archive.read("config.json").decode()
    for module in sorted(set(re.findall(r'"module": "(keras_gan(?:\.\w+)+)"', config))):
        importlib.import_module(module)


def _suffix():
    return pathlib.PurePath(run_folder.MODEL).suffix
