"""Conditional generators: labels travel to both players, are drawn where none are said, and are checked first."""

import keras
import numpy as np
import pytest
from small import players

from keras_gan import callbacks, networks, pictures
from keras_gan.models.gan import GAN
from keras_gan.models.trained_generator import TrainedGenerator


def conditional_generator(num_classes=3):
    """Images as bright as their label says, whatever the latents are."""
    latents, labels = keras.Input((2,), name="latents"), keras.Input((), dtype="int32", name="labels")
    shade = keras.layers.Embedding(num_classes, 64, name="shade")
    flat = keras.layers.Add()([shade(labels), keras.layers.Dense(64, kernel_initializer="zeros")(latents)])
    shade.set_weights([np.repeat(np.linspace(-1, 1, num_classes)[:, None], 64, axis=1)])
    return keras.Model([latents, labels], keras.layers.Reshape((8, 8, 1))(flat))


@pytest.fixture
def gan():
    model = GAN(conditional_generator(), players()[1])
    model.compile()
    return model


def drawn(images):
    """The label that each image shows."""
    return np.rint(images.mean(axis=(1, 2, 3)) + 1).astype(int)


def test_where_no_labels_are_said_the_seed_draws_every_class_alike(gan):
    labels = drawn(gan.sample(600, seed=1))
    np.testing.assert_allclose(np.bincount(labels, minlength=3), 200, atol=40)
    np.testing.assert_array_equal(labels, drawn(gan.sample(600, seed=1, batch_size=7)))
    assert (labels != drawn(gan.sample(600, seed=2))).any()


def test_said_labels_are_drawn_and_change_no_latents(gan):
    np.testing.assert_array_equal(drawn(gan.sample(4, labels=[2, 0, 1, 1])), [2, 0, 1, 1])


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([0, 1], r"GAN.sample: labels of shape \(2,\) for 3 images; expected one for each"),
        ([0, 1, 2, 0], r"labels of shape \(4,\) for 3 images"),
        (1, r"labels of shape \(\) for 3 images"),
        ([0, 1, 3], r"GAN.sample: labels lie in \[0, 3\], the networks know num_classes=3"),
        ([0, -1, 1], r"labels lie in \[-1, 1\]"),
        ([0.0, 1.0, 2.0], "labels are float64 .* whole numbers"),
    ],
)
def test_labels_that_cannot_be_drawn_are_refused(gan, labels, said):
    with pytest.raises(ValueError, match=said):
        gan.sample(3, labels=labels)


def test_a_generator_without_labels_refuses_them_and_one_of_unknown_classes_asks_for_them():
    with pytest.raises(ValueError, match="labels were given, and the generator takes none"):
        GAN(*players()).sample(3, labels=[0, 1, 2])
    latents, labels = keras.Input((2,), name="latents"), keras.Input((1,), name="labels")
    points = keras.layers.Dense(2)(keras.layers.Concatenate()([latents, labels]))
    trained = TrainedGenerator(keras.Model([latents, labels], points))
    assert trained.sample(2, labels=[[0.5], [1.0]]).shape == (2, 2)
    with pytest.raises(ValueError, match="takes labels, and nothing tells how many.*pass labels"):
        trained.sample(2)


def test_labels_of_the_data_are_those_of_the_discriminator_too():
    discriminator = networks.dcgan.discriminator((8, 8, 1), filters=4, num_classes=2)
    model = GAN(conditional_generator(3), discriminator)
    model.compile()
    images = np.zeros((16, 8, 8, 1), "float32") - 0.5
    with pytest.raises(ValueError, match=r"labels lie in \[0, 2\], the networks know num_classes=2"):
        model.fit(images, np.arange(16) % 3, batch_size=8, verbose=0)
    assert model.steps_done == 0


def test_a_trained_generator_draws_as_its_model_did(gan):
    np.testing.assert_array_equal(TrainedGenerator.of(gan).sample(20, seed=3), gan.sample(20, seed=3))


def test_the_sample_grid_has_a_row_for_each_class(gan, tmp_path):
    images = np.zeros((16, 8, 8, 1), "float32") - 0.5
    grid = callbacks.SampleGrid(tmp_path, num_images=13)
    gan.fit(images, np.arange(16) % 3, batch_size=8, callbacks=[grid], verbose=0)
    assert (grid.num_images, grid.columns, grid.labels.tolist()) == (12, 4, [0] * 4 + [1] * 4 + [2] * 4)
    assert len(list(tmp_path.glob("*.png"))) == 1


@pytest.mark.parametrize(
    ("num_images", "num_classes", "labels", "columns"),
    [(6, 3, [0, 0, 1, 1, 2, 2], 2), (3, 3, [0, 1, 2], None), (2, 5, [0, 1], None), (7, 3, [0, 0, 1, 1, 2, 2], 2)],
)
def test_rows_of_classes(num_images, num_classes, labels, columns):
    found, width = pictures.class_rows(num_images, num_classes)
    assert (found.tolist(), width) == (labels, columns)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.full(16, 3), r"labels lie in \[3, 3\], the networks know num_classes=3, 0 to 2"),
        (np.full(16, -1), r"labels lie in \[-1, -1\]"),
        (np.eye(3, dtype="float32")[np.zeros(16, int)], "argmax"),
        (np.zeros(16, "float32"), "labels are float32 .* whole numbers"),
        (None, r"takes labels, the minibatch holds .*; give fit \(images, labels\)"),
    ],
)
def test_wrong_labels_are_refused_before_anything_is_trained(gan, labels, said):
    with pytest.raises(ValueError, match=said):
        gan.fit(np.zeros((16, 8, 8, 1), "float32") - 0.5, labels, batch_size=8, verbose=0)
    assert gan.steps_done == 0
