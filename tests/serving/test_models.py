"""Which folders are an export, and what is known of them."""

import json
import shutil

import numpy as np
import pytest
import small_export
from starlette.testclient import TestClient

from keras_gan.serving import models
from keras_gan.serving.app import make_app


def test_a_folder_of_versions_one_version_and_a_run_are_found(export, tmp_path):
    (export / "models.config").touch()
    assert models.find(export) == ("small", {1: export / "1", 2: export / "2"})
    assert models.find(export / "2") == ("small", {2: export / "2"})
    run = tmp_path / "dcgan-digits-0"
    shutil.copytree(export / "1", run / "export/1")
    (run / "run.json").write_text(json.dumps({}))
    for path in (run, run / "export", run / "export/1"):
        name, versions = models.find(path)
        assert (name, list(versions)) == ("dcgan-digits-0", [1])


def test_the_tenth_version_is_later_than_the_ninth(export, tmp_path):
    for number in ("9", "10"):
        shutil.copytree(export / "1", tmp_path / number)
    assert models.load(tmp_path).version().number == 10


def test_what_is_no_export_is_said(export, tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no export.*keras-gan export RUN"):
        models.load(tmp_path)
    shutil.copytree(export / "1", tmp_path / "1")
    (tmp_path / "1/saved_model.pb").write_bytes(b"no protocol buffer")
    with pytest.raises(ValueError, match="version 1 in .* cannot be loaded"):
        models.load(tmp_path)
    with pytest.raises(ValueError, match=r"labels name versions \[3\]"):
        models.load(export, labels={"next": 3})


def test_a_conditional_generator_takes_labels(tmp_path):
    small_export.write(tmp_path / "faces/1", conditional=True)
    model = models.load(tmp_path / "faces")
    with TestClient(make_app(model), raise_server_exceptions=False) as client:
        told = client.get("/v1/models").json()["models"][0]
        assert (told["is_conditional"], told["num_classes"]) == (True, 3)
        address = "/v1/models/faces:predict"
        rows = [{"latents": [0, 0, 0, 0], "labels": label} for label in (0, 1, 2)]
        images = client.post(address, json={"instances": rows}).json()["predictions"]
        assert [round(image[0][0][0], 4) for image in images] == [-0.7616, 0.0, 0.7616]
        wrong = client.post(address, json={"inputs": {"latents": [[0, 0, 0, 0]], "labels": [7]}})
        assert wrong.status_code == 400
        assert "the model refuses" in wrong.json()["error"]
        unequal = client.post(address, json={"inputs": {"latents": [[0, 0, 0, 0]], "labels": [0, 1]}})
        assert "differ in their first axis" in unequal.json()["error"]
        drawn = {"signature_name": "sample", "inputs": {"num_images": 2, "seed": 0, "labels": [0, 2]}}
        assert len(client.post(address, json=drawn).json()["outputs"]["images"]) == 2


def test_every_signature_is_warmed_up(tmp_path):
    for conditional in (False, True):
        small_export.write(tmp_path / f"{conditional}/1", conditional=conditional)
        for name, signature in models.load(tmp_path / f"{conditional}").version().signatures.items():
            seen = []
            function = signature._function
            signature._function = lambda function=function, seen=seen, **given: seen.append(given) or function(**given)
            signature.warm_up(5)
            if name == "sample":
                assert (int(seen[0]["num_images"]), int(seen[0]["seed"])) == (1, 0)
                assert seen[0].get("labels", np.zeros(1)).shape == (1,)
            else:
                assert {len(value) for value in seen[0].values()} == {5}
