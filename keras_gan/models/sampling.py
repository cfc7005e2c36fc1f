"""Images out of a model: drawn by a seed, the same ones wherever they are drawn, and written for others to draw."""

from typing import Literal

import numpy as np
import tensorflow as tf

from keras_gan import random
from keras_gan.models import data_checks


class Sampling:
    """`sample` and `export` of a model that makes images from latents.

    What it is mixed into is called on latents (and labels), and has `generator_ema`.
    """

    prior = None  # where latents come from; a model without one cannot `sample`
    drawn_classes = None  # the number of classes of a conditional generator, whose `labels` `sample` can draw
    _sample_function = None  # traced once

    def sample_batch(self, num_images, seed, first=0, labels=None, network=None):
        """`num_images` generated images from number `first` on: the body of `sample` and of the exported signature.

        Args:
            num_images: int or scalar int32 tensor.
            seed: int or scalar int64 tensor; image i of a seed is always the same, whatever is drawn beside it.
            first: int or scalar tensor, number of the first image.
            labels: int tensor `(num_images,)` for a conditional generator. Defaults to `None`: every class is equally
                likely.
            network: what makes the images, such as a float32 clone. Defaults to `None`: this model.

        Returns:
            dict with `images` float32 and the `latents` they came from.
        """
        numbers = random.Numbers(seed, 0, "sample")
        latents = self.prior.sample(numbers, num_images, first)
        if labels is None and self.drawn_classes:
            drawn = numbers.fork("labels").uniform((num_images,), 0.0, float(self.drawn_classes), first)
            labels = tf.cast(drawn, tf.int32)
        inputs = latents if labels is None else {"latents": latents, "labels": labels}
        with random.drawing_from(numbers):
            images = (self if network is None else network)(inputs, training=False)
        return {"images": tf.cast(images, tf.float32), "latents": latents}

    def sample(self, num_images: int, seed: int = 0, labels=None, batch_size: int = 64):
        """Images from the averaged generator.

        Args:
            num_images: int ≥ 1.
            seed: int; the same seed gives the same images, the first ones whatever `num_images` is. Defaults to `0`.
            labels: int array `(num_images,)` in [0, num_classes) for a conditional generator. Defaults to `None`: the
                seed draws them, every class equally likely.
            batch_size: int, images made at once. Defaults to `64`.

        Returns:
            float32 NumPy array `(num_images, height, width, channels)` in [-1, 1], or points `(num_images, dim)`.

        Raises:
            ValueError: a number below 1; labels for a generator without any, too few or too many of them, or one that
                is no class; a model without a prior.
        """
        return np.concatenate(list(self.sample_in_batches(num_images, seed, labels, batch_size)))

    def sample_in_batches(self, num_images: int, seed: int = 0, labels=None, batch_size: int = 64):
        """The images of `sample`, a batch at a time: for more of them than fit into memory.

        Args:
            num_images, seed, labels, batch_size: as in `sample`.

        Yields:
            float32 NumPy arrays `(at most batch_size, height, width, channels)`.
        """
        if self.prior is None:
            raise ValueError(f"{type(self).__name__} makes images from images, not from latents; call it on a batch.")
        if num_images < 1 or batch_size < 1:
            raise ValueError(f"sample: num_images={num_images}, batch_size={batch_size}; expected both at least 1.")
        owner = type(self).__name__
        data_checks.check_labels_to_draw(owner, labels, num_images, self.generator_ema, self.drawn_classes)
        if self._sample_function is None:
            self._sample_function = tf.function(self.sample_batch, reduce_retracing=True, autograph=False)
        for first in range(0, num_images, batch_size):
            count = min(batch_size, num_images - first)
            part = None if labels is None else tf.constant(labels[first : first + count])
            arguments = tf.constant(count), tf.constant(seed, tf.int64), tf.constant(first, tf.int64), part
            yield self._sample_function(*arguments)["images"].numpy()

    def export(
        self,
        filepath,
        format: str = "tf_saved_model",
        version: int | Literal["next"] | None = None,
        *,
        quantize: Literal["float16", "dynamic", "int8"] | None = None,
        batch_size: int | None = None,
        representative=None,
        min_psnr: float = 30.0,
        verify: Literal["memory", "process"] = "memory",
    ):
        """Writes the averaged generator, loads it again by its bare runtime, and compares it with the one in memory.

        The comparison draws seeded latents at batch sizes 1, 3 and 64; its result stands in a card beside the export.
        A generator that computes in bfloat16 is exported, and compared, as its float32 clone.

        Args:
            filepath: what to write, a folder or a file; nothing must be there yet.
            format: `"tf_saved_model"` (alias `"saved_model"`), a folder; `"litert"` (`"tflite"`), a `.tflite` file;
                `"onnx"`; or `"keras"`, a `.keras` file.
            version: int ≥ 1 or `"next"`: the SavedModel goes to `filepath/<version>/`, as TF Serving wants it.
            quantize: of LiteRT: `"float16"`, `"dynamic"` (int8 weights) or `"int8"` (activations, too). Defaults to
                `None`: float32.
            batch_size: int, of LiteRT: the only one it will take, for delegates that want fixed shapes. Defaults to
                `None`: any.
            representative: of `"int8"`: latents float32 (n, dim), or a dict with all inputs, that show the activations'
                ranges. Defaults to 256 draws from the prior.
            min_psnr: float, dB, what `"dynamic"` and `"int8"` must reach. Defaults to `30.0`.
            verify: `"memory"`, or `"process"`: the runtime runs in a process that cannot import keras_gan.

        Returns:
            `pathlib.Path` of the export. Signature `serve` (`latents` float32 (n, dim) [, `labels`] → `images` float32
            in [-1, 1]); a SavedModel has `sample` (`num_images` int32, `seed` int64 → `images`, `latents`) and, for
            images, `serve_png` (→ `png_bytes`) besides.

        Raises:
            FileExistsError: there is something already.
            ImportError: the format needs a package that is not installed; the message names the extra.
            RuntimeError: the largest difference is over its bound (SavedModel and Keras 1e-5, LiteRT and ONNX 1e-4,
                float16 1e-2), or the PSNR under `min_psnr`; nothing is left behind.
            ValueError: an unknown word, an option that the format does not have, a model without a prior.
        """
        from keras_gan import export

        how = {"quantize": quantize, "batch_size": batch_size, "representative": representative}
        return export.write(self, filepath, format, version=version, min_psnr=min_psnr, verify=verify, **how).path
