"""Dense networks for points and images."""

import keras
import numpy as np
import pytest

from keras_gan.networks import mlp
from keras_gan.random import Numbers, drawing_from


def test_points_are_unbounded_and_linear_in_the_last_layer():
    generator = mlp.generator((2,), latent_dim=3, units=8)
    last = generator.layers[-1]
    latents = np.random.default_rng(0).normal(size=(5, 3))
    points = generator(latents).numpy()
    last.set_weights([100.0 * weight for weight in last.get_weights()])
    np.testing.assert_allclose(generator(latents), 100.0 * points, rtol=1e-5)
    assert generator.output_shape == (None, 2)


def test_points_are_scored():
    discriminator = mlp.discriminator((3,), units=8)
    assert discriminator.input_shape == (None, 3)
    assert discriminator(np.zeros((5, 3))).shape == (5, 1)


def test_without_hidden_layers_scores_are_linear():
    discriminator = mlp.discriminator((2,), num_layers=0)
    kernel, bias = discriminator.get_weights()
    points = np.array([[1.0, 2.0], [-3.0, 0.5]], "float32")
    np.testing.assert_allclose(discriminator(points), points @ kernel + bias, rtol=1e-6)


def test_units_and_num_layers_set_the_hidden_layers():
    for network in (mlp.generator(units=7, num_layers=4), mlp.discriminator(units=7, num_layers=4)):
        hidden = [layer for layer in network.layers if layer.name.startswith("dense_")]
        assert [layer.units for layer in hidden] == [7] * 4


def test_values_fill_the_image_in_rows():
    generator = mlp.generator((2, 3, 1), latent_dim=1, num_layers=0)
    generator.set_weights([np.zeros((1, 6)), np.arctanh(np.linspace(-0.9, 0.9, 6))])
    np.testing.assert_allclose(
        generator(np.zeros((1, 1)))[0, ..., 0], np.linspace(-0.9, 0.9, 6).reshape(2, 3), rtol=1e-5, atol=1e-6
    )


def test_dropout_acts_in_training_only_and_draws_from_the_step():
    discriminator = mlp.discriminator((2,), units=32, dropout=0.5)
    points = np.random.default_rng(0).normal(size=(4, 2))

    def scores(step):
        with drawing_from(Numbers(seed=0, step=step)):
            return discriminator(points, training=True).numpy()

    np.testing.assert_array_equal(discriminator(points), discriminator(points, training=False))
    np.testing.assert_array_equal(scores(step=1), scores(step=1))
    assert np.abs(scores(step=1) - scores(step=2)).max() > 1e-3


def test_without_dropout_there_is_no_such_layer():
    assert not [layer for layer in mlp.discriminator().layers if "dropout" in layer.name]


@pytest.mark.parametrize("dropout", [-0.1, 1.0])
def test_a_dropout_rate_out_of_range_raises(dropout):
    with pytest.raises(ValueError, match=f"rate={dropout}; expected"):
        mlp.discriminator(dropout=dropout)


@pytest.mark.parametrize("activation", ["relu", "tanh", "silu", "leaky_relu"])
def test_any_keras_activation_may_be_named(activation):
    x = np.array([[-2.0, 1.0]], "float32")
    network = mlp.discriminator((2,), units=2, num_layers=1, activation=activation)
    network.set_weights([np.eye(2), np.zeros(2), np.ones((2, 1)), np.zeros(1)])
    np.testing.assert_allclose(network(x)[0, 0], np.sum(keras.activations.get(activation)(x)), rtol=1e-5)


def test_an_unknown_activation_raises_and_names_the_nearest():
    with pytest.raises(ValueError, match="unknown activation 'leaky_rel'; nearest: leaky_relu"):
        mlp.discriminator(activation="leaky_rel")


def test_a_negative_number_of_layers_raises():
    with pytest.raises(ValueError, match="num_layers=-1; expected an integer of at least 0"):
        mlp.generator(num_layers=-1)


def test_a_shape_without_channels_raises_with_the_repair():
    with pytest.raises(ValueError, match=r"Add the channels, as \(28, 28, 1\)"):
        mlp.generator((28, 28))


@pytest.mark.parametrize("num_layers", [1, 12])
def test_signals_keep_their_size_at_every_depth(num_layers):
    keras.utils.set_random_seed(1)
    latents = np.random.default_rng(0).normal(size=(64, 64))
    points = mlp.generator((16,), units=256, num_layers=num_layers)(latents)
    assert 0.3 < np.std(points) < 3.0
    scores = mlp.discriminator((64,), units=256, num_layers=num_layers)(latents)
    assert 0.2 < np.std(scores) < 3.0


def test_gated_units_are_the_product_of_two():
    network = mlp.discriminator((2,), units=1, num_layers=1, activation="glu")
    network.set_weights([np.eye(2), np.zeros(2), np.ones((1, 1)), np.zeros(1)])
    x = np.array([[3.0, -1.0]], "float32")
    assert float(network(x)[0, 0]) == pytest.approx(3.0 / (1 + np.exp(1.0)), rel=1e-5)
