"""What `fit` does around its epochs."""

import keras


class Bookkeeping(keras.callbacks.Callback):
    """Keeps the position and adds the held-out scores to the logs; first of all callbacks, so that all see both.

    Args:
        validation_data: what `evaluate` takes, or `None`.
        frequency: int, epochs from one evaluation to the next.
        batch_size: int or `None`, as in `fit`.
    """

    def __init__(self, validation_data, frequency, batch_size):
        super().__init__()
        self.validation_data, self.frequency, self.batch_size = validation_data, frequency, batch_size

    def on_epoch_begin(self, epoch, logs=None):
        if self.model.position[1] == 0 or self.model.epochs_done != epoch:
            self.model.begin_epoch(epoch)  # else a checkpoint led into its midst

    def on_epoch_end(self, epoch, logs=None):
        if self.model.stop_training and self.model.position[1] < self.model.steps_per_epoch:
            return  # stopped amid the epoch: the position stays there
        self.model.begin_epoch(epoch + 1)
        if self.validation_data is not None and (epoch + 1) % self.frequency == 0:
            scores = self.model.evaluate(self.validation_data, batch_size=self.batch_size)
            logs.update({f"val_{name}": value for name, value in scores.items()})
