"""What all tests share: two logical CPUs that stand in for two GPUs, one strategy over them, small networks."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")
if "PYTEST_XDIST_WORKER" in os.environ:  # the workers share the cores
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import keras
import numpy as np
import pytest
import tensorflow as tf

tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)


@pytest.fixture(scope="session")
def two_replicas():
    """The one MirroredStrategy of this process: two of them would share collective keys and die."""
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """Classifiers that tests train are kept for this run of the tests, and nowhere else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_GAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _same_initial_weights():
    keras.utils.set_random_seed(0)


@pytest.fixture
def images():
    """48 small images in [-1, 1], another grey level each, `(48, 8, 8, 1)`."""
    return np.random.default_rng(0).uniform(-1, 1, (48, 8, 8, 1)).astype("float32")
