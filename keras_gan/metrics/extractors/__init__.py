"""Extractors: images to features, by name or from the user's own network."""

import weakref

import tensorflow as tf

from keras_gan.metrics.extractors.classifier import Classifier, classifier_for, dataset_of, extractor_name
from keras_gan.metrics.extractors.extractor import Extractor
from keras_gan.metrics.extractors.inception import Inception2015
from keras_gan.metrics.extractors.keras_inception import KerasInception
from keras_gan.metrics.extractors.simple import FromModel, Pixels, Points
from keras_gan.words import nearest

__all__ = [
    "Classifier",
    "Extractor",
    "FromModel",
    "Inception2015",
    "KerasInception",
    "Pixels",
    "Points",
    "classifier_for",
    "get",
    "names",
]

_MAKERS = {"inception-2015": Inception2015, "keras-inception": KerasInception, "pixels": Pixels, "points": Points}
_CLASSIFIED = ("digits", "mnist", "fashion_mnist")
_alive = weakref.WeakValueDictionary()  # several metrics of one evaluation share a network of 100 MB


def names() -> list[str]:
    """Words that `get` knows; besides, `"<data set>-cnn"` for any labelled data set of `keras_gan.data`."""
    return [*_MAKERS, *map(extractor_name, _CLASSIFIED)]


def get(what) -> Extractor:
    """The extractor that a word names, or that a model or function makes.

    Args:
        what: one of `names()`; a Keras model or a function of images (see `FromModel`); or an `Extractor`.

    Returns:
        `Extractor`. As long as somebody holds it, the same word gives the same object.

    Raises:
        ValueError: an unknown word; the nearest are said.
        FileNotFoundError: a word whose weights are neither here nor to be downloaded.
        TypeError: nothing that can be called.

    Example:

    >>> get("pixels").name
    'pixels'
    """
    if isinstance(what, Extractor):
        return what
    if not isinstance(what, str):
        return FromModel(what)
    key = (what, tf.distribute.get_strategy())
    if (made := _alive.get(key)) is None:
        made = _alive[key] = _made(what)
    return made


def _made(word):
    if word in _MAKERS:
        return _MAKERS[word]()
    if (dataset := dataset_of(word)) is None:
        raise ValueError(f"unknown extractor {word!r}{nearest(word, names())}.")
    return classifier_for(dataset)
