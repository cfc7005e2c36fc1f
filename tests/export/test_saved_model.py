"""The exported SavedModel is the generator in memory, by signatures of our own names."""

import io

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from small import players, point_players

from keras_gan import pixels, priors
from keras_gan.cli import subjects
from keras_gan.export import notes
from keras_gan.export.generator import Generator
from keras_gan.models.gan import GAN
from keras_gan.models.trained_generator import TrainedGenerator


def test_signatures_give_what_the_model_gives(tmp_path):
    model = GAN(*players())
    model.compile()
    model.fit(np.random.default_rng(0).uniform(-1, 1, (16, 8, 8, 1)).astype("float32"), batch_size=8, verbose=0)
    loaded = tf.saved_model.load(str(model.export(tmp_path / "images")))
    assert set(loaded.signatures) == {"serve", "sample", "serve_png", "serving_default"}
    made = loaded.signatures["sample"](num_images=tf.constant(5), seed=tf.constant(3, tf.int64))
    expected = model.sample(5, seed=3)
    np.testing.assert_allclose(made["images"], expected, atol=1e-5)
    np.testing.assert_allclose(loaded.signatures["serve"](latents=made["latents"])["images"], expected, atol=1e-5)
    np.testing.assert_allclose(loaded.signatures["serving_default"](latents=made["latents"])["images"], made["images"])
    pngs = loaded.signatures["serve_png"](latents=made["latents"])["png_bytes"].numpy()
    for png, image in zip(pngs, pixels.to_uint8(expected), strict=True):
        np.testing.assert_allclose(np.asarray(Image.open(io.BytesIO(png))).astype(int), image[..., 0], atol=1)


def test_points_have_any_batch_size_and_no_pictures(tmp_path):
    loaded = tf.saved_model.load(str(GAN(*point_players()).export(tmp_path / "points", format="saved_model")))
    assert set(loaded.signatures) == {"serve", "sample", "serving_default"}
    for batch in (1, 3, 64):
        images = loaded.signatures["serve"](latents=tf.zeros((batch, 2)))["images"]
        assert images.shape == (batch, 2)


def test_a_conditional_generator_draws_the_classes_that_are_said_or_all(tmp_path):
    model = GAN(*conditional_players())
    loaded = tf.saved_model.load(str(model.export(tmp_path / "conditional")))
    labels = np.array([0, 1, 2, 2], "int32")
    given = {"num_images": tf.constant(4), "seed": tf.constant(3, tf.int64), "labels": tf.constant(labels)}
    made = loaded.signatures["sample"](**given)
    expected = model.sample(4, seed=3, labels=labels)
    np.testing.assert_allclose(made["images"], expected, atol=1e-5)
    served = loaded.signatures["serve"](latents=made["latents"], labels=given["labels"])["images"]
    np.testing.assert_allclose(served, expected, atol=1e-5)
    other = loaded.signatures["serve"](latents=made["latents"], labels=given["labels"][::-1])["images"]
    assert np.abs(other - served).max() > 1e-3
    assert notes.read(tmp_path / "conditional")["num_classes"] == 3
    subject = subjects.find(str(tmp_path / "conditional"), [2, 0, 1])
    expected = model.sample(70, seed=3, labels=np.resize([2, 0, 1], 70))
    np.testing.assert_allclose(np.concatenate(list(subject.sample(70, seed=3))), expected, atol=1e-5)
    assert subjects.find(str(tmp_path / "conditional")).labels == [0, 1, 2]  # where none are said, all in turn


def embedded(labels):
    return keras.layers.Flatten()(keras.layers.Embedding(7, 2)(keras.layers.Reshape((1,))(labels)))


def one_hot(labels):
    return keras.ops.one_hot(labels, 7)


def encoded(labels):
    return keras.layers.CategoryEncoding(7, "one_hot")(labels)


def inside_another(labels):
    inner = keras.Input((), dtype="int32")
    return keras.Model(inner, keras.layers.Embedding(7, 2)(inner))(labels)


def unknown(labels):
    return keras.layers.Reshape((1,))(keras.ops.cast(labels, "float32"))


@pytest.mark.parametrize("of_labels", [embedded, one_hot, encoded, inside_another, unknown])
def test_checks_see_every_class(of_labels):
    inputs = {"latents": keras.Input((4,), name="latents"), "labels": keras.Input((), dtype="int32", name="labels")}
    other = keras.layers.Embedding(5, 4)(keras.ops.cast(inputs["latents"] > 0, "int32"))  # of no labels
    x = keras.layers.Concatenate()([keras.layers.Flatten()(other), of_labels(inputs["labels"])])
    model = TrainedGenerator(keras.Model(inputs, keras.layers.Reshape((2, 2, 1))(keras.layers.Dense(4)(x))))
    if of_labels is unknown:
        assert Generator(model).num_classes is None
        assert set(Generator(model).draw(8, seed=0)["labels"]) == {0, 1}
        model.num_classes = 7
    assert set(Generator(model).draw(7, seed=0)["labels"]) == set(range(7))
    assert notes.of(Generator(model))["num_classes"] == 7


def conditional_players():
    """Dense players of 4x4 images of 3 classes."""
    inputs = {"latents": keras.Input((4,), name="latents"), "labels": keras.Input((), dtype="int32", name="labels")}
    x = keras.layers.Concatenate()([inputs["latents"], keras.layers.Embedding(3, 4, "normal")(inputs["labels"])])
    x = keras.layers.Dense(16, "tanh", kernel_initializer="normal")(x)
    generator = keras.Model(inputs, keras.layers.Reshape((4, 4, 1))(x), name="generator")
    inputs = {"images": keras.Input((4, 4, 1), name="images"), "labels": inputs["labels"]}
    x = keras.layers.Concatenate()(
        [keras.layers.Flatten()(inputs["images"]), keras.layers.Embedding(3, 4)(inputs["labels"])]
    )
    return generator, keras.Model(inputs, keras.layers.Dense(1)(x), name="discriminator")


def test_a_generator_of_bfloat16_leaves_as_its_float32_clone(tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = GAN(*players())
    finally:
        keras.config.set_dtype_policy("float32")
    twin = GAN(*players())
    twin.generator_ema.set_weights(model.generator_ema.get_weights())
    loaded = tf.saved_model.load(str(model.export(tmp_path / "clone")))
    images = loaded.signatures["sample"](num_images=tf.constant(16), seed=tf.constant(3, tf.int64))["images"]
    np.testing.assert_allclose(images, twin.sample(16, seed=3), atol=1e-5)
    assert np.abs(images - model.sample(16, seed=3)).max() > 1e-5, "bfloat16 rounds nothing here: the test is blind"


def test_a_layer_that_stays_in_bfloat16_is_refused(tmp_path):
    latents = keras.Input((4,), name="latents")
    wrapped = keras.layers.TimeDistributed(keras.layers.Dense(4, dtype="bfloat16", name="inner"), dtype="bfloat16")
    images = keras.layers.Reshape((4, 4, 1), dtype="float32")(wrapped(keras.layers.Reshape((4, 1))(latents)))
    model = TrainedGenerator(keras.Model(latents, images))
    with pytest.raises(ValueError, match="Dense 'inner' computes in bfloat16 even in the float32 clone"):
        model.export(tmp_path / "clone")
    assert list(tmp_path.iterdir()) == []


def test_latents_come_from_the_prior(tmp_path):
    model = GAN(*point_players(), prior=priors.Uniform(2))
    loaded = tf.saved_model.load(str(model.export(tmp_path / "uniform")))
    latents = loaded.signatures["sample"](num_images=tf.constant(500), seed=tf.constant(0, tf.int64))["latents"].numpy()
    assert np.abs(latents).max() < 1
    assert latents.std() == pytest.approx(3**-0.5, rel=0.05)


def test_a_generator_on_two_replicas_is_exported_like_any_other(tmp_path, two_replicas):
    with two_replicas.scope():
        model = GAN(*players())
    loaded = tf.saved_model.load(str(model.export(tmp_path / "replicated")))
    images = loaded.signatures["sample"](num_images=tf.constant(3), seed=tf.constant(3, tf.int64))["images"]
    np.testing.assert_allclose(images, model.sample(3, seed=3), atol=1e-5)


def test_every_variable_is_written_once(tmp_path):
    model = GAN(*players())
    path = model.export(tmp_path / "export")
    size = sum(weight.numpy().nbytes for weight in model.generator_ema.weights)
    assert size <= (path / "variables/variables.data-00000-of-00001").stat().st_size < 1.5 * size + 2000
