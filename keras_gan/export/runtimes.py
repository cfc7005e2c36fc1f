"""Exports in the hands of those who will run them: read by the bare runtimes, without this package.

`load(path)` gives {signature: function}; a function takes arrays by name and returns a dict of arrays:

    serve = load("generator.tflite")["serve"]
    images = serve(latents=np.zeros((3, 64), "float32"))["images"]

This file imports nothing of keras_gan, for it is also what `bare_check.py` runs where there is none.
"""

import pathlib

import numpy as np


def load(path, num_threads: int | None = None) -> dict:
    """The functions of an export.

    Args:
        path: folder of a SavedModel, or a `.tflite`, `.onnx` or `.keras` file.
        num_threads: int, of LiteRT and onnxruntime. Defaults to `None`: their own choice.

    Returns:
        {signature: function of arrays by name → dict of arrays}. SavedModels have `serve`, `sample`, `serve_png` and
        `serving_default`, the others `serve`.

    Raises:
        FileNotFoundError: nothing is there.
        ImportError: the runtime is not installed; the message says how to get it.
        ValueError: none of the formats.
    """
    path = pathlib.Path(path)
    if not path.exists():
        raise FileNotFoundError(f"export: {path} does not exist.")
    if path.is_dir():
        return _saved_model(path)
    if path.suffix not in _READERS:
        raise ValueError(f"export: {path} is none of {', '.join(_READERS)} and no folder of a SavedModel.")
    return _READERS[path.suffix](path, num_threads)


def of_network(network) -> dict:
    """The functions of a generator that Keras has loaded."""

    def serve(**inputs):
        given = inputs if len(inputs) > 1 else next(iter(inputs.values()))
        return {"images": np.asarray(network(given, training=False), "float32")}

    return {"serve": serve}


# --- TensorFlow --------------------------------------------------------------------------------------------------


def _saved_model(folder):
    import tensorflow as tf

    loaded = tf.saved_model.load(str(folder))
    return {name: _signature(tf, loaded, name) for name in loaded.signatures}


def _signature(tf, loaded, name):
    specs = loaded.signatures[name].structured_input_signature[1]

    def call(**inputs):  # holds `loaded`: a function alone would lose its variables
        given = {key: tf.constant(value, specs[key].dtype) for key, value in inputs.items()}
        return {key: _as_array(value.numpy()) for key, value in loaded.signatures[name](**given).items()}

    return call


def _as_array(values):
    """Strings as bytes of one length, which needs no pickle to be kept in a file."""
    return np.asarray(values.tolist(), "S") if values.dtype == object else values


# --- LiteRT ------------------------------------------------------------------------------------------------------


def _litert(path, num_threads):
    interpreter = litert_interpreter(path, num_threads)
    return {name: _runner(interpreter, name) for name in interpreter.get_signature_list()}


def litert_interpreter(path, num_threads: int | None = None):
    """The interpreter of a `.tflite` file, of `ai_edge_litert` or, where that is missing, of TensorFlow."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        try:
            from tensorflow.lite.python.interpreter import Interpreter
        except ImportError:
            raise ImportError('export: LiteRT is not installed: pip install "keras-gan[litert]".') from None
    return Interpreter(str(path), num_threads=num_threads)


def _runner(interpreter, name):
    runner = interpreter.get_signature_runner(name)
    details = runner.get_input_details()
    frozen = int(details["latents"]["shape_signature"][0])  # -1 where any batch size goes

    def call(**inputs):
        typed = {key: np.asarray(value, details[key]["dtype"]) for key, value in inputs.items()}
        if frozen < 0:
            return dict(runner(**typed))
        return _in_batches(runner, typed, frozen)

    return call


def _in_batches(run, inputs, size):
    """Any number of inputs through a function of a fixed batch size; the last batch is filled up."""
    number = len(next(iter(inputs.values())))
    taken = [np.arange(first, first + size) % number for first in range(0, number, size)]
    made = [{key: value.copy() for key, value in run(**{k: v[i] for k, v in inputs.items()}).items()} for i in taken]
    return {key: np.concatenate([part[key] for part in made])[:number] for key in made[0]}


# --- ONNX, Keras -------------------------------------------------------------------------------------------------


def _onnx(path, num_threads):
    try:
        import onnxruntime
    except ImportError:
        raise ImportError('export: onnxruntime is not installed: pip install "keras-gan[onnx]".') from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = num_threads or 0
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return {"serve": lambda **inputs: dict(zip(names, session.run(names, inputs), strict=True))}


def _keras(path, num_threads):
    import keras

    return of_network(keras.saving.load_model(path))


_READERS = {".tflite": _litert, ".onnx": _onnx, ".keras": _keras}
