"""The formats, as one literal table: word → module. Words are Keras' own; aliases are what else people call them.

A module of a format has `SUFFIX` (of its file; empty for a folder), `BOUNDS` ({word of `quantize`, `None` for float32:
largest allowed difference from the model, or `None` where a PSNR bounds it}), `PACKAGES` (whose versions stand in the
card), `signatures(generator)` and `write(generator, path, ...)`.
"""

import importlib

from keras_gan.words import nearest

FORMATS = {
    "tf_saved_model": "keras_gan.export.saved_model",
    "litert": "keras_gan.export.litert",
    "onnx": "keras_gan.export.onnx",
    "keras": "keras_gan.export.keras_file",
}
ALIASES = {"saved_model": "tf_saved_model", "tflite": "litert"}


def canonical(word: str) -> str:
    """The format's own name for what may be an alias.

    Raises:
        ValueError: no such format; the nearest are said.

    Example:

    >>> canonical("tflite")
    'litert'
    """
    name = ALIASES.get(word, word)
    if name not in FORMATS:
        raise ValueError(f"export: unknown format {word!r}{nearest(str(word), [*FORMATS, *ALIASES])}.")
    return name


def module(word: str):
    """The module that writes a format, imported now."""
    return importlib.import_module(FORMATS[canonical(word)])
