"""Where and how to compute: precision, replicas, determinism. All of it before the first weight is made."""

import keras
import tensorflow as tf


def start(settings: dict) -> tf.distribute.Strategy:
    """Sets the process up as the settings say; returns the strategy in whose scope all is built."""
    strategy = _strategy(settings["strategy"])  # first: several hosts must meet before anything else runs
    keras.config.set_dtype_policy(settings["precision"])
    keras.utils.set_random_seed(settings["seed"])  # the first weights; all else draws by itself
    if settings["deterministic"]:
        tf.config.experimental.enable_op_determinism()
    return strategy


def _strategy(name):
    """The strategy of that name; `None` is one device.

    The TPU's is written by its manual and has not been run by us.
    """
    if name == "mirrored":
        return tf.distribute.MirroredStrategy()
    if name == "multiworker":
        return tf.distribute.MultiWorkerMirroredStrategy()
    if name == "tpu":
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver.connect("")
        return tf.distribute.TPUStrategy(resolver)
    return tf.distribute.get_strategy()
