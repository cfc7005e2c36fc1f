"""What networks share, each against its formula."""

import keras
import numpy as np
import pytest

from keras_gan.networks import parts


@pytest.mark.parametrize(("normalization", "axes"), [("batch", (0, 1, 2)), ("layer", (1, 2, 3))])
def test_normalisation_subtracts_the_mean_and_divides_by_the_deviation(normalization, axes):
    values = np.random.default_rng(0).normal(3.0, 2.0, (4, 5, 6, 3))
    inputs = keras.Input(values.shape[1:])
    model = keras.Model(inputs, parts.normalize(inputs, normalization, "norm"))
    mean, variance = values.mean(axes, keepdims=True), values.var(axes, keepdims=True)
    expected = (values - mean) / np.sqrt(variance + 1e-5)
    np.testing.assert_allclose(model(values, training=True), expected, rtol=1e-4, atol=1e-4)


def test_moving_statistics_follow_the_last_ten_minibatches():
    inputs = keras.Input((2,))
    layer = keras.Model(inputs, parts.normalize(inputs, "batch", "norm")).get_layer("norm")
    for _ in range(10):
        layer(np.full((4, 2), 5.0), training=True)
    np.testing.assert_allclose(layer.moving_mean, 5.0 * (1 - 0.9**10), rtol=1e-5)


def test_no_normalisation_is_the_tensor_itself():
    inputs = keras.Input((2,))
    assert parts.normalize(inputs, None, "norm") is inputs


def test_preserving_weights_keep_the_mean_square():
    values = np.random.default_rng(0).normal(size=(500, 200))
    weights = np.asarray(parts.preserving_normal(200)((200, 300)))
    assert np.mean((values @ weights) ** 2) == pytest.approx(1.0, rel=0.05)
    rectified = np.maximum(values @ np.asarray(parts.preserving_normal(200, gain=2.0)((200, 300))), 0)
    assert np.mean(rectified**2) == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize(
    ("policy", "dtype"), [("float32", "float32"), ("mixed_bfloat16", "float32"), ("float64", "float64")]
)
def test_what_leaves_a_network_is_never_a_half_float(policy, dtype):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        assert parts.output_dtype() == dtype
    finally:
        keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("number", [0, -3, 2.0, "3", None, True])
def test_a_number_below_its_minimum_or_no_integer_raises(number):
    with pytest.raises(ValueError, match=f"units={number!r}; expected an integer of at least 1"):
        parts.check_at_least(1, number, "units")
    parts.check_at_least(1, 1, "units")


def test_an_unknown_word_raises_and_names_all():
    with pytest.raises(
        ValueError, match="unknown normalization 'group'; known: batch, layer. .*'batch', 'layer' or None"
    ):
        parts.check_word("group", parts.GENERATOR_NORMALIZATIONS, "normalization")
    parts.check_word(None, parts.GENERATOR_NORMALIZATIONS, "normalization")


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh", "glu", "linear"])
def test_a_gain_undoes_what_its_activation_takes_from_a_signal(activation):
    values = np.random.default_rng(0).normal(size=(200_000, parts.width(1, activation))).astype("float32")
    inputs = keras.Input(values.shape[1:])
    left = keras.Model(inputs, parts.activate(inputs, activation, "activation"))(values)
    assert left.shape == (200_000, 1)
    assert parts.gain(activation) * np.mean(np.square(left)) == pytest.approx(1.0, rel=0.02)
