"""The generator as a SavedModel, for TensorFlow and TF Serving: three signatures of our own names, any batch size.

- `serve`: `latents` float32 (n, dim) [, `labels` int32 (n,)] → `images` float32 (n, height, width, channels) in
  [-1, 1];
- `sample`: `num_images` int32 (), `seed` int64 () [, `labels`] → `images`, and the `latents` they came from: what
  `gan.sample` draws, number for number;
- `serve_png`: as `serve` → `png_bytes`, n strings that hold a PNG file each; by the end of this name TensorFlow
  Serving knows that JSON needs them in base64. Points have none.
"""

import keras
import tensorflow as tf

from keras_gan import pixels

SUFFIX = ""
BOUNDS = {None: 1e-5}
PACKAGES = ("tensorflow", "keras")


def signatures(generator) -> list[str]:
    """Names of what `write` writes."""
    return ["serve", "sample", *(["serve_png"] if generator.makes_pictures else [])]


def write(generator, path):
    """Writes the folder.

    Args:
        generator: `keras_gan.export.generator.Generator`.
        path: folder that does not exist yet.
    """
    archive = keras.export.ExportArchive()  # of a tracked network it would write every variable twice
    for name in signatures(generator):  # the first one is served by default
        function, specs = _endpoint(generator, name)
        archive.add_endpoint(name, function, input_signature=specs)
    archive.write_out(str(path), verbose=False)


def _endpoint(generator, name):
    """(function, specs of its inputs)."""
    given = generator.specs()
    if name == "serve":
        return generator.serve, given
    if name == "serve_png":
        return lambda *values: {"png_bytes": as_png(generator.serve(*values)["images"])}, given
    asked = [tf.TensorSpec((), tf.int32, "num_images"), tf.TensorSpec((), tf.int64, "seed")]
    return generator.sample, asked + [spec for spec in given if spec.name == "labels"]


def as_png(images):
    """string tensor `(n,)`: each image as a PNG file."""
    return tf.io.encode_png(pixels.to_uint8(images))
