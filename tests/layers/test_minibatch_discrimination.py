"""Minibatch discrimination against its formula, whole, in blocks and over replicas."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import MinibatchDiscrimination

FEATURES = np.random.default_rng(0).normal(size=(7, 6))


def layer(num_blocks=1, dtype="float64", **sizes):
    """With 3 kernels of 4 numbers, always the same ones."""
    made = MinibatchDiscrimination(**({"num_kernels": 3, "kernel_dim": 4} | sizes), num_blocks=num_blocks, dtype=dtype)
    made.build((None, 6))
    made.kernel.assign(np.random.default_rng(1).normal(0, 0.4, made.kernel.shape))
    return made


def formula(features, kernel, num_kernels=3, kernel_dim=4):
    compared = (features @ kernel).reshape(len(features), num_kernels, kernel_dim)
    distances = np.abs(compared[:, None] - compared[None]).sum(axis=-1)
    return np.concatenate([features, np.exp(-distances).sum(axis=1)], axis=1)


def derivatives(made, features):
    """First by the features and by the kernel, then those of the first one's square."""
    features = tf.convert_to_tensor(features)
    with tf.GradientTape() as outer:
        outer.watch(features)
        with tf.GradientTape() as inner:
            inner.watch(features)
            value = tf.reduce_sum(made(features) ** 3)
        first = inner.gradient(value, [features, made.kernel.value])
        length = tf.reduce_sum(first[0] ** 2)
    return [*first, *outer.gradient(length, [features, made.kernel.value])]


@pytest.mark.parametrize("num_blocks", [1, 2, 3, 7, 9])
def test_it_says_beside_the_features_how_near_the_others_are(num_blocks):
    made = layer(num_blocks)
    np.testing.assert_allclose(made(FEATURES), formula(FEATURES, made.kernel.numpy()), rtol=1e-12)


def test_an_image_is_near_to_itself():
    np.testing.assert_allclose(layer()(FEATURES[:1])[:, 6:], 1.0)


def test_a_collapsed_minibatch_gives_itself_away():
    same = np.repeat(FEATURES[:1], 7, axis=0)
    np.testing.assert_allclose(layer()(same)[:, 6:], 7.0)
    assert float(tf.reduce_max(layer()(10 * FEATURES)[:, 6:])) < 1.5


def test_its_gradient_agrees_with_finite_differences():
    made, step = layer(), 1e-6
    direction = np.random.default_rng(2).normal(size=FEATURES.shape)
    values = [np.sum(formula(FEATURES + sign * step * direction, made.kernel.numpy()) ** 3) for sign in (1, -1)]
    found = np.sum(derivatives(made, FEATURES)[0] * direction)
    assert found == pytest.approx((values[0] - values[1]) / (2 * step), rel=1e-7)
    direction = np.random.default_rng(3).normal(size=made.kernel.shape)
    values = [np.sum(formula(FEATURES, made.kernel.numpy() + sign * step * direction) ** 3) for sign in (1, -1)]
    found = np.sum(derivatives(made, FEATURES)[1] * direction)
    assert found == pytest.approx((values[0] - values[1]) / (2 * step), rel=1e-7)


@pytest.mark.parametrize("how", ["eager", "graph", "xla"])
def test_blocks_change_neither_first_nor_second_derivatives(how):
    whole = derivatives(layer(), FEATURES)
    made = layer(num_blocks=2)
    signature = [tf.TensorSpec((None, 6), tf.float64)]
    of_blocks = lambda features: derivatives(made, features)  # noqa: E731
    if how != "eager":
        of_blocks = tf.function(of_blocks, input_signature=signature, jit_compile=how == "xla")
    for expected, found in zip(whole, of_blocks(tf.constant(FEATURES)), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("num_blocks", [1, 2])
def test_two_replicas_see_the_global_minibatch(two_replicas, num_blocks):
    features = FEATURES[:6]
    made = layer(num_blocks)
    expected = formula(features, made.kernel.numpy())
    with tf.GradientTape() as tape:
        whole = tf.constant(features)
        tape.watch(whole)
        value = tf.reduce_sum(made(whole) ** 3)
    gradient = tape.gradient(value, whole)
    with two_replicas.scope():
        mirrored = layer(num_blocks)

    @tf.function
    def of_a_share():
        first = 3 * tf.distribute.get_replica_context().replica_id_in_sync_group
        share = tf.constant(features)[first : first + 3]
        with tf.GradientTape() as tape:
            tape.watch(share)
            outputs = mirrored(share)
            value = tf.reduce_sum(outputs**3)
        return outputs, tape.gradient(value, share)

    outputs, gradients = (
        np.concatenate(two_replicas.experimental_local_results(each)) for each in two_replicas.run(of_a_share)
    )
    np.testing.assert_allclose(outputs, expected, rtol=1e-12)
    np.testing.assert_allclose(gradients, gradient, rtol=1e-10)


def test_half_floats_are_compared_in_full_precision():
    features = np.random.default_rng(0).integers(0, 2, (4, 6)) + 128.0  # differences of 1, exact in bfloat16
    made = layer(dtype="mixed_bfloat16")
    near = tf.cast(made(features)[:, 6:], tf.float64)
    exact = formula(features, made.kernel.numpy().astype("float64"))[:, 6:]
    np.testing.assert_allclose(near, exact, rtol=0.01)


def test_feature_maps_are_flattened():
    made = layer()
    np.testing.assert_array_equal(made(FEATURES.reshape(7, 1, 2, 3)), made(FEATURES))


@pytest.mark.parametrize("argument", ["num_kernels", "kernel_dim", "num_blocks"])
@pytest.mark.parametrize("number", [0, -1, 2.5, None])
def test_sizes_that_are_no_whole_numbers_raise(argument, number):
    with pytest.raises(ValueError, match=f"MinibatchDiscrimination: {argument}={number}; expected a whole number"):
        MinibatchDiscrimination(**{argument: number})
