"""What every extractor promises: names, fingerprints, shapes, the same in a graph; and what is refused."""

import os
import pickle
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import metrics, pixels
from keras_gan.metrics import extractors
from keras_gan.metrics.extractors import inception, torch_file, weights_file


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """No weights on this machine, and no network."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_GAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("KERAS_GAN_WEIGHTS", raising=False)
    monkeypatch.setattr(inception, "_URL", "http://127.0.0.1:9/weights.pth")
    return tmp_path


def small_model(bias=0.0):
    start = keras.initializers.Constant(0.5)
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(3, kernel_initializer=start, bias_initializer=keras.initializers.Constant(bias)),
        ],
        name="small",
    )


def test_pixels_are_the_pixels_and_points_the_points(images):
    np.testing.assert_array_equal(extractors.get("pixels")(images)["features"], images.reshape(48, 64))
    points = images.reshape(-1, 2)
    np.testing.assert_array_equal(extractors.get("points")(points)["features"], points)


@pytest.mark.parametrize("what", ["pixels", small_model(), lambda images: images[:, 0, 0]])
def test_a_graph_gives_what_eager_gives_for_any_number_of_images(images, what):
    extractor = extractors.get(what)
    in_graph = tf.function(extractor, reduce_retracing=True)
    for number in (48, 5):
        np.testing.assert_allclose(
            in_graph(tf.constant(images[:number]))["features"], extractor(images[:number])["features"], rtol=1e-6
        )


def test_larger_images_are_resized_to_so_many_pixels_and_say_so():
    ramp = np.linspace(-1, 1, 256, dtype="float32")
    images = np.broadcast_to(ramp[:, None, None], (2, 256, 128, 3))
    features = np.reshape(extractors.Pixels()(images)["features"], (2, 32, 16, 3))  # the aspect is kept
    np.testing.assert_allclose(features[0, 1:-1, 3, 0], ramp.reshape(32, 8).mean(axis=1)[1:-1], atol=1e-3)
    noise = np.random.default_rng(0).uniform(-1, 1, (1, 256, 256, 1)).astype("float32")
    assert np.std(extractors.Pixels()(noise)["features"]) < 0.2 * np.std(noise)  # antialiased
    assert extractors.Pixels(8)(images[:, :8, :1])["features"].shape == (2, 8 * 1 * 3)
    assert extractors.Pixels(8)(images)["features"].shape == (2, 8 * 4 * 3)
    usual, other = extractors.Pixels(), extractors.Pixels(8)
    assert (usual.name, other.name) == ("pixels", "pixels-8") and usual.fingerprint != other.fingerprint
    assert "at most 32 a side" in usual.recipe and "at most 8 a side" in other.recipe
    with pytest.raises(ValueError, match="max_side=0; expected at least 1"):
        extractors.Pixels(0)


def test_one_graph_serves_any_number_of_images_of_a_size():
    traced = []

    class Traced(extractors.Pixels):
        def extract(self, images):
            traced.append(images.shape)
            return super().extract(images)

    extractor = Traced()
    for number, side in ((250, 8), (64, 8), (7, 8), (3, 6), (250, 8), (9, 6)):
        assert extractor(tf.zeros((number, side, side, 1)))["features"].shape == (number, side * side)
    assert [tuple(shape) for shape in traced] == [(None, 8, 8, 1), (None, 6, 6, 1)]


def test_only_published_weights_behind_the_published_resizing_bear_fids_name():
    assert inception.name_of(inception.SHA256, "legacy-tf1") == "inception-2015"
    assert inception.name_of(inception.SHA256, "antialias") == "inception-2015-antialias"
    assert {inception.name_of("ab", resize) for resize in ("legacy-tf1", "antialias")} == {"inception-unpublished"}


@pytest.mark.parametrize(("resize", "words"), [("legacy-tf1", ("FID", "FID-infinity", "KID", "IS")), ("antialias", ())])
def test_scores_of_another_recipe_are_called_otherwise(resize, words):
    name = inception.name_of(inception.SHA256, resize)
    extractor = extractors.FromModel(lambda x: {"features": x, "probabilities": tf.nn.softmax(x)}, name=name)
    kinds = (
        metrics.FrechetDistance(extractor),
        metrics.FIDInfinity(extractor, num_points=2),
        metrics.KernelDistance(extractor, subsets=2),
        metrics.InceptionScore(extractor, splits=1),
    )
    points = np.random.default_rng(0).normal(size=(100, 2)).astype("float32")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of few images
        found = [next(iter(scored(metric, points))) for metric in kinds]
    others = [f"{word}[inception-2015-antialias]" for word in ("FD", "FD-infinity", "KD", "IS")]
    assert found == (list(words) or others)


def scored(metric, points):
    metric.update_state(points, points + 1)
    return metric.result()


def test_a_model_is_called_for_inference_and_read_by_keys(images):
    inputs = keras.Input((8, 8, 1))
    dropped = keras.layers.Dropout(0.9)(inputs)
    classes = keras.layers.Softmax()(keras.layers.Flatten()(inputs))
    model = keras.Model(inputs, {"features": dropped, "probabilities": classes, "logits": inputs})
    outputs = extractors.get(model)(images)
    assert set(outputs) == {"features", "probabilities"}
    np.testing.assert_array_equal(outputs["features"], images.reshape(48, 64))  # flattened, nothing dropped
    np.testing.assert_allclose(np.sum(outputs["probabilities"], axis=1), 1, rtol=1e-5)


def test_a_function_of_numpy_and_a_module_of_tensorflow_are_extractors_too(images):
    class Scaled(tf.Module):
        def __init__(self, factor):
            super().__init__(name="scaled")
            self.factor = tf.Variable(factor)

        def __call__(self, images):
            return images * self.factor

    by_numpy = extractors.FromModel(lambda images: np.mean(images, axis=(1, 2)), name="means")
    np.testing.assert_allclose(by_numpy(images)["features"], images.mean((1, 2)), rtol=1e-6)
    twice, thrice = extractors.get(Scaled(2.0)), extractors.get(Scaled(3.0))
    np.testing.assert_allclose(twice(images)["features"], 2 * images.reshape(48, 64))
    assert twice.fingerprint == extractors.get(Scaled(2.0)).fingerprint != thrice.fingerprint


def test_the_fingerprint_is_that_of_the_weights():
    first, same, other = (extractors.get(small_model(bias)) for bias in (0.0, 0.0, 0.1))
    assert first.fingerprint == same.fingerprint != other.fingerprint
    assert len(first.fingerprint) == 64 and first.name == "small"


def test_a_function_has_a_fingerprint_of_its_own_unless_it_is_told():
    assert extractors.get(np.tanh).fingerprint != extractors.get(np.tanh).fingerprint
    assert extractors.FromModel(np.tanh, fingerprint="ab").fingerprint == "ab"


def test_one_word_gives_one_object_while_it_is_held():
    held = extractors.get("pixels")
    assert extractors.get("pixels") is held and extractors.get(held) is held


@pytest.mark.parametrize(
    ("what", "images", "words"),
    [
        ("pixels", np.zeros((2, 8, 8, 1), "uint8"), "are uint8.*from_uint8"),
        ("pixels", np.linspace(0, 255, 128, dtype="float32").reshape(2, 8, 8, 1), r"\[0, 255\]; expected \[-1, 1\]"),
        ("pixels", np.zeros((2, 8), "float32"), r"shape \(2, 8\); expected images.*'points'"),
        ("points", np.zeros((2, 8, 8, 1), "float32"), "expected points"),
        (lambda images: {"scores": images}, np.zeros((2, 8, 8, 1), "float32"), r"\['scores'\]; expected 'features'"),
    ],
)
def test_what_is_no_image_is_refused_with_the_repair(what, images, words):
    with pytest.raises(ValueError, match=words):
        extractors.get(what)(images)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-127, 127, r"pixels: images lie in \[-127, 127\]; expected \[-1, 1\]. Scale them"),
        (-1.6, 1, r"\[-1.6, 1\]"),
        (0, 2, r"\[0, 2\].*from_uint8"),
        (0, np.nan, "pixels: images hold NaN or infinity.*np.isfinite"),
        (0, np.inf, "hold NaN or infinity"),
    ],
)
def test_values_far_beyond_the_range_are_refused(low, high, words):
    images = np.zeros((2, 8, 8, 1), "float32")
    images[0, 0, 0], images[1, 1, 1] = low, high
    with pytest.raises(ValueError, match=words):
        extractors.Pixels()(images)


def test_images_from_0_to_1_are_warned_of_and_overshoot_and_darkness_are_not():
    shape = (2, 8, 8, 1)
    with pytest.warns(UserWarning, match=r"pixels: no value is below 0.*\[0, 1\]; expected \[-1, 1\].*images \* 2 - 1"):
        extractors.Pixels()(np.linspace(0, 1, 128, dtype="float32").reshape(shape))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for low, high in ((-1.4, 1.4), (-0.01, 1), (0, 0), (0, 0.4)):
            extractors.Pixels()(np.linspace(low, high, 128, dtype="float32").reshape(shape))


def test_unknown_words_and_things_are_refused():
    with pytest.raises(ValueError, match="'pixel'; nearest: pixels"):
        extractors.get("pixel")
    with pytest.raises(TypeError, match="got int.*names"):
        extractors.get(3)


def test_an_extractor_is_made_again_from_its_arguments(images):
    for made in (extractors.Pixels(4), extractors.Points(), extractors.FromModel(small_model(), "mine", recipe="so")):
        again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(made))
        assert type(again) is type(made)
        assert (again.name, again.recipe, again.fingerprint) == (made.name, made.recipe, made.fingerprint)


class Halved(tf.Module):
    def __call__(self, images):
        return images / 2


@pytest.mark.parametrize("function", [np.tanh, lambda images: images, Halved()])
def test_a_function_cannot_be_saved_and_the_error_says_what_can(function):
    with pytest.raises(TypeError, match="Pass a Keras model or a name; a function cannot be saved with the model"):
        extractors.FromModel(function).get_config()


def test_grey_becomes_rgb_and_other_channels_are_refused():
    grey = tf.random.normal((2, 4, 4, 1))
    colour = extractors.extractor.rgb(grey, "mine")
    np.testing.assert_array_equal(colour, np.repeat(grey, 3, axis=-1))
    assert extractors.extractor.rgb(colour, "mine") is colour
    with pytest.raises(ValueError, match=r"mine: images have 4 channels.*images\[..., :3\]"):
        extractors.extractor.rgb(tf.zeros((2, 4, 4, 4)), "mine")


def test_networks_compute_in_float32_under_any_policy():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert all(layer.compute_dtype == "float32" for layer in inception.network().layers)
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
    finally:
        keras.config.set_dtype_policy(before)


def test_without_weights_and_network_the_error_says_what_to_do(nowhere):
    with pytest.raises(FileNotFoundError) as told:
        extractors.get("inception-2015")
    for words in ("pt_inception-2015-12-05-6726825d.pth", inception.SHA256, "KERAS_GAN_WEIGHTS", "mnist-cnn", "no"):
        assert words in str(told.value)
    assert str(nowhere / "cache" / "weights") in str(told.value)


@pytest.mark.parametrize("name", ["pt_inception-2015-12-05-6726825d.pth", "weights-inception-2015-12-05-6726825d.pth"])
def test_a_file_with_another_checksum_is_refused(nowhere, monkeypatch, name):
    monkeypatch.setenv("KERAS_GAN_WEIGHTS", str(nowhere))
    (nowhere / name).write_bytes(b"cut short")
    with pytest.raises(ValueError, match=f"{name} has the sha256 checksum.*expected 6726825d.*cut short"):
        extractors.get("inception-2015")
    with pytest.raises(FileNotFoundError, match="is no file"):
        extractors.Inception2015(nowhere / "absent.pth")
    with pytest.raises(ValueError, match="cannot be read as PyTorch weights"):
        extractors.Inception2015(nowhere / name, sha256=None)


def test_kerass_file_is_checked_by_its_md5(nowhere, monkeypatch):
    monkeypatch.setenv("KERAS_GAN_WEIGHTS", str(nowhere))
    (nowhere / "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5").write_bytes(b"")
    with pytest.raises(ValueError, match="keras-inception.*md5 checksum d41d8cd98f00b204e9800998ecf8427e"):
        extractors.get("keras-inception")


class Harm:
    """What a pickle can do to who reads it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_nothing_in_a_weights_file_is_run(tmp_path):
    path = tmp_path / "harm.pth"
    with open(path, "wb") as file:
        for item in (torch_file._MAGIC, 1001, {"little_endian": True}, {"weight": Harm(tmp_path / "harmed")}, []):
            pickle.dump(item, file, protocol=2)
    with pytest.raises(ValueError, match="asks for posix.mkdir, which weights do not need"):
        torch_file.read(path)
    assert not (tmp_path / "harmed").exists()


def test_a_tensor_cannot_reach_beyond_its_memory():
    memory = np.arange(6, dtype="float32")
    np.testing.assert_array_equal(torch_file._tensor(memory, 1, (2, 2), (1, 2)), [[1, 3], [2, 4]])
    for offset, shape, strides in ((1, (6,), (1,)), (0, (2, 4), (3, 1)), (-1, (2,), (1,))):
        with pytest.raises((ValueError, TypeError)):
            torch_file._tensor(memory, offset, shape, strides)


def test_the_checksum_is_that_of_the_contents(tmp_path):
    (tmp_path / "file").write_bytes(b"abc")
    assert weights_file.checksum_of(tmp_path / "file")[:16] == "ba7816bf8f01cfea"
    assert weights_file.checksum_of(tmp_path / "file", "md5") == "900150983cd24fb0d6963f7d28e17f72"


@pytest.mark.slow
def test_keras_inception_without_a_checksum_reads_any_file_of_it_in_its_own_recipe(tmp_path):
    network = keras.applications.InceptionV3(include_top=False, weights=None, pooling="avg")
    network.save_weights(path := tmp_path / "random.weights.h5")
    extractor = extractors.KerasInception(path, md5=None)
    images = np.random.default_rng(0).integers(0, 256, (1, 299, 299, 3), dtype="uint8")
    features = extractor(pixels.from_uint8(images))["features"]
    expected = network(keras.applications.inception_v3.preprocess_input(images.astype("float32")), training=False)
    np.testing.assert_allclose(features, expected, rtol=1e-3, atol=1e-5)
