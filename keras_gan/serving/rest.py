"""TensorFlow Serving's JSON, to tensors and back.

A request holds `"instances"`, a list with one entry for each image (answered by `"predictions"`), or `"inputs"`, the
whole tensors by name (answered by `"outputs"`), and perhaps a `"signature_name"`. A signature with one input, or one
output, may leave its name out. Bytes travel as `{"b64": ...}`.
https://www.tensorflow.org/tfx/serving/api_rest
"""

import base64
import dataclasses

import numpy as np
import orjson

from keras_gan.serving.limits import Refused
from keras_gan.serving.models import Signature, Version


@dataclasses.dataclass
class Prediction:
    """A request, read and checked.

    Args:
        signature: `Signature`.
        inputs: {name: array of the signature's dtype and shape}.
        by_row: bool, whether the answer lists the images one by one.
    """

    signature: Signature
    inputs: dict[str, np.ndarray]
    by_row: bool


def read(body: bytes, version: Version) -> Prediction:
    """A request for a version of a model.

    Raises:
        Refused: 400, whatever is wrong with it.
    """
    document = _parsed(body)
    name = document.get("signature_name")
    if name is not None and not isinstance(name, str):
        raise Refused(400, "'signature_name' key must be a string value.")
    signature = version.signature(name)
    by_row = "instances" in document
    if by_row == ("inputs" in document):
        raise Refused(400, "expected one of 'inputs' and 'instances', and not both.")
    values = _columns(document["instances"], signature) if by_row else _named(document["inputs"], signature)
    inputs = {name: _array(values[name], name, spec) for name, spec in signature.inputs.items()}
    _check_same_batch(inputs, signature)
    return Prediction(signature, inputs, by_row)


def check_size(prediction: Prediction, max_images: int):
    """Raises `Refused` where a request asks for no image or for more than `max_images`."""
    for name, value in prediction.inputs.items():
        wanted = int(value) if name == "num_images" and value.ndim == 0 else len(value) if value.ndim else 1
        if not 1 <= wanted <= max_images:
            raise Refused(400, f"input '{name}' asks for {wanted} images; expected 1 to {max_images} in a request.")


def write(outputs: dict[str, np.ndarray], by_row: bool) -> bytes:
    """The answer."""
    values = {name: _encoded(value) for name, value in outputs.items()}
    if len(values) == 1:
        (value,) = values.values()
    elif by_row:
        value = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
    else:
        value = values
    return orjson.dumps({"predictions" if by_row else "outputs": value}, option=orjson.OPT_SERIALIZE_NUMPY)


def _encoded(array):
    """What `orjson` can write: arrays as they are, byte strings in base64."""
    if array.dtype != object:
        return array
    if array.ndim == 0:
        return {"b64": base64.b64encode(array.item()).decode()}
    return [_encoded(np.asarray(each, object)) for each in array]


def _parsed(body):
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        said = "; numbers must be finite" if b"NaN" in body or b"Infinity" in body else ""
        raise Refused(400, f"JSON Parse error: {error}{said}") from None
    if not isinstance(document, dict):
        raise Refused(400, "the request is no JSON object; expected one with 'inputs' or 'instances'.")
    return document


def _columns(instances, signature):
    """{input name: list with a value for each instance}."""
    if not isinstance(instances, list) or not instances:
        raise Refused(400, "expected 'instances' to be a list with at least one value.")
    names = signature.inputs.keys()
    if not isinstance(instances[0], dict):
        return {_only_name(signature): instances}
    for row in instances:
        if not isinstance(row, dict) or row.keys() != names:
            raise Refused(400, f"expected every instance to be an object with the keys {', '.join(names)}.")
    return {name: [row[name] for row in instances] for name in names}


def _named(inputs, signature):
    """{input name: value}; other names are passed over."""
    if not isinstance(inputs, dict):
        return {_only_name(signature): inputs}
    if missing := signature.inputs.keys() - inputs.keys():
        raise Refused(400, f"Missing named input: {', '.join(sorted(missing))} in 'inputs' object.")
    return inputs


def _only_name(signature):
    if len(signature.inputs) > 1:
        raise Refused(400, f"expected an object: there are several inputs, {', '.join(signature.inputs)}.")
    return next(iter(signature.inputs))


def _array(value, name, spec):
    """Nested lists as an array of the spec's dtype and shape."""
    dtype = np.dtype(spec.dtype.as_numpy_dtype)
    if dtype.kind not in "fiu" or spec.shape.rank is None:
        raise Refused(400, f"input '{name}' is a {spec.dtype.name} of shape {spec.shape}; it cannot be sent here.")
    numbers = {int, float} if dtype.kind == "f" else {int}
    if not _kinds(value, spec.shape.rank) <= numbers:
        raise Refused(400, f"input '{name}' is not {spec.dtype.name} of shape {_shape(spec)}.")
    try:
        with np.errstate(over="ignore"):
            array = np.array(value, dtype if dtype.kind == "f" else np.int64)
    except (ValueError, OverflowError):
        raise Refused(400, f"input '{name}': lists of unequal length, or numbers too large for {dtype}.") from None
    if not spec.shape.is_compatible_with(array.shape):
        raise Refused(400, f"input '{name}' has shape {array.shape}; expected {_shape(spec)}.")
    return _checked(array, name, dtype)


def _kinds(value, depth):
    """Types of all that stands in lists nested up to `depth`: NumPy alone would read "1" and true as numbers."""
    if type(value) is not list:
        return {type(value)}
    kinds = set(map(type, value))
    if list in kinds and depth > 1:
        kinds.discard(list)
        kinds.update(*(_kinds(each, depth - 1) for each in value if type(each) is list))
    return kinds


def _checked(array, name, dtype):
    """The array in its dtype, if all its values have one there."""
    if dtype.kind == "f":
        if not np.isfinite(array).all():
            raise Refused(400, f"input '{name}' holds numbers that are not finite in {dtype}.")
        return array
    whole = np.iinfo(dtype)
    if array.size and not (whole.min <= array.min() and array.max() <= whole.max):
        raise Refused(400, f"input '{name}' holds numbers outside of {dtype}.")
    return array.astype(dtype)


def _check_same_batch(inputs, signature):
    sizes = {name: len(value) for name, value in inputs.items() if value.ndim} if signature.is_batchable else {}
    if len(set(sizes.values())) > 1:
        raise Refused(400, f"inputs differ in their first axis: {sizes}.")


def _shape(spec):
    return f"({', '.join('any' if size is None else str(size) for size in spec.shape)})"
