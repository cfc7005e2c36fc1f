"""TensorFlow's start-up messages, kept back unless somebody asks for them."""

import contextlib
import os
import sys
import tempfile
import warnings

VARIABLE = "TF_CPP_MIN_LOG_LEVEL"


def import_tensorflow(verbose: bool):
    """Imports TensorFlow and Keras without a word on stderr; with all their words where asked for.

    Args:
        verbose: bool, keep nothing back; nor is anything where the user has set TF_CPP_MIN_LOG_LEVEL.
    """
    warnings.showwarning = _show_warning
    if verbose or os.environ.get(VARIABLE, "3") in ("0", "1"):
        return
    os.environ[VARIABLE] = "3"
    with held_back_stderr():  # what is said before the variable is read
        import keras  # noqa: F401
        import tensorflow as tf
    tf.get_logger().setLevel("ERROR")
    _quieten_absl()


def _quieten_absl():
    from absl import logging  # TensorFlow's own

    logging.set_verbosity(logging.ERROR)


@contextlib.contextmanager
def held_back_stderr(verbose: bool = False):
    """Catches what C++ writes to stderr; on an error it is shown after all. Nothing is caught where `verbose`."""
    if verbose:
        yield
        return
    sys.stderr.flush()
    original = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(original, held.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)


def _show_warning(message, category, filename, lineno, file=None, line=None):
    print(f"keras-gan: warning: {message}", file=file or sys.stderr)
