"""A small classifier of one data set as extractor: made here, once, in about a minute, and kept with its papers."""

import dataclasses
import json
import os
import pathlib

import keras
import tensorflow as tf

from keras_gan import data, pixels
from keras_gan.data import sources
from keras_gan.metrics import small_cnn
from keras_gan.metrics.extractors import resize as resizing
from keras_gan.metrics.extractors.extractor import Extractor, fingerprint_of_weights
from keras_gan.metrics.extractors.weights_file import cache_folder

_SUFFIX = "-cnn"


@dataclasses.dataclass(frozen=True)
class Papers:
    """What a classifier was made of; it is made anew where one of these is another.

    Args:
        dataset: str, the name of the data.
        train, test: hex SHA-256 of the labelled images of each split.
        recipe: str, network and training in words.
        seed: int.
    """

    dataset: str
    train: str
    test: str
    recipe: str
    seed: int


class Classifier(Extractor):
    """Features of a small convolutional classifier of one data set: `mnist-cnn`, `fashion-mnist-cnn`, `digits-cnn`.

    `features` `(batch, 128)` are its last hidden layer, `probabilities` `(batch, classes)` its classes. For data that
    look nothing like photographs, where Inception's features say little, and for machines without a network. Its
    distances are no FID; they are comparable only between classifiers of the same fingerprint.

    Args:
        model: Keras model: images → dict of `features` and `probabilities`.
        name: str.
        details: dict for reports, with `accuracy`, the share of test images it classifies right.

    Call arguments:
        images: float32 `(batch, height, width, channels)` in [-1, 1], with the channels of the data set; other sizes
            than its own are resized.
    """

    def __init__(self, model, name: str, details: dict):
        super().__init__()
        self.model, self.name, self.details = model, name, details
        height, width, self.channels = model.input_shape[1:]
        self.size = (height, width)
        self.recipe = (
            f"uint8, antialias to {height}x{width}, {small_cnn.RECIPE}, test accuracy {details['accuracy']:.4f}"
        )
        self.fingerprint = fingerprint_of_weights(model.weights)

    @property
    def accuracy(self) -> float:
        """Share of the test images that it classifies right, in [0, 1]."""
        return self.details["accuracy"]

    def extract(self, images):
        if images.shape[-1] != self.channels:
            raise ValueError(
                f"{self.name}: images have {images.shape[-1]} channels; expected {self.channels}, as its data have. "
                "Pass the channels one by one, or use a classifier of such images: classifier_for('<data set>')."
            )
        values = resizing.to_size(resizing.to_bytes(images), self.size, "antialias")
        return dict(self.model(pixels.from_uint8(values), training=False))

    def get_config(self):
        """The arguments of `classifier_for`, with which it is found, or made, again.

        Raises:
            TypeError: a classifier that `classifier_for` has not made.
        """
        if "papers" not in self.details:
            raise TypeError(
                f"{self.name}: this classifier was not made by classifier_for, so a saved model could not find it "
                "again. Use classifier_for('<data set>'), or FromModel(model)."
            )
        return {argument: self.details["papers"][argument] for argument in ("dataset", "seed")}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The classifier of `classifier_for(dataset, seed)`."""
        return classifier_for(**config)


def classifier_for(dataset: str, seed: int = 0) -> Classifier:
    """The classifier of a labelled data set: from the cache, or trained now and put there.

    The cache is `classifiers` in the folder that KERAS_GAN_CACHE names, else in `~/.cache/keras_gan`.

    Args:
        dataset: a name that `keras_gan.data.load` knows, with labels. Of data without a test split every fifth image
            is held back.
        seed: int, of weights and order; other than `0` it is part of the extractor's name. Defaults to `0`.

    Returns:
        `Classifier`.

    Raises:
        ValueError: no such data, or no labels.
    """
    train, test = _splits(dataset)
    papers = Papers(dataset, train.fingerprint, test.fingerprint, small_cnn.RECIPE, seed)
    name = extractor_name(dataset) + (f"-seed{seed}" if seed else "")
    folder = cache_folder() / "classifiers"
    return kept(folder, name, papers) or _made(folder, name, papers, train, test)


def extractor_name(dataset: str) -> str:
    """`"fashion_mnist"` → `"fashion-mnist-cnn"`."""
    return dataset.replace("_", "-") + _SUFFIX


def dataset_of(name: str) -> str | None:
    """`"fashion-mnist-cnn"` → `"fashion_mnist"`, for known data sets; `None` for names of other form."""
    if not name.endswith(_SUFFIX):
        return None
    known = {extractor_name(dataset): dataset for dataset in data.names()}
    return known.get(name, name.removesuffix(_SUFFIX).replace("-", "_"))


def _splits(dataset):
    """Labelled minibatches to train on, and others to test on."""
    train = data.load(dataset, split="train", labels=True, batch_size=1)
    split = sources.held_out_split(dataset)
    return data.split(train) if split is None else (train, data.load(dataset, split=split, labels=True, batch_size=1))


def kept(folder, name, papers):
    """The classifier in the cache, if its papers are these and its weights the ones they speak of; else `None`."""
    try:
        details = json.loads((folder / f"{name}.json").read_text())
        if details["papers"] != dataclasses.asdict(papers):
            return None
        model = keras.saving.load_model(folder / f"{name}.keras", compile=False)
        found = Classifier(model, name, details)
    except (OSError, ValueError, KeyError):  # not there, or not whole
        return None
    return found if details["weights"] == found.fingerprint else None


def _made(folder, name, papers, train, test):
    model = small_cnn.train(train, seed=papers.seed)
    details = {
        "accuracy": small_cnn.accuracy(model, test),
        "papers": dataclasses.asdict(papers),
        "weights": fingerprint_of_weights(model.weights),
        "versions": {"keras": keras.__version__, "tensorflow": tf.__version__},
    }
    _write(folder, name, model, details)
    return Classifier(model, name, details)


def _write(folder, name, model, details):
    """Each file beside its place, then renamed; the papers last, so that they never speak of a model to come."""
    folder.mkdir(parents=True, exist_ok=True)
    part = pathlib.Path(folder, f".{name}.{os.getpid()}.keras")
    model.save(part)
    os.replace(part, folder / f"{name}.keras")
    part.with_suffix(".json").write_text(json.dumps(details, indent=2))
    os.replace(part.with_suffix(".json"), folder / f"{name}.json")
