"""Real statistics in a file: the same numbers back, and never those of other images or another extractor."""

import numpy as np
import pytest

from keras_gan import metrics
from keras_gan.metrics import statistics_file
from keras_gan.metrics.extractors import FromModel

ABOUT = {"name": "points", "split": "train", "num_images": 60, "fingerprint": "cd34", "image_shape": [2]}
POINTS = np.random.default_rng(0).normal(size=(60, 2)).astype("float32")
IMAGES = np.random.default_rng(1).uniform(-1, 1, size=(12, 16, 16, 1)).astype("float32")


def of_points():
    return [metrics.FrechetDistance("points"), metrics.KernelDistance("points"), metrics.PrecisionRecall("points")]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "new folder" / "real.npz"
    statistics_file.save(path, metrics.collect(POINTS, of_points()), ABOUT)
    return path


def scores(reals, chosen):
    fakes = metrics.collect(POINTS + 1, chosen)
    return [metric.compare(reals.of(metric), fakes.of(metric)) for metric in chosen]


@pytest.mark.filterwarnings("ignore:Fréchet")
def test_statistics_from_a_file_give_the_same_scores(file):
    chosen = of_points()
    read = statistics_file.load(file, chosen, ABOUT)
    assert read.num_images == 60
    for found, expected in zip(scores(read, chosen), scores(metrics.collect(POINTS, chosen), chosen), strict=True):
        assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.filterwarnings("ignore:Fréchet")
def test_every_kind_of_statistics_comes_back(tmp_path):
    chosen = [metrics.Diversity(num_pairs=9), metrics.SlicedWasserstein(), metrics.FrechetDistance("pixels")]
    reals = metrics.collect(IMAGES, chosen)
    statistics_file.save(tmp_path / "real.npz", reals, ABOUT)
    read = statistics_file.load(tmp_path / "real.npz", chosen)
    fakes = metrics.collect(IMAGES[::-1] * 0.5, chosen)
    for metric in chosen:
        expected = metric.compare(reals.of(metric), fakes.of(metric))
        assert metric.compare(read.of(metric), fakes.of(metric)) == pytest.approx(expected, rel=1e-6)


def test_a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it(file):
    statistics_file.save(file, metrics.collect(POINTS[:9], of_points()), ABOUT)
    assert statistics_file.load(file, of_points()).num_images == 9
    assert [found.name for found in file.parent.iterdir()] == ["real.npz"]


@pytest.mark.parametrize(("field", "value"), [("split", "test"), ("fingerprint", "ff"), ("image_shape", [16, 8, 1])])
def test_other_images_are_refused_and_the_difference_told(file, field, value):
    with pytest.raises(ValueError, match="statistics of other images") as told:
        statistics_file.load(file, of_points(), ABOUT | {field: value})
    assert f"{field}: {ABOUT[field]!r} in the file, {value!r} expected" in str(told.value)
    assert str(told.value).count("in the file") == 1


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"name": "twice"}, "extractor 'points' in the file, 'twice' expected"),
        ({"recipe": "resized"}, "recipe .* in the file, 'resized' expected"),
        ({"fingerprint": "0" * 64}, "fingerprint .* in the file"),
    ],
)
def test_another_extractor_recipe_or_weights_are_refused(file, other, told):
    points = metrics.extractors.Points()
    same = {"name": points.name, "recipe": points.recipe, "fingerprint": points.fingerprint}
    extractor = FromModel(lambda x: {"features": x}, **(same | other))
    with pytest.raises(ValueError, match=told):
        statistics_file.load(file, [metrics.KernelDistance(extractor)])


def test_a_metric_of_which_nothing_was_kept_is_named(file):
    with pytest.raises(ValueError, match="holds nothing for diversity"):
        statistics_file.load(file, [metrics.Diversity()])


def test_other_files_are_refused(file, tmp_path):
    assert statistics_file.is_one(file)
    with pytest.raises(FileNotFoundError):
        statistics_file.load(tmp_path / "absent.npz", of_points())
    np.savez(tmp_path / "others.npz", mu=np.zeros(3))
    with pytest.raises(ValueError, match="does not say what it was made of"):
        statistics_file.load(tmp_path / "others.npz", of_points())
    (tmp_path / "cut.npz").write_bytes(file.read_bytes()[:200])
    with pytest.raises(ValueError, match="cannot be read as statistics"):
        statistics_file.load(tmp_path / "cut.npz", of_points())
    np.savez(tmp_path / "objects.npz", rows=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="cannot be read as statistics"):
        statistics_file.load(tmp_path / "objects.npz", of_points())
    assert not any(statistics_file.is_one(tmp_path / name) for name in ("absent.npz", "others.npz", "cut.npz"))
    with pytest.raises(ValueError, match="kept in an .npz file"):
        statistics_file.save(tmp_path / "real.pkl", metrics.collect(POINTS, of_points()), ABOUT)
