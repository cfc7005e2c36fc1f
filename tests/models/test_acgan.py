"""ACGAN: the class terms of both players by the formulas, their gradients, and what is refused."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from finite_differences import slopes

from keras_gan import losses, networks
from keras_gan.models.acgan import ACGAN
from keras_gan.penalties import R1
from keras_gan.random import Numbers, drawing_from

LABELS = np.array([0, 2, 1, 1, 0, 2], "int32")


def players(num_classes=3, **options):
    return (
        networks.mlp.generator((2,), 2, units=8, activation="tanh", num_classes=num_classes),
        networks.mlp.discriminator((2,), units=8, activation="tanh", **options),
    )


@pytest.fixture
def batch():
    points = np.random.default_rng(0).normal(size=(6, 2)).astype("float32")
    return {"images": tf.constant(points), "labels": tf.constant(LABELS)}


def duel_of(gan, batch, seed=0):
    with drawing_from(Numbers(seed)):
        return gan.duel(dict(batch))


def surprise(logits):
    """E -log P(C = c | x)."""
    p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    return -np.log(p[range(6), LABELS]).mean()


def test_both_players_terms_are_those_of_the_paper(batch):
    gan = ACGAN(*players(), class_weight=0.5)
    duel = duel_of(gan, batch)
    real, fake = (gan.discriminator(x)["classes"].numpy() for x in (duel.real, duel.fake))
    d, g = gan.discriminator_terms_of(duel), gan.generator_terms_of(duel)
    assert float(d["classification"]) == pytest.approx(0.5 * (surprise(real) + surprise(fake)), abs=1e-5)
    assert float(g["classification"]) == pytest.approx(0.5 * surprise(fake), abs=1e-5)
    assert float(d["real_accuracy"]) == pytest.approx(np.mean(real.argmax(axis=-1) == LABELS), abs=1e-6)
    assert float(d["fake_accuracy"]) == pytest.approx(np.mean(fake.argmax(axis=-1) == LABELS), abs=1e-6)
    loss = losses.NonSaturating()
    assert float(d["adversarial"]) == pytest.approx(float(loss.discriminator(duel)), abs=1e-6)
    assert float(g["adversarial"]) == pytest.approx(float(loss.generator(duel)), abs=1e-6)


def test_the_generated_images_are_of_the_classes_of_the_real_ones(batch):
    gan = ACGAN(*players())
    duel = duel_of(gan, batch)
    made = gan.generator({"latents": duel.batch["latents"], "labels": tf.constant(LABELS)})
    np.testing.assert_allclose(duel.fake, made, atol=1e-6)


@pytest.mark.parametrize("player", ["d", "g"])
def test_the_class_terms_slope_is_that_of_finite_differences(batch, player):
    gan = ACGAN(*players(), class_weight=30.0)
    terms = {"d": gan.discriminator_terms_of, "g": gan.generator_terms_of}[player]
    value = lambda: terms(duel_of(gan, batch))["classification"]  # noqa: E731
    by_tape, by_differences = slopes(value, gan.variables_of(player))
    assert by_tape == pytest.approx(by_differences, rel=5e-3) and abs(by_tape) > 0.01


def test_the_classes_layer_is_the_discriminators():
    gan = ACGAN(*players())
    paths = [variable.path for variable in gan.variables_of("d")]
    assert {"classes/kernel", "classes/bias"} <= set(paths)
    assert gan.discriminator.get_layer("classes").kernel.shape == (8, 3)


def test_a_discriminator_that_names_classes_is_taken_as_it_is():
    generator, plain = players()
    images = keras.Input((2,), name="images")
    mine = keras.Model(images, {"scores": plain(images), "classes": keras.layers.Dense(3)(images)})
    assert ACGAN(generator, mine).discriminator is mine
    with pytest.raises(ValueError, match="'classes' are of size 3; expected 4"):
        ACGAN(players(num_classes=4)[0], mine)


def test_networks_that_cannot_play_are_refused_with_the_repair():
    generator, discriminator = players()
    with pytest.raises(ValueError, match=r"generator 'generator' takes latents; expected labels too.*num_classes="):
        ACGAN(networks.mlp.generator((2,), 2), discriminator)
    with pytest.raises(ValueError, match="the discriminator takes labels.*without num_classes"):
        ACGAN(generator, networks.mlp.discriminator((2,), num_classes=3))


def test_the_number_of_classes_is_read_from_the_generator_or_said_and_never_two():
    assert ACGAN(*players()).num_classes == ACGAN(*players(), num_classes=3).num_classes == 3
    with pytest.raises(ValueError, match="num_classes=4, the generator knows 3"):
        ACGAN(*players(), num_classes=4)
    latents, labels = keras.Input((2,), name="latents"), keras.Input((), dtype="int32", name="labels")
    shifted = keras.layers.Add()([latents, keras.ops.cast(labels, "float32")[:, None]])
    generator = keras.Model([latents, labels], shifted)
    assert ACGAN(generator, players()[1], num_classes=5).drawn_classes == 5
    with pytest.raises(ValueError, match="num_classes=None; expected a whole number of at least 2"):
        ACGAN(generator, players()[1])


def test_labels_out_of_range_are_refused_before_anything_is_trained(batch):
    gan = ACGAN(*players())
    gan.compile()
    with pytest.raises(ValueError, match="labels lie in .*num_classes=3"):
        gan.fit(batch["images"].numpy(), LABELS + 1, batch_size=6, verbose=0)
    assert gan.steps_done == 0


def test_it_learns_to_put_each_class_where_it_belongs():
    # Three clusters, one a class: after a short game each label is drawn nearest to its own.
    keras.utils.set_random_seed(1)
    corners = np.array([[1.0, 0.0], [-1.0, 1.0], [-1.0, -1.0]], "float32")
    labels = np.arange(1024) % 3
    points = corners[labels] + 0.1 * np.random.default_rng(0).normal(size=(1024, 2)).astype("float32")
    generator = networks.mlp.generator((2,), 2, units=32, num_layers=2, num_classes=3)
    gan = ACGAN(generator, networks.mlp.discriminator((2,), units=32, num_layers=2), penalties=[R1(0.1)])
    gan.compile(*(keras.optimizers.Adam(2e-3, beta_1=0.5) for _ in range(2)), steps_per_execution=16)
    logs = gan.fit(points, labels, batch_size=64, epochs=20, verbose=0).history
    asked = np.arange(300) % 3
    drawn = gan.sample(300, labels=asked)
    nearest = np.linalg.norm(drawn[:, None] - corners, axis=-1).argmin(axis=1)
    assert np.mean(nearest == asked) > 0.98
    assert logs["d_real_accuracy"][-1] > 0.98 and logs["d_fake_accuracy"][-1] > 0.98
