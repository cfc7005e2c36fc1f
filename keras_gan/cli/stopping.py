"""Ctrl-C as a request: the running step ends, the position is saved. A second one stops at once."""

import signal
import threading

import keras


class StopPolitely(keras.callbacks.Callback):
    """Passes the first Ctrl-C of a training on as SIGTERM, at which `Resume` saves and stops.

    Attributes:
        was_asked: bool, whether there was one.
    """

    def __init__(self):
        super().__init__()
        self.was_asked, self._previous_handler = False, None

    def on_train_begin(self, logs=None):
        if threading.current_thread() is threading.main_thread():
            self._previous_handler = signal.signal(signal.SIGINT, self._ask)

    def on_train_end(self, logs=None):
        if self._previous_handler is not None:
            signal.signal(signal.SIGINT, self._previous_handler)
            self._previous_handler = None

    def _ask(self, signum, frame):
        if self.was_asked:
            raise KeyboardInterrupt
        self.was_asked = True
        signal.raise_signal(signal.SIGTERM)
