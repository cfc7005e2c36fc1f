"""What every layer of `keras_gan.layers` must keep: a new layer is tested here by being in `__all__`."""

import copy
import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import layers
from keras_gan.random import Numbers, drawing_from

# Arguments at values that are not their defaults; a layer that needs none has no line here.
ARGUMENTS = {
    "ClassScores": {"form": "certainty"},
    "ConditionalBatchNormalization": {"num_classes": 2, "momentum": 0.8, "epsilon": 0.01},
    "Dropout": {"rate": 0.3},
    "EqualizedConv2D": {"filters": 4, "kernel_size": 3, "gain": 1.5},
    "EqualizedDense": {"units": 4, "gain": 1.5},
    "GaussianNoise": {"stddev": 0.2},
    "LayerNormalization": {"epsilon": 0.01},
    "MinibatchDiscrimination": {"num_kernels": 3, "kernel_dim": 2, "num_blocks": 2},
    "MinibatchStandardDeviation": {"group_size": 2, "num_channels": 3},
    "Pack": {"packing": 2},
    "PixelNormalization": {"epsilon": 0.01},
    "PrimaryCapsules": {"num_capsules": 2, "dim": 3, "kernel_size": 3, "strides": 1},
    "RoutedCapsules": {"num_capsules": 2, "dim": 5, "num_routings": 2},
    "SelfAttention": {"spectral_normalization": False},
    # A kernel of rank 1, of which the power method knows all after one call.
    "SpectralNormalization": {
        "layer": keras.layers.Dense(2, kernel_initializer="ones"),
        "power_iterations": 2,
    },
    "Upsample": {"factor": 3},
}
# What layers of two inputs get as their second, made from the first: the same once more, or two classes.
SECOND = {
    "ConditionalBatchNormalization": lambda inputs: keras.ops.cast(inputs[:, 0, 0, 0] > 0, "int32"),
    "Fade": lambda inputs: inputs,
}
INPUT_SHAPE = (2, 4, 6, 3)

every_layer = pytest.mark.parametrize("name", layers.__all__)


def make(layer_name, **kwargs):
    keras.utils.set_random_seed(1)
    return getattr(layers, layer_name)(**copy.deepcopy(ARGUMENTS.get(layer_name, {})), **kwargs)


def some_inputs(dtype="float32"):
    return tf.constant(np.random.default_rng(0).normal(size=INPUT_SHAPE), dtype)


def in_training(layer, inputs):
    """One call in training mode, always with the same random numbers."""
    with drawing_from(Numbers(seed=1)):
        return call(layer, inputs, training=True) if takes_training(layer) else call(layer, inputs)


def call(layer, inputs, **mode):
    second = SECOND.get(type(layer).__name__)
    return layer([inputs, second(inputs)] if second else inputs, **mode)


def takes_training(layer):
    return "training" in inspect.signature(layer.call).parameters


def gradient(layer, inputs):
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        loss = tf.reduce_sum(in_training(layer, inputs) ** 3)
    return tape.gradient(loss, inputs)


def hessian_times(layer, inputs, direction):
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        slope = tf.reduce_sum(gradient(layer, inputs) * direction)
    return tape.gradient(slope, inputs)


@every_layer
def test_config_names_every_argument_and_makes_the_same_layer(name):
    layer = make(name, name="mine", dtype="mixed_bfloat16")
    config = layer.get_config()
    arguments = set(inspect.signature(type(layer).__init__).parameters) - {"self", "kwargs"}
    assert arguments <= set(config)
    again = type(layer).from_config(config)
    assert again.get_config() == config
    assert (again.name, again.dtype_policy.name) == ("mine", "mixed_bfloat16")


@every_layer
def test_it_is_registered_under_our_package(name):
    assert keras.saving.get_registered_name(getattr(layers, name)) == f"keras_gan>{name}"


@every_layer
def test_a_saved_model_that_contains_it_gives_the_same_numbers(name, tmp_path):
    inputs = keras.Input(INPUT_SHAPE[1:])
    model = keras.Model(inputs, call(make(name), inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(in_training(loaded, some_inputs()), in_training(model, some_inputs()))
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]


@every_layer
def test_its_symbolic_shape_is_the_shape_it_gives(name):
    symbolic = call(make(name), keras.Input(INPUT_SHAPE[1:]))
    assert symbolic.shape == (None, *call(make(name), some_inputs()).shape[1:])


@every_layer
@pytest.mark.parametrize("jit_compile", [None, False, True], ids=["eager", "graph", "xla"])
def test_its_second_derivative_agrees_with_finite_differences(name, jit_compile):
    layer, inputs = make(name, dtype="float64"), some_inputs("float64")
    in_training(layer, inputs)  # builds
    direction = tf.constant(np.random.default_rng(1).normal(size=INPUT_SHAPE))

    def product(inputs):
        return hessian_times(layer, inputs, direction)

    if jit_compile is not None:
        signature = [tf.TensorSpec((None, *INPUT_SHAPE[1:]), tf.float64)]
        product = tf.function(product, input_signature=signature, jit_compile=jit_compile)
    step = 1e-5
    expected = (gradient(layer, inputs + step * direction) - gradient(layer, inputs - step * direction)) / (2 * step)
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(product(inputs), expected, rtol=1e-6, atol=1e-6)


@every_layer
def test_a_call_in_training_changes_no_trainable_weight(name):
    layer = make(name)
    in_training(layer, some_inputs())
    before = [weight.numpy() for weight in layer.trainable_variables]
    in_training(layer, some_inputs())
    for old, new in zip(before, layer.trainable_variables, strict=True):
        np.testing.assert_array_equal(old, new)


@every_layer
def test_it_holds_no_seed_generator(name):
    layer = make(name)
    in_training(layer, some_inputs())
    assert not [variable.path for variable in layer.variables if "seed" in variable.path]


@every_layer
@pytest.mark.parametrize(("policy", "dtype"), [("float32", "float32"), ("mixed_bfloat16", "bfloat16")])
def test_it_computes_in_the_dtype_of_its_policy(name, policy, dtype):
    layer, exact_layer = make(name, dtype=policy), make(name, dtype="float64")
    outputs, exact = in_training(layer, some_inputs()), in_training(exact_layer, some_inputs("float64"))
    assert outputs.dtype == dtype
    if layer.trainable_variables:  # which are drawn anew in another dtype
        exact_layer.set_weights(layer.get_weights())
        exact = in_training(exact_layer, some_inputs("float64"))
    tolerance = {"float32": 1e-5, "bfloat16": 3e-2}[dtype]
    np.testing.assert_allclose(tf.cast(outputs, tf.float64), exact, rtol=tolerance, atol=tolerance)
