"""Gaussian noise: its moments, and whose numbers it draws."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import GaussianNoise
from keras_gan.random import Numbers, drawing_from


def noise(stddev, shape=(100, 10, 10), step=0):
    with drawing_from(Numbers(seed=3, step=step)):
        return GaussianNoise(stddev)(2.0 * tf.ones(shape), training=True).numpy() - 2.0


def test_it_is_standard_normal_times_stddev():
    values = noise(0.5) / 0.5
    count = values.size
    assert np.mean(values) == pytest.approx(0.0, abs=4 / np.sqrt(count))
    assert np.var(values) == pytest.approx(1.0, abs=4 * np.sqrt(2 / count))
    assert np.mean(values**4) == pytest.approx(3.0, abs=4 * np.sqrt(96 / count))


def test_without_training_and_at_zero_the_inputs_pass_unchanged():
    inputs = tf.random.stateless_normal((3, 4), seed=(0, 0))
    np.testing.assert_array_equal(GaussianNoise(1.0)(inputs), inputs)
    np.testing.assert_array_equal(GaussianNoise(1.0)(inputs, training=False), inputs)
    np.testing.assert_array_equal(GaussianNoise(0.0)(inputs, training=True), inputs)


def test_the_step_decides_the_noise():
    np.testing.assert_array_equal(noise(1.0, step=1), noise(1.0, step=1))
    assert np.corrcoef(noise(1.0, step=1).ravel(), noise(1.0, step=2).ravel())[0, 1] == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "xla"])
def test_graph_and_xla_add_what_eager_adds(jit_compile):
    layer = GaussianNoise(0.5)

    @tf.function(jit_compile=jit_compile, input_signature=[tf.TensorSpec((None, 50))])
    def call(inputs):
        with drawing_from(Numbers(seed=3)):
            return layer(inputs, training=True) - 2.0

    np.testing.assert_allclose(call(2.0 * tf.ones((8, 50))), noise(0.5, (8, 50)), rtol=1e-5, atol=1e-6)


def test_it_holds_no_weight():
    layer = GaussianNoise(0.3)
    layer(tf.ones((2, 3)), training=True)
    assert layer.variables == []


def test_a_negative_deviation_raises():
    with pytest.raises(ValueError, match="GaussianNoise: stddev=-0.1; expected 0 or more"):
        GaussianNoise(-0.1)
