"""Bytes and the range of the networks."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import pixels

BYTES = np.arange(256, dtype="uint8").reshape(1, 16, 16, 1)


@pytest.mark.parametrize("kind", [np.asarray, tf.constant], ids=["numpy", "tensor"])
def test_every_byte_survives_the_way_there_and_back(kind):
    images = pixels.from_uint8(kind(BYTES))
    back = pixels.to_uint8(images)
    assert type(images) is type(back) is type(kind(BYTES))
    assert images.dtype == "float32" and back.dtype == "uint8"
    np.testing.assert_array_equal(back, BYTES)


@pytest.mark.parametrize("kind", [np.asarray, tf.constant], ids=["numpy", "tensor"])
def test_the_ends_are_minus_one_and_one_and_the_map_is_linear(kind):
    images = np.asarray(pixels.from_uint8(kind(BYTES))).ravel()
    np.testing.assert_allclose(images, np.linspace(-1, 1, 256), atol=1e-6)
    assert images[0] == -1.0 and images[-1] == 1.0


@pytest.mark.parametrize("kind", [np.asarray, tf.constant], ids=["numpy", "tensor"])
def test_what_lies_outside_is_clipped_and_what_lies_between_goes_to_the_nearest(kind):
    values = np.array([-7.0, -1.001, 1.001, 300.0, 0.4 / 127.5 - 1, 0.6 / 127.5 - 1], "float32")
    np.testing.assert_array_equal(pixels.to_uint8(kind(values)), [0, 0, 255, 255, 0, 1])


def test_arrays_and_tensors_are_mapped_alike():
    values = np.random.default_rng(0).uniform(-1.2, 1.2, 10_000).astype("float32")
    np.testing.assert_array_equal(pixels.to_uint8(values), pixels.to_uint8(tf.constant(values)))
    np.testing.assert_array_equal(pixels.from_uint8(BYTES), pixels.from_uint8(tf.constant(BYTES)))


@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "xla"])
def test_it_works_in_graph_and_xla(jit_compile):
    function = tf.function(lambda x: pixels.to_uint8(pixels.from_uint8(x)), jit_compile=jit_compile)
    np.testing.assert_array_equal(function(tf.constant(BYTES)), BYTES)
