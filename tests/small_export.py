"""Exports for tests of serving, made in a moment: the signatures of a real one around a matrix; and their server."""

import contextlib
import json
import pathlib
import subprocess
import sys
import threading

import numpy as np
import tensorflow as tf

from keras_gan.serving import run
from keras_gan.serving.limits import Limits

DIM, SHAPE = 4, (8, 8, 1)


class _Generator(tf.Module):
    """tanh(latents @ weights), brighter by the label where it is conditional."""

    def __init__(self, scale, conditional):
        rng = np.random.default_rng(0)
        self.weights = tf.Variable(scale * rng.standard_normal((DIM, np.prod(SHAPE))), dtype=tf.float32)
        self.shades = tf.Variable(np.linspace(-1, 1, 3)[:, None], dtype=tf.float32) if conditional else None

    def images(self, latents, labels=None):
        flat = latents @ self.weights
        flat = flat if labels is None else flat + tf.gather(self.shades, labels)
        return tf.reshape(tf.tanh(flat), (-1, *SHAPE))

    def serve(self, latents, labels=None):
        return {"images": self.images(latents, labels)}

    def sample(self, num_images, seed, labels=None):
        latents = tf.random.stateless_normal((num_images, DIM), tf.stack([seed, tf.constant(0, tf.int64)]))
        return {"images": self.images(latents, labels), "latents": latents}

    def serve_png(self, latents, labels=None):
        bright = tf.cast(tf.round((self.images(latents, labels) + 1) * 127.5), tf.uint8)
        return {"png_bytes": tf.io.encode_png(bright)}


def write(folder, scale=1.0, conditional=False):
    """Writes a SavedModel with `serve`, `sample` and `serve_png`; returns its folder."""
    generator = _Generator(scale, conditional)
    latents, labels = tf.TensorSpec((None, DIM), tf.float32, "latents"), tf.TensorSpec((None,), tf.int32, "labels")
    asked = [tf.TensorSpec((), tf.int32, "num_images"), tf.TensorSpec((), tf.int64, "seed")]
    more = [labels] if conditional else []
    functions = {
        "serve": tf.function(generator.serve).get_concrete_function(latents, *more),
        "sample": tf.function(generator.sample).get_concrete_function(*asked, *more),
        "serve_png": tf.function(generator.serve_png).get_concrete_function(latents, *more),
    }
    tf.saved_model.save(generator, str(folder), functions | {"serving_default": functions["serve"]})
    note = pathlib.Path(folder) / "assets.extra/generator.json"
    note.parent.mkdir()
    note.write_text(json.dumps({"prior": "Normal", "num_classes": 3 if conditional else None}))
    return pathlib.Path(folder)


def images(latents, scale=1.0):
    """What `serve` of an unconditional one answers, computed by NumPy."""
    weights = scale * np.random.default_rng(0).standard_normal((DIM, np.prod(SHAPE)))
    return np.tanh(np.asarray(latents, "float32") @ weights.astype("float32")).reshape(-1, *SHAPE)


@contextlib.contextmanager
def served_here(model):
    """A real server of a loaded model, in a thread of this process; gives its address."""
    server, listener = run.make_server(model, Limits()), run.listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextlib.contextmanager
def served(export, *words):
    """`keras-gan serve EXPORT WORDS` in a process of its own, on a free port; gives (process, address)."""
    call = [sys.executable, "-m", "keras_gan.cli.main", "serve", str(export), "--port", "0", *words]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        if " at http://" not in line:
            raise RuntimeError(f"keras-gan serve did not start: {line}{process.stderr.read()}")
        yield process, line.split(" at ")[1].split("/v1/")[0]
    finally:
        process.kill()
        process.communicate()
