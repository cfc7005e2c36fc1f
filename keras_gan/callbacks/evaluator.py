"""Metrics of the averaged generator while it trains, on a schedule."""

import warnings

import keras

from keras_gan.metrics.evaluate import collect, evaluate


class Evaluator(keras.callbacks.Callback):
    """Measures samples against real images at the end of epochs, and writes the scores into the logs.

    The same code as `keras_gan.metrics.evaluate` and `keras-gan evaluate`. The real images are looked at once, when
    training begins. The scores stand in the logs under their own names, such as `KD[digits-cnn]`, for all callbacks
    that come after this one: `KeepBest(..., monitor="KD[digits-cnn]")`.

    Args:
        real: real images to compare with: `keras_gan.data.Minibatches`, or an array `(n, height, width, channels)` in
            [-1, 1].
        metrics: sequence of `keras_gan.metrics.Metric`.
        held_out: as `real`, for metrics that need a second set of real images. Defaults to `None`.
        every: int ≥ 1, epochs between two measurements; the last epoch has one in any case. Defaults to `1`.
        num_images: int, generated images. Defaults to as many as there are real ones.
        seed: int, decides the latents, the same at every measurement. Defaults to `0`.

    Example:

    >>> import keras_gan
    >>> from keras_gan import data, metrics
    >>> held_out = data.load("digits", split="test")
    >>> watch = keras_gan.callbacks.Evaluator(held_out, [metrics.KernelDistance("pixels")], every=5)
    """

    def __init__(self, real, metrics, *, held_out=None, every: int = 1, num_images: int | None = None, seed: int = 0):
        super().__init__()
        if every < 1 or (num_images is not None and num_images < 2):
            raise ValueError(f"Evaluator: every={every}, num_images={num_images}; expected at least 1, and 2 images.")
        self.real, self.metrics, self.held_out = real, list(metrics), held_out
        self.every, self.num_images, self.seed = every, num_images, seed
        self._warned = set()

    def on_train_begin(self, logs=None):
        self.real = collect(self.real, self.metrics)  # what cannot be measured is said before anything is trained

    def on_epoch_end(self, epoch, logs=None):
        is_last = epoch + 1 == self.params["epochs"]
        if self.model.position[1] == 0 and ((epoch + 1) % self.every == 0 or is_last):  # else stopped amid the epoch
            logs.update(self._scores())

    def _scores(self):
        """{score: float} of the averaged generator as it stands."""
        evaluation = evaluate(
            self.model.sample_in_batches,
            self.real,
            self.metrics,
            held_out=self.held_out,
            num_images=self.num_images or self.real.num_images,
            seeds=(self.seed,),
            floor=False,
        )
        for warning in evaluation.warnings:
            if warning not in self._warned:
                warnings.warn(f"Evaluator: {warning}", stacklevel=2)
        self._warned.update(evaluation.warnings)
        return {score.name: score.value for score in evaluation.scores}
