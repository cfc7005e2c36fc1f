"""Real statistics in a file: the same numbers back, and never those of other images."""

import dataclasses

import numpy as np
import pytest

from keras_gan.metrics.statistics import Features, Moments
from keras_gan.metrics.statistics_file import Provenance, load, save

PROVENANCE = Provenance("pixels", "flattened", "ab12", "cd34", "train", (8, 8, 1))


def statistics(num_rows=20):
    rows = np.random.default_rng(0).normal(size=(num_rows, 3)).astype("float32")
    made = {
        ("features", "Moments"): Moments(),
        ("features", "Features"): Features(),
        ("images", "Features"): Features(),
    }
    for (reads, _), kept in made.items():
        kept.update(rows if reads == "features" else rows * 2)
    return made


@pytest.mark.parametrize("num_rows", [2, 20])  # with rows kept, and folded into moments
def test_what_was_saved_is_read(tmp_path, num_rows):
    path, saved = tmp_path / "new folder" / "real.npz", statistics(num_rows)
    save(path, saved, PROVENANCE)
    read = load(path, PROVENANCE)
    assert set(read) == set(saved)
    moments, expected = read["features", "Moments"], saved["features", "Moments"]
    np.testing.assert_array_equal(moments.mean, expected.mean)
    np.testing.assert_allclose(moments.covariance, expected.covariance, rtol=1e-12)
    assert moments.num_images == num_rows
    np.testing.assert_array_equal(read["images", "Features"].rows, saved["images", "Features"].rows)


def test_a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "real.npz"
    save(path, statistics(20), PROVENANCE)
    save(path, statistics(5), PROVENANCE)
    assert load(path, PROVENANCE)["features", "Features"].num_images == 5
    assert [found.name for found in tmp_path.iterdir()] == ["real.npz"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("extractor", "points"),
        ("recipe", "resized"),
        ("fingerprint", "ff"),
        ("data", "ee"),
        ("split", "test"),
        ("image_size", (16, 8, 1)),
    ],
)
def test_another_provenance_is_refused_and_the_difference_told(tmp_path, field, value):
    save(tmp_path / "real.npz", statistics(), PROVENANCE)
    expected = dataclasses.replace(PROVENANCE, **{field: value})
    with pytest.raises(ValueError, match="statistics of something else") as told:
        load(tmp_path / "real.npz", expected)
    there, here = PROVENANCE.to_dict()[field], expected.to_dict()[field]
    assert f"{field}: {there!r} in the file, {here!r} expected" in str(told.value)
    assert str(told.value).count("in the file") == 1


def test_all_differences_are_told_at_once(tmp_path):
    save(tmp_path / "real.npz", statistics(), PROVENANCE)
    with pytest.raises(ValueError, match="split: 'train'.*; image_size: "):
        load(tmp_path / "real.npz", dataclasses.replace(PROVENANCE, split="test", image_size=(2,)))


def test_other_files_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "absent.npz", PROVENANCE)
    np.savez(tmp_path / "others.npz", mu=np.zeros(3))
    with pytest.raises(ValueError, match="does not say what it was made of"):
        load(tmp_path / "others.npz", PROVENANCE)
    save(tmp_path / "cut.npz", statistics(), PROVENANCE)
    (tmp_path / "cut.npz").write_bytes((tmp_path / "cut.npz").read_bytes()[:200])
    with pytest.raises(ValueError, match="cannot be read as statistics"):
        load(tmp_path / "cut.npz", PROVENANCE)
    np.savez(tmp_path / "objects.npz", rows=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="cannot be read as statistics"):
        load(tmp_path / "objects.npz", PROVENANCE)


def test_statistics_of_a_class_that_was_not_named_are_refused(tmp_path):
    save(tmp_path / "real.npz", statistics(), PROVENANCE)
    with pytest.raises(ValueError, match="kind Features; pass their class"):
        load(tmp_path / "real.npz", PROVENANCE, classes=(Moments,))
