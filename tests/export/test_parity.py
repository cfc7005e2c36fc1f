"""The comparison finds what differs, here and in a process without the package."""

import functools
import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest
from small import players

from keras_gan import export
from keras_gan.export import formats, parity, runtimes
from keras_gan.export.generator import Generator
from keras_gan.models.gan import GAN

SCRIPT = parity._BARE_CHECK


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """(a model, its SavedModel)."""
    model = GAN(*players())
    return model, model.export(tmp_path_factory.mktemp("exported") / "images")


def test_another_generator_does_not_pass(exported):
    model, path = exported
    other = GAN(*players())
    kernel = next(weight for weight in other.generator_ema.weights if weight.name == "kernel")
    kernel.assign(1.01 * kernel)
    module = formats.module("tf_saved_model")
    assert parity.check(Generator(model), path, module)["largest"] <= 1e-5
    with pytest.raises(RuntimeError, match="differ from the model's"):
        parity.check(Generator(other), path, module)


@pytest.mark.parametrize(
    ("default", "said"),
    [
        (lambda network, latents: {"images": 0.5 * network(latents)}, "differ from the model's"),
        (lambda network, latents: {"pictures": network(latents)}, "'serving_default' gives pictures, and no images"),
    ],
)
def test_what_is_served_by_default_is_compared_too(tmp_path, default, said):
    generator, module = Generator(GAN(*players())), formats.module("tf_saved_model")
    archive, network = keras.export.ExportArchive(), generator.network
    archive.add_endpoint("serving_default", functools.partial(default, network), input_signature=generator.specs())
    for name in module.signatures(generator):
        function, specs = module._endpoint(generator, name)
        archive.add_endpoint(name, function, input_signature=specs)
    archive.write_out(str(tmp_path / "export"), verbose=False)
    with pytest.raises(RuntimeError, match=said):
        parity.check(generator, tmp_path / "export", module)


def test_a_runtime_that_fails_here_fails_the_export(exported):
    _, path = exported
    with pytest.raises(RuntimeError, match="its runtime fails; nothing was written:\nKeyError: 'other'"):
        parity.run_here(path, [("other", {})])


@pytest.mark.parametrize("broken", ["nan", "shape", "dtype"])
def test_images_that_are_no_images_are_infinitely_far(broken):
    images = np.zeros((2, 8, 8, 1), "float32")
    got = {"nan": images * np.nan, "shape": images[:1], "dtype": images.astype("float64")}[broken]
    assert parity.largest_difference(images, got) == float("inf")
    assert parity.largest_difference(images, images) == 0.0


def test_the_difference_is_relative_where_points_lie_far_out():
    near, far = np.array([[0.5]], "float32"), np.array([[200.0]], "float32")
    assert parity.largest_difference(near, near + 0.25) == pytest.approx(0.25)
    assert parity.largest_difference(far, far + 2) == pytest.approx(0.01)


def test_a_process_without_the_package_gives_the_models_images(exported, tmp_path):
    model, path = exported
    latents = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    calls = {"0/serve/latents": latents, "1/sample/num_images": np.int32(5), "1/sample/seed": np.int64(3)}
    np.savez(tmp_path / "inputs.npz", **calls)
    words = list(map(str, (SCRIPT, path, tmp_path / "inputs.npz", tmp_path / "outputs.npz")))
    alone = f"""
import runpy, sys
sys.argv = {words}
runpy.run_path(sys.argv[0], run_name="__main__")
assert not [name for name in sys.modules if name.startswith("keras_gan.")]
try:
    import keras_gan
except ImportError:
    print("no keras_gan here")
"""
    done = subprocess.run([sys.executable, "-I", "-c", alone], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "no keras_gan here\n"
    made = np.load(tmp_path / "outputs.npz")
    np.testing.assert_allclose(made["0/serve/images"], model(latents), atol=1e-5)
    np.testing.assert_allclose(made["1/sample/images"], model.sample(5, seed=3), atol=1e-5)


def test_a_runtime_that_fails_in_its_process_fails_the_export(tmp_path):
    pytest.importorskip("ai_edge_litert", reason="ai_edge_litert is not installed")
    (tmp_path / "broken.tflite").write_bytes(b"no model")
    with pytest.raises(RuntimeError, match="(?s)does not run in a process without keras_gan.*Traceback"):
        parity.run_apart(tmp_path / "broken.tflite", [("serve", {"latents": np.zeros((1, 4), "float32")})])


@pytest.mark.parametrize("name", ["g.tflite", "g.onnx"])
def test_files_pass_in_a_process_of_their_own(tmp_path, name):
    package = {"g.tflite": "ai_edge_litert", "g.onnx": "onnxruntime"}[name]
    pytest.importorskip(package, reason=f"{package} is not installed")
    done = export.write(GAN(*players()), tmp_path / name, {"g.tflite": "litert"}.get(name, "onnx"), verify="process")
    assert done.report["verify"] == "process" and done.report["largest"] <= 1e-4
    assert "- Checked: in a process without keras_gan" in done.card.read_text().splitlines()


def test_the_runtimes_say_what_they_cannot_read(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        runtimes.load(tmp_path / "nothing.tflite")
    (tmp_path / "model.h5").write_text("")
    with pytest.raises(ValueError, match="is none of .tflite, .onnx, .keras"):
        runtimes.load(tmp_path / "model.h5")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format", "name", "package"),
    [
        ("litert", "g.tflite", "ai-edge-litert"),
        ("onnx", "g.onnx", "onnxruntime"),
        ("tf_saved_model", "g", "tensorflow"),
    ],
)
def test_a_fresh_environment_with_only_the_runtime_gives_the_models_images(tmp_path, format, name, package):
    python = environment_with(package, tmp_path / "environment")
    model = GAN(*players())
    path = model.export(tmp_path / name, format)
    for file in ("bare_check.py", "runtimes.py"):
        shutil.copy(SCRIPT.with_name(file), tmp_path)
    latents = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    np.savez(tmp_path / "inputs.npz", **{"0/serve/latents": latents})
    command = [python, "-I", "bare_check.py", path, "inputs.npz", "outputs.npz"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    images = np.load(tmp_path / "outputs.npz")["0/serve/images"]
    np.testing.assert_allclose(images, model(latents), atol=1e-4)


def environment_with(package, folder):
    """The Python of a new environment with one package (and what it needs); skips where it cannot be had."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin/python"
    install = [str(python), "-m", "pip", "install", "--quiet", "numpy", package]
    done = subprocess.run(install, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"pip cannot install {package} here: {done.stderr.strip().splitlines()[-1]}")
    return python
