"""TensorFlow Serving's JSON, to tensors and back.

A request holds `"instances"`, a list with one entry for each image (answered by `"predictions"`), or `"inputs"`, the
whole tensors by name (answered by `"outputs"`), and perhaps a `"signature_name"`. A signature with one input, or one
output, may leave its name out. Bytes travel as `{"b64": ...}`.
https://www.tensorflow.org/tfx/serving/api_rest
"""

import base64
import dataclasses
import math

import numpy as np
import orjson

from keras_gan.serving.limits import Refused
from keras_gan.serving.models import Signature, Version

_NUMBER = 32  # bytes of a number in JSON, with what stands around it
_SLACK = 2**16  # bytes of all that is no number
_OTHER_LISTS = 2**17  # in a request, beyond those that its images need
_LARGEST = 64 * 2**20  # bytes, whatever the signatures take


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


def largest_body(versions, max_images: int) -> int:
    """Bytes that a request for `max_images` images can need, of any of the versions, written generously.

    Args:
        versions: iterable of `Version`.
        max_images: int.
    """
    signatures = [signature for version in versions for signature in version.signatures.values()]
    rows = [sum(_row_bytes(name, spec) for name, spec in each.inputs.items()) for each in signatures]
    return min(max_images * max(rows, default=0) + _SLACK, _LARGEST)


def _row_bytes(name, spec):
    """Of one image's part of an input: its numbers, its name and brackets."""
    if spec.shape.rank is None or None in spec.shape[1:]:
        return _LARGEST
    return _NUMBER * math.prod(spec.shape[1:]) + len(name) + _NUMBER


def read(body: bytes, version: Version, max_images: int) -> Prediction:
    """A request for a version of a model.

    Raises:
        Refused: 400, whatever is wrong with it.
    """
    _check_lists(body, version, max_images)
    document = _parsed(body)
    name = document.get("signature_name")
    if name is not None and not isinstance(name, str):
        raise Refused(400, "'signature_name' key must be a string value.")
    signature = version.signature(name)
    by_row = "instances" in document
    if by_row == ("inputs" in document):
        raise Refused(400, "expected one of 'inputs' and 'instances', and not both.")
    if by_row:
        values = _columns(document["instances"], signature, max_images)
    else:
        values = _named(document["inputs"], signature)
    for name, spec in signature.inputs.items():  # before anything looks at every number
        _check_beginning(values[name], name, spec, max_images)
    inputs = {name: _array(values[name], name, spec) for name, spec in signature.inputs.items()}
    _check_same_batch(inputs, signature)
    return Prediction(signature, inputs, by_row)


def _check_lists(body, version, max_images):
    """Refuses what no request for so many images looks like before a parser makes millions of lists of it."""
    rows = [sum(map(_row_lists, each.inputs.values())) for each in version.signatures.values()]
    if body.count(b"[") + body.count(b"{") > max_images * (1 + max(rows, default=0)) + _OTHER_LISTS:
        raise Refused(400, f"the request holds more lists than {max_images} images need, the most in a request.")


def _row_lists(spec):
    if spec.shape.rank is None or None in spec.shape[1:]:
        return _OTHER_LISTS
    return spec.shape.rank * math.prod(spec.shape[1:-1])


def check_size(prediction: Prediction, max_images: int):
    """Raises `Refused` where a request asks for no image or for more than `max_images`."""
    for name, value in prediction.inputs.items():
        wanted = int(value) if name == "num_images" and value.ndim == 0 else len(value) if value.ndim else 1
        _check_number(name, wanted, max_images)


def _check_number(name, wanted, max_images):
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


def _columns(instances, signature, max_images):
    """{input name: list with a value for each instance}."""
    if not isinstance(instances, list) or not instances:
        raise Refused(400, "expected 'instances' to be a list with at least one value.")
    _check_number("instances", len(instances), max_images)
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


def _check_beginning(value, name, spec, max_images):
    """Refuses what is too long, or of another shape, by its first row alone: that takes no time."""
    if spec.shape.rank is None:
        return
    sizes, inner = [], value
    while type(inner) is list and len(sizes) < spec.shape.rank + 2:
        sizes.append(len(inner))
        inner = inner[0] if inner else None
    if sizes and spec.shape.rank and spec.shape[0] is None and sizes[0] > max_images:
        _check_number(name, sizes[0], max_images)
    if sizes and not spec.shape.is_compatible_with(sizes):
        raise Refused(400, f"input '{name}' has shape {tuple(sizes)}; expected {_shape(spec)}.")


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
