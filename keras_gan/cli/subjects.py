"""What `keras-gan evaluate` measures: a run, a model, an exported generator, or images that somebody made."""

import dataclasses
import pathlib
from collections.abc import Callable

import numpy as np

from keras_gan import pretrained, run_folder
from keras_gan.cli import config_file
from keras_gan.cli.errors import UsageError
from keras_gan.words import nearest

_OF_DATA = ("image_size", "channels", "data_dir")  # settings of a run that tell how its images were loaded
_SAVED_MODEL = "saved_model.pb"


@dataclasses.dataclass
class Subject:
    """Something that gives images.

    Args:
        kind: str: "run", "model", "images", or of an export: "saved_model", "tflite", "onnx", "keras".
        path: where it lies.
        sample: `sample(num_images, seed)` → iterable of arrays of images in [-1, 1], or of points.
        model: the loaded model, or `None`.
        run: `RunFolder`, or `None`.
        settings: dict of a run's settings, flat; else empty.
        num_images: int, how many images there are; `None`: as many as one likes.
        labels: list of int, the classes that a conditional generator draws in turn, or `None`.
        classifier: `keras.Model`, images → probabilities, of a game with few labels, or `None`.
    """

    kind: str
    path: pathlib.Path
    sample: Callable
    model: object = None
    run: run_folder.RunFolder | None = None
    settings: dict = dataclasses.field(default_factory=dict)
    num_images: int | None = None
    labels: list[int] | None = None
    classifier: object = None

    @property
    def title(self) -> str:
        """What a report calls it: the variant of a run, else its name; versions are called after their folder."""
        return self.settings.get("variant") or self.name

    @property
    def name(self) -> str:
        """The name of its file or folder, without version and suffix."""
        path = self.path.resolve()
        return path.parent.name if path.name.isdecimal() else path.stem if path.is_file() else path.name

    @property
    def dataset(self):
        """What a run was trained on, or `None`."""
        return self.settings.get("dataset")

    @property
    def of_data(self) -> dict:
        """How a run's images were loaded: arguments of `keras_gan.data.load`."""
        return {name: self.settings[name] for name in _OF_DATA if self.settings.get(name) is not None}


def find(word: str, labels: list[int] | None = None) -> Subject:
    """The subject that a word on the command line names.

    Args:
        word: a path, or the name of a trained generator that comes with the package.
        labels: classes to draw in turn, for a conditional generator.
    """
    path = pretrained.path_of(word)
    if not path.exists():
        raise UsageError(
            f"{word} does not exist; expected a run, a .keras file, an exported generator, images, or a trained "
            f"generator{nearest(word, pretrained.names())}."
        )
    if (folder := _saved_model(path)) is not None:
        return _exported("saved_model", folder, labels)
    if path.suffix in (".tflite", ".onnx"):
        return _exported(path.suffix[1:], path, labels)
    run = run_folder.RunFolder(path)
    if run.is_claimed() or run.model.exists():
        settings = config_file.read(run.config) if run.config.exists() else {}
        return _trained("run", path, labels, run, settings)
    return _trained("model", path, labels) if path.suffix == run.model.suffix else _images(path)


def _saved_model(path):
    """The folder of the SavedModel at `path`: itself, or its newest version."""
    versions = sorted((p for p in path.glob("*") if p.name.isdecimal()), key=lambda p: int(p.name))
    return next((folder for folder in (path, *versions[::-1]) if (folder / _SAVED_MODEL).exists()), None)


def _trained(kind, path, labels, run=None, settings=None):
    from keras_gan.export import notes, runtimes
    from keras_gan.loading import classifier_of, load, load_classifier
    from keras_gan.models.generative_model import GenerativeModel

    model = load(path)
    if notes.read(path) is not None:  # a generator alone
        return _exported("keras", path, labels, runtimes.of_network(model))
    if not isinstance(model, GenerativeModel) or model.prior is None:
        raise UsageError(f"{path}: a {type(model).__name__} makes no images from latents, so that none can be drawn.")
    labels = labels or _all_classes(model.drawn_classes)
    _check_labels(path, [tensor.name for tensor in model.generator_ema.inputs], labels)

    def sample(num_images, seed):
        return model.sample_in_batches(num_images, seed, np.resize(labels, num_images) if labels else None)

    classifier = classifier_of(model)
    if run is not None and run.classifier.exists():  # of a packaged run, whose model is a generator alone
        classifier = load_classifier(path)
    return Subject(kind, path, sample, model, run, settings or {}, labels=labels, classifier=classifier)


def _all_classes(number):
    """All classes in turn, for a generator that takes them; `None` where there are none, or nothing tells."""
    return list(range(number)) if number else None


def _check_labels(path, names, labels):
    """Raises where classes are given to a generator that takes none, or the other way round."""
    if bool(labels) != ("labels" in names):
        needed = "pass the classes to draw in turn: --labels 0 1 2 ..." if not labels else "leave --labels out"
        raise UsageError(f"the generator of {path} takes {' and '.join(names)}: {needed}.")


def _exported(kind, path, labels=None, functions=None):
    """An export of any format, fed with the latents that the run itself would draw for a seed."""
    from keras_gan import random
    from keras_gan.export import notes, runtimes

    note = notes.read(path)
    if note is None or (unknown := set(note["inputs"]) - {"latents", "labels"}):
        takes = "what its latents are" if note is None else f"which {' and '.join(sorted(unknown))} to draw"
        raise UsageError(f"{path} does not tell {takes}; evaluate the run it was exported from.")
    labels = labels or _all_classes(note.get("num_classes"))
    _check_labels(path, note["inputs"], labels)
    serve, prior = (functions or runtimes.load(path))["serve"], notes.prior(note)

    def sample(num_images, seed, batch_size=64):
        classes = np.resize(labels, num_images).astype("int32") if labels else None
        for first in range(0, num_images, batch_size):
            numbers, count = random.Numbers(seed, 0, "sample"), min(batch_size, num_images - first)
            given = {"labels": classes[first : first + count]} if labels else {}
            yield serve(latents=prior.sample(numbers, count, first).numpy(), **given)["images"]

    return Subject(kind, path, sample, labels=labels)


def _images(path):
    """A folder or file of images: the same ones whatever the seed."""
    from keras_gan import data
    from keras_gan.data.shaping import even_choice

    minibatches = data.load(path.resolve(), split="all", batch_size=1)

    def sample(num_images, seed):
        chosen = even_choice(minibatches.num_images, min(num_images, minibatches.num_images))  # of all classes alike
        return minibatches.taken(chosen, batch_size=1).each_once(250)

    return Subject("images", path, sample, num_images=minibatches.num_images)
