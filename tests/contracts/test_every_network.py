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

from keras_gan import layers, networks
from keras_gan.export import classes

SMALL = {"filters": 3, "units": 6, "latent_dim": 5}
IMAGE_SHAPE = (16, 16, 2)  # two strided layers, so that the normalisation of inner layers is met
SHAPES = [(28, 28, 1), (8, 16, 3), (16, 8, 4)]
NUM_CLASSES = 3

# What else is to be said where a word is chosen that needs it.
NEEDED = {
    "batch_norm": {"num_classes": NUM_CLASSES, "normalization": "batch"},
    "projection": {"num_classes": NUM_CLASSES},
}
NOT_LINEAR = {networks.capsule.discriminator}  # its scores come from lengths
# Choices that no `Literal` lists.
NUMBERS = ("num_classes", "embedding_dim", "packing")
FURTHER = [{"num_classes": NUM_CLASSES}, {"num_classes": NUM_CLASSES, "embedding_dim": 2}, {"packing": 3}]


def choices(hint):
    """All values of a `Literal`, and `None` where it may stand beside one."""
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    if get_origin(hint) in (Union, types.UnionType):
        inner = [value for part in get_args(hint) for value in choices(part)]
        return [*inner, None] if inner and type(None) in get_args(hint) else inner
    return []


def settings(builder):
    """{}, and every {argument: another choice} of the builder."""
    defaults = inspect.signature(builder).parameters
    found = [{}]
    for name, hint in get_type_hints(builder).items():
        others = [value for value in choices(hint) if value != defaults[name].default]
        found += [NEEDED.get(value, {}) | {name: value} for value in others]
    return found + [setting for setting in FURTHER if set(setting) <= set(defaults)]


def cases(player, is_slow=lambda family, choice: False):
    """(builder, choice) for every family; those that `is_slow` names run with `-m slow` alone."""
    builders = {family: getattr(getattr(networks, family), player) for family in networks.__all__}
    return [
        pytest.param(
            builder,
            choice,
            id="-".join([family, player, *(f"{name}={value}" for name, value in choice.items())]),
            marks=[pytest.mark.slow] if is_slow(family, choice) else [],
        )
        for family, builder in builders.items()
        for choice in settings(builder)
    ]


def costs_much(family, choice):
    """What the shallow families show already, and what stands before and behind the layers of all families."""
    kept = {"conditioning"} if family == "resnet" else {"conditioning", "normalization"}
    return bool(choice) and not kept & set(choice)


def networks_with(player, is_slow=lambda family, choice: False):
    return pytest.mark.parametrize(("builder", "choice"), cases(player, is_slow))


every_generator, every_discriminator = networks_with("generator"), networks_with("discriminator")
every_network = pytest.mark.parametrize(("builder", "choice"), cases("generator") + cases("discriminator"))
every_network_in_short = pytest.mark.parametrize(
    ("builder", "choice"), cases("generator", costs_much) + cases("discriminator", costs_much)
)
every_builder = pytest.mark.parametrize(
    "builder", [getattr(getattr(networks, family), player) for family in networks.__all__
                for player in ("generator", "discriminator")],
)  # fmt: skip
every_family = pytest.mark.parametrize("family", networks.__all__)
compiled = pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "xla"])


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
    return faded(builder(image_shape, **sizes, **choice))


def faded(network):
    """The network, where it grows amid a fade: a level that is wholly in leaves the one below no part."""
    for layer in network.layers:
        if isinstance(layer, layers.Fade):
            layer.alpha.assign(0.75)
    return network


def some_inputs(network, batch=3, dtype="float32"):
    """What the network takes: latents or images, and labels where it asks for them."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(batch, *input_called(network, NOISE_OR_IMAGES[network.name]).shape[1:]))
    values = tf.constant(values if network.name == "generator" else np.tanh(values), dtype)
    if len(network.inputs) == 1:
        return values
    labels = tf.constant(np.arange(batch) % NUM_CLASSES, "int32")
    return {NOISE_OR_IMAGES[network.name]: values, "labels": labels}


def input_called(network, name):
    return next(tensor for tensor in network.inputs if tensor.name == name)


NOISE_OR_IMAGES = {"generator": "latents", "discriminator": "images"}


def answer(network, inputs, **mode):
    """Images; or scores, also of a discriminator that says more."""
    outputs = network(inputs, **mode)
    return outputs["scores"] if isinstance(outputs, dict) else outputs


def scale_last_layer(network, factor):
    """Multiplies the weights of the last layer, and of the embedding whose product with its input is added to it."""
    last = [layer for layer in network.layers if layer.trainable_variables][-1]
    ends = [last, network.get_layer("embedding")] if network.layers[-1].name == "scores_given_class" else [last]
    for layer in ends:
        layer.set_weights([factor * weight for weight in layer.get_weights()])


def traced(function, jit_compile):
    return function if jit_compile is None else tf.function(function, jit_compile=jit_compile)


def every_shape(player):
    """All shapes with the default choice, one of them with every other."""
    found = []
    for case in cases(player):
        builder, choice = case.values
        shapes = SHAPES[1:2] if choice else SHAPES
        found += [pytest.param(builder, choice, shape, id=f"{case.id}-{shape}") for shape in shapes]
    return pytest.mark.parametrize(("builder", "choice", "image_shape"), found)


@every_shape("generator")
def test_a_generator_gives_images_of_the_shape_asked_for_within_minus_one_and_one(builder, choice, image_shape):
    generator = small(builder, image_shape, **choice)
    names = {"latents", "labels"} if "num_classes" in choice else {"latents"}
    assert (generator.name, {tensor.name for tensor in generator.inputs}) == ("generator", names)
    assert input_called(generator, "latents").shape == (None, SMALL["latent_dim"])
    scale_last_layer(generator, 1000.0)
    images = answer(generator, some_inputs(generator), training=True)
    assert images.shape == (3, *image_shape)
    assert images.dtype == "float32"
    assert -1.0 <= np.min(images) < -0.5
    assert 0.5 < np.max(images) <= 1.0


@every_shape("discriminator")
def test_a_discriminator_gives_one_score_an_image_or_a_pack(builder, choice, image_shape):
    discriminator = small(builder, image_shape, **choice)
    names = {"images", "labels"} if "num_classes" in choice else {"images"}
    assert (discriminator.name, {tensor.name for tensor in discriminator.inputs}) == ("discriminator", names)
    assert input_called(discriminator, "images").shape == (None, *image_shape)
    scores = answer(discriminator, some_inputs(discriminator, batch=6))
    assert (scores.shape, scores.dtype) == ((6 // choice.get("packing", 1), 1), tf.float32)


@every_network
def test_labels_matter_and_classes_are_counted(builder, choice):
    network = small(builder, **choice)
    if "num_classes" in choice:
        assert classes.count(None, network) == NUM_CLASSES
        make_classes_differ(network)
        inputs = some_inputs(network)
        others = inputs | {"labels": (inputs["labels"] + 1) % NUM_CLASSES}
        assert np.abs(answer(network, inputs) - answer(network, others)).max() > 1e-4
    else:
        assert classes.count(None, network) is None


def make_classes_differ(network):
    """Scales and shifts of conditional normalisation begin the same for all classes."""
    for layer in network.layers:
        if isinstance(layer, layers.ConditionalBatchNormalization):
            layer.gamma.assign(np.random.default_rng(0).normal(1.0, 0.5, layer.gamma.shape))


@every_discriminator
def test_scores_are_linear_in_the_last_layer(builder, choice):
    if choice.get("normalization") == "spectral" or builder in NOT_LINEAR:
        pytest.skip("its kernel's scale is divided out, or no kernel is the last")
    discriminator = small(builder, **choice)
    images = some_inputs(discriminator)
    scores = answer(discriminator, images).numpy()
    scale_last_layer(discriminator, 1000.0)
    np.testing.assert_allclose(answer(discriminator, images), 1000.0 * scores, rtol=1e-4, atol=1e-4)


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
    for name in set(choice) - set(NUMBERS):
        known = [word for word in choices(get_type_hints(builder)[name]) if word is not None]
        with pytest.raises(ValueError, match=f"unknown {name} '{known[0][:-1]}'.*{known[0]}"):
            small(builder, **choice | {name: known[0][:-1]})


@every_builder
@pytest.mark.parametrize("argument", ["latent_dim", "filters", "units", *NUMBERS])
@pytest.mark.parametrize("number", [0, -1, 1.5, True], ids=str)
def test_a_size_that_is_no_positive_integer_raises(builder, argument, number):
    if argument in inspect.signature(builder).parameters:
        with pytest.raises(ValueError, match=f"{argument}={number}; expected an integer of at least 1"):
            builder(**{argument: number})


@every_network_in_short
def test_a_clone_has_the_same_config_and_with_the_same_weights_the_same_outputs(builder, choice):
    network = small(builder, **choice)
    clone = keras.models.clone_model(network)
    assert clone.get_config() == network.get_config()
    clone.set_weights(network.get_weights())
    np.testing.assert_array_equal(answer(clone, some_inputs(network)), answer(network, some_inputs(network)))


@every_network_in_short
def test_a_saved_network_loads_with_the_same_outputs(builder, choice, tmp_path):
    network = small(builder, **choice)
    answer(network, some_inputs(network), training=True)  # moves the moving statistics, which must be saved too
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    assert loaded.to_json() == network.to_json()
    np.testing.assert_array_equal(answer(loaded, some_inputs(network)), answer(network, some_inputs(network)))


@every_network_in_short
def test_mixed_precision_gives_finite_float32_near_the_exact_outputs(builder, choice, policy):
    policy("float64")
    exact = small(builder, **choice)
    policy("mixed_bfloat16")
    mixed = small(builder, **choice)
    mixed.set_weights(exact.get_weights())
    assert "bfloat16" in {layer.compute_dtype for layer in mixed.layers}
    with tf.GradientTape() as tape:
        outputs = answer(mixed, some_inputs(mixed), training=True)
        loss = tf.reduce_mean(outputs**2)
    assert outputs.dtype == "float32"
    expected = answer(exact, some_inputs(exact, dtype="float64"), training=True)
    # Not all: pixel normalisation magnifies the rounding of a pixel whose three features are near 0.
    assert np.isclose(outputs, expected, rtol=0.1, atol=0.1).mean() > 0.99
    gradients = tape.gradient(loss, mixed.trainable_variables)
    assert all(np.isfinite(tf.convert_to_tensor(gradient)).all() for gradient in gradients)


def penalty(discriminator, inputs):
    """WGAN-GP's `E (‖∇D(x)‖ - 1)²`, in the images' own dtype."""
    images = inputs["images"] if isinstance(inputs, dict) else inputs
    # In training a spectrally normalised layer would move a little with each call.
    training = not any(isinstance(layer, layers.SpectralNormalization) for layer in discriminator.layers)
    with tf.GradientTape() as tape:
        tape.watch(images)
        scores = tf.reduce_sum(answer(discriminator, inputs, training=training))
    gradient = tape.gradient(scores, images)
    return tf.reduce_mean((tf.sqrt(tf.reduce_sum(gradient**2, axis=(1, 2, 3)) + 1e-12) - 1.0) ** 2)


def penalty_gradient(discriminator, images):
    with tf.GradientTape() as tape:
        value = penalty(discriminator, images)
    weights = discriminator.trainable_variables
    gradients = tape.gradient(value, weights)  # None for the last bias, which the penalty cannot depend on
    gradients = [tf.zeros(w.shape, w.dtype) if g is None else g for g, w in zip(gradients, weights, strict=True)]
    return [tf.convert_to_tensor(gradient) for gradient in gradients]  # those of embeddings come in slices


def check_gradients(function, weights, gradients):
    """Gradients agree with central differences of `function()`, along directions in which every weight counts alike."""
    rng = np.random.default_rng(2)
    sizes = [np.linalg.norm(gradient) for gradient in gradients]
    for _ in range(2):
        directions = [rng.normal(size=w.shape) / max(s, max(sizes) / 100) for w, s in zip(weights, sizes, strict=True)]
        found = sum(np.sum(gradient * along) for gradient, along in zip(gradients, directions, strict=True))
        assert found == pytest.approx(slope(function, weights, directions), rel=1e-4, abs=1e-4)
    for weight, gradient in zip(weights, gradients, strict=True):
        if len(weight.shape) > 1:
            assert np.abs(gradient).max() > 1e-6, weight.path


def slope(function, weights, directions):
    """Central difference of `function()` as all weights move along their directions; they are put back."""
    step = 1e-6 / max(np.abs(direction).max() for direction in directions)
    before = [weight.numpy() for weight in weights]
    values = []
    for sign in (step, -step, 0.0):
        for weight, centre, direction in zip(weights, before, directions, strict=True):
            weight.assign(centre + sign * direction)
        values.append(float(function()) if sign else 0.0)
    return (values[0] - values[1]) / (2 * step)


@networks_with("discriminator", costs_much)
def test_the_gradient_of_a_gradient_penalty_is_right_and_reaches_every_kernel(builder, choice, policy):
    policy("float64")
    discriminator = small(builder, **choice)
    images = some_inputs(discriminator, dtype="float64")
    gradients = penalty_gradient(discriminator, images)
    check_gradients(lambda: penalty(discriminator, images), discriminator.trainable_variables, gradients)


@networks_with("generator", costs_much)
def test_the_gradient_of_a_generator_is_right_and_reaches_every_kernel(builder, choice, policy):
    policy("float64")
    generator = small(builder, **choice)
    make_classes_differ(generator)
    latents = some_inputs(generator, dtype="float64")
    gradients = loss_gradient(generator, latents)
    check_gradients(lambda: loss(generator, latents), generator.trainable_variables, gradients)


def loss(generator, latents):
    """The mean square distance to some other images."""
    target = np.random.default_rng(1).normal(size=(3, *IMAGE_SHAPE))
    return tf.reduce_mean((answer(generator, latents, training=True) - target) ** 2)


def loss_gradient(generator, latents):
    with tf.GradientTape() as tape:
        value = loss(generator, latents)
    return [tf.convert_to_tensor(slope) for slope in tape.gradient(value, generator.trainable_variables)]


def compiles_long(family, choice):
    return bool(choice) or family in ("progressive", "resnet")


@compiled
@networks_with("discriminator", compiles_long)
def test_the_gradient_of_a_gradient_penalty_is_the_same_when_compiled(builder, choice, jit_compile, policy):
    policy("float64")
    discriminator = small(builder, **choice)
    images = some_inputs(discriminator, dtype="float64")
    function = tf.function(lambda: penalty_gradient(discriminator, images), jit_compile=jit_compile)
    for found, expected in zip(function(), penalty_gradient(discriminator, images), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)


@compiled
@networks_with("generator", compiles_long)
def test_the_gradient_of_a_generator_is_the_same_when_compiled(builder, choice, jit_compile, policy):
    policy("float64")
    generator = small(builder, **choice)
    latents = some_inputs(generator, dtype="float64")
    function = tf.function(lambda: loss_gradient(generator, latents), jit_compile=jit_compile)
    for found, expected in zip(function(), loss_gradient(generator, latents), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)


@every_family
def test_both_networks_train_one_step_at_their_default_sizes(family):
    keras.utils.set_random_seed(1)
    builders = (getattr(getattr(networks, family), player) for player in ("generator", "discriminator"))
    generator, discriminator = (faded(builder()) for builder in builders)
    latents, real = some_inputs(generator), some_inputs(discriminator)
    with tf.GradientTape(persistent=True) as tape:
        fake_scores = answer(discriminator, answer(generator, latents, training=True), training=True)
        d_loss = tf.reduce_mean(
            tf.nn.softplus(-answer(discriminator, real, training=True)) + tf.nn.softplus(fake_scores)
        )
        g_loss = tf.reduce_mean(tf.nn.softplus(-fake_scores))
    for network, loss in ((generator, g_loss), (discriminator, d_loss)):
        weights = network.trainable_variables
        before = [weight.numpy() for weight in weights]
        keras.optimizers.Adam(1e-3).apply(tape.gradient(loss, weights), weights)
        for weight, old in zip(weights, before, strict=True):
            assert np.isfinite(weight).all(), weight.path
            assert np.abs(weight - old).max() == pytest.approx(1e-3, rel=0.05), weight.path
