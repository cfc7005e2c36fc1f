"""The generator as a SavedModel: signatures of our own names, dynamic batch, compared with the model in memory."""

import pathlib

import keras
import numpy as np
import tensorflow as tf

from keras_gan import run_folder

_BOUND = 1e-5  # largest difference allowed between the model in memory and its export, for images in [-1, 1]


def export(model, filepath):
    """Writes `model`'s averaged generator; nothing is left behind where the export differs from the model.

    Args:
        model: a model with `prior`, `call` and `sample_batch`.
        filepath: folder to write; it must not exist yet.

    Returns:
        `pathlib.Path` of the export.

    Raises:
        FileExistsError: there is something at `filepath`.
        RuntimeError: the export's images differ from the model's by more than 1e-5.
    """
    filepath = pathlib.Path(filepath)
    if filepath.exists():
        raise FileExistsError(f"export: {filepath} exists; pass another folder, such as the next version.")
    if model.prior is None:
        raise ValueError(f"export: {type(model).__name__} has no prior, so it has no latents to serve images from.")
    with run_folder.written_whole(filepath) as beside:
        _write(model, beside)
        _compare(model, beside)
    return filepath


def _write(model, folder):
    archive = keras.export.ExportArchive()
    archive.track(model.generator_ema)
    archive.add_endpoint(
        "serve",
        lambda latents: {"images": tf.cast(model(latents, training=False), tf.float32)},
        input_signature=[tf.TensorSpec((None, model.prior.dim), tf.float32, name="latents")],
    )
    archive.add_endpoint(
        "sample",
        lambda num_images, seed: model.sample_batch(num_images, seed),
        input_signature=[tf.TensorSpec((), tf.int32, name="num_images"), tf.TensorSpec((), tf.int64, name="seed")],
    )
    archive.write_out(str(folder), verbose=False)


def _compare(model, folder):
    """Loads the export by the bare runtime and draws from it what the model draws."""
    loaded = tf.saved_model.load(str(folder))
    for num_images in (1, 3):
        given = loaded.signatures["sample"](num_images=tf.constant(num_images), seed=tf.constant(7, tf.int64))
        served = loaded.signatures["serve"](latents=given["latents"])["images"]
        expected = model.sample(num_images, seed=7)
        difference = max(np.abs(images.numpy() - expected).max() for images in (given["images"], served))
        if not difference <= _BOUND:
            raise RuntimeError(
                f"export: images differ from the model's by {difference:.2g}, more than {_BOUND}; nothing was written."
            )
