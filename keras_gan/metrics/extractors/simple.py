"""Extractors that need no weights file: the pixels themselves, points, and whatever network the user has."""

import functools
import uuid

import keras
import tensorflow as tf

from keras_gan.metrics.extractors.extractor import Extractor, fingerprint_of_text, fingerprint_of_weights

_MAX_SIDE = 32  # pixels; of colour images 3,072 features


class Pixels(Extractor):
    """The pixels themselves, row by row: `(batch, h, w, c)` → `(batch, h · w · c)`.

    For small images, for neighbours and for tests. Distances of pixels say little about what images show. Larger images
    are resized (bilinear, with antialiasing) until their longer side has `max_side` pixels: the memory of statistics
    grows with the square of the number of features.

    Args:
        max_side: int ≥ 1; other than `32` it is part of the extractor's name. Defaults to `32`.

    Raises:
        ValueError: `max_side` below 1.

    Example:

    >>> import tensorflow as tf
    >>> Pixels()(tf.zeros((2, 8, 8, 1)))["features"].shape
    TensorShape([2, 64])
    """

    def __init__(self, max_side: int = _MAX_SIDE):
        super().__init__()
        if max_side < 1:
            raise ValueError(f"Pixels: max_side={max_side}; expected at least 1. Use {_MAX_SIDE}.")
        self.max_side = max_side
        self.name = "pixels" if max_side == _MAX_SIDE else f"pixels-{max_side}"
        self.recipe = f"pixels in [-1, 1], at most {max_side} a side (bilinear, antialias), flattened"
        self.fingerprint = fingerprint_of_text(f"{self.recipe}, float32")

    def extract(self, images):
        sides = images.shape[1:3]
        share = self.max_side / max(sides)
        if share < 1:
            images = tf.image.resize(images, [max(round(side * share), 1) for side in sides], antialias=True)
        return {"features": _rows(images)}


class Points(Extractor):
    """Points as they are: `(batch, dim)` → `(batch, dim)`.

    Example:

    >>> import tensorflow as tf
    >>> Points()(tf.zeros((5, 2)))["features"].shape
    TensorShape([5, 2])
    """

    name = "points"
    recipe = "the coordinates"
    fingerprint = fingerprint_of_text("points: the coordinates, float32")
    takes = (2,)

    def extract(self, images):
        return {"features": images}


class FromModel(Extractor):
    """The user's own network, or any function of images.

    Its output is a tensor `(batch, ...)`, read as features and flattened, or a dict with `features` and, where it
    classifies, `probabilities` `(batch, classes)`; other keys are left out. A Keras model is called with
    `training=False`.

    A model compiled with a metric on it saves a Keras model with its weights; it cannot save a function.

    Args:
        model: Keras model or layer, `tf.Module`, or function: images float32 in [-1, 1] → tensor or dict.
        name: str, what reports call it. Defaults to the model's own name.
        recipe: str, what is done with the images, in words. Defaults to `"as given"`.
        fingerprint: hex SHA-256. Defaults to that of the model's weights when it is first asked for. A function keeps
            its weights where nobody can look: it gets another fingerprint in every process, so that cached statistics
            are never wrongly taken for its own, unless one is passed.

    Raises:
        TypeError: nothing that can be called; at `get_config`, a function or a `tf.Module`.
        ValueError: at the call, an output without `features`.

    Example:

    >>> import keras
    >>> extractor = FromModel(keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()]), name="mine")
    >>> extractor.name, extractor.recipe
    ('mine', 'as given')
    """

    takes = (2, 4)

    def __init__(self, model, name: str | None = None, recipe: str = "as given", fingerprint: str | None = None):
        if not callable(model):
            raise TypeError(
                f"extractor: got {type(model).__name__}; expected a Keras model, or a function of images. "
                f"Or one of the names in keras_gan.metrics.extractors.names()."
            )
        super().__init__()
        self.model, self.recipe = model, recipe
        self.name = name or getattr(model, "name", None) or getattr(model, "__name__", type(model).__name__)
        if fingerprint is not None:
            self.fingerprint = fingerprint

    @functools.cached_property
    def fingerprint(self) -> str:
        """Not before it is asked for: weights that are loaded come after the constructor."""
        return _fingerprint(self.model)

    def _extracted(self, images):
        if isinstance(self.model, keras.Layer | tf.Module):
            return super()._extracted(images)
        return self.extract(images)  # a function may be one of NumPy

    def extract(self, images):
        is_layer = isinstance(self.model, keras.Layer)
        outputs = self.model(images, training=False) if is_layer else self.model(images)
        outputs = outputs if isinstance(outputs, dict) else {"features": outputs}
        if "features" not in outputs:
            raise ValueError(
                f"{self.name}: its output has the keys {sorted(outputs)}; expected 'features' among them. "
                "Return a tensor, or a dict with 'features' and perhaps 'probabilities'."
            )
        return {key: _rows(outputs[key]) for key in ("features", "probabilities") if key in outputs}

    def get_config(self):
        if not isinstance(self.model, keras.Layer):
            raise TypeError(
                f"extractor {self.name!r} is a {type(self.model).__name__}; expected what can be saved with a model. "
                "Pass a Keras model or a name; a function cannot be saved with the model."
            )
        return super().get_config()


def _rows(values):
    """`(batch, ...)` → `(batch, d)`."""
    values = tf.convert_to_tensor(values)
    return values if values.shape.rank == 2 else tf.reshape(values, (-1, values.shape[1:].num_elements()))


def _fingerprint(model):
    if isinstance(model, keras.Layer):
        return fingerprint_of_weights(model.weights)
    if isinstance(model, tf.Module):
        return fingerprint_of_weights(model.variables)
    return fingerprint_of_text(str(uuid.uuid4()))
