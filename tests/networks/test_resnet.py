"""Residual networks: their stages, their depth, and what keeps them trainable at any depth."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import SelfAttention, SpectralNormalization
from keras_gan.networks import resnet


def sums(network):
    """(side, channels) after each block."""
    return [tuple(layer.output.shape[2:]) for layer in network.layers if layer.name.startswith("sum_")]


def depth(network):
    """Layers with a kernel on the longest way: shortcuts do not count."""
    kinds = (keras.layers.Dense, keras.layers.Conv2D)
    return len([each for each in network.layers if isinstance(each, kinds) and "shortcut" not in each.name])


def smooth_images(shape, batch=32):
    """Images of a few grey areas, as photographs are: neighbours are alike."""
    coarse = np.random.default_rng(0).uniform(-1, 1, (batch, shape[0] // 4, shape[1] // 4, shape[2]))
    return tf.constant(coarse.repeat(4, axis=1).repeat(4, axis=2), "float32")


def test_there_is_a_stage_at_each_size_of_the_map():
    assert sums(resnet.generator((32, 32, 3), filters=2)) == [(4, 16), (8, 8), (16, 4), (32, 2)]
    assert sums(resnet.discriminator((32, 32, 3), filters=2)) == [(16, 4), (8, 8), (4, 16), (4, 16)]


def test_the_width_stops_at_eight_times_that_at_the_image():
    assert sums(resnet.generator((128, 64, 1), filters=1))[:3] == [(4, 8), (8, 8), (16, 4)]


@pytest.mark.parametrize(
    ("side", "smallest"), [(8, 4), (16, 4), (28, 7), (32, 4), (48, 6), (64, 4), (128, 4)]
)  # fmt: skip
def test_sides_are_halved_while_they_are_even_and_leave_four_pixels(side, smallest):
    generator = resnet.generator((side, side, 1), filters=1)
    assert generator.get_layer("reshape").output.shape[1:3] == (smallest, smallest)
    assert generator.output_shape == (None, side, side, 1)


@pytest.mark.parametrize("side", [6, 27])
def test_a_size_that_cannot_be_halved_raises_and_names_the_nearest_that_fits(side):
    with pytest.raises(ValueError, match=f"image of {side}x{side} pixels; .*nearest size that fits is .*pad to it.$"):
        resnet.generator((side, side, 1))


def test_blocks_and_their_kind_set_the_depth():
    assert depth(resnet.generator((8, 8, 1), filters=2)) == 2 + 2 * 2
    assert depth(resnet.discriminator((8, 8, 1), filters=2, blocks_per_stage=3)) == 2 + 2 * 2 * 3
    assert depth(resnet.discriminator((8, 8, 1), filters=2, block="bottleneck")) == 2 + 2 * 3


@pytest.mark.slow
@pytest.mark.parametrize("builder", [resnet.generator, resnet.discriminator])
def test_a_network_of_101_layers_is_a_setting(builder):
    network = builder((28, 28, 1), filters=4, block="bottleneck", blocks_per_stage=(3, 7, 23))
    assert depth(network) == 101


def test_stages_have_the_numbers_of_blocks_that_are_given_from_the_images_size_down():
    def sides(network):
        return [layer.output.shape[1] for layer in network.layers if layer.name.startswith("sum_")]

    assert sides(resnet.generator((28, 28, 1), filters=2, blocks_per_stage=(1, 2, 3))) == [7] * 3 + [14] * 2 + [28]
    halved = [14] + [14, 7] + [7] * 3  # the last block of a stage halves
    assert sides(resnet.discriminator((28, 28, 1), filters=2, blocks_per_stage=(1, 2, 3))) == halved


@pytest.mark.parametrize("builder", [resnet.generator, resnet.discriminator])
def test_other_numbers_of_stages_are_refused(builder):
    with pytest.raises(ValueError, match=r"has 2 numbers; the maps have the sides \[28, 14, 7\]: give 3 numbers"):
        builder((28, 28, 1), filters=2, blocks_per_stage=(1, 2))


@pytest.mark.parametrize("blocks_per_stage", [1, 4])
@pytest.mark.parametrize("block", ["basic", "bottleneck"])
def test_without_normalisation_signals_keep_their_size_at_every_depth(block, blocks_per_stage):
    options = {"filters": 8, "block": block, "blocks_per_stage": blocks_per_stage}
    images = smooth_images((16, 16, 3))
    scores = resnet.discriminator((16, 16, 3), **options)(images)
    assert 0.05 < np.std(scores) < 1.5
    latents = np.random.default_rng(0).normal(size=(32, 64)).astype("float32")
    assert 0.25 < np.std(resnet.generator((16, 16, 3), normalization=None, **options)(latents)) < 0.9


def test_a_block_whose_branch_is_silent_hands_on_what_it_was_given():
    discriminator = resnet.discriminator((8, 8, 1), filters=2)
    for name in ("conv_1_0_1",):
        layer = discriminator.get_layer(name)
        layer.set_weights([0 * weight for weight in layer.get_weights()])
    before, after = (discriminator.get_layer(name).output for name in ("sum_0_0", "sum_1_0"))
    given, handed_on = keras.Model(discriminator.inputs, [before, after])(smooth_images((8, 8, 1)))
    np.testing.assert_array_equal(given, handed_on)
    assert np.std(given) > 0.05


@pytest.mark.parametrize("builder", [resnet.generator, resnet.discriminator])
def test_attention_stands_where_the_map_has_that_side_and_learns(builder):
    network = builder((16, 32, 1), filters=8, attention=8)
    layer = network.get_layer("attention")
    assert isinstance(layer, SelfAttention)
    assert layer.output.shape[1:3] == (8, 16)
    layer.gamma.assign(1.0)
    inputs = smooth_images((16, 32, 1), 4) if network.name == "discriminator" else tf.random.normal((4, 64))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(network(inputs, training=True) ** 2)
    for gradient in tape.gradient(loss, layer.trainable_variables):
        assert np.abs(gradient).max() > 0


@pytest.mark.parametrize("builder", [resnet.generator, resnet.discriminator])
def test_attention_at_a_side_that_no_map_has_raises_and_names_those_there_are(builder):
    with pytest.raises(ValueError, match=r"attention=7; expected .* one of \[16, 8, 4\]"):
        builder((16, 32, 1), attention=7)


def test_spectral_normalisation_holds_every_kernel_attention_too():
    discriminator = resnet.discriminator((16, 16, 1), filters=2, normalization="spectral", attention=8)
    kinds = (SpectralNormalization, SelfAttention)
    assert all(isinstance(layer, kinds) for layer in discriminator.layers if layer.trainable_variables)
    assert discriminator.get_layer("attention").spectral_normalization
    assert not resnet.discriminator((16, 16, 1), filters=2, attention=8).get_layer("attention").spectral_normalization


def test_summed_features_do_not_tell_where_something_is():
    plain, summed = (resnet.discriminator((16, 16, 1), filters=2, pooling=pooling) for pooling in (None, "sum"))
    assert plain.get_layer("scores").input.shape[-1] == 16 * summed.get_layer("scores").input.shape[-1]
    features = keras.Model(summed.inputs, summed.get_layer("scores").input)
    last = keras.Model(summed.inputs, summed.get_layer("leaky_relu_last").output)
    images = smooth_images((16, 16, 1), 3)
    np.testing.assert_allclose(features(images), np.sum(last(images), axis=(1, 2)), rtol=1e-5, atol=1e-5)


def test_gates_which_halve_the_channels_are_refused():
    with pytest.raises(ValueError, match="activation='glu' halves the channels"):
        resnet.generator(activation="glu")
