"""Paths between latents, and the images on them."""

import keras
import numpy as np
import pytest
from small import players

import keras_gan
from keras_gan import latent, networks, priors
from keras_gan.latent.interpolate import latents_of

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 5, 16))
T = np.linspace(0, 1, 7)


def trained(prior=None, generator=None):
    made, discriminator = players()
    return keras_gan.GAN(generator or made, discriminator, prior=prior)


def conditional(name, dtype, width):
    """A generator of 8×8 images that takes latents of 4 numbers and a condition."""
    shape = () if width is None else (width,)
    latents, condition = keras.Input((4,), name="latents"), keras.Input(shape, name=name, dtype=dtype)
    vector = keras.layers.Embedding(3, 6)(condition) if width is None else condition
    images = networks.dcgan.generator((8, 8, 1), 4 + vector.shape[-1], filters=4)(
        keras.layers.Concatenate()([latents, vector])
    )
    return keras.Model({"latents": latents, name: condition}, images)


# --- curves ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("curve", [latent.lerp, latent.slerp])
def test_a_curve_goes_from_the_one_to_the_other(curve):
    found = curve(A[:, None], B[:, None], T)
    assert found.shape == (5, 7, 16)
    np.testing.assert_allclose(found[:, 0], A, atol=1e-12)
    np.testing.assert_allclose(found[:, -1], B, atol=1e-12)
    np.testing.assert_allclose(found[2, 3], curve(A[2], B[2], 0.5), atol=1e-12)
    np.testing.assert_allclose(curve(B, A, 0.3), curve(A, B, 0.7), atol=1e-12)


def test_lerp_is_straight():
    np.testing.assert_allclose(latent.lerp([0.0, 2.0], [4.0, 0.0], 0.25), [1.0, 1.5])


def test_slerp_of_unit_vectors_keeps_their_length_and_turns_evenly():
    a, b = (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True) for vectors in (A, B))
    found = latent.slerp(a[:, None], b[:, None], T)
    np.testing.assert_allclose(np.linalg.norm(found, axis=-1), 1, rtol=1e-12)
    omega = np.arccos((a * b).sum(-1))
    turned = np.arccos(np.clip((found[:, 1:] * found[:, :-1]).sum(-1), -1, 1))
    np.testing.assert_allclose(turned, np.repeat(omega[:, None] / 6, 6, axis=1), rtol=1e-6)


def test_slerp_keeps_the_length_of_normal_latents_where_lerp_loses_a_third():
    a, b = RNG.normal(size=(2, 200, 64))
    lengths = [np.linalg.norm(curve(a, b, 0.5), axis=-1).mean() / 8 for curve in (latent.slerp, latent.lerp)]
    np.testing.assert_allclose(lengths, [1, 1 / np.sqrt(2)], atol=0.03)


@pytest.mark.parametrize("b", [[3.0, 6.0], [-1.0, -2.0], [0.0, 0.0], [1.0, 2.0], [1.0, 2.0 + 1e-9]])
def test_slerp_without_an_arc_is_lerp(b):
    for pair in (([1.0, 2.0], b), (b, [1.0, 2.0])):
        np.testing.assert_allclose(latent.slerp(*pair, T), latent.lerp(*pair, T), atol=1e-8)
    np.testing.assert_array_equal(latent.slerp([0.0, 0.0], [0.0, 0.0], T), 0)


@pytest.mark.parametrize("method", ["slerp", "lerp"])
def test_a_path_passes_its_stations_and_a_closed_one_comes_back(method):
    stations = RNG.normal(size=(3, 5, 16)).astype("float32")
    opened, closed = (latent.path(stations, 4, method=method, closed=closed) for closed in (False, True))
    assert opened.shape == (7, 5, 16) and closed.shape == (9, 5, 16)
    np.testing.assert_allclose(opened[[0, 3, 6]], stations, atol=1e-6)
    np.testing.assert_allclose(closed[:7], opened, atol=1e-6)
    np.testing.assert_allclose(closed[7], getattr(latent, method)(stations[2], stations[0], 1 / 3), atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"points": A[:1]}, r"\(1, 16\)"),
        ({"points": A[0]}, r"expected \(stations, ..., dim\)"),
        ({"points": A, "steps": 1}, "steps=1"),
        ({"points": A, "method": "slurp"}, "'slurp'; nearest: slerp"),
    ],
)
def test_what_is_no_path_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        latent.path(**arguments)


# --- images ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prior", [priors.Normal(4), priors.Uniform(4)])
def test_rows_begin_and_end_with_the_models_samples(prior):
    gan = trained(prior)
    images = latent.interpolate(gan, (5, 9, 2), rows=3, steps=4)
    assert images.shape == (3, 7, 8, 8, 1) and images.dtype == np.float32
    for frame, seed in ((0, 5), (3, 9), (6, 2)):
        np.testing.assert_allclose(images[:, frame], gan.sample(3, seed=seed), atol=1e-6)
    assert np.abs(images[:, 1] - images[:, 0]).max() > 1e-4


def test_latents_may_be_given():
    gan, latents = trained(), RNG.normal(size=(2, 70, 4)).astype("float32")
    images = latent.interpolate(gan, latents=latents, steps=3)
    np.testing.assert_allclose(images[:, 0], gan(latents[0]), atol=1e-6)
    np.testing.assert_allclose(images[:, 1], gan(latent.slerp(*latents, 0.5).astype("float32")), atol=1e-6)


def test_latents_of_a_cube_stay_in_it():
    gan = trained(priors.Uniform(4))
    a, b = (latents_of(gan, 50, seed) for seed in (0, 1))
    straight = latent.interpolate(gan, rows=50, steps=3)
    np.testing.assert_allclose(straight[:, 1], gan(((a + b) / 2).astype("float32")), atol=1e-6)
    assert np.abs(latent.slerp(a, b, 0.5)).max() > 1  # why the sphere is refused
    with pytest.raises(ValueError, match="slerp leaves the cube.*Use lerp"):
        latent.interpolate(gan, method="slerp")


def test_a_walk_is_a_loop_of_frames():
    gan = trained()
    frames = latent.walk(gan, (0, 1, 2), num_images=5, steps=4)
    assert frames.shape == (9, 5, 8, 8, 1)
    np.testing.assert_allclose(frames[6], gan.sample(5, seed=2), atol=1e-6)
    closing = latent.interpolate(gan, (2, 0), rows=5, steps=4)
    np.testing.assert_allclose(frames[6:], np.swapaxes(closing, 0, 1)[:3], atol=1e-6)


def test_a_row_keeps_its_label():
    gan = trained(generator=conditional("labels", "int32", None))
    labels = np.int32([2, 0, 1])
    images = latent.interpolate(gan, (0, 1), rows=3, steps=3, labels=labels)
    np.testing.assert_allclose(images[:, 0], gan.sample(3, seed=0, labels=labels), atol=1e-6)
    np.testing.assert_allclose(images[:, -1], gan.sample(3, seed=1, labels=labels), atol=1e-6)
    with pytest.raises(ValueError, match="3 labels for 4 rows"):
        latent.interpolate(gan, rows=4, labels=labels)


def test_between_classes_mixes_class_vectors_and_keeps_the_latents():
    gan = trained(generator=conditional("labels", "float32", 3))
    images = latent.between_classes(gan, 0, 2, rows=4, steps=3, seed=6)
    assert images.shape == (4, 3, 8, 8, 1)
    for frame, vector in enumerate(np.float32([[1, 0, 0], [0.5, 0, 0.5], [0, 0, 1]])):
        expected = gan.sample(4, seed=6, labels=np.tile(vector, (4, 1)))
        np.testing.assert_allclose(images[:, frame], expected, atol=1e-6)
    same = latent.between_classes(gan, [0.0, 0.0, 1.0], 0, rows=4, steps=3, seed=6)
    np.testing.assert_allclose(same, images[:, ::-1], atol=1e-6)


def test_between_classes_takes_embeddings():
    gan = trained(generator=conditional("embedding", "float32", 5))
    first, second = RNG.normal(size=(2, 5)).astype("float32")
    images = latent.between_classes(gan, first, second, rows=2, steps=3)
    inputs = {"latents": latents_of(gan, 2), "embedding": np.stack([second] * 2)}
    np.testing.assert_allclose(images[:, -1], gan(inputs), atol=1e-6)
    with pytest.raises(ValueError, match="a vector of 5 numbers, what 'embedding' takes"):
        latent.between_classes(gan, 0, 1)


@pytest.mark.parametrize(
    ("generator", "said"),
    [
        (None, r"takes latents \(float32\); expected an input 'embedding'"),
        ("int32", r"labels \(int32\).*interpolate\("),
    ],
)
def test_between_classes_says_what_cannot_be_mixed(generator, said):
    gan = trained(generator=generator and conditional("labels", generator, None))
    with pytest.raises(ValueError, match=said):
        latent.between_classes(gan, 0, 1)
    with pytest.raises(ValueError, match="or a class from 0 to 2"):
        latent.between_classes(trained(generator=conditional("labels", "float32", 3)), 0, 3)
