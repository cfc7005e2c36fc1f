"""Feature matching: the generator's loss is a distance of means, the discriminator's that of another game."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import losses, networks
from keras_gan.duel import Duel
from keras_gan.losses import FeatureMatching
from keras_gan.models.feature_matching import FeatureMatchingGAN
from keras_gan.models.gan import GAN
from keras_gan.random import Numbers

REAL, FAKE = np.random.default_rng(0).normal(size=(2, 6, 4)).astype("float32")


def duel(real=REAL, fake=FAKE):
    """A duel whose critic's features are the images' squares, and whose scores are their sums."""

    def critic(images, augment=True):
        return {"scores": tf.reduce_sum(images, axis=range(1, len(images.shape))), "features": images**2}

    return Duel(critic, tf.convert_to_tensor(real), tf.convert_to_tensor(fake), Numbers(0))


def distance(real, fake):
    return np.sum((np.mean(real**2, axis=0) - np.mean(fake**2, axis=0)) ** 2)


@pytest.mark.parametrize("shape", [(6, 4), (3, 2, 2, 2)], ids=["dense features", "feature maps"])
def test_the_generator_minimises_the_squared_distance_of_the_means_over_all_features(shape):
    real, fake = REAL.reshape(shape), FAKE.reshape(shape)
    assert float(FeatureMatching().generator(duel(real, fake))) == pytest.approx(distance(real, fake), rel=1e-5)


def test_its_gradient_by_the_generated_images_agrees_with_finite_differences():
    fake = tf.constant(FAKE)
    with tf.GradientTape() as tape:
        tape.watch(fake)
        value = FeatureMatching().generator(duel(REAL, fake))
    found, width = tape.gradient(value, fake).numpy(), 1e-5
    for place in np.ndindex(FAKE.shape):
        unit = np.zeros(FAKE.shape)
        unit[place] = width
        expected = (distance(REAL, FAKE + unit) - distance(REAL, FAKE - unit)) / (2 * width)
        assert found[place] == pytest.approx(expected, abs=1e-4)


def test_equal_means_are_enough():
    mixed = REAL[::-1].copy()
    assert float(FeatureMatching().generator(duel(REAL, mixed))) == pytest.approx(0.0, abs=1e-10)


@pytest.mark.parametrize("word", ["non_saturating", "hinge", "wasserstein"])
def test_the_discriminator_plays_the_game_that_is_named(word):
    inner = {"non_saturating": losses.NonSaturating, "hinge": losses.Hinge, "wasserstein": losses.Wasserstein}[word]()
    loss = FeatureMatching(word)
    assert float(loss.discriminator(duel())) == float(inner.discriminator(duel()))
    assert loss.reports == inner.reports
    assert {name: float(value) for name, value in loss.report(duel()).items()} == {
        name: float(value) for name, value in inner.report(duel()).items()
    }


def test_two_replicas_match_the_means_of_the_global_minibatch(two_replicas):
    @tf.function
    def of_a_share():
        first = 3 * tf.distribute.get_replica_context().replica_id_in_sync_group
        fake = tf.constant(FAKE)[first : first + 3]
        with tf.GradientTape() as tape:
            tape.watch(fake)
            value = FeatureMatching().generator(duel(tf.constant(REAL)[first : first + 3], fake))
        return value, tape.gradient(value, fake)

    values, gradients = two_replicas.run(of_a_share)
    local = two_replicas.experimental_local_results
    np.testing.assert_allclose(local(values), distance(REAL, FAKE), rtol=1e-5)
    fake = tf.constant(FAKE)
    with tf.GradientTape() as tape:
        tape.watch(fake)
        value = FeatureMatching().generator(duel(REAL, fake))
    whole = tape.gradient(value, fake)
    # A replica's own loss is halved before the two gradients are added, and each feels the other's means.
    np.testing.assert_allclose(np.concatenate(local(gradients)) / 2, whole, rtol=1e-4, atol=1e-6)


def test_a_game_without_features_is_refused_and_told_who_attaches_them():
    generator, critic = networks.mlp.generator((2,), 2, units=4), networks.mlp.discriminator((2,), units=4)
    with pytest.raises(ValueError, match="FeatureMatching reads 'features', .* returns scores. Use FeatureMatchingGAN"):
        GAN(generator, critic, adversarial_loss="feature_matching")


def test_it_needs_what_the_discriminators_loss_needs():
    assert set(FeatureMatching().needs) == {"features"}
    assert set(FeatureMatching(losses.Margin()).needs) == {"features", "lengths"}
    assert set(FeatureMatching.needs) == {"features"}


@pytest.mark.parametrize("layer", [None, "dense_0"])
def test_the_model_matches_the_layer_that_is_named(layer):
    generator, critic = networks.mlp.generator((2,), 2, units=4), networks.mlp.discriminator((2,), units=4)
    game = FeatureMatchingGAN(generator, critic, feature_layer=layer)
    x = np.random.default_rng(1).normal(size=(5, 2)).astype("float32")
    hidden = critic.get_layer(layer or "leaky_relu_2").output
    expected = tf.keras.Model(critic.input, hidden)(x)
    np.testing.assert_array_equal(game.discriminator(x)["features"], expected)
    np.testing.assert_array_equal(game.discriminator(x)["scores"], critic(x))
