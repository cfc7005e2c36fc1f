"""The `.tflite` files: every kind of numbers, batches open and frozen."""

import sys

import keras
import numpy as np
import pytest
from small import players

from keras_gan import export, networks, priors
from keras_gan.export import litert, notes, runtimes
from keras_gan.export.generator import Generator
from keras_gan.models.gan import GAN
from keras_gan.models.trained_generator import TrainedGenerator

pytest.importorskip("ai_edge_litert", reason='LiteRT is not installed: pip install "keras-gan[litert]"')

DIM = 32


@pytest.fixture
def model():
    """One whose pictures use the whole range, with weights enough for LiteRT to quantise them."""
    generator = networks.dcgan.generator((8, 8, 1), DIM, filters=16)
    model = GAN(generator, networks.dcgan.discriminator((8, 8, 1), filters=4))
    for weight in model.generator_ema.weights:
        if weight.name == "kernel":
            weight.assign(5.0 * weight)
    return model


def operations(path):
    return [operation["op_name"] for operation in runtimes.litert_interpreter(path)._get_ops_details()]


@pytest.mark.parametrize("upsampling", ["transposed", "resize"])
def test_a_frozen_batch_leaves_no_shape_to_be_computed(tmp_path, upsampling):
    generator = networks.dcgan.generator((16, 16, 1), 4, filters=4, upsampling=upsampling)
    model = GAN(generator, networks.dcgan.discriminator((16, 16, 1), filters=4))
    dynamic = operations(model.export(tmp_path / "dynamic.tflite", "litert"))
    frozen = operations(model.export(tmp_path / "frozen.tflite", "litert", batch_size=1))
    assert not {"SHAPE", "PACK", "STRIDED_SLICE"} & set(frozen)
    assert ("TRANSPOSE_CONV" in frozen) == (upsampling == "transposed")
    if upsampling == "transposed":
        assert {"SHAPE", "PACK"} <= set(dynamic), "the test is blind: an open batch computes no shape either"


def test_a_frozen_batch_serves_any_number_in_parts(tmp_path, model):
    path = model.export(tmp_path / "frozen.tflite", "litert", batch_size=4)
    runner = runtimes.litert_interpreter(path).get_signature_runner("serve")
    assert list(runner.get_input_details()["latents"]["shape_signature"]) == [4, DIM]
    serve = runtimes.load(path, num_threads=1)["serve"]
    latents = np.random.default_rng(0).normal(size=(6, DIM)).astype("float32")
    np.testing.assert_allclose(serve(latents=latents)["images"], model(latents), atol=1e-4)


def test_quantised_ones_are_smaller_and_near(tmp_path, model):
    done = {
        word: export.write(model, tmp_path / f"{word}.tflite", "litert", quantize=word)
        for word in (None, "float16", "dynamic", "int8")
    }
    assert done["float16"].report["largest"] <= 1e-2
    assert done["float16"].report["largest"] > 1e-5, "float16 rounds nothing here: the test is blind"
    sizes = [done[word].path.stat().st_size for word in (None, "float16", "dynamic")]
    assert sizes[0] > 1.5 * sizes[1] and sizes[1] > 1.2 * sizes[2]
    for word in ("dynamic", "int8"):
        report = done[word].report
        assert report["bound"] is None and 30 <= report["psnr"] < 80
        of_export, floor = report["distances"]["KD[pixels]"]
        assert abs(of_export - floor) < 0.05
        assert f"- PSNR: {report['psnr']:.1f} dB" in done[word].card.read_text().splitlines()
    assert "INT8" in str(tensor_types(done["int8"].path)).upper()
    details = runtimes.litert_interpreter(done["int8"].path).get_signature_runner("serve").get_input_details()
    assert details["latents"]["dtype"] is np.float32


def tensor_types(path):
    """Types of the activations: of all tensors that an operation writes."""
    interpreter = runtimes.litert_interpreter(path)
    types = {tensor["index"]: tensor["dtype"].__name__ for tensor in interpreter.get_tensor_details()}
    return {types[i] for operation in interpreter._get_ops_details() for i in operation["outputs"] if i in types}


def test_the_ranges_are_read_from_every_class():
    inputs = {"latents": keras.Input((4,), name="latents"), "labels": keras.Input((), dtype="int32", name="labels")}
    x = keras.layers.Concatenate()([inputs["latents"], keras.layers.Embedding(300, 2)(inputs["labels"])])
    model = TrainedGenerator(keras.Model(inputs, keras.layers.Reshape((2, 2, 1))(keras.layers.Dense(4)(x))))
    calls = list(litert._calibration(Generator(model), None, 1)())
    assert {int(given["labels"][0]) for _, given in calls} == set(range(300))


def test_what_falls_under_the_bound_of_8_bits_is_refused_unless_told(tmp_path, model):
    narrow = np.full((8, DIM), 1e-3, "float32")  # so that all other activations are cut off
    how = {"quantize": "int8", "representative": narrow}
    with pytest.raises(RuntimeError, match="PSNR of .* less than 30.0 dB; nothing was written.*min_psnr="):
        model.export(tmp_path / "narrow.tflite", "litert", **how)
    assert list(tmp_path.iterdir()) == []
    assert export.write(model, tmp_path / "narrow.tflite", "litert", min_psnr=0, **how).report["psnr"] < 30


@pytest.mark.parametrize(
    ("representative", "said"),
    [
        (np.zeros((8, 5)), r"latents of shape \(8, 5\); expected \(None, 32\)"),
        ({"noise": np.zeros((8, DIM))}, "holds noise; expected 'latents', too"),
        (np.zeros((3, DIM)), "holds 3 latents; expected at least batch_size=4"),
    ],
)
def test_a_representative_set_that_does_not_fit_is_refused(tmp_path, model, representative, said):
    how = {"quantize": "int8", "batch_size": 4, "representative": representative}
    with pytest.raises(ValueError, match=said):
        model.export(tmp_path / "g.tflite", "litert", **how)
    assert list(tmp_path.iterdir()) == []


def test_tensorflows_own_interpreter_stands_in_where_litert_is_missing(tmp_path, monkeypatch, model):
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    path = model.export(tmp_path / "g.tflite", "litert")
    assert type(runtimes.litert_interpreter(path)).__module__.startswith("tensorflow.")


def test_its_note_lies_behind_the_graph(tmp_path):
    model = GAN(*players(), prior=priors.Uniform(4))
    note = notes.read(model.export(tmp_path / "g.tflite", "litert"))
    assert isinstance(notes.prior(note), priors.Uniform)
