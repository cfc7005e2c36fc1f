"""Spectral normalisation: σ against the singular values, its gradient, and where u lives."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import networks, penalties
from keras_gan.export.generator import in_float32
from keras_gan.layers import SpectralNormalization
from keras_gan.models.gan import GAN

# A layer of each kind, something to call it on, and the axis of its kernel that runs over its outputs.
KINDS = {
    "dense": (lambda: keras.layers.Dense(5), (2, 7), -1),
    "conv_1d": (lambda: keras.layers.Conv1D(5, 3), (2, 6, 4), -1),
    "conv_2d": (lambda: keras.layers.Conv2D(5, 3, strides=2), (2, 6, 6, 4), -1),
    "transposed": (lambda: keras.layers.Conv2DTranspose(5, 4, strides=2), (2, 3, 3, 4), -2),
    "embedding": (lambda: keras.layers.Embedding(10, 6), (2,), -1),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def make(kind, **kwargs):
    """A wrapped layer, built, with something to call it on."""
    build, shape, _ = KINDS[kind]
    inputs = np.arange(2) + 3 if kind == "embedding" else np.random.default_rng(0).normal(size=shape).astype("float32")
    layer = SpectralNormalization(build(), **kwargs)
    layer.build(shape)
    return layer, inputs


def largest(layer, axis):
    """The largest singular value of a layer's kernel, and its left vector."""
    rows = np.moveaxis(kernel_of(layer).numpy(), axis, 0)
    left, values, _ = np.linalg.svd(rows.reshape(len(rows), -1))
    return values[0], left[:, 0]


def kernel_of(layer):
    return layer.trainable_variables[0]


@every_kind
def test_after_many_calls_the_layer_uses_its_kernel_over_the_largest_singular_value(kind):
    layer, inputs = make(kind, power_iterations=40)
    plain = KINDS[kind][0]()
    plain.build(inputs.shape)
    plain.set_weights([kernel_of(layer).numpy() / largest(layer, KINDS[kind][2])[0], *plain.get_weights()[1:]])
    for _ in range(3):
        layer(inputs, training=True)
    for training in (True, False):
        np.testing.assert_allclose(layer(inputs, training=training), plain(inputs), rtol=1e-4, atol=1e-5)


@every_kind
def test_each_call_sees_a_norm_at_least_as_near_to_the_true_one(kind):
    layer, inputs = make(kind)
    norms = [float(np.max(kernel_of(layer) / used_kernel(layer, inputs, training=True))) for _ in range(15)]
    true, _ = largest(layer, KINDS[kind][2])
    assert norms[0] < 0.999 * true
    assert all(later > 0.99999 * earlier for earlier, later in zip(norms, norms[1:], strict=False))
    assert norms[-1] == pytest.approx(true, rel=0.05)


def used_kernel(layer, inputs, training):
    """What the wrapped layer reads as its kernel."""
    seen, inner_call = [], layer.layer.call

    def spy(*arguments, **keywords):
        seen.append(tf.convert_to_tensor(kernel_of(layer).value).numpy())
        return inner_call(*arguments, **keywords)

    object.__setattr__(layer.layer, "call", spy)
    layer(inputs, training=training)
    object.__setattr__(layer.layer, "call", inner_call)
    return seen[0]


def test_several_iterations_in_a_call_are_as_many_calls():
    once, inputs = make("dense")
    thrice, _ = make("dense", power_iterations=3)
    thrice.set_weights(once.get_weights())
    for _ in range(3):
        once(inputs, training=True)
    thrice(inputs, training=True)
    np.testing.assert_allclose(thrice.u, once.u, rtol=1e-5, atol=1e-6)


@every_kind
def test_training_moves_u_alone_and_inference_nothing(kind):
    layer, inputs = make(kind)
    start = layer.get_weights()
    layer(inputs, training=False)
    for before, after in zip(start, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    layer(inputs, training=True)
    moved, *kept = [np.abs(a - b).max() for a, b in zip(start, layer.get_weights(), strict=True)]
    assert max(kept) == 0 < moved
    assert np.linalg.norm(layer.u) == pytest.approx(1, rel=1e-5)
    assert [weight.name for weight in layer.non_trainable_variables] == ["u"]


@every_kind
def test_the_gradient_goes_through_the_norm_and_agrees_with_finite_differences(kind):
    layer, inputs = make(kind, dtype="float64")
    inputs, kernel = tf.convert_to_tensor(inputs), kernel_of(layer)
    layer.u.assign(largest(layer, KINDS[kind][2])[1])  # there it makes no difference to first order that u stays

    def loss():
        return tf.reduce_sum(tf.sin(layer(inputs, training=False)))

    @tf.function(jit_compile=True)
    def gradient():
        with tf.GradientTape() as tape:
            tape.watch(kernel.value)
            value = loss()
        return tf.convert_to_tensor(tape.gradient(value, kernel.value))

    found, centre = gradient().numpy(), kernel.numpy()
    assert abs(np.sum(found * centre)) < 1e-6  # a longer kernel gives the same: no slope along it
    direction = np.random.default_rng(1).normal(size=centre.shape)
    values = []
    for sign in (1, -1):
        kernel.assign(centre + sign * 1e-5 * direction)
        values.append(float(loss()))
    assert (values[0] - values[1]) / 2e-5 == pytest.approx(np.sum(found * direction), rel=1e-5)


def test_the_gradient_is_the_papers():
    layer, inputs = make("dense")
    kernel = kernel_of(layer)
    with tf.GradientTape() as tape:
        tape.watch(kernel.value)
        loss = tf.reduce_sum(layer(inputs, training=True) ** 2)
    found = tape.gradient(loss, kernel.value).numpy()
    matrix, u = kernel.numpy().T, layer.u.numpy()
    v = matrix.T @ u / np.linalg.norm(matrix.T @ u)
    sigma = u @ matrix @ v
    free = 2 * (inputs @ matrix.T / sigma).T @ inputs  # ∂L/∂Ŵ
    expected = (free - np.sum(free * matrix / sigma) * np.outer(u, v)) / sigma
    np.testing.assert_allclose(found.T, expected, rtol=1e-4, atol=1e-5)


def test_the_gradient_of_a_slope_by_the_kernel_agrees_with_finite_differences():
    inputs = tf.constant(np.random.default_rng(0).normal(size=(3, 4)))
    first = SpectralNormalization(keras.layers.Dense(5, activation="tanh"), dtype="float64")
    second = SpectralNormalization(keras.layers.Dense(1), dtype="float64")
    second(first(inputs))
    for layer in (first, second):
        layer.u.assign(largest(layer, -1)[1])

    def penalty():
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            scores = second(first(inputs))
        return tf.reduce_sum(tape.gradient(scores, inputs) ** 2)

    kernel = kernel_of(first)
    with tf.GradientTape() as tape:
        tape.watch(kernel.value)
        value = penalty()
    found, centre = tape.gradient(value, kernel.value).numpy(), kernel.numpy()
    direction, values = np.random.default_rng(1).normal(size=centre.shape), []
    for sign in (1, -1):
        kernel.assign(centre + sign * 1e-5 * direction)
        values.append(float(penalty()))
    assert (values[0] - values[1]) / 2e-5 == pytest.approx(np.sum(found * direction), rel=1e-5)


def test_a_kernel_of_zeros_stays_zero_with_a_finite_gradient_and_a_direction_to_come():
    layer = SpectralNormalization(keras.layers.Dense(3, kernel_initializer="zeros"))
    inputs = tf.ones((2, 4))
    layer.build(inputs.shape)
    before = layer.u.numpy()
    with tf.GradientTape() as tape:
        outputs = layer(inputs, training=True)
    np.testing.assert_array_equal(outputs, 0)
    np.testing.assert_array_equal(tape.gradient(outputs, kernel_of(layer).value), 2.0)
    np.testing.assert_allclose(layer.u, before / np.linalg.norm(before), rtol=1e-6)


def test_a_stateless_call_reads_the_values_given_and_returns_the_new_u():
    layer, inputs = make("dense")
    trainable = [tf.constant(np.random.default_rng(i).normal(size=v.shape), tf.float32)
                 for i, v in enumerate(layer.trainable_variables)]  # fmt: skip
    given_u, start = tf.ones(5), layer.get_weights()
    outputs, (new_u,) = layer.stateless_call(trainable, [given_u], inputs, training=True)
    for before, after in zip(start, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    layer.set_weights([given_u, *trainable])
    np.testing.assert_allclose(outputs, layer(inputs, training=True), rtol=1e-6)
    np.testing.assert_allclose(new_u, layer.u, rtol=1e-6)


def test_the_gradient_of_a_stateless_call_reaches_the_kernel_given():
    layer, inputs = make("dense")
    given = [tf.convert_to_tensor(variable) for variable in layer.trainable_variables]
    gradients = []
    for stateless in (True, False):
        with tf.GradientTape() as tape:
            tape.watch(given[0])
            outputs = layer.stateless_call(given, [layer.u], inputs)[0] if stateless else layer(inputs)
            loss = tf.reduce_sum(outputs**2)
        gradients.append(tape.gradient(loss, given[0] if stateless else kernel_of(layer).value))
    np.testing.assert_allclose(gradients[0], gradients[1], rtol=1e-5)


POINTS = np.random.default_rng(0).normal(size=(24, 2)).astype("float32")


def trained(**settings):
    """The critic's weights after six steps of a game with a lazy penalty, whose branch calls the layer too."""
    keras.utils.set_random_seed(3)
    points = keras.Input((2,), name="images")
    x = SpectralNormalization(keras.layers.Dense(4, activation="tanh"))(points)
    critic = keras.Model(points, SpectralNormalization(keras.layers.Dense(1))(x))
    lazy = penalties.Every(2, penalties.R1(1.0))
    gan = GAN(networks.mlp.generator((2,), 2, units=4), critic, adversarial_loss="hinge", penalties=[lazy])
    optimizers = {name: keras.optimizers.SGD(0.05) for name in ("d_optimizer", "g_optimizer")}
    gan.compile(**optimizers, **settings)
    gan.fit(POINTS, batch_size=4, verbose=0)
    return critic.weights


def test_a_game_with_a_lazy_penalty_is_the_same_by_xla_and_on_two_replicas(two_replicas):
    alone = trained(jit_compile=True)
    with two_replicas.scope():
        both = trained()
    assert sorted(weight.name for weight in alone) == ["bias", "bias", "kernel", "kernel", "u", "u"]
    for one, other in zip(alone, both, strict=True):
        for share in two_replicas.experimental_local_results(other.value):
            np.testing.assert_allclose(one, share, atol=2e-5)


def test_a_clone_in_float32_computes_in_float32_throughout():
    inputs = keras.Input((6, 6, 2))
    layer = SpectralNormalization(keras.layers.Conv2D(3, 3), dtype="mixed_bfloat16")
    assert layer.layer.dtype_policy.name == "mixed_bfloat16"
    model = keras.Model(inputs, layer(inputs))
    model(np.ones((1, 6, 6, 2)), training=True)
    clone = in_float32(model)
    assert {part.compute_dtype for part in clone._flatten_layers(include_self=False)} == {"float32"}
    values = np.random.default_rng(0).normal(size=(2, 6, 6, 2))
    np.testing.assert_allclose(clone(values), tf.cast(model(values), tf.float32), rtol=0.05, atol=0.02)


def test_it_has_the_dtype_policy_of_its_layer():
    assert SpectralNormalization(keras.layers.Dense(1, dtype="mixed_bfloat16")).dtype_policy.name == "mixed_bfloat16"


def test_half_floats_find_the_norm_in_full_precision():
    layer, inputs = make("dense", power_iterations=30, dtype="mixed_bfloat16")
    layer(inputs, training=True)
    assert layer.u.dtype == "float32"
    assert np.linalg.norm(layer.u) == pytest.approx(1, rel=1e-5)
    exact, _ = make("dense")
    exact.set_weights(layer.get_weights())
    np.testing.assert_allclose(tf.cast(layer(inputs), tf.float32), exact(inputs), rtol=0.03, atol=0.02)


def test_it_refuses_other_layers_and_no_iterations():
    with pytest.raises(TypeError, match=r"DepthwiseConv2D.*expected.*Dense, Conv1D, Conv2D"):
        SpectralNormalization(keras.layers.DepthwiseConv2D(3))
    with pytest.raises(ValueError, match="power_iterations=0; expected an integer"):
        SpectralNormalization(keras.layers.Dense(3), power_iterations=0)


@every_kind
def test_a_shorter_u_as_an_average_of_them_is_changes_no_output(kind):
    layer, inputs = make(kind)
    for _ in range(30):
        layer(inputs, training=True)
    before = layer(inputs).numpy()
    layer.u.assign(0.3 * layer.u.value)
    np.testing.assert_allclose(layer(inputs), before, rtol=1e-5, atol=1e-6)
