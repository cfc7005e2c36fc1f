"""What every metric of `compile` has in common, and the evaluation that shares features between them."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from small import point_players

import keras_gan
from keras_gan import metrics
from keras_gan.metrics.evaluate import Collector, Score


class MeanGap(metrics.Metric):
    """Distance of the means of two sets of points."""

    words = {"gap": ("lower", "distance of the means")}

    def make_statistics(self):
        return metrics.Moments()

    def compare(self, real, fake):
        return {self.score_name("gap"): float(np.linalg.norm(real.mean - fake.mean))}


class Nearer(MeanGap):
    """A metric that needs a third set."""

    needs_held_out = True

    def compare(self, real, fake, held_out):
        return {"nearer": float(np.linalg.norm(fake.mean - real.mean) < np.linalg.norm(fake.mean - held_out.mean))}


@pytest.fixture
def points():
    return np.random.default_rng(0).normal(size=(96, 2)).astype("float32")


def gan():
    keras.utils.set_random_seed(0)
    return keras_gan.GAN(*point_players(), seed=3)


def test_a_metric_of_compile_sees_held_out_points_and_as_many_samples(points):
    model = gan()
    model.compile(metrics=[MeanGap("points")])
    first = model.evaluate(points, batch_size=32)["gap[points]"]
    again = model.evaluate(points, batch_size=32)["gap[points]"]
    assert first == again > 0  # the state of the first evaluation is gone


def test_updates_in_a_graph_equal_eager_ones(points):
    eager, graph = MeanGap("points"), MeanGap("points")
    update = tf.function(graph.update_state)
    graph.reset_state()
    for part in np.split(points, 3):
        eager.update_state(part, part + 1)
        update(tf.constant(part), tf.constant(part + 1))
    assert graph.result() == eager.result()
    assert eager.result()["gap[points]"] == pytest.approx(np.sqrt(2), rel=1e-5)


def test_a_model_compiled_with_a_metric_saves_and_loads(points, tmp_path):
    model = gan()
    model.compile(metrics=[metrics.KernelDistance("points", subsets=7)])
    model.save(tmp_path / "model.keras")
    loaded = keras_gan.load(tmp_path / "model.keras")
    assert loaded.run_metrics[0].get_config() == model.run_metrics[0].get_config()
    assert loaded.evaluate(points, batch_size=32) == pytest.approx(model.evaluate(points, batch_size=32), abs=1e-6)


@pytest.mark.parametrize("make", [metrics.extractors.Points, lambda: metrics.extractors.FromModel(mapped(), "mine")])
def test_so_does_one_whose_metric_has_an_extractor_for_itself(make, points, tmp_path):
    model, extractor = gan(), make()
    model.compile(metrics=[metrics.KernelDistance(extractor, subsets=7)])
    model.save(tmp_path / "model.keras")
    loaded = keras_gan.load(tmp_path / "model.keras")
    found = loaded.run_metrics[0].extractor
    assert (found.name, found.fingerprint) == (extractor.name, extractor.fingerprint)  # weights and all
    assert loaded.evaluate(points, batch_size=32) == pytest.approx(model.evaluate(points, batch_size=32), abs=1e-6)


def test_saving_and_loading_make_no_extractor(tmp_path):
    """Its weights may be far away, or a classifier would be trained."""
    made = []

    class Watched(MeanGap):
        def make_extractor(self):
            made.append(self)
            return super().make_extractor()

    model = gan()
    model.compile(metrics=[Watched("points")])
    model.save(tmp_path / "model.keras")
    loaded = keras_gan.load(tmp_path / "model.keras")
    assert made == [] and loaded.run_metrics[0].extractor.name == "points"


def mapped():
    """A network of points with random weights."""
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(5, "tanh")])


def test_a_function_as_extractor_is_refused_when_the_model_is_saved(tmp_path):
    model = gan()
    model.compile(metrics=[metrics.KernelDistance(metrics.extractors.FromModel(np.tanh))])
    with pytest.raises(TypeError, match="a function cannot be saved with the model"):
        model.save(tmp_path / "model.keras")


def test_a_result_before_any_image_is_refused():
    with pytest.raises(ValueError, match="no images yet"):
        MeanGap("points").result()


# --- evaluate ----------------------------------------------------------------------------------------------------


def shifted(points, by):
    """A generator whose samples are real points, moved, in an order that the seed decides."""

    def sample(num_images, seed):
        chosen = np.random.default_rng(seed).permutation(len(points))[:num_images]
        yield from np.array_split(points[chosen] + np.float32(by), 3)

    return sample


def test_scores_have_a_mean_an_interval_over_seeds_and_what_real_points_get(points):
    found = metrics.evaluate(
        shifted(points, 2.0), points[:64], [MeanGap("points")], held_out=points[64:], num_images=30, seeds=(0, 1, 2)
    )
    score = found["gap[points]"]
    assert score.value == pytest.approx(np.mean(score.per_seed))
    assert score.interval[0] < score.value < score.interval[1]
    assert 0 < score.floor < 1 < score.value
    assert (score.num_real, score.num_fake, score.num_held_out) == (64, 30, 32)
    assert score.extractor["name"] == "points" and len(score.extractor["fingerprint"]) == 64


def test_the_floor_is_that_of_as_many_images(points):
    class Counts(MeanGap):
        def compare(self, real, fake):
            return {"counted": fake.num_images}

    found = metrics.evaluate(shifted(points, 0.0), points[:40], [Counts("points")], held_out=points[40:], num_images=9)
    assert (found["counted"].value, found["counted"].floor) == (9, 9)


def test_a_metric_that_the_images_do_not_allow_is_left_out_and_said(points):
    chosen = [metrics.PrecisionRecall("points", k=50), MeanGap("points")]
    found = metrics.evaluate(shifted(points, 0.0), points, chosen, num_images=20)
    assert [score.name for score in found.scores] == ["gap[points]"]
    assert "precision_recall was left out" in found.warnings[0]
    with pytest.raises(ValueError, match="smaller k"):
        metrics.evaluate(shifted(points, 0.0), points, chosen[:1], num_images=20)


def test_a_standard_error_beyond_that_of_seeds_widens_the_interval():
    score = Score("x", 2.0, [1.0, 3.0], 2.0, None, "lower", "", None, 1, 1, 0)
    assert score.interval[1] - 2 == pytest.approx(12.706 * np.sqrt(2 / 2 + 4 - 2), rel=1e-3)
    score.per_seed = [2.0]
    assert score.interval[1] - 2 == pytest.approx(1.96 * 2.0, rel=1e-3)


def test_as_many_samples_are_drawn_as_there_are_held_out_images(points):
    found = metrics.evaluate(shifted(points, 0.0), points[:64], [MeanGap("points")], held_out=points[64:])
    assert found.scores[0].num_fake == 32


def test_an_interval_is_students_and_one_seed_has_none():
    score = Score("x", 2.0, [1.0, 3.0], None, None, "lower", "", None, 1, 1, 0)
    assert score.interval == pytest.approx((2 - 12.706 * 1, 2 + 12.706 * 1), rel=1e-3)  # t of one degree of freedom
    score.per_seed = [2.0]
    assert score.interval is None and score.to_dict()["low"] is None


def test_metrics_on_the_same_features_share_them(points):
    calls = []

    class Counting(metrics.extractors.Points):
        def __call__(self, images):
            calls.append(len(images))
            return super().__call__(images)

    extractor = Counting()
    collector = Collector([MeanGap(extractor), MeanGap(extractor), metrics.KernelDistance(extractor)])
    collector.update(points)
    assert calls == [96]
    assert len(collector.kept) == 2  # moments once, rows once


def test_real_images_are_read_once_for_many_evaluations(points):
    chosen = [MeanGap("points")]
    reals = metrics.collect(points, chosen)
    found = metrics.evaluate(shifted(points, 1.0), reals, chosen)
    assert found.scores[0].value == pytest.approx(np.sqrt(2), rel=1e-4)


def test_every_minibatch_and_the_remainder_are_measured():
    minibatches = keras_gan.data.load("digits", batch_size=500)
    reals = metrics.collect(minibatches, [MeanGap("pixels")])
    assert reals.num_images == minibatches.num_images == 1442


def test_warnings_of_metrics_stand_in_the_evaluation(points):
    found = metrics.evaluate(shifted(points, 0.0), points, [metrics.FrechetDistance("points")])
    assert len(found.warnings) == 1 and "biased" in found.warnings[0]


def test_a_metric_that_needs_held_out_images_says_so(points):
    with pytest.raises(ValueError, match="need held-out"):
        metrics.evaluate(shifted(points, 0.0), points, [Nearer("points")])
    found = metrics.evaluate(shifted(points, 0.0), points[:64], [Nearer("points")], held_out=points[64:] + 9)
    assert found["nearer"].value == 1.0 and found["nearer"].floor is None


def test_nothing_to_measure_is_refused(points):
    with pytest.raises(ValueError, match="0 metrics"):
        metrics.evaluate(shifted(points, 0.0), points, [])
    with pytest.raises(ValueError, match="0 seeds"):
        metrics.evaluate(shifted(points, 0.0), points, [MeanGap("points")], seeds=())
