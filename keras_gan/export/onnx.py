"""The generator as an ONNX graph, for onnxruntime and whatever else reads it.

Input `latents` float32 (n, dim) [, `labels` int32 (n,)], output `images` float32 (n, height, width, channels) in
[-1, 1], channels last as everywhere here; any batch size.
"""

import tensorflow as tf

SUFFIX = ".onnx"
BOUNDS = {None: 1e-4}
PACKAGES = ("tensorflow", "keras", "tf2onnx", "onnx", "onnxruntime")

_OPSET = 18


def signatures(generator) -> list[str]:
    """Names of what `write` writes; a graph has no other than its one."""
    return ["serve"]


def write(generator, path):
    """Writes the file.

    Args:
        generator: `keras_gan.export.generator.Generator`.
        path: file to write.

    Raises:
        ImportError: tf2onnx is not installed.
    """
    try:
        import tf2onnx
    except ImportError as error:
        raise ImportError(f'export: ONNX needs tf2onnx ({error}). Install it: pip install "keras-gan[onnx]".') from None
    function = tf.function(generator.serve, autograph=False)
    tf2onnx.convert.from_function(function, generator.specs(), opset=_OPSET, output_path=str(path))
