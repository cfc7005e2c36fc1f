"""What the generator makes, epoch after epoch, from the same latents."""

import pathlib

import keras
import tensorflow as tf

from keras_gan import pictures, run_folder


class SampleGrid(keras.callbacks.Callback):
    """Saves a grid of samples of the averaged generator at the end of epochs, from fixed latents.

    Args:
        folder: where `epoch-00001.png` and so on go.
        num_images: int ≥ 1. Defaults to `64`.
        seed: int, decides the latents. Defaults to `0`.
        every: int ≥ 1, epochs between two grids; the end of training has one in any case. Defaults to `1`.
        labels: int array `(num_images,)` for a conditional generator. Defaults to `None`: a row for each class.
        tensorboard: folder for TensorBoard, or `None`. Defaults to `None`.

    Example:

    >>> import keras_gan
    >>> samples = keras_gan.callbacks.SampleGrid("runs/mine/samples", num_images=16)
    """

    def __init__(self, folder, num_images: int = 64, seed: int = 0, every: int = 1, labels=None, tensorboard=None):
        super().__init__()
        if num_images < 1 or every < 1:
            raise ValueError(f"SampleGrid: num_images={num_images}, every={every}; expected both at least 1.")
        self.folder, self.num_images, self.seed, self.every = pathlib.Path(folder), num_images, seed, every
        self.labels, self.columns = labels, None
        self._writer = None if tensorboard is None else tf.summary.create_file_writer(str(tensorboard))

    def on_train_begin(self, logs=None):
        if self.labels is None and self.model.drawn_classes:
            self.labels, self.columns = pictures.class_rows(self.num_images, self.model.drawn_classes)
            self.num_images = len(self.labels)
        self._draw()  # what cannot be drawn is said before anything is trained

    def _draw(self):
        images = self.model.sample(self.num_images, seed=self.seed, labels=self.labels)
        return pictures.grid(images, columns=self.columns)

    def on_epoch_end(self, epoch, logs=None):
        if self.model.position[1] == 0 and (epoch + 1) % self.every == 0:  # else stopped amid the epoch
            self._save(epoch + 1)

    def on_train_end(self, logs=None):
        if self.model.position[1] == 0 and self.model.epochs_done % self.every:
            self._save(self.model.epochs_done)

    def _save(self, epochs):
        if not run_folder.is_chief(self.model.distribute_strategy):
            return
        picture = self._draw()
        pictures.save(picture, self.folder / f"epoch-{epochs:05d}.png")
        if self._writer is not None:
            with self._writer.as_default():
                tf.summary.image("samples", picture[None], step=epochs)
            self._writer.flush()
