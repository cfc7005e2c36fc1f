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


class Projection(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.vectors = keras.layers.Embedding(3, 4)

    def call(self, features, labels):
        return keras.ops.sum(features * self.vectors(labels), axis=-1, keepdims=True)


def by_hand(fit=None, gated=False):
    """A discriminator with its own projection, or with none: then the labels are joined to the points."""
    points, labels = keras.Input((2,), name="images"), keras.Input((), dtype="int32", name="labels")
    joined = [] if fit else [keras.layers.Embedding(3, 4)(labels)]
    features = keras.layers.Dense(4)(keras.layers.Concatenate()([keras.layers.Flatten()(points), *joined, points]))
    features = features * keras.ops.sigmoid(features) if gated else features
    scores = keras.layers.Dense(1)(features)
    return keras.Model([points, labels], scores + fit(features, labels) if fit else scores)


def nested():
    points, labels = keras.Input((2,), name="images"), keras.Input((), dtype="int32", name="labels")
    return keras.Model([points, labels], players()[1]({"images": points, "labels": labels}))


PROJECTIONS = {
    "built": lambda: players()[1],
    "products": lambda: by_hand(lambda features, labels: Projection().call(features, labels)),
    "a layer": lambda: by_hand(lambda features, labels: Projection()(features, labels)),
    "nested": nested,
}


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_no_projection_is_warned_of(projection, recwarn):
    ProjectionGAN(players()[0], PROJECTIONS[projection]())
    assert not recwarn.list


@pytest.mark.parametrize(
    "discriminator",
    [
        lambda: players(conditioning="concat")[1],
        lambda: networks.mlp.discriminator((2,), units=8, num_classes=3, embedding_dim=4),
        lambda: by_hand(gated=True),
    ],
    ids=["one-hot", "embedded", "by hand, with products"],
)
def test_labels_joined_to_the_images_are_warned_of(discriminator):
    with pytest.warns(UserWarning, match="ProjectionGAN: the discriminator .* joins the labels.*'projection'"):
        ProjectionGAN(players()[0], discriminator())


@pytest.mark.parametrize("family", [networks.dcgan, networks.resnet])
def test_labels_in_planes_beside_the_images_are_warned_of(family):
    generator = family.generator((8, 8, 1), latent_dim=2, filters=4, num_classes=3)
    with pytest.warns(UserWarning, match="ProjectionGAN: the discriminator .* joins the labels"):
        ProjectionGAN(generator, family.discriminator((8, 8, 1), filters=4, num_classes=3))


def test_projection_gan_has_the_papers_settings():
    gan = ProjectionGAN(*players())
    gan.compile()
    assert isinstance(gan.adversarial_loss, losses.Hinge) and gan.n_critic == 5
    for optimizer in gan.optimizer.of.values():
        assert (float(optimizer.learning_rate), optimizer.beta_1, optimizer.beta_2) == (pytest.approx(2e-4), 0.0, 0.9)
