"""Neighbours: closed forms, floors, symmetry, ties, and errors that say what to do."""

import numpy as np
import pytest

from keras_gan.metrics import distances, neighbours

TWO_SIDED = [
    neighbours.prdc,
    neighbours.precision_recall,
    neighbours.density_coverage,
    neighbours.one_nearest_neighbour,
]


@pytest.fixture
def normal():
    """`normal(n, d, seed)`: standard normal float32 points."""
    return lambda n, d, seed: np.random.default_rng(seed).normal(size=(n, d)).astype("float32")


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(distances, "_TILE", 7)


def radii(rows, k):
    return np.sqrt(distances.squared_radii(rows, k, "rows"))


def test_nearest_agrees_with_all_distances_sorted(normal, small_tiles):
    queries, rows = normal(20, 3, 0), normal(30, 3, 1)
    every = np.linalg.norm(queries[:, None].astype("float64") - rows, axis=2)
    found, indices = distances.nearest(queries, rows, k=9)  # more than fit into a tile
    np.testing.assert_allclose(found, np.sort(every, axis=1)[:, :9], rtol=1e-12)
    np.testing.assert_array_equal(indices, np.argsort(every, axis=1)[:, :9])


def test_a_copy_lies_at_zero_however_far_from_the_origin(normal):
    rows = normal(50, 8, 0) + np.float32(1e4)
    found, indices = distances.nearest(rows, rows)
    np.testing.assert_array_equal(found, 0.0)
    np.testing.assert_array_equal(indices[:, 0], np.arange(50))


def test_distances_keep_their_digits_far_from_the_origin(normal):
    rows = normal(40, 8, 0) + np.float32(1e4)
    true = np.linalg.norm(rows[:, None].astype("float64") - rows, axis=2)
    np.testing.assert_allclose(radii(rows, 2), np.sort(true, axis=1)[:, 2], rtol=1e-9)


def test_radii_on_a_line_are_known():
    line = np.array([[0.0], [1.0], [3.0], [6.0]])
    np.testing.assert_allclose(radii(line, 1), [1, 1, 2, 3])
    np.testing.assert_allclose(radii(line, 2), [3, 2, 3, 5])


def test_radii_do_not_depend_on_the_tiles(normal, monkeypatch):
    rows = normal(60, 4, 0)
    whole = radii(rows, 3)
    monkeypatch.setattr(distances, "_TILE", 11)
    np.testing.assert_allclose(radii(rows, 3), whole, rtol=1e-12)


def test_equal_rows_are_neighbours_at_zero():
    rows = np.array([[1.0, 2.0]] * 3 + [[5.0, 5.0]])
    np.testing.assert_allclose(radii(rows, 2), [0, 0, 0, 5])


def test_prdc_of_two_short_lines_is_counted_by_hand():
    real, fake = np.array([[0.0], [1.0], [2.0], [10.0]]), np.array([[1.5], [2.5], [30.0]])
    # Real balls reach 1, 1, 1, 8; fake balls reach 1, 1, 27.5. 1.5 lies in the balls of 1 and 2; 2.5 of 2 and 10.
    scores = neighbours.prdc(real, fake, k=1)
    assert scores == pytest.approx({"precision": 2 / 3, "recall": 3 / 4, "density": 4 / 3, "coverage": 3 / 4})


def test_copies_of_the_real_images_score_one_in_all_four(normal):
    rows = normal(200, 6, 0)
    assert neighbours.prdc(rows, rows, k=5) == pytest.approx(
        dict.fromkeys(("precision", "recall", "density", "coverage"), 1.0)
    )


def test_equal_real_images_cost_copies_of_them_density_and_coverage(normal):
    rows = np.repeat(normal(30, 6, 0), 4, axis=0)
    scores = neighbours.prdc(
        rows, rows, k=3
    )  # every ball has radius 0: closed ones hold their centre, open ones nothing
    assert scores == {"precision": 1.0, "recall": 1.0, "density": 0.0, "coverage": 0.0}


def test_real_images_against_real_images_have_the_known_density_and_coverage(normal):
    scores = neighbours.prdc(normal(2000, 8, 0), normal(2000, 8, 1), k=5)
    assert scores["density"] == pytest.approx(1.0, abs=0.04)
    assert scores["coverage"] == pytest.approx(1 - 2**-5, abs=0.015)
    assert scores["precision"] == pytest.approx(scores["recall"], abs=0.03)


def test_precision_and_recall_change_places_with_their_sides(normal):
    wide, narrow = normal(300, 4, 0), normal(250, 4, 1) / 2
    forth, back = neighbours.precision_recall(wide, narrow), neighbours.precision_recall(narrow, wide)
    assert forth == {"precision": back["recall"], "recall": back["precision"]}
    assert forth["precision"] > 0.99 > 0.6 > forth["recall"]


def test_lost_modes_cost_recall_and_coverage_but_not_precision_or_density(normal):
    real = normal(400, 2, 0) + np.repeat([[0, 0], [50, 50]], 200, axis=0)
    scores = neighbours.prdc(real, normal(400, 2, 1))
    assert scores["precision"] > 0.9 and scores["density"] > 0.85
    assert 0.4 < scores["recall"] < 0.52 and 0.4 < scores["coverage"] < 0.51


def test_precision_and_recall_are_those_of_prdc_and_so_are_density_and_coverage(normal):
    real, fake = normal(100, 3, 0), normal(80, 3, 1)
    assert neighbours.precision_recall(real, fake, 4) | neighbours.density_coverage(real, fake, 4) == neighbours.prdc(
        real, fake, 4
    )


@pytest.mark.parametrize("score", TWO_SIDED)
def test_the_order_of_images_is_irrelevant(score, normal):
    real, fake = normal(90, 3, 0), normal(90, 3, 1)
    shuffled = np.random.default_rng(2).permutation(90)
    assert score(real[shuffled], fake[shuffled[::-1]]) == pytest.approx(score(real, fake), abs=1e-12)


def test_the_two_sample_test_is_undecided_on_one_distribution(normal):
    scores = neighbours.one_nearest_neighbour(normal(1500, 4, 0), normal(1500, 4, 1))
    assert scores["overall"] == pytest.approx(0.5, abs=4 * 0.5 / 1500**0.5)


def test_the_two_sample_test_tells_samples_that_lie_apart(normal):
    apart = neighbours.one_nearest_neighbour(normal(100, 4, 0), normal(100, 4, 1) + 20)
    assert apart == {"overall": 1.0, "real": 1.0, "fake": 1.0}


def test_the_two_sample_test_is_always_wrong_on_copies(normal):
    rows = normal(100, 4, 0)
    assert neighbours.one_nearest_neighbour(rows, rows)["overall"] == 0.0


def test_the_two_sample_test_counts_ties_half():
    same = np.ones((10, 2))
    assert neighbours.one_nearest_neighbour(same, same) == {"overall": 0.5, "real": 0.5, "fake": 0.5}


def test_one_collapsed_mode_is_told_by_the_two_accuracies(normal):
    collapsed = 0.01 * normal(300, 4, 1)
    scores = neighbours.one_nearest_neighbour(normal(300, 4, 0), collapsed)
    assert scores["fake"] > 0.98 and scores["real"] < scores["fake"]


def test_the_two_sample_test_draws_equal_numbers_by_its_seed(normal):
    real, fake = normal(400, 3, 0), normal(100, 3, 1)
    scores = [neighbours.one_nearest_neighbour(real, fake, seed) for seed in (0, 0, 1)]
    assert scores[0] == scores[1] != scores[2]
    drawn = neighbours.subset(real, 100, seed=0)
    assert neighbours.one_nearest_neighbour(drawn, fake) == scores[0]


@pytest.mark.parametrize("score", TWO_SIDED)
@pytest.mark.parametrize(
    ("real", "fake", "words"),
    [
        (np.zeros((9, 3)), np.zeros((9, 4)), "rows of 3 and of 4 numbers.*one extractor"),
        (np.full((9, 3), np.nan), np.zeros((9, 3)), "9 of 9 rows hold NaN or infinity"),
        (np.zeros((9, 3, 3, 1)), np.zeros((9, 3)), r"expected \(n, d\).*reshape"),
        (np.zeros((0, 3)), np.zeros((9, 3)), r"shape \(0, 3\)"),
        (np.zeros((9, 3)), np.zeros((1, 3)), "0 to choose from.*more images"),
    ],
)
def test_sides_that_cannot_be_compared_are_refused(score, real, fake, words):
    with pytest.raises(ValueError, match=words):
        score(real, fake)


@pytest.mark.parametrize("k", [0, 10, 2.0])
def test_a_k_that_cannot_be_counted_is_refused(k):
    with pytest.raises(ValueError, match="k=.*expected an int from 1 to 9"):
        neighbours.prdc(np.zeros((10, 2)), np.zeros((20, 2)), k)


def test_as_many_neighbours_as_rows_are_found_and_no_more():
    assert distances.nearest(np.zeros((1, 2)), np.ones((3, 2)), k=3)[1].shape == (1, 3)
    with pytest.raises(ValueError, match="k=4 with 3 to choose from"):
        distances.nearest(np.zeros((1, 2)), np.ones((3, 2)), k=4)


METRICS = {
    neighbours.PrecisionRecall: {"precision[points]", "recall[points]"},
    neighbours.DensityCoverage: {"density[points]", "coverage[points]"},
    neighbours.OneNearestNeighbour: {"1nn[points]", "1nn_real[points]", "1nn_fake[points]"},
}


@pytest.mark.parametrize("kind", METRICS)
def test_a_metric_takes_minibatches_in_any_split_and_names_its_features(kind, normal):
    real, fake = normal(200, 3, 0), normal(200, 3, 1) + 0.5
    whole, parts = kind("points"), kind("points")
    whole.update_state(real, fake)
    for i in range(0, 200, 40):
        parts.update_state(real[i : i + 40], fake[i : i + 40])
    assert set(whole.result()) == METRICS[kind] and whole.result() == parts.result()
    assert set(kind.words) == {name.partition("[")[0] for name in METRICS[kind]}


def test_a_metric_counts_equal_numbers_of_both_sides_and_no_more_than_it_is_told(normal):
    real, fake = normal(300, 3, 0), normal(300, 3, 1)
    metric = neighbours.PrecisionRecall("points", k=4, max_images=120, seed=5)
    metric = neighbours.PrecisionRecall.from_config(metric.get_config())
    metric.update_state(real, fake)
    drawn = neighbours.subset(real, 120, 5), neighbours.subset(fake, 120, 5)
    expected = neighbours.precision_recall(*drawn, k=4)
    assert metric.result() == {f"{word}[points, k=4]": value for word, value in expected.items()}


def test_scores_of_two_ks_have_two_names(normal):
    names = []
    for metric in (neighbours.PrecisionRecall("points", k=k) for k in (3, 10)):
        metric.update_state(normal(40, 3, 0), normal(40, 3, 1))
        names.append(list(metric.result()))
    assert names == [["precision[points]", "recall[points]"], ["precision[points, k=10]", "recall[points, k=10]"]]
    other = neighbours.DensityCoverage("points", k=3)
    other.update_state(normal(40, 3, 0), normal(40, 3, 1))
    assert list(other.result()) == ["density[points, k=3]", "coverage[points, k=3]"]


@pytest.mark.parametrize(("kind", "k"), [(neighbours.PrecisionRecall, 3), (neighbours.DensityCoverage, 5)])
def test_too_few_images_for_k_are_said(kind, k, normal):
    metric = kind("points")
    metric.update_state(normal(3, 2, 0), normal(50, 2, 1))
    with pytest.raises(ValueError, match=f"k={k} with 2 to choose from.*more images"):
        metric.result()
