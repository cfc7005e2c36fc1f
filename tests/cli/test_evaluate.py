"""`keras-gan evaluate`, as users type it."""

import json

import numpy as np
import pytest

import keras_gan
from keras_gan import data, metrics
from keras_gan.cli.main import main
from keras_gan.data.shaping import even_choice

QUICK = ["--extractor", "pixels", "--seeds", "2", "-n", "60", "--num-real", "200"]


def evaluate(*words):
    assert main(["evaluate", *map(str, words)]) == 0


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def values(evaluation):
    return {score["name"]: score["value"] for score in evaluation["scores"]}


def test_a_run_is_measured_against_its_own_data(run_of_its_own, capsys):
    evaluate(run_of_its_own, *QUICK)
    out = capsys.readouterr().out
    found = read(run_of_its_own / "evaluation.json")
    assert {"KD[pixels]", "FD[pixels]", "precision[pixels]", "coverage[pixels]"} <= set(values(found))
    assert all(score["name"] in out for score in found["scores"])
    assert (found["against"]["name"], found["against"]["split"], found["seeds"]) == ("digits", "train", [0, 1])
    assert found["against"]["image_shape"] == [8, 8, 1]
    score = found["scores"][0]
    assert (score["num_real"], score["num_fake"], score["num_held_out"]) == (200, 60, 200)
    assert score["standard_error"] > 0
    assert score["low"] < score["value"] < score["high"] and score["floor"] is not None
    page = (run_of_its_own / "report.html").read_text(encoding="utf-8")
    assert page.count("<img") == 4 and "Interpolations" in page and "Nearest real images" in page
    assert str(run_of_its_own / "report.html") in out


def test_the_scores_are_those_of_the_functions(run_of_its_own):
    evaluate(run_of_its_own, *QUICK, "--metrics", "kd", "--no-report")
    assert not (run_of_its_own / "report.html").exists()
    real = np.concatenate(list(data.load("digits", shuffle=False).each_once()))
    rows = real[even_choice(len(real), 200)].reshape(200, -1)
    model = keras_gan.load(run_of_its_own)
    expected = [metrics.kernel_distance(rows, model.sample(60, seed).reshape(60, -1)).value for seed in (0, 1)]
    assert read(run_of_its_own / "evaluation.json")["scores"][0]["per_seed"] == pytest.approx(expected, rel=1e-5)


def test_a_classifier_of_the_data_makes_the_features_where_none_are_named(run_of_its_own):
    evaluate(run_of_its_own, "--seeds", "1", "-n", "60", "--metrics", "kid", "is", "--no-report")
    found = read(run_of_its_own / "evaluation.json")
    assert set(values(found)) == {"KD[digits-cnn]", "IS[digits-cnn]"}
    assert 1 <= values(found)["IS[digits-cnn]"] <= 10
    assert "conv 32" in found["scores"][0]["extractor"]["recipe"]


def test_an_exported_generator_is_measured_without_the_run(run_of_its_own, tmp_path):
    evaluate(run_of_its_own / "export", "--against", "digits", *QUICK, "--out", tmp_path / "there")
    found = read(tmp_path / "there/evaluation.json")
    assert found["subject"]["kind"] == "saved_model" and len(found["scores"]) >= 6
    assert "Interpolations" not in (tmp_path / "there/report.html").read_text(encoding="utf-8")


def test_two_folders_of_images_are_compared(run_of_its_own, tmp_path):
    for seed, folder in ((1, "a"), (2, "b")):
        main(["sample", str(run_of_its_own), "-n", "40", "--single", "--seed", str(seed), "--out", folder])
    evaluate("a", "--against", "b", "--metrics", "fd", "pr", "--no-report")
    apart = read(tmp_path / "evaluations/a/evaluation.json")
    assert apart["scores"][0]["num_fake"] == 40 and apart["seeds"] == [0] and apart["scores"][0]["low"] is None
    evaluate("a", "--against", "a", "--metrics", "fd", "pr", "--no-report")
    same = values(read(tmp_path / "evaluations/a/evaluation.json"))
    assert same["FD[pixels]"] < 1e-6 < values(apart)["FD[pixels]"]
    assert same["precision[pixels]"] == same["recall[pixels]"] == 1


def test_statistics_of_real_images_are_kept_and_serve_in_their_place(run_of_its_own, capsys):
    evaluate(run_of_its_own, *QUICK, "--no-report", "--statistics", "real.npz")
    first = values(read(run_of_its_own / "evaluation.json"))
    evaluate(run_of_its_own, *QUICK, "--no-report", "--statistics", "real.npz")
    assert values(read(run_of_its_own / "evaluation.json")) == pytest.approx(first, rel=1e-9)
    evaluate(run_of_its_own, *QUICK, "--no-report", "--against", "real.npz")
    later = values(read(run_of_its_own / "evaluation.json"))
    assert later == pytest.approx({name: first[name] for name in later}, rel=1e-9) and "KD[pixels]" in later
    words = ["evaluate", str(run_of_its_own), "--statistics", "real.npz", "--split", "test", *QUICK]
    assert main(words) == 2
    assert "split: 'train' in the file, 'test' expected" in capsys.readouterr().err


def test_the_order_of_files_is_irrelevant(run_of_its_own, tmp_path):
    images = np.concatenate(list(data.load("digits", image_size=8, shuffle=False).each_once()))
    np.save("by_value.npy", images[np.argsort(images.mean(axis=(1, 2, 3)))])
    np.save("mixed.npy", images[np.random.default_rng(0).permutation(len(images))])
    found = {}
    for name in ("by_value", "mixed"):
        evaluate(f"{name}.npy", "--against", "digits", "--extractor", "pixels", "--metrics", "fd", "pr", "--no-report")
        found[name] = read(tmp_path / f"evaluations/{name}/evaluation.json")
    ordered, mixed = map(values, found.values())
    assert ordered["recall[pixels]"] == pytest.approx(mixed["recall[pixels]"], abs=0.06)
    assert any("355 of 1,442 images" in warning for warning in found["mixed"]["warnings"])


def test_versions_are_called_after_their_folder(run_of_its_own, tmp_path):
    evaluate("runs/dcgan-digits-0/export/1", "--against", "digits", *QUICK, "--metrics", "kd", "--no-report")
    assert read(tmp_path / "evaluations/export/evaluation.json")["title"] == "export on digits"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("runs/none", "does not exist; expected a run"),
        ("runs/dcgan-digits-0/model.keras", "--against is missing"),
        ("runs/dcgan-digits-0 --seeds 0", "at least one seed"),
        ("runs/dcgan-digits-0 -n 1", "two images"),
        ("runs/dcgan-digits-0 --metrics fud", "unknown metric 'fud'"),
        ("runs/dcgan-digits-0 --extractor mnist-cn", "unknown extractor"),
        ("runs/dcgan-digits-0 --against ring", "ring does not fit what is measured"),
        ("runs/dcgan-digits-0 --image-size 1 2 3", "height and width"),
        ("runs/dcgan-digits-0 --labels 1 2", "takes latents: leave --labels out"),
        ("", "SUBJECT"),
    ],
)
def test_bad_input_is_told_before_anything_is_written(words, said, run_of_its_own, capsys):
    before = sorted(run_of_its_own.rglob("*"))
    assert main(["evaluate", *words.split()]) == 2
    assert said in capsys.readouterr().err
    assert sorted(run_of_its_own.rglob("*")) == before
    assert not (run_of_its_own.parents[1] / "evaluations").exists()
