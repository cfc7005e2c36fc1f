"""What an export says of itself to this package: the prior of its latents, so that it can be sampled as the model was.

The note is JSON: a file in a SavedModel's `assets.extra`, an entry of an ONNX file's metadata, and a zip member at the
end of `.tflite` and `.keras` files, where their runtimes pass over it.
"""

import json
import pathlib
import zipfile

import keras

_NAME = "generator.json"


def of(generator) -> dict:
    """The note of a generator; `num_classes` is `None` where it takes no labels."""
    about = {"inputs": generator.inputs, "image_shape": list(generator.image_shape)}
    about["num_classes"] = generator.num_classes
    prior = generator.prior
    return {"prior": type(prior).__name__, "prior_config": keras.saving.serialize_keras_object(prior)} | about


def prior(note: dict):
    """The prior that a note tells of."""
    import keras_gan.priors  # noqa: F401 Keras knows only classes that are imported

    return keras.saving.deserialize_keras_object(note["prior_config"])


def attach(path, note: dict):
    """Writes the note into an export."""
    path, text = pathlib.Path(path), json.dumps(note)
    if path.is_dir():
        (path / "assets.extra").mkdir(exist_ok=True)
        (path / "assets.extra" / _NAME).write_text(text)
    elif path.suffix == ".onnx":
        import onnx

        graph = onnx.load(path)
        onnx.helper.set_model_props(graph, {_NAME: text})
        onnx.save(graph, path)
    else:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(_NAME, text)


def read(path) -> dict | None:
    """The note of an export; `None` where there is none: somebody else wrote it."""
    path = pathlib.Path(path)
    if path.is_dir():
        file = path / "assets.extra" / _NAME
        text = file.read_text() if file.exists() else None
    elif path.suffix == ".onnx":
        text = _of_onnx(path)
    else:
        text = _of_zip(path)
    return None if text is None else json.loads(text)


def _of_onnx(path):
    try:
        import onnx
    except ImportError:
        raise ImportError('export: onnx is not installed: pip install "keras-gan[onnx]".') from None
    return {entry.key: entry.value for entry in onnx.load(path).metadata_props}.get(_NAME)


def _of_zip(path):
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        return archive.read(_NAME).decode() if _NAME in archive.namelist() else None
