"""What a run is: all that must not change between an interruption and its resumption, as JSON."""

import json
import re

import keras


def identity(model):
    """dict: class, arguments, optimisers and data of a model that `fit` is about to train."""
    description = {
        "model": type(model).__name__,
        "arguments": model.get_config(),
        "compiled": model.get_compile_config(),
        "data": model.data_identity,
        "steps_per_epoch": model.steps_per_epoch,
    }
    return _without_counters(json.loads(json.dumps(keras.saving.serialize_keras_object(description), default=str)))


def _without_counters(value):
    """Without the numbers that Keras appends to names of layers: they count what the process has made before."""
    if isinstance(value, dict):
        return {key: _without_counters(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_counters(inner) for inner in value]
    return re.sub(r"^([a-z][a-z0-9_]*?)_\d+$", r"\1", value) if isinstance(value, str) else value


def refuse_other(saved, now, owner, holder):
    """Raises where two identities differ, and shows where."""
    differences = sorted(_differences(saved, now), key=lambda difference: difference[0].count("."))
    if differences:
        shown = "\n".join(f"  {path}: saved {a!r}, now {b!r}" for path, a, b in differences[:10])
        raise ValueError(
            f"{owner}: {holder} belongs to another run; it differs in\n{shown}\n"
            "Use the same settings, or another folder."
        )


def _differences(a, b, path=""):
    """(path, a, b) wherever two nested structures differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            yield from _differences(a.get(key), b.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, pair in enumerate(zip(a, b, strict=True)):
            yield from _differences(*pair, f"{path}[{i}]")
    elif a != b:
        yield path, a, b
