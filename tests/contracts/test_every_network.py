"""What every pair of `keras_gan.networks` must keep: a new module is tested here by being in `__all__`.

Each builder is tried with its defaults and with every other choice that its annotations allow.
"""

import inspect
import types
from typing import Literal, Union, get_args, get_origin, get_type_hints

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import networks

SMALL = {"filters": 3, "units": 6, "latent_dim": 5}
IMAGE_SHAPE = (16, 16, 2)  # two strided layers, so that the normalisation of inner layers is met


def choices(hint):
    """All values of a `Literal`, and `None` where it may stand beside one."""
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    if get_origin(hint) in (Union, types.UnionType):
        inner = [value for part in get_args(hint) for value in choices(part)]
        return [*inner, None] if inner and type(None) in get_args(hint) else inner
    return []


def cases(player):
    """(builder, {}) for every family, and (builder, {argument: another choice})."""
    found = []
    for family in networks.__all__:
        builder = getattr(getattr(networks, family), player)
        found.append(pytest.param(builder, {}, id=f"{family}-{player}"))
        defaults = inspect.signature(builder).parameters
        for name, hint in get_type_hints(builder).items():
            others = [value for value in choices(hint) if value != defaults[name].default]
            found += [pytest.param(builder, {name: v}, id=f"{family}-{player}-{name}={v}") for v in others]
    return found


every_generator = pytest.mark.parametrize(("builder", "choice"), cases("generator"))
every_discriminator = pytest.mark.parametrize(("builder", "choice"), cases("discriminator"))
every_network = pytest.mark.parametrize(("builder", "choice"), cases("generator") + cases("discriminator"))
every_builder = pytest.mark.parametrize(
    "builder", [getattr(getattr(networks, family), player) for family in networks.__all__
                for player in ("generator", "discriminator")],
)  # fmt: skip
every_family = pytest.mark.parametrize("family", networks.__all__)
every_mode = pytest.mark.parametrize("jit_compile", [None, False, True], ids=["eager", "graph", "xla"])


@pytest.fixture
def policy():
    """Sets the global dtype policy, and puts it back."""
    before = keras.config.floatx(), keras.config.dtype_policy()

    def set_policy(name):
        keras.config.set_floatx("float64" if name == "float64" else "float32")
        keras.config.set_dtype_policy(name)

    yield set_policy
    keras.config.set_floatx(before[0])
    keras.config.set_dtype_policy(before[1])


def small(builder, image_shape=IMAGE_SHAPE, **choice):
    """A network of a few units, with weights that are the same in every run."""
    keras.utils.set_random_seed(1)
    sizes = {name: size for name, size in SMALL.items() if name in inspect.signature(builder).parameters}
    return builder(image_shape, **sizes, **choice)


def some_inputs(network, batch=3, dtype="float32"):
    values = np.random.default_rng(0).normal(size=(batch, *network.input_shape[1:]))
    return tf.constant(values if network.name == "generator" else np.tanh(values), dtype)


def scale_last_layer(network, factor):
    last = [layer for layer in network.layers if layer.trainable_variables][-1]
    last.set_weights([factor * weight for weight in last.get_weights()])


def traced(function, jit_compile):
    return function if jit_compile is None else tf.function(function, jit_compile=jit_compile)


@every_generator
@pytest.mark.parametrize("image_shape", [(28, 28, 1), (8, 16, 3), (16, 8, 4)], ids=str)
def test_a_generator_gives_images_of_the_shape_asked_for_within_minus_one_and_one(builder, choice, image_shape):
    generator = small(builder, image_shape, **choice)
    assert (generator.name, [i.name for i in generator.inputs]) == ("generator", ["latents"])
    assert generator.input_shape == (None, SMALL["latent_dim"])
    scale_last_layer(generator, 1000.0)
    images = generator(some_inputs(generator), training=True)
    assert images.shape == (3, *image_shape)
    assert images.dtype == "float32"
    assert -1.0 <= np.min(images) < -0.5
    assert 0.5 < np.max(images) <= 1.0


@every_discriminator
@pytest.mark.parametrize("image_shape", [(28, 28, 1), (8, 16, 3), (16, 8, 4)], ids=str)
def test_a_discriminator_gives_one_score_an_image(builder, choice, image_shape):
    discriminator = small(builder, image_shape, **choice)
    assert (discriminator.name, [i.name for i in discriminator.inputs]) == ("discriminator", ["images"])
    assert discriminator.input_shape == (None, *image_shape)
    scores = discriminator(some_inputs(discriminator))
    assert (scores.shape, scores.dtype) == ((3, 1), tf.float32)


@every_discriminator
def test_scores_are_linear_in_the_last_layer(builder, choice):
    discriminator = small(builder, **choice)
    images = some_inputs(discriminator)
    scores = discriminator(images).numpy()
    scale_last_layer(discriminator, 1000.0)
    np.testing.assert_allclose(discriminator(images), 1000.0 * scores, rtol=1e-4, atol=1e-4)


@every_builder
@pytest.mark.parametrize(
    "image_shape", [(28, 28), (28, 28, 1, 1), (28, 28, 0), (-8, 8, 1), (8.0, 8, 1), (), 28], ids=str
)
def test_a_shape_that_is_no_image_raises_and_is_named(builder, image_shape):
    with pytest.raises(ValueError, match="image_shape=.*expected") as error:
        builder(image_shape)
    assert str(image_shape) in str(error.value)


@every_network
def test_an_unknown_word_raises_and_names_the_known_ones(builder, choice):
    for name in choice:
        known = [word for word in choices(get_type_hints(builder)[name]) if word is not None]
        with pytest.raises(ValueError, match=f"unknown {name} '{known[0][:-1]}'.*{known[0]}"):
            small(builder, **{name: known[0][:-1]})


@every_builder
@pytest.mark.parametrize("argument", ["latent_dim", "filters", "units"])
@pytest.mark.parametrize("number", [0, -1, 1.5, True], ids=str)
def test_a_size_that_is_no_positive_integer_raises(builder, argument, number):
    if argument in inspect.signature(builder).parameters:
        with pytest.raises(ValueError, match=f"{argument}={number}; expected an integer of at least 1"):
            builder(**{argument: number})


@every_network
def test_a_clone_has_the_same_config_and_with_the_same_weights_the_same_outputs(builder, choice):
    network = small(builder, **choice)
    clone = keras.models.clone_model(network)
    assert clone.get_config() == network.get_config()
    clone.set_weights(network.get_weights())
    np.testing.assert_array_equal(clone(some_inputs(network)), network(some_inputs(network)))


@every_network
def test_a_saved_network_loads_with_the_same_outputs(builder, choice, tmp_path):
    network = small(builder, **choice)
    network(some_inputs(network), training=True)  # moves the moving statistics, which must be saved too
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    assert loaded.to_json() == network.to_json()
    np.testing.assert_array_equal(loaded(some_inputs(network)), network(some_inputs(network)))


@every_network
def test_mixed_precision_gives_finite_float32_near_the_exact_outputs(builder, choice, policy):
    policy("float64")
    exact = small(builder, **choice)
    policy("mixed_bfloat16")
    mixed = small(builder, **choice)
    mixed.set_weights(exact.get_weights())
    assert "bfloat16" in {layer.compute_dtype for layer in mixed.layers}
    with tf.GradientTape() as tape:
        outputs = mixed(some_inputs(mixed), training=True)
        loss = tf.reduce_mean(outputs**2)
    assert outputs.dtype == "float32"
    np.testing.assert_allclose(outputs, exact(some_inputs(exact, dtype="float64"), training=True), rtol=0.1, atol=0.1)
    assert all(np.isfinite(gradient).all() for gradient in tape.gradient(loss, mixed.trainable_variables))


def penalty(discriminator, images):
    """WGAN-GP's `E (‖∇D(x)‖ - 1)²`, in the images' own dtype."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        scores = tf.reduce_sum(discriminator(images, training=True))
    gradient = tape.gradient(scores, images)
    return tf.reduce_mean((tf.sqrt(tf.reduce_sum(gradient**2, axis=(1, 2, 3)) + 1e-12) - 1.0) ** 2)


def penalty_gradient(discriminator, images):
    with tf.GradientTape() as tape:
        value = penalty(discriminator, images)
    weights = discriminator.trainable_variables
    gradients = tape.gradient(value, weights)  # None for the last bias, which the penalty cannot depend on
    return [tf.zeros(w.shape, w.dtype) if g is None else g for g, w in zip(gradients, weights, strict=True)]


def slope(function, weight, direction, step=1e-6):
    """Central difference of `function()` as `weight` moves along `direction`; the weight is put back."""
    centre = weight.numpy()
    values = []
    for sign in (1.0, -1.0):
        weight.assign(centre + sign * step * direction)
        values.append(float(function()))
    weight.assign(centre)
    return (values[0] - values[1]) / (2 * step)


@every_mode
@every_discriminator
def test_the_gradient_of_a_gradient_penalty_is_right_and_reaches_every_kernel(builder, choice, jit_compile, policy):
    policy("float64")
    discriminator = small(builder, **choice)
    images = some_inputs(discriminator, dtype="float64")
    gradients = traced(lambda: penalty_gradient(discriminator, images), jit_compile)()
    rng = np.random.default_rng(2)
    for weight, gradient in zip(discriminator.trainable_variables, gradients, strict=True):
        direction = rng.normal(size=weight.shape)
        expected = slope(lambda: penalty(discriminator, images), weight, direction)
        assert np.sum(gradient * direction) == pytest.approx(expected, rel=1e-4, abs=1e-7), weight.path
        if len(weight.shape) > 1:
            assert np.abs(gradient).max() > 1e-5, weight.path


@every_mode
@every_generator
def test_the_gradient_of_a_generator_is_right_and_reaches_every_kernel(builder, choice, jit_compile, policy):
    policy("float64")
    generator = small(builder, **choice)
    latents = some_inputs(generator, dtype="float64")
    target = np.random.default_rng(1).normal(size=(3, *IMAGE_SHAPE))

    def loss():
        return tf.reduce_mean((generator(latents, training=True) - target) ** 2)

    def gradient_of_loss():
        with tf.GradientTape() as tape:
            value = loss()
        return tape.gradient(value, generator.trainable_variables)

    rng = np.random.default_rng(2)
    for weight, gradient in zip(generator.trainable_variables, traced(gradient_of_loss, jit_compile)(), strict=True):
        direction = rng.normal(size=weight.shape)
        assert np.sum(gradient * direction) == pytest.approx(slope(loss, weight, direction), rel=1e-4, abs=1e-7)
        if len(weight.shape) > 1:
            assert np.abs(gradient).max() > 1e-6, weight.path


@every_family
def test_both_networks_train_one_step_at_their_default_sizes(family):
    keras.utils.set_random_seed(1)
    generator, discriminator = getattr(networks, family).generator(), getattr(networks, family).discriminator()
    latents, real = some_inputs(generator), some_inputs(discriminator)
    with tf.GradientTape(persistent=True) as tape:
        fake_scores = discriminator(generator(latents, training=True), training=True)
        d_loss = tf.reduce_mean(tf.nn.softplus(-discriminator(real, training=True)) + tf.nn.softplus(fake_scores))
        g_loss = tf.reduce_mean(tf.nn.softplus(-fake_scores))
    for network, loss in ((generator, g_loss), (discriminator, d_loss)):
        weights = network.trainable_variables
        before = [weight.numpy() for weight in weights]
        keras.optimizers.Adam(1e-3).apply(tape.gradient(loss, weights), weights)
        for weight, old in zip(weights, before, strict=True):
            assert np.isfinite(weight).all(), weight.path
            assert np.abs(weight - old).max() == pytest.approx(1e-3, rel=0.05), weight.path
