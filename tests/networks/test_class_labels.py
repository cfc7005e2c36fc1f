"""Labels in networks: each way of conditioning against its formula, and what does not go together."""

import keras
import numpy as np
import pytest

from keras_gan import GAN, networks
from keras_gan.data import Minibatches
from keras_gan.networks import dcgan, mlp, resnet

LABELS = np.array([2, 0, 1, 1], "int32")
POINTS = np.random.default_rng(0).normal(size=(4, 2)).astype("float32")


def ask(network, **inputs):
    return np.asarray(network(inputs))


@pytest.mark.parametrize("embedding_dim", [None, 5])
def test_joined_labels_add_what_their_class_has_learned(embedding_dim):
    latents = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")
    generator = mlp.generator((2,), latent_dim=3, num_layers=0, num_classes=3, embedding_dim=embedding_dim)
    *codes, kernel, bias = generator.get_weights()
    code = codes[0] if codes else np.eye(3)
    expected = latents @ kernel[:3] + code[LABELS] @ kernel[3:] + bias
    np.testing.assert_allclose(ask(generator, latents=latents, labels=LABELS), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("builder", [dcgan.discriminator, resnet.discriminator])
def test_a_discriminator_of_images_sees_the_class_as_constant_planes(builder):
    discriminator = builder((8, 16, 2), filters=2, num_classes=3)
    seen = keras.Model(discriminator.inputs, discriminator.get_layer("with_class").output)
    images = np.random.default_rng(0).uniform(-1, 1, (4, 8, 16, 2)).astype("float32")
    joined = ask(seen, images=images, labels=LABELS)
    np.testing.assert_array_equal(joined[..., :2], images)
    np.testing.assert_array_equal(joined[..., 2:], np.broadcast_to(np.eye(3)[LABELS][:, None, None], (4, 8, 16, 3)))


def test_projection_adds_the_product_of_the_features_and_the_class():
    discriminator = mlp.discriminator((2,), num_layers=0, num_classes=3, conditioning="projection")
    table = discriminator.get_layer("embedding").embeddings.numpy()
    kernel, bias = discriminator.get_layer("scores").get_weights()
    expected = POINTS @ kernel + bias + np.sum(table[LABELS] * POINTS, axis=1, keepdims=True)
    np.testing.assert_allclose(ask(discriminator, images=POINTS, labels=LABELS), expected, rtol=1e-5, atol=1e-5)


def test_spectral_normalisation_holds_the_table_of_classes_too():
    options = {"num_layers": 0, "num_classes": 3, "conditioning": "projection", "normalization": "spectral"}
    discriminator = mlp.discriminator((2,), **options)
    before = ask(discriminator, images=POINTS, labels=LABELS)
    for weight in discriminator.trainable_variables:
        weight.assign(100.0 * weight)
    np.testing.assert_allclose(ask(discriminator, images=POINTS, labels=LABELS), before, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("builder", [mlp.generator, dcgan.generator, resnet.generator])
def test_conditional_batch_normalisation_stands_wherever_normalisation_would(builder):
    options = {"image_shape": (16, 16, 1), "normalization": "batch"}
    plain = builder(**options)
    told = builder(**options, num_classes=3, conditioning="batch_norm")

    def normalized(network):
        return [layer.name for layer in network.layers if "normalization" in type(layer).__name__.lower()]

    assert sorted(normalized(told)) == sorted(normalized(plain)) != []
    assert not [layer for layer in told.layers if type(layer) is keras.layers.BatchNormalization]


def test_packed_images_are_joined_with_their_own_classes():
    discriminator = mlp.discriminator((2,), num_layers=0, num_classes=3, packing=2)
    kernel, bias = discriminator.get_weights()
    samples = np.concatenate([POINTS, np.eye(3)[LABELS]], axis=1).reshape(2, 2 * 5)
    np.testing.assert_allclose(
        ask(discriminator, images=POINTS, labels=LABELS), samples @ kernel + bias, rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("family", [mlp, dcgan, resnet])
@pytest.mark.parametrize("minibatch", ["discrimination", "standard_deviation"])
def test_with_a_statistic_of_the_minibatch_a_score_depends_on_the_other_images(family, minibatch):
    discriminator = family.discriminator((8, 8, 1), normalization=None, minibatch=minibatch)
    images = np.random.default_rng(0).uniform(-1, 1, (2, 8, 8, 1)).astype("float32")
    different, alike = discriminator(images), discriminator(images[[0, 0]])
    assert abs(float(different[0, 0] - alike[0, 0])) > 1e-5


@pytest.mark.parametrize(
    ("builder", "options", "message"),
    [
        (dcgan.generator, {"conditioning": "batch_norm"}, "'batch_norm' without classes; pass num_classes"),
        (dcgan.discriminator, {"conditioning": "projection"}, "'projection' without classes; pass num_classes"),
        (mlp.generator, {"conditioning": "batch_norm", "num_classes": 3}, "expected normalization='batch'"),
        (dcgan.generator, {"embedding_dim": 4}, "embedding_dim=4 with num_classes=None"),
        (mlp.discriminator, {"conditioning": "projection", "num_classes": 3, "embedding_dim": 4}, "embedding_dim=4"),
        (resnet.discriminator, {"conditioning": "projection", "num_classes": 3, "packing": 2}, "expected packing=1"),
        (mlp.generator, {"num_classes": 0}, "num_classes=0; expected an integer of at least 1"),
        (mlp.generator, {"num_classes": 3, "conditioning": "projection"}, "unknown conditioning 'projection'"),
    ],
)
def test_what_does_not_go_together_raises_with_the_repair(builder, options, message):
    with pytest.raises(ValueError, match=message):
        builder(**options)


@pytest.mark.parametrize(
    ("g", "d"),
    [
        ({"embedding_dim": 3}, {"embedding_dim": 3, "packing": 2, "minibatch": "standard_deviation"}),
        ({"conditioning": "batch_norm", "normalization": "batch"}, {"conditioning": "projection"}),
    ],
    ids=["concat", "batch norm and projection"],
)
def test_a_conditional_pair_trains_every_weight(g, d):
    shape = (8, 8, 1)
    generator = networks.dcgan.generator(shape, 4, filters=4, num_classes=3, **g)
    discriminator = networks.dcgan.discriminator(shape, filters=4, normalization=None, num_classes=3, **d)
    gan = GAN(generator, discriminator, ema_decay=None)
    gan.compile()
    rng = np.random.default_rng(0)
    images, labels = rng.uniform(-1, 1, (16, *shape)).astype("float32"), (np.arange(16) % 3).astype("int32")
    before = [weight.numpy() for weight in (*generator.trainable_variables, *discriminator.trainable_variables)]
    gan.fit(Minibatches((images, labels), batch_size=8, seed=0), epochs=1, verbose=0)
    after = [*generator.trainable_variables, *discriminator.trainable_variables]
    for old, new in zip(before, after, strict=True):
        assert np.isfinite(new).all(), new.path
        assert np.abs(new - old).max() > 1e-6, new.path
    assert gan.sample(4, labels=LABELS).shape == (4, *shape)
