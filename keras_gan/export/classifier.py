"""A classifier as a SavedModel: signature `serve`, `images` → `probabilities`, compared with the one in memory."""

import pathlib

import keras
import numpy as np
import tensorflow as tf

from keras_gan.export import parity, writing
from keras_gan.export.generator import in_float32

BOUND = 1e-5  # largest allowed difference of a probability


def write(network, filepath) -> pathlib.Path:
    """Writes the folder, loads it again, and holds it against the network.

    Args:
        network: functional `keras.Model`, images → probabilities.
        filepath: folder that does not exist yet.

    Returns:
        its `pathlib.Path`.

    Raises:
        FileExistsError, RuntimeError: as `SemiSupervisedGAN.export_classifier`; nothing is left behind.
    """
    path, network = pathlib.Path(filepath), in_float32(network)
    if path.exists():
        raise FileExistsError(f"export_classifier: {path} exists; pass another place.")
    spec = tf.TensorSpec((None, *network.input_shape[1:]), tf.float32, "images")
    archive = keras.export.ExportArchive()
    archive.add_endpoint("serve", lambda images: {"probabilities": network(images, training=False)}, [spec])
    with writing.staged(path) as beside:
        archive.write_out(str(beside), verbose=False)
        _check(network, beside)
    return path


def _check(network, path):
    """Raises where a probability of the export is another than the network's."""
    random = np.random.default_rng(0)
    given = [random.uniform(-1, 1, (batch, *network.input_shape[1:])).astype("float32") for batch in parity.BATCHES]
    with tf.device("CPU:0"):
        made = parity.run_here(path, [("serve", {"images": images}) for images in given])
        expected = [network(images, training=False).numpy() for images in given]
    largest = max(parity.largest_difference(e, m["probabilities"]) for e, m in zip(expected, made, strict=True))
    if not largest <= BOUND:
        raise RuntimeError(f"export_classifier: probabilities differ by {largest:.2g}, more than {BOUND}.")
