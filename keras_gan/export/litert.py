"""The generator for LiteRT (once TensorFlow Lite): one `.tflite` file for phones, browsers and small boards.

Its signature is `serve`: `latents` float32 (n, dim) → `images` float32 (n, height, width, channels) in [-1, 1], however
the weights are kept. Latents are always an input: LiteRT has no random numbers that a seed decides.
"""

import pathlib
import tempfile
import warnings

import keras
import numpy as np
import tensorflow as tf

SUFFIX = ".tflite"
BOUNDS = {None: 1e-4, "float16": 1e-2, "dynamic": None, "int8": None}
PACKAGES = ("tensorflow", "keras", "ai-edge-litert")

_REPRESENTATIVE = 256  # inputs from which the ranges of the activations are read


def signatures(generator) -> list[str]:
    """Names of what `write` writes."""
    return ["serve"]


def write(generator, path, quantize=None, batch_size: int | None = None, representative=None):
    """Writes the file.

    Args:
        generator: `keras_gan.export.generator.Generator`.
        path: file to write.
        quantize: `None`: float32; `"float16"`: weights of half the size, computed in float32 where the device has no
            float16; `"dynamic"`: int8 weights, activations quantised as they come; `"int8"`: weights and activations,
            by 8-bit kernels throughout. Inputs and outputs are float32 always, one quantisation at either end.
        batch_size: int, frozen: GPU delegates and Edge TPUs accept no transposed convolution whose output shape is
            computed on the way. Defaults to `None`: any.
        representative: for `"int8"`: latents float32 (n, dim), or a dict with all inputs, from which the ranges of the
            activations are read. Defaults to 256 draws from the prior (more where there are more classes).
    """
    with tempfile.TemporaryDirectory() as folder:
        archive = keras.export.ExportArchive()
        archive.add_endpoint("serve", generator.serve, input_signature=generator.specs(batch_size))
        archive.write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=["serve"])
        _quantize(converter, quantize)
        if quantize == "int8":
            converter.representative_dataset = _calibration(generator, representative, batch_size or 1)
        with warnings.catch_warnings():  # the converter uses an interpreter that TensorFlow itself calls deprecated
            warnings.filterwarnings("ignore", message=r"(?s).*tf\.lite\.Interpreter is deprecated")
            pathlib.Path(path).write_bytes(converter.convert())


def _quantize(converter, quantize):
    if quantize is None:
        return
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if quantize == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if quantize == "int8":
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]


def _calibration(generator, representative, batch_size):
    """Function that yields one call after another, as the converter asks for them."""
    drawn = max(_REPRESENTATIVE, batch_size, generator.num_classes or 0)  # every class at least once
    rows = generator.draw(drawn, seed=0) if representative is None else _checked(generator, representative)
    number = len(rows["latents"])
    if number < batch_size:
        raise ValueError(f"export: representative= holds {number} latents; expected at least batch_size={batch_size}.")

    def calls():
        for first in range(0, number - batch_size + 1, batch_size):
            yield "serve", {name: values[first : first + batch_size] for name, values in rows.items()}

    return calls


def _checked(generator, representative):
    """{input: array} of what the caller gave."""
    given = representative if isinstance(representative, dict) else {"latents": representative}
    rows = {}
    for spec in generator.specs():
        if spec.name not in given:
            raise ValueError(f"export: representative= holds {', '.join(given)}; expected {spec.name!r}, too.")
        rows[spec.name] = np.asarray(given[spec.name], spec.dtype.as_numpy_dtype)
        if rows[spec.name].shape[1:] != tuple(spec.shape[1:]):
            shapes = f"{spec.name} of shape {rows[spec.name].shape}; expected {tuple(spec.shape)}"
            raise ValueError(f"export: representative= has {shapes}.")
    return rows
