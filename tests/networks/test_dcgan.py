"""DCGAN's networks against the paper's table of widths, its guidelines, and what keeps them trainable."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import SpectralNormalization
from keras_gan.networks import dcgan


def widths(network, kind):
    return [layer.output.shape[-1] for layer in network.layers if layer.name.startswith(kind)]


def sizes(network, kind):
    return [tuple(layer.output.shape[1:3]) for layer in network.layers if layer.name.startswith(kind)]


def some_images(shape, batch=16):
    return np.random.default_rng(0).uniform(-1, 1, (batch, *shape)).astype("float32")


def some_latents(batch=16, latent_dim=64):
    return np.random.default_rng(0).normal(size=(batch, latent_dim)).astype("float32")


def test_widths_at_64_pixels_are_those_of_the_papers_figure():
    generator = dcgan.generator((64, 64, 3), latent_dim=100)
    assert widths(generator, "relu") == [1024, 512, 256, 128]
    assert sizes(generator, "relu") == [(4, 4), (8, 8), (16, 16), (32, 32)]
    discriminator = dcgan.discriminator((64, 64, 3))
    assert widths(discriminator, "leaky_relu") == [64, 128, 256, 512]
    assert sizes(discriminator, "leaky_relu") == [(32, 32), (16, 16), (8, 8), (4, 4)]


def test_widths_at_28_pixels_are_64_to_256():
    assert widths(dcgan.generator(), "relu") == [256, 128]
    assert widths(dcgan.discriminator(), "leaky_relu") == [64, 128]


@pytest.mark.parametrize(
    ("sides", "smallest"),
    [((8, 8), (4, 4)), ((16, 16), (4, 4)), ((28, 28), (7, 7)), ((32, 32), (4, 4)), ((30, 50), (15, 25)),
     ((8, 64), (4, 32)), ((96, 64), (6, 4))],
    ids=str,
)  # fmt: skip
def test_sides_are_halved_while_they_are_even_and_leave_four_pixels(sides, smallest):
    assert dcgan.generator((*sides, 1), filters=1).get_layer("reshape").output.shape[1:3] == smallest
    assert sizes(dcgan.discriminator((*sides, 1), filters=1), "leaky_relu")[-1] == smallest


def test_num_layers_may_go_below_four_pixels():
    assert dcgan.generator((8, 4, 1), filters=2, num_layers=2).get_layer("reshape").output.shape == (None, 2, 1, 8)
    assert sizes(dcgan.discriminator((8, 4, 1), filters=2, num_layers=2), "leaky_relu")[-1] == (2, 1)


@pytest.mark.parametrize("builder", [dcgan.generator, dcgan.discriminator])
@pytest.mark.parametrize(
    ("sides", "num_layers", "fitting"),
    [((27, 28), None, "28x28"), ((6, 6), None, "8x8"), ((8, 3), None, "8x8"), ((28, 28), 3, "32x32"),
     ((33, 65), 4, "32x64"), ((4, 4), 3, "8x8"), ((5, 5), 1, "6x6")],
    ids=str,
)  # fmt: skip
def test_a_size_that_the_strides_do_not_divide_raises_and_names_the_nearest_that_fits(
    builder, sides, num_layers, fitting
):
    said = f"{sides[0]}x{sides[1]} pixels; expected .*nearest size that fits is {fitting}"
    with pytest.raises(ValueError, match=said):
        builder((*sides, 1), num_layers=num_layers)
    builder((*map(int, fitting.split("x")), 1), filters=1, num_layers=num_layers)


@pytest.mark.parametrize("num_layers", [0, -1, 1.0])
def test_num_layers_below_one_raises(num_layers):
    with pytest.raises(ValueError, match=f"num_layers={num_layers}; expected an integer of at least 1"):
        dcgan.discriminator(num_layers=num_layers)


@pytest.mark.parametrize("kernel_size", [0, 1])
def test_a_transposed_kernel_smaller_than_its_stride_raises(kernel_size):
    with pytest.raises(ValueError, match=f"kernel_size={kernel_size}; expected an integer of at least 2"):
        dcgan.generator(kernel_size=kernel_size)


def test_there_is_no_hidden_dense_layer():
    generator, discriminator = dcgan.generator(filters=2), dcgan.discriminator(filters=2)
    assert [layer.name for layer in generator.layers if isinstance(layer, keras.layers.Dense)] == ["project"]
    assert [layer.name for layer in discriminator.layers if isinstance(layer, keras.layers.Dense)] == ["scores"]


@pytest.mark.parametrize("normalization", ["batch", "layer"])
def test_the_generators_output_and_the_discriminators_input_are_not_normalised(normalization):
    generator = dcgan.generator((32, 32, 1), filters=2, normalization=normalization)
    discriminator = dcgan.discriminator((32, 32, 1), filters=2, normalization=normalization)
    assert [layer.name for layer in generator.layers if "norm" in layer.name] == ["norm_0", "norm_1", "norm_2"]
    assert [layer.name for layer in discriminator.layers if "norm" in layer.name] == ["norm_1", "norm_2"]


@pytest.mark.parametrize(("normalization", "coupled"), [("batch", True), ("layer", False), (None, False)], ids=str)
def test_only_batch_normalisation_lets_one_images_score_depend_on_the_others(normalization, coupled):
    discriminator = dcgan.discriminator((16, 16, 1), filters=4, normalization=normalization)
    images = some_images((16, 16, 1), batch=4)
    with_others = discriminator(images, training=True).numpy()[0]
    alone = discriminator(images[:1], training=True).numpy()[0]
    assert (abs(with_others - alone) > 1e-3) == coupled


def test_without_batch_normalisation_training_and_inference_give_the_same_images():
    generator = dcgan.generator(filters=2, normalization="layer")
    np.testing.assert_array_equal(generator(some_latents(2), training=True), generator(some_latents(2)))


@pytest.mark.parametrize("normalization", ["batch", "layer"])
def test_normalised_networks_start_from_the_papers_weights(normalization):
    for network in (dcgan.generator(normalization=normalization), dcgan.discriminator(normalization=normalization)):
        for weight in network.trainable_variables:
            if weight.path.endswith("kernel"):
                assert np.std(weight) == pytest.approx(0.02, rel=0.1), weight.path
                assert np.mean(weight) == pytest.approx(0.0, abs=0.002), weight.path


@pytest.mark.parametrize("filters", [4, 16, 64])
@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3), (8, 8, 1)], ids=str)
def test_without_normalisation_signals_and_gradients_keep_their_size_at_every_width(shape, filters):
    keras.utils.set_random_seed(1)
    discriminator = dcgan.discriminator(shape, filters=filters, normalization=None)
    with tf.GradientTape() as tape:
        images = tf.constant(some_images(shape, batch=64))
        tape.watch(images)
        scores = discriminator(images)
    norms = np.sqrt(np.sum(tape.gradient(scores, images).numpy() ** 2, axis=(1, 2, 3)))
    assert 0.1 < np.std(scores) < 1.5
    assert 0.3 < np.mean(norms) < 3.0
    for upsampling in ("transposed", "resize"):
        generator = dcgan.generator(shape, filters=filters, normalization=None, upsampling=upsampling)
        assert 0.3 < np.std(generator(some_latents())) < 0.8


def test_a_discriminator_of_one_layer_has_nothing_normalised_and_keeps_its_signals_size_too():
    keras.utils.set_random_seed(1)
    discriminator = dcgan.discriminator((8, 8, 1), filters=16, normalization="batch")
    assert 0.1 < np.std(discriminator(some_images((8, 8, 1), batch=64))) < 1.5


def test_layers_do_not_share_their_initial_weights():
    generator = dcgan.generator((64, 64, 4), filters=1, num_layers=4, normalization=None)
    kernels = [weight.numpy().ravel()[:4] for weight in generator.trainable_variables if len(weight.shape) == 4]
    for index, kernel in enumerate(kernels[1:]):
        assert abs(np.corrcoef(kernel, kernels[index])[0, 1]) < 0.999


def coverage(kernel_size):
    """How many kernel values meet in each inner pixel of the last transposed convolution."""
    layer = dcgan.generator((16, 16, 1), filters=1, kernel_size=kernel_size, normalization=None).layers[-1]
    layer.set_weights([np.ones(layer.kernel.shape), np.zeros(layer.bias.shape)])
    layer.activation = keras.activations.linear
    return np.unique(layer(np.ones((1, 8, 8, layer.kernel.shape[-1])))[0, 4:-4, 4:-4, 0]) / layer.kernel.shape[-1]


def test_the_default_kernel_covers_every_pixel_equally_and_the_papers_does_not():
    assert coverage(4).tolist() == coverage(None).tolist() == [4.0]
    assert coverage(5).tolist() == [4.0, 6.0, 9.0]


def test_resizing_generators_use_no_transposed_convolution():
    generator = dcgan.generator(filters=2, upsampling="resize")
    assert not [layer for layer in generator.layers if isinstance(layer, keras.layers.Conv2DTranspose)]
    convolutions = [layer for layer in generator.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [(layer.kernel_size, layer.strides) for layer in convolutions] == [((3, 3), (1, 1))] * 2


def test_rectifiers_of_the_discriminator_leak_a_fifth():
    rectifiers = [layer for layer in dcgan.discriminator().layers if "leaky" in layer.name]
    assert [float(layer(np.float32(-1.0))) for layer in rectifiers] == pytest.approx([-0.2] * 2)


@pytest.mark.parametrize("activation", ["tanh", "silu"])
def test_an_activation_stands_everywhere_but_at_the_ends(activation):
    for network in (dcgan.generator(filters=2, activation=activation), dcgan.discriminator(activation=activation)):
        used = [layer.activation.__name__ for layer in network.layers if isinstance(layer, keras.layers.Activation)]
        assert used == [activation] * 2


@pytest.mark.parametrize("normalization", ["batch", None])
def test_a_gate_multiplies_each_channel_by_another_and_keeps_the_widths(normalization):
    generator = dcgan.generator(filters=4, activation="glu", normalization=normalization)
    discriminator = dcgan.discriminator(filters=4, activation="glu", normalization=normalization)
    assert generator.get_layer("up_1").input.shape[-1] == 16
    assert generator.get_layer("up_2").input.shape[-1] == 8
    assert discriminator.get_layer("scores").input.shape[-1] == 7 * 7 * 8
    hidden, gated = generator.get_layer("reshape").output, generator.get_layer("up_1").input
    latents = some_latents()
    if normalization is None:
        x, y = keras.Model(generator.inputs, [hidden, gated])(latents)
        np.testing.assert_allclose(y, x[..., :16] / (1 + np.exp(-x[..., 16:])), rtol=1e-5, atol=1e-5)
        assert 0.2 < np.std(generator(latents)) < 0.8


def test_without_growth_the_width_is_constant():
    assert widths(dcgan.generator(filters=3, growth=1), "relu") == [3, 3]
    assert widths(dcgan.discriminator(filters=3, growth=1), "leaky_relu") == [3, 3]
    with pytest.raises(ValueError, match="growth=0; expected an integer of at least 1"):
        dcgan.generator(growth=0)


def test_spectral_normalisation_holds_every_kernel():
    discriminator = dcgan.discriminator(filters=2, normalization="spectral")
    trained = [layer for layer in discriminator.layers if layer.trainable_variables]
    assert [layer.name for layer in trained] == ["down_0", "down_1", "scores"]
    assert all(isinstance(layer, SpectralNormalization) for layer in trained)


def test_a_list_from_json_is_a_shape_too():
    assert dcgan.generator([8, 8, 3], filters=1).output_shape == (None, 8, 8, 3)
