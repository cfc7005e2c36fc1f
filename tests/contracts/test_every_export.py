"""What every model must pass on its way out, each entry of the catalogue."""

import numpy as np
import pytest
from contracts.every_model import FLOWS, make

from keras_gan import catalog, export
from keras_gan.export import runtimes
from keras_gan.export.generator import Generator
from keras_gan.models import wiring

NAMES = catalog.names()
SUFFIX = {"litert": ".tflite", "onnx": ".onnx", "keras": ".keras", "tf_saved_model": ""}
PACKAGE = {"litert": "ai_edge_litert", "onnx": "onnxruntime"}
slow = pytest.mark.slow


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name in FLOWS else slow) for name in NAMES])
@pytest.mark.parametrize(
    "format", ["tf_saved_model", "litert", *(pytest.param(f, marks=slow) for f in ("onnx", "keras"))]
)
def test_its_export_is_its_averaged_generator(tmp_path, name, format):
    if format in PACKAGE:
        pytest.importorskip(PACKAGE[format], reason=f"{PACKAGE[format]} is not installed")
    model = make(name)
    for weight in model.generator.weights:  # the average is not the generator
        weight.assign(2.0 * weight + 1.0)
    path = model.export(tmp_path / f"export{SUFFIX[format]}", format)
    given = Generator(model).draw(5, seed=0)
    images = runtimes.load(path)["serve"](**given)["images"]
    expected = wiring.feed(model.generator_ema, "latents", given, training=False)
    np.testing.assert_allclose(images, expected, atol=1e-4)


@slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("format", SUFFIX)
def test_a_process_without_the_package_draws_the_same(tmp_path, name, format):
    if format in PACKAGE:
        pytest.importorskip(PACKAGE[format], reason=f"{PACKAGE[format]} is not installed")
    done = export.write(make(name), tmp_path / f"export{SUFFIX[format]}", format, verify="process")
    assert done.report["largest"] <= done.report["bound"]


@slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("quantize", ["float16", "dynamic", "int8"])
def test_quantised_it_stays_near(tmp_path, name, quantize):
    pytest.importorskip("ai_edge_litert", reason="ai_edge_litert is not installed")
    done = export.write(make(name), tmp_path / "export.tflite", "litert", quantize=quantize, batch_size=1)
    assert done.report["psnr"] >= 30
