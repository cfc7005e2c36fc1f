"""What `fit` does around its epochs."""

import keras

from keras_gan.models import loop


class Bookkeeping(keras.callbacks.Callback):
    """Keeps the position and adds the held-out scores to the logs; first of all callbacks, so that all see both.

    Args:
        validation_data: what `evaluate` takes, or `None`.
        frequency: int, epochs from one evaluation to the next.
    """

    def __init__(self, validation_data, frequency):
        super().__init__()
        self.validation_data, self.frequency = validation_data, frequency

    def on_epoch_begin(self, epoch, logs=None):
        if self.model.position[1] == 0 or self.model.epochs_done != epoch:
            self.model.begin_epoch(epoch)  # else a checkpoint led into its midst

    def on_epoch_end(self, epoch, logs=None):
        done = self.model.position[1]
        if done < self.model.steps_per_epoch and self.model.stop_training:
            return  # stopped amid the epoch: the position stays there
        if done < self.model.steps_per_epoch:
            raise ValueError(
                f"{type(self.model).__name__}: the data ended after {done} of {self.model.steps_per_epoch} steps of "
                f"epoch {epoch + 1}. Lower steps_per_epoch or epochs, or let the data repeat."
            )
        self.model.begin_epoch(epoch + 1)
        if self.validation_data is not None and (epoch + 1) % self.frequency == 0:
            scores = self.model.evaluate(self.validation_data)
            loop.finite(self.model, {name: scores[name] for name in self.model.test_means.names})  # a metric may be NaN
            logs.update({f"val_{name}": value for name, value in scores.items()})
