"""ConditionalGAN and ProjectionGAN: the label reaches both players, and it matters."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import losses, networks
from keras_gan.models.conditional_gan import ConditionalGAN
from keras_gan.models.projection_gan import ProjectionGAN
from keras_gan.random import Numbers, drawing_from

every_model = pytest.mark.parametrize("model", [ConditionalGAN, ProjectionGAN])
LABELS = tf.constant([0, 2, 1, 1, 0, 2])


def players(conditioning="projection", num_classes=3):
    return (
        networks.mlp.generator((2,), 2, units=8, num_classes=num_classes),
        networks.mlp.discriminator((2,), units=8, num_classes=num_classes, conditioning=conditioning),
    )


@every_model
def test_both_players_see_the_labels_of_the_minibatch(model):
    gan = model(*players())
    points = tf.constant(np.random.default_rng(0).normal(size=(6, 2)), tf.float32)
    with drawing_from(Numbers(0)):
        duel = gan.duel({"images": points, "labels": LABELS})
    made = gan.generator({"latents": duel.batch["latents"], "labels": LABELS})
    np.testing.assert_allclose(duel.fake, made, atol=1e-6)
    np.testing.assert_allclose(duel.real_scores, gan.discriminator({"images": points, "labels": LABELS}), atol=1e-6)
    np.testing.assert_allclose(duel.fake_scores, gan.discriminator({"images": made, "labels": LABELS}), atol=1e-6)
    others = gan.discriminator({"images": points, "labels": (LABELS + 1) % 3})
    assert np.abs(duel.real_scores - others).min() > 1e-3


@every_model
@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_networks_without_labels_are_refused_with_the_repair(model, player):
    networks_ = dict(zip(("generator", "discriminator"), players(), strict=True))
    plain = {
        "generator": lambda: networks.mlp.generator((2,), 2),
        "discriminator": lambda: networks.mlp.discriminator((2,)),
    }
    with pytest.raises(
        ValueError, match=f"{model.__name__}: the {player} '{player}' takes .*; expected labels too.*num_cl"
    ):
        model(**networks_ | {player: plain[player]()})


def test_a_discriminator_that_does_not_project_is_warned_of(recwarn):
    for discriminator in (players()[1], hand_made_projection()):
        ProjectionGAN(players()[0], discriminator)
    assert not recwarn.list
    with pytest.warns(UserWarning, match="ProjectionGAN: nothing in the discriminator.*conditioning='projection'"):
        ProjectionGAN(*players(conditioning="concat"))


def hand_made_projection():
    points, labels = keras.Input((2,), name="images"), keras.Input((), dtype="int32", name="labels")
    features = keras.layers.Dense(4)(points)
    fit = keras.ops.sum(features * keras.layers.Embedding(3, 4)(labels), axis=-1, keepdims=True)
    return keras.Model([points, labels], keras.layers.Dense(1)(features) + fit)


def test_projection_gan_has_the_papers_settings():
    gan = ProjectionGAN(*players())
    gan.compile()
    assert isinstance(gan.adversarial_loss, losses.Hinge) and gan.n_critic == 5
    for optimizer in gan.optimizer.of.values():
        assert (float(optimizer.learning_rate), optimizer.beta_1, optimizer.beta_2) == (pytest.approx(2e-4), 0.0, 0.9)
