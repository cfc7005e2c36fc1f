"""InfoGAN: the bound on the mutual information, its gradients for both players, and codes that can be read off."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from finite_differences import slopes

from keras_gan import networks
from keras_gan.duel import Duel
from keras_gan.models.infogan import InfoGAN
from keras_gan.random import Numbers, drawing_from

CODES = {"categories": (3, 2), "num_continuous": 2}  # after two numbers of noise: 3 + 2 one-hot, 2 continuous


def players(latent_dim=9):
    return (
        networks.mlp.generator((2,), latent_dim, units=8, activation="tanh"),
        networks.mlp.discriminator((2,), units=8, activation="tanh"),
    )


@pytest.fixture
def batch():
    return {"images": tf.constant(np.random.default_rng(0).normal(size=(6, 2)), tf.float32)}


def duel_of(gan, batch, seed=0):
    with drawing_from(Numbers(seed)):
        return gan.duel(dict(batch))


def duel_saying(gan, codes, latents):
    """A duel whose Q says `codes` of every image."""
    points = tf.zeros((len(latents), 2))
    critic = lambda images, augment=True: {"scores": images[:, :1], "codes": tf.constant(codes, tf.float32)}  # noqa: E731
    return Duel(critic, points, points, Numbers(0), {"latents": tf.constant(latents, tf.float32)})


def log_softmax(logits):
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


@pytest.mark.parametrize("learned_variance", [False, True])
def test_the_terms_of_both_players_are_those_of_the_paper(batch, learned_variance):
    gan = InfoGAN(*players(), **CODES, info_weight=0.7, continuous_weight=0.3, learned_variance=learned_variance)
    duel = duel_of(gan, batch)
    latents, said = duel.batch["latents"].numpy(), gan.discriminator(duel.fake)["codes"].numpy()
    np.testing.assert_allclose(gan.generator(latents), duel.fake, atol=1e-6)
    log_q = (latents[:, 2:5] * log_softmax(said[:, :3])).sum(axis=1) + (
        latents[:, 5:7] * log_softmax(said[:, 3:5])
    ).sum(1)
    variance = np.exp(said[:, 7:9]) if learned_variance else 1.0
    error = (latents[:, 7:9] - said[:, 5:7]) ** 2
    log_density = -0.5 * (np.log(2 * np.pi * variance) + error / variance).sum(axis=1)
    categorical, continuous = log_q.mean() + np.log(6), log_density.mean() + 2 * np.log(2)
    d, g = gan.discriminator_terms_of(duel), gan.generator_terms_of(duel)
    for terms in (d, g):
        assert float(terms["information"]) == pytest.approx(-0.7 * categorical - 0.3 * continuous, abs=1e-5)
    assert float(d["category_information"]) == pytest.approx(categorical, abs=1e-5)
    assert float(g["adversarial"]) == pytest.approx(float(gan.adversarial_loss.generator(duel)), abs=1e-6)


@pytest.mark.parametrize("player", ["d", "g"])
@pytest.mark.parametrize("learned_variance", [False, True])
def test_the_informations_slope_is_that_of_finite_differences_for_both_players(batch, player, learned_variance):
    gan = InfoGAN(*players(), **CODES, continuous_weight=1.0, learned_variance=learned_variance)
    terms = {"d": gan.discriminator_terms_of, "g": gan.generator_terms_of}[player]
    value = lambda: terms(duel_of(gan, batch))["information"]  # noqa: E731
    by_tape, by_differences = slopes(value, gan.variables_of(player))
    assert by_tape == pytest.approx(by_differences, rel=5e-3) and abs(by_tape) > 0.005


def test_information_is_at_most_the_entropy_of_the_codes_which_a_perfect_reader_reaches():
    gan = InfoGAN(*players(), categories=(3, 2), num_continuous=0)
    latents = gan.prior.sample(Numbers(0), 64).numpy()
    perfect = 100.0 * latents[:, gan.prior.noise_dim :]
    assert float(gan.information(duel_saying(gan, perfect, latents))[0]) == pytest.approx(np.log(6), abs=1e-6)
    knows_nothing = np.zeros_like(perfect)
    assert float(gan.information(duel_saying(gan, knows_nothing, latents))[0]) == pytest.approx(0.0, abs=1e-6)
    for seed in range(20):
        guess = np.random.default_rng(seed).normal(scale=5, size=perfect.shape)
        assert float(gan.information(duel_saying(gan, guess, latents))[0]) < np.log(6)


def test_information_of_continuous_codes_reaches_that_of_a_noisy_channel():
    # The code is seen under noise of deviation .1; the reader says what it sees, and how sure it may be.
    gan = InfoGAN(*players(), categories=(), num_continuous=1, learned_variance=True)
    latents = gan.prior.sample(Numbers(0), 20_000).numpy()
    seen = latents[:, -1:] + 0.1 * np.random.default_rng(0).normal(size=(20_000, 1))

    def information(log_variance):
        said = np.concatenate([seen, np.full_like(seen, log_variance)], axis=1)
        return float(gan.information(duel_saying(gan, said, latents))[1])

    # H(c) - H(noise), an infinitely wide code aside: log 2 - ½ log(2πe · .01)
    assert information(np.log(0.01)) == pytest.approx(np.log(2) - 0.5 * np.log(2 * np.pi * np.e * 0.01), abs=0.02)
    assert information(np.log(0.02)) < information(np.log(0.01)) > information(np.log(0.005))


def test_reused_images_are_held_against_the_codes_that_made_them(batch):
    gan = InfoGAN(*players(), **CODES, reuse_fakes=True)
    with drawing_from(Numbers(0)):
        kept = dict(batch)
        gan._remember_fakes(kept)
        duel = gan.duel(kept)
    np.testing.assert_allclose(gan.generator(duel.batch["latents"]), duel.fake, atol=1e-6)
    assert duel.fake is kept["fake"]


def test_the_codes_layer_belongs_to_the_discriminator_and_has_room_for_all_codes():
    for learned, size in ((False, 7), (True, 9)):
        gan = InfoGAN(*players(), **CODES, learned_variance=learned)
        assert gan.discriminator.get_layer("codes").kernel.shape == (8, size)
        assert "codes/kernel" in {variable.path for variable in gan.variables_of("d")}


def test_a_discriminator_that_reads_codes_is_taken_as_it_is():
    generator, plain = players()
    points = keras.Input((2,), name="images")
    mine = keras.Model(points, {"scores": plain(points), "codes": keras.layers.Dense(7)(points)})
    assert InfoGAN(generator, mine, **CODES).discriminator is mine
    with pytest.raises(ValueError, match="'codes' are of size 7; expected 9"):
        InfoGAN(generator, mine, **CODES, learned_variance=True)


def test_latents_that_the_codes_do_not_fit_in_are_refused_with_the_repair():
    with pytest.raises(ValueError, match="latents are of size 9, the codes alone take 12.*latent_dim=74"):
        InfoGAN(*players())


@pytest.mark.parametrize("codes", [{"categories": (3,), "num_continuous": 0}, {"categories": (), "num_continuous": 1}])
def test_it_trains_with_either_kind_of_codes_alone(batch, codes):
    gan = InfoGAN(*players(), **codes, n_critic=2)
    gan.compile(run_eagerly=True)
    logs = gan.fit(np.tile(batch["images"], (2, 1)), batch_size=6, verbose=0).history
    assert all(np.isfinite(values).all() for values in logs.values())


def test_in_training_the_codes_become_readable():
    points = np.random.default_rng(0).normal(size=(512, 2)).astype("float32")
    gan = InfoGAN(*players(), **CODES)
    gan.compile(*(keras.optimizers.Adam(5e-3, beta_1=0.5) for _ in range(2)), steps_per_execution=8)
    read = gan.fit(points, batch_size=64, epochs=30, verbose=0).history["d_category_information"]
    assert abs(read[0]) < 0.3 and read[-1] > 0.8 * np.log(6)
