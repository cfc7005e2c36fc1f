"""R3GAN, SNGAN and SAGAN: their objectives and optimisers are those of their papers."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from small import point_players

from keras_gan import networks, random
from keras_gan.layers import SpectralNormalization
from keras_gan.models.r3gan import R3GAN
from keras_gan.models.sagan import SAGAN
from keras_gan.models.sngan import SNGAN

BATCH = np.random.default_rng(0).normal(size=(6, 2)).astype("float32")


def normalized_critic():
    points = keras.Input((2,), name="images")
    x = SpectralNormalization(keras.layers.Dense(8, activation="leaky_relu"))(points)
    return keras.Model(points, SpectralNormalization(keras.layers.Dense(1))(x))


def terms_and_duel(gan, player):
    """What a player minimises on one minibatch, and the duel it is of."""
    seen, make = [], gan.duel
    gan.duel = lambda batch: seen.append(make(batch)) or seen[-1]
    with random.drawing_from(random.Numbers(seed=1)):
        terms = {"d": gan.discriminator_terms, "g": gan.generator_terms}[player]({"images": tf.constant(BATCH)})
    return {name: float(value) for name, value in terms.items()}, seen[-1]


def softplus(x):
    return np.log1p(np.exp(x))


@pytest.mark.parametrize("player", ["d", "g"])
def test_r3gan_pairs_scores_and_flattens_the_critic_at_both_kinds_of_images(player):
    terms, duel = terms_and_duel(R3GAN(*point_players(), gamma=0.3), player)
    r, f = duel.real_scores.numpy(), duel.fake_scores.numpy()
    expected = {"adversarial": np.mean(softplus(f - r if player == "d" else r - f))}
    if player == "d":
        for name, slope in (("r1", duel.real_gradient), ("r2", duel.fake_gradient)):
            expected[name] = 0.15 * np.mean(np.sum(slope.numpy() ** 2, axis=1))
    assert terms == {name: pytest.approx(value, rel=1e-5) for name, value in expected.items()}


@pytest.mark.parametrize("game", [SNGAN, SAGAN])
def test_sngan_and_sagan_play_by_the_hinge(game):
    gan = game(point_players()[0], normalized_critic())
    terms, duel = terms_and_duel(gan, "d")
    r, f = duel.real_scores.numpy(), duel.fake_scores.numpy()
    hinge = np.mean(np.maximum(0, 1 - r)) + np.mean(np.maximum(0, 1 + f))
    assert terms == {"adversarial": pytest.approx(hinge, rel=1e-5)}
    terms, duel = terms_and_duel(game(point_players()[0], normalized_critic()), "g")
    assert terms == {"adversarial": pytest.approx(-np.mean(duel.fake_scores), rel=1e-5)}


def adam(optimizer):
    return [round(float(value), 7) for value in (optimizer.learning_rate, optimizer.beta_1, optimizer.beta_2)]


@pytest.mark.parametrize(("game", "d", "g", "n_critic"), [
    (R3GAN, [2e-4, 0, 0.99], [2e-4, 0, 0.99], 1),
    (SNGAN, [2e-4, 0, 0.9], [2e-4, 0, 0.9], 5),
    (SAGAN, [4e-4, 0, 0.9], [1e-4, 0, 0.9], 1),
])  # fmt: skip
def test_their_optimisers_are_their_papers(game, d, g, n_critic):
    gan = game(point_players()[0], normalized_critic())
    gan.compile()
    assert [*(adam(gan.optimizer.of[player]) for player in "dg"), gan.n_critic] == [d, g, n_critic]


@pytest.mark.parametrize("game", [SNGAN, SAGAN])
def test_a_critic_without_spectral_normalisation_is_warned_of(game, recwarn):
    game(point_players()[0], normalized_critic())
    assert not recwarn.list
    with pytest.warns(UserWarning, match=f"{game.__name__}: no layer .* wrap its layers in .*SpectralNormalization"):
        game(*point_players())


def test_the_shipped_networks_of_sngan_and_sagan_are_normalised(recwarn):
    generator = networks.resnet.generator((8, 8, 1), 4, filters=2, attention=8, spectral=True)
    critic = networks.resnet.discriminator((8, 8, 1), filters=2, normalization="spectral", attention=8, pooling="sum")
    SAGAN(generator, critic)
    assert not recwarn.list
    for network in (generator, critic):
        assert network.get_layer("attention").spectral_normalization
        plain = [layer.name for layer in network.layers
                 if isinstance(layer, (keras.layers.Dense, keras.layers.Conv2D))]  # fmt: skip
        assert plain == []


def test_every_kernel_of_a_spectral_generator_learns():
    generator = networks.resnet.generator((8, 8, 1), 4, filters=4, attention=8, spectral=True)
    generator.get_layer("attention").gamma.assign(1.0)
    with tf.GradientTape() as tape:
        images = generator(np.random.default_rng(0).normal(size=(6, 4)).astype("float32"), training=True)
        loss = tf.reduce_mean(tf.square(images - 0.5))
    assert images.shape == (6, 8, 8, 1)
    for gradient in tape.gradient(loss, generator.trainable_variables):
        assert 0 < np.abs(gradient).max() < np.inf


def test_without_asking_no_kernel_of_the_generator_is_normalised():
    generator = networks.resnet.generator((8, 8, 1), 4, filters=2, attention=8)
    assert not generator.get_layer("attention").spectral_normalization
    assert not any(isinstance(layer, SpectralNormalization) for layer in generator._flatten_layers())
