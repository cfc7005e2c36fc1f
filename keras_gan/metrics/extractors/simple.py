"""Extractors that need no weights file: the pixels themselves, points, and whatever network the user has."""

import uuid

import keras
import tensorflow as tf

from keras_gan.metrics.extractors.extractor import Extractor, fingerprint_of_text, fingerprint_of_weights


class Pixels(Extractor):
    """The pixels themselves, row by row: `(batch, h, w, c)` → `(batch, h · w · c)`.

    For small images, for neighbours and for tests. Distances of pixels say little about what images show.

    Example:

    >>> import tensorflow as tf
    >>> Pixels()(tf.zeros((2, 8, 8, 1)))["features"].shape
    TensorShape([2, 64])
    """

    name = "pixels"
    recipe = "pixels in [-1, 1], flattened"
    fingerprint = fingerprint_of_text("pixels: flattened, float32")

    def extract(self, images):
        return {"features": tf.reshape(images, (-1, images.shape[1:].num_elements()))}


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

    Args:
        model: Keras model or layer, `tf.Module`, or function: images float32 in [-1, 1] → tensor or dict.
        name: str, what reports call it. Defaults to the model's own name.
        recipe: str, what is done with the images, in words. Defaults to `"as given"`.
        fingerprint: hex SHA-256. Defaults to that of the model's weights as they are now. A function keeps its weights
            where nobody can look: it gets another fingerprint in every process, so that cached statistics are never
            wrongly taken for its own, unless one is passed.

    Raises:
        TypeError: nothing that can be called.
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
        if not isinstance(model, keras.Layer | tf.Module):
            self._extract = self.extract  # a function may be one of NumPy
        self.name = name or getattr(model, "name", None) or getattr(model, "__name__", type(model).__name__)
        self.fingerprint = fingerprint or _fingerprint(model)

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
