"""Self-attention against its equations."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import SelfAttention


def some_map(shape=(2, 6, 4, 16)):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def by_hand(layer, x):
    """Equations 1 to 3, in loops over images and places."""
    query, key, value, project = (np.array(part.kernel)[0, 0] for part in
                                  (layer.query, layer.key, layer.value, layer.project))  # fmt: skip
    batch, height, width, channels = x.shape
    y = np.zeros_like(x)
    for b in range(batch):
        places = x[b].reshape(-1, channels)
        key_map, value_map = (
            np.array([[(x[b] @ kernel)[i : i + 2, j : j + 2].max((0, 1)) for j in range(0, width - 1, 2)]
                      for i in range(0, height - 1, 2)]).reshape(-1, kernel.shape[1])
            for kernel in (key, value)
        )  # fmt: skip
        for place in range(len(places)):
            strengths = np.exp(key_map @ (places[place] @ query))
            seen = (strengths / strengths.sum()) @ value_map
            y[b].reshape(-1, channels)[place] = places[place] + float(layer.gamma) * (seen @ project)
    return y


@pytest.mark.parametrize("shape", [(2, 6, 4, 16), (2, 5, 7, 8), (1, 5, 2, 3)], ids=str)
def test_it_is_equations_1_to_3_over_pooled_keys_and_values(shape):
    layer, x = SelfAttention(spectral_normalization=False), some_map(shape)
    layer.build(shape)
    layer.gamma.assign(0.7)
    np.testing.assert_allclose(layer(x), by_hand(layer, x), rtol=1e-4, atol=1e-5)


def test_it_begins_as_the_identity_and_learns_to_look():
    layer, x = SelfAttention(), some_map()
    with tf.GradientTape() as tape:
        y = layer(x)
        loss = tf.reduce_sum(y**3)
    np.testing.assert_array_equal(y, x)
    assert abs(float(tape.gradient(loss, layer.gamma.value))) > 0.1


def test_its_kernels_have_the_papers_widths():
    layer = SelfAttention(spectral_normalization=False)
    layer.build((None, 8, 8, 32))
    kernels = {part.name: tuple(part.kernel.shape) for part in (layer.query, layer.key, layer.value, layer.project)}
    widths = {"query": (32, 4), "key": (32, 4), "value": (32, 16), "project": (16, 32)}
    assert kernels == {name: (1, 1, *width) for name, width in widths.items()}


def test_its_four_kernels_are_normalised_and_train_with_the_layer():
    layer, x = SelfAttention(), some_map()
    layer(x, training=True)
    before = [weight.numpy() for weight in layer.non_trainable_variables]
    layer(x, training=False)
    for old, new in zip(before, layer.non_trainable_variables, strict=True):
        np.testing.assert_array_equal(old, new)
    layer(x, training=True)
    assert len(before) == 4
    for old, new in zip(before, layer.non_trainable_variables, strict=True):
        assert np.abs(old - new).max() > 0
    assert len(layer.trainable_variables) == 5


@pytest.mark.parametrize("normalized", [True, False])
def test_its_gradient_by_the_map_and_the_kernels_agrees_with_finite_differences(normalized):
    layer, x = SelfAttention(normalized, dtype="float64"), tf.constant(some_map((1, 4, 4, 8)), tf.float64)
    layer.build(x.shape)
    layer.gamma.assign(0.7)
    kernel = layer.query.trainable_variables[0]

    def loss(x):
        return tf.reduce_sum(tf.sin(layer(x)))

    with tf.GradientTape() as tape:
        tape.watch([x, kernel.value])
        value = loss(x)
    by_x, by_kernel = tape.gradient(value, [x, kernel.value])
    random, centre = np.random.default_rng(1), kernel.numpy()
    along_x, along_kernel, step = random.normal(size=x.shape), random.normal(size=centre.shape), 1e-6
    slope = float(loss(x + step * along_x) - loss(x - step * along_x)) / (2 * step)
    assert slope == pytest.approx(np.sum(by_x * along_x), rel=1e-5)
    if not normalized:  # its u is a constant for the gradient: see the tests of that layer
        ends = []
        for sign in (1, -1):
            kernel.assign(centre + sign * step * along_kernel)
            ends.append(float(loss(x)))
        assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(np.sum(by_kernel * along_kernel), rel=1e-4)


def test_a_map_too_small_to_pool_is_refused():
    with pytest.raises(ValueError, match="a map of 1x4; expected sides of at least 2"):
        SelfAttention()(np.zeros((1, 1, 4, 8)))


def test_its_layers_follow_its_dtype_policy():
    layer = SelfAttention(dtype="mixed_bfloat16")
    assert layer(some_map()).dtype == "bfloat16"
    inner = [part.dtype_policy.name for part in layer._flatten_layers(include_self=False)]
    assert set(inner) == {"mixed_bfloat16"}
    assert len(inner) == 8
    assert keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer)).dtype_policy == (
        layer.dtype_policy
    )
