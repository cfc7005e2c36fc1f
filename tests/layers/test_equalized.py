"""Equalised learning rate: the scale of what is used, of its gradient, and of what Adam makes of it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import EqualizedConv2D, EqualizedDense


def test_a_dense_layer_is_keras_own_with_the_scaled_kernel():
    layer, inputs = EqualizedDense(3, gain=0.5, activation="tanh"), tf.random.normal((4, 6), seed=1)
    layer(inputs)
    layer.bias.assign([0.1, -0.2, 0.3])
    expected = np.tanh(inputs.numpy() @ (layer.kernel.numpy() * 0.5 / np.sqrt(6)) + [0.1, -0.2, 0.3])
    np.testing.assert_allclose(layer(inputs), expected, rtol=1e-5)


def test_a_convolution_is_keras_own_with_the_scaled_kernel():
    ours, keras_own = EqualizedConv2D(5, 3, gain=1.5, padding="same"), keras.layers.Conv2D(5, 3, padding="same")
    images = tf.random.normal((2, 4, 6, 2), seed=1)
    ours(images), keras_own(images)
    keras_own.set_weights([ours.kernel.numpy() * 1.5 / np.sqrt(3 * 3 * 2), ours.bias.numpy()])
    np.testing.assert_allclose(ours(images), keras_own(images), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("width", [8, 200])
def test_the_weights_have_size_one_and_the_outputs_the_gain_whatever_the_width(width):
    inputs = tf.random.normal((4, 8, 8, width), seed=1)
    for layer in (EqualizedConv2D(64, 3, gain=1.5), EqualizedDense(64, gain=1.5)):
        outputs = layer(inputs)
        assert np.std(layer.kernel) == pytest.approx(1.0, rel=0.1)
        assert np.std(outputs) == pytest.approx(1.5, rel=0.15)


def test_the_gradient_is_that_by_the_scaled_kernel_times_the_scale():
    layer, inputs = EqualizedDense(2, gain=1.5), tf.random.normal((5, 4), seed=1)
    layer(inputs)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(inputs) ** 2)
    gradient = tape.gradient(loss, layer.kernel.value)
    np.testing.assert_allclose(gradient, 0.75 * tf.transpose(inputs) @ (2 * layer(inputs)), rtol=1e-5)  # 1.5 / √4


def test_adam_moves_what_is_used_by_the_same_share_in_layers_of_every_width():
    moved = []
    for width in (4, 400):
        layer = EqualizedDense(1, gain=1.0)
        outputs = layer(tf.ones((1, width)))
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(tf.ones((1, width))))
        gradient = tape.gradient(loss, [layer.kernel.value])
        keras.optimizers.Adam(0.01, epsilon=1e-12).apply(gradient, [layer.kernel])
        moved.append(float(tf.squeeze(outputs - layer(tf.ones((1, width))))) / np.sqrt(width))
    np.testing.assert_allclose(moved, [0.01, 0.01], rtol=1e-3)


@pytest.mark.parametrize("gain", [0.0, -1.0])
def test_a_gain_that_is_not_positive_raises(gain):
    with pytest.raises(ValueError, match=f"EqualizedDense: gain={gain}; expected a number > 0"):
        EqualizedDense(2, gain=gain)
