"""The ONNX graph."""

import numpy as np
import pytest
from small import players

from keras_gan import priors
from keras_gan.export import notes, runtimes
from keras_gan.models.gan import GAN

onnxruntime = pytest.importorskip("onnxruntime", reason='ONNX is not installed: pip install "keras-gan[onnx]"')
pytest.importorskip("tf2onnx", reason='ONNX is not installed: pip install "keras-gan[onnx]"')


def test_it_has_our_names_any_batch_size_and_the_models_images(tmp_path):
    model = GAN(*players((8, 12, 3)), prior=priors.Uniform(4))
    path = model.export(tmp_path / "g.onnx", "onnx")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (taken,), (given,) = session.get_inputs(), session.get_outputs()
    assert (taken.name, taken.type, taken.shape[1:]) == ("latents", "tensor(float)", [4])
    assert (given.name, given.type, given.shape[1:]) == ("images", "tensor(float)", [8, 12, 3])
    latents = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    for batch in (1, 5):
        images = runtimes.load(path)["serve"](latents=latents[:batch])["images"]
        np.testing.assert_allclose(images, model(latents[:batch]), atol=1e-4)
    assert isinstance(notes.prior(notes.read(path)), priors.Uniform)
