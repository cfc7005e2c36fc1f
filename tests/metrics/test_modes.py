"""Modes: what real points get is known in closed form, and each way to fail shows in its own number."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.data import mixtures
from keras_gan.metrics import modes

RING, GRID = mixtures.ring_centers(), mixtures.grid_centers()


@pytest.mark.parametrize(
    ("points", "centers", "std"),
    [(mixtures.ring(20_000, seed=0), RING, 0.01), (mixtures.grid(20_000, seed=0), GRID, 0.05)],
    ids=["ring", "grid"],
)
def test_real_points_reach_the_known_ceiling_and_floor(points, centers, std):
    found = modes.mode_coverage(points, centers, std)
    assert found.modes == len(centers)
    assert found.high_quality == pytest.approx(1 - np.exp(-4.5), abs=0.003)
    assert found.std_ratio == pytest.approx(1.0, abs=0.02)
    np.testing.assert_allclose(found.std_ratios, 1.0, atol=0.12)
    assert found.kl < 3 * modes.kl_floor(len(centers), 20_000)


def test_the_floor_of_the_divergence_is_its_mean_over_real_points():
    found = [modes.mode_coverage(mixtures.ring(2500, seed), RING, 0.01).kl for seed in range(100)]
    assert modes.kl_floor(8, 2500) == pytest.approx(0.0014)
    assert np.mean(found) == pytest.approx(0.0014, rel=0.25)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_the_width_of_real_modes_is_one_in_any_dimension(dim):
    points = np.random.default_rng(0).normal(scale=0.2, size=(20_000, dim))
    for within in (1.0, 3.0):
        assert modes.mode_coverage(points, np.zeros((1, dim)), 0.2, within).std_ratio == pytest.approx(1.0, abs=0.02)


def test_a_collapsed_generator_covers_one_mode():
    found = modes.mode_coverage(mixtures.around(RING[:1], 1000, 0, 0.01), RING, 0.01)
    assert found.modes == 1 and found.kl == pytest.approx(np.log(8))
    assert found.high_quality == pytest.approx(0.989, abs=0.01) and np.isnan(found.std_ratios[1:]).all()


def test_shrunken_modes_show_in_their_width_and_above_the_ceiling():
    found = modes.mode_coverage(mixtures.ring(2500, 0, std=0.004), RING, 0.01)
    assert found.high_quality == 1.0 and found.std_ratio == pytest.approx(0.4, abs=0.03)


def test_a_moved_mode_keeps_its_width():
    found = modes.mode_coverage(mixtures.ring(4000, 0, std=0.005) + 0.005, RING, 0.01)
    assert found.std_ratio == pytest.approx(0.5, abs=0.04)


def test_points_between_the_modes_are_of_low_quality_and_still_count_for_the_nearest():
    points = np.concatenate([RING, 0.5 * RING[:4]])
    found = modes.mode_coverage(points, RING, 0.01)
    assert found.modes == 8 and found.high_quality == pytest.approx(8 / 12)
    shares = np.array([2, 2, 2, 2, 1, 1, 1, 1]) / 12
    assert found.kl == pytest.approx(np.sum(shares * np.log(8 * shares)))


def test_without_a_good_point_no_mode_is_found_and_no_width_known():
    found = modes.mode_coverage(np.zeros((10, 2)), RING, 0.01)
    assert (found.modes, found.high_quality) == (0, 0.0) and np.isnan(found.std_ratio)


def test_the_order_of_points_and_centers_is_irrelevant():
    points = mixtures.grid(500, 0)
    forth, back = modes.mode_coverage(points, GRID, 0.05), modes.mode_coverage(points[::-1], GRID[::-1], 0.05)
    assert forth[:2] == back[:2] and forth[2:4] == pytest.approx(back[2:4])
    np.testing.assert_allclose(forth.std_ratios, back.std_ratios[::-1], rtol=1e-9)


@pytest.mark.parametrize(
    ("points", "options", "words"),
    [
        (np.zeros((5, 3)), {}, "rows of 3 and of 2 numbers"),
        (np.full((5, 2), np.nan), {}, "NaN"),
        (np.zeros((5, 2)), {"std": 0.0}, "expected both above 0"),
        (np.zeros((5, 2)), {"within": -1.0}, "expected both above 0"),
    ],
)
def test_points_that_cannot_be_counted_are_refused(points, options, words):
    with pytest.raises(ValueError, match=words):
        modes.mode_coverage(points, RING, **{"std": 0.01} | options)


def test_the_width_keeps_its_digits_far_from_the_origin():
    points = np.random.default_rng(0).normal(scale=0.5, size=(5000, 2)).astype("float32") + np.float32(1000)
    assert modes.mode_coverage(points, np.full((1, 2), 1000.0), 0.5).std_ratio == pytest.approx(1.0, abs=0.03)


def test_the_metric_says_what_the_function_says():
    points, real = mixtures.grid(700, seed=3), mixtures.grid(700, seed=4)
    metric = modes.Modes("grid")
    for part in np.split(points, 7):
        metric.update_state(real[:100], part)
    found = modes.mode_coverage(points, GRID, 0.05)
    assert metric.result() == pytest.approx(
        {"modes": 25, "high_quality": found.high_quality, "mode_kl": found.kl, "mode_std": found.std_ratio}
    )


@pytest.mark.parametrize(
    ("metric", "target"),
    [
        (modes.Modes(), 0.989),
        (modes.Modes(within=2.0), 0.865),
        (modes.Modes(None, centers=[[0.0], [5.0]], std=1), 0.997),
    ],
)
def test_the_target_of_high_quality_is_that_of_the_mixture(metric, target):
    better, meaning = metric.words["high_quality"]
    assert better == f"nearer {target}" and f"within {metric.within:g} standard" in meaning
    dim = len(metric.centers[0])
    points = np.random.default_rng(0).normal(0, metric.std, size=(20_000, dim)) + metric.centers[0]
    found = modes.mode_coverage(points, metric.centers, metric.std, metric.within).high_quality
    assert found == pytest.approx(target, abs=0.01)


def test_the_metric_gives_finite_numbers_alone():
    metric = modes.Modes()
    metric.update_state(np.zeros((10, 2), "float32"), np.zeros((10, 2), "float32"))
    found = metric.result()
    assert set(found) == {"modes", "high_quality", "mode_kl"} and np.isfinite([*found.values()]).all()


def test_the_metric_takes_centres_of_ones_own_and_remembers_them():
    metric = modes.Modes(None, centers=[[0.0, 0.0], [5.0, 0.0]], std=0.1, within=2.0, name="mine")
    twin = modes.Modes.from_config(metric.get_config())
    twin.update_state(np.zeros((4, 2), "float32"), np.array([[0, 0], [0.1, 0], [5, 0.1], [5.25, 0]], "float32"))
    assert twin.name == "mine" and twin.result()["modes"] == 2 and twin.result()["high_quality"] == 0.75


@pytest.mark.parametrize("arguments", [{"dataset": "rings"}, {"centers": [[0.0]]}, {"std": 0.1}, {"dataset": None}])
def test_a_mixture_that_nobody_knows_is_refused(arguments):
    with pytest.raises(ValueError, match="expected the dataset 'ring' or 'grid', or both centers and std"):
        modes.Modes(**arguments)


def test_stacked_digits_are_read_channel_by_channel():
    def brightness(images):  # a classifier of images that are -1 for a 0, ..., 0.8 for a 9
        level = tf.cast(tf.round((images[:, 0, 0, 0] + 1) * 5), tf.int32)
        return {"features": images, "probabilities": tf.one_hot(level, 10)}

    digits = np.array([[1, 2, 3], [3, 2, 1], [9, 0, 0], [1, 2, 3]])
    images = np.broadcast_to((digits / 5 - 1)[:, None, None], (4, 8, 8, 3)).astype("float32")
    metric = modes.StackedMNIST(brightness)
    metric.update_state(images, images)
    expected = modes.stacked_modes(digits)
    assert metric.result() == {"stacked_modes[brightness]": 3, "stacked_kl[brightness]": pytest.approx(expected.kl)}


def test_every_triple_once_is_all_modes_and_no_divergence():
    every = np.stack(np.meshgrid(*[np.arange(10)] * 3), axis=-1).reshape(-1, 3)
    assert modes.stacked_modes(every) == modes.StackedModes(1000, 0.0)


def test_one_triple_is_one_mode_at_the_greatest_divergence():
    found = modes.stacked_modes(np.full((50, 3), 4))
    assert found.modes == 1 and found.kl == pytest.approx(np.log(1000))


def test_the_channels_are_told_apart():
    assert modes.stacked_modes([[1, 2, 3], [3, 2, 1], [2, 1, 3]]).modes == 3


def test_equally_likely_triples_have_the_floor_of_the_papers_26_000():
    found = modes.stacked_modes(np.random.default_rng(0).integers(10, size=(26_000, 3)))
    assert found.modes == 1000 and modes.kl_floor(1000, 26_000) == pytest.approx(0.0192, abs=5e-5)
    assert found.kl == pytest.approx(0.0192, abs=0.003)


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        (np.zeros((5, 2), int), r"shape \(5, 2\)"),
        (np.zeros((5, 3)), "float64.*argmax"),
        (np.full((5, 3), 10), "expected digits, 0 to 9"),
        (np.zeros((0, 3), int), r"shape \(0, 3\)"),
    ],
)
def test_triples_that_are_no_digits_are_refused(digits, words):
    with pytest.raises(ValueError, match=words):
        modes.stacked_modes(digits)
