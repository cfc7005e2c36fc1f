"""Where exports go: versions, cards, nothing overwritten, nothing left behind."""

import json

import numpy as np
import pytest
from small import players, point_players

from keras_gan import export
from keras_gan.export import litert, notes, saved_model, writing
from keras_gan.models.gan import GAN
from keras_gan.models.trained_generator import TrainedGenerator


def test_versions_count_on_and_stand_in_the_card_beside_them(tmp_path):
    model = GAN(*point_players())
    first = model.export(tmp_path / "ring", version="next")
    assert first == tmp_path / "ring/1"
    assert model.export(tmp_path / "ring", version=7) == tmp_path / "ring/7"
    assert model.export(tmp_path / "ring", version="next") == tmp_path / "ring/8"
    card = (tmp_path / "ring/card.md").read_text()
    assert card.startswith("# ring\n") and "- Version: 8\n" in card
    assert (first / "assets.extra/tf_serving_warmup_requests").stat().st_size > 0
    assert 'name: "ring"' in (tmp_path / "ring/models.config").read_text()
    assert list(tmp_path.iterdir()) == [tmp_path / "ring"]


def test_a_folder_that_is_no_version_has_its_card_beside_it(tmp_path):
    path = GAN(*point_players()).export(tmp_path / "ring")
    assert {entry.name for entry in tmp_path.iterdir()} == {"ring", "ring.card.md"}
    assert (path / "saved_model.pb").exists()


@pytest.mark.parametrize(("format", "place"), [(saved_model, "a/export"), (litert, "a/b/ring.tflite")])
def test_an_export_that_differs_from_the_model_leaves_nothing_behind(tmp_path, monkeypatch, format, place):
    monkeypatch.setattr(format, "BOUNDS", {None: -1.0})
    with pytest.raises(RuntimeError, match="differ from the model's by .* nothing was written"):
        GAN(*point_players()).export(tmp_path / place, format=format.__name__.rpartition(".")[2])
    assert list(tmp_path.iterdir()) == []


def test_a_generator_alone_is_called_so(tmp_path):
    model = TrainedGenerator(point_players()[0])
    card = export.write(model, tmp_path / "ring.keras", "keras").card.read_text()
    assert "\nA generator as keras, float32, any batch size. Written and checked by keras_gan.\n" in card


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "export").mkdir()
    (tmp_path / "ring.onnx").write_text("mine")
    model = GAN(*point_players())
    with pytest.raises(FileExistsError, match="version='next'"):
        model.export(tmp_path / "export")
    with pytest.raises(FileExistsError, match="ring.onnx exists"):
        model.export(tmp_path / "ring.onnx", "onnx")
    assert (tmp_path / "ring.onnx").read_text() == "mine"


@pytest.mark.parametrize("place", ["folder", "file"])
def test_what_comes_in_the_meantime_is_not_overwritten(tmp_path, place):
    path = tmp_path / "export"
    with pytest.raises(FileExistsError, match="export exists"), writing.staged(path) as beside:
        if place == "folder":
            beside.mkdir()
            path.mkdir()
            (path / "mine").write_text("mine")
        else:
            beside.write_text("ours")
            path.write_text("mine")
    assert list(tmp_path.iterdir()) == [path]
    assert (path / "mine" if place == "folder" else path).read_text() == "mine"


def test_a_card_of_somebody_else_is_left_alone(tmp_path):
    model, card = GAN(*point_players()), tmp_path / "ring/card.md"
    card.parent.mkdir()
    card.write_text("# My models")
    with pytest.raises(FileExistsError, match="card.md is no card of an export; rename it"):
        model.export(tmp_path / "ring", version="next")
    assert card.read_text() == "# My models" and list(card.parent.iterdir()) == [card]


def test_what_was_fitted_by_hand_stays_with_a_new_version(tmp_path):
    model, folder = GAN(*point_players()), tmp_path / "ring"
    model.export(folder, version="next")
    (folder / "models.config").write_text("mine")
    (folder / "batching_parameters.txt").unlink()
    model.export(folder, version="next")
    assert (folder / "models.config").read_text() == "mine"
    assert (folder / "batching_parameters.txt").exists() and "- Version: 2" in (folder / "card.md").read_text()
    (folder / "models.config").unlink()
    export.write(model, folder, version="next", name="one")
    export.write(model, folder, version="next", name="two")  # so that the command in the card fits
    assert 'name: "two"' in (folder / "models.config").read_text()
    assert "target=/models/two," in (folder / "card.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"format": "pickle"}, "unknown format 'pickle'; known: .*litert.*tf_saved_model"),
        ({"format": "tf_savedmodel"}, "unknown format 'tf_savedmodel'; nearest: tf_saved_model"),
        ({"format": "tflite"}, "a tflite export is one .tflite file, such as .*out.tflite"),
        ({"format": "onnx", "version": 1}, "only tf_saved_model has versions, onnx is one file"),
        ({"version": 0}, "version=0; expected a whole number of at least 1, or 'next'"),
        ({"version": "newest"}, "version='newest'"),
        ({"quantize": "int8"}, "quantize='int8'; the format tf_saved_model takes None"),
        ({"format": "litert", "quantize": "int4"}, "quantize='int4'; the format litert takes None, 'float16'"),
        ({"batch_size": 1}, "takes any batch size, only litert can freeze it"),
        ({"format": "litert", "batch_size": 0}, "batch_size=0; expected at least 1"),
        ({"format": "litert", "representative": np.zeros((1, 2))}, "representative= is for quantize='int8'"),
        ({"verify": "no"}, "unknown verify='no'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(tmp_path, arguments, said):
    with pytest.raises(ValueError, match=said):
        GAN(*point_players()).export(tmp_path / "out", **arguments)
    assert list(tmp_path.iterdir()) == []


def test_the_card_tells_how_it_is_called_and_how_near_it_comes(tmp_path):
    model = GAN(*players())
    done = export.write(
        model, tmp_path / "g.tflite", "tflite", batch_size=2, name="gan-small", about="## Data\n\nNone."
    )
    lines = done.card.read_text().splitlines()
    for line in (
        "# gan-small",
        "| `serve` | `latents` float32 (2, 4) | `images` float32 (2, 8, 8, 1) |",
        "Images lie in [-1, 1], channels last. Latents come from Normal(4).",
        f"- Largest difference from the model in memory: {done.report['largest']:.2g}",
        "- Bound: 0.0001",
        "- Format: litert",
        "## Data",
    ):
        assert line in lines
    assert done.report["largest"] == max(done.report["differences"].values()) <= 1e-4
    assert set(done.report["differences"]) == {1, 3, 64}


def test_an_export_tells_this_package_where_its_latents_come_from(tmp_path):
    model = GAN(*point_players())
    note = notes.read(model.export(tmp_path / "ring"))
    assert note["prior"] == "Normal" and note["inputs"] == ["latents"] and note["image_shape"] == [2]
    assert type(notes.prior(json.loads(json.dumps(note)))) is type(model.prior)
    assert notes.prior(note).dim == 2
    (tmp_path / "other").mkdir()
    assert notes.read(tmp_path / "other") is None
