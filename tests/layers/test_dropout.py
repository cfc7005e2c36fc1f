"""Dropout: which share it drops, what it does to the rest, and whose numbers it draws."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import Dropout
from keras_gan.random import Numbers, drawing_from


def dropped(rate, shape=(64, 50, 4), step=0, dtype="float32"):
    with drawing_from(Numbers(seed=3, step=step)):
        return tf.cast(Dropout(rate, dtype=dtype)(tf.ones(shape), training=True), tf.float32).numpy()


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_share_of_zeros_is_the_rate_and_the_rest_is_scaled_up(rate):
    outputs = dropped(rate)
    deviation = np.sqrt(rate * (1 - rate) / outputs.size)
    assert np.mean(outputs == 0) == pytest.approx(rate, abs=4 * deviation)
    np.testing.assert_allclose(outputs[outputs != 0], 1 / (1 - rate), rtol=1e-6)


def test_small_rates_are_resolved_in_half_floats_too():
    assert np.mean(dropped(0.002, (100, 1000), dtype="mixed_bfloat16") == 0) == pytest.approx(0.002, rel=0.3)


def test_without_training_and_at_rate_zero_the_inputs_pass_unchanged():
    inputs = tf.random.stateless_normal((3, 4), seed=(0, 0))
    np.testing.assert_array_equal(Dropout(0.5)(inputs), inputs)
    np.testing.assert_array_equal(Dropout(0.5)(inputs, training=False), inputs)
    np.testing.assert_array_equal(Dropout(0.0)(inputs, training=True), inputs)


def test_the_step_decides_the_mask():
    np.testing.assert_array_equal(dropped(0.5, step=1), dropped(0.5, step=1))
    assert np.mean(dropped(0.5, step=1) != dropped(0.5, step=2)) == pytest.approx(0.5, abs=0.03)


def test_two_layers_of_one_step_have_masks_of_their_own():
    inputs = tf.ones((64, 100))
    with drawing_from(Numbers(seed=3)):
        first, second = Dropout(0.5)(inputs, training=True), Dropout(0.5)(inputs, training=True)
    assert np.mean(first != second) == pytest.approx(0.5, abs=0.04)


def test_every_image_has_a_mask_of_its_own():
    outputs = dropped(0.5, shape=(2, 2000))
    assert np.mean(outputs[0] != outputs[1]) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "xla"])
def test_graph_and_xla_drop_what_eager_drops(jit_compile):
    layer = Dropout(0.3)

    @tf.function(jit_compile=jit_compile, input_signature=[tf.TensorSpec((None, 50))])
    def call(inputs):
        with drawing_from(Numbers(seed=3)):
            return layer(inputs, training=True)

    np.testing.assert_allclose(call(tf.ones((8, 50))), dropped(0.3, (8, 50)), rtol=1e-6)


def test_it_holds_no_weight():
    layer = Dropout(0.3)
    layer(tf.ones((2, 3)), training=True)
    assert layer.variables == []


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5])
def test_a_rate_out_of_range_raises(rate):
    with pytest.raises(ValueError, match=f"Dropout: rate={rate}; expected a share"):
        Dropout(rate)
