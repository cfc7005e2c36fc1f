"""Kernel distances: unbiased, with an honest standard error, however they are worked."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from keras_gan.metrics import kernel_estimate
from keras_gan.metrics.kernel import MMD, KernelDistance, kernel_distance, mmd

RNG = np.random.default_rng(0)
REAL = RNG.normal(size=(120, 16)).astype("float32")
FAKE = (RNG.normal(size=(90, 16)) * 1.2 + 0.3).astype("float32")


@pytest.fixture(autouse=True)
def _one_thread():
    """Many small products: threads that wait for each other make them slow on a busy machine."""
    with threadpool_limits(1):
        yield


def by_definition(x, y, k):
    """The unbiased estimate, pair by pair."""
    inside = [np.mean([k(a[i], a[j]) for i in range(len(a)) for j in range(len(a)) if i != j]) for a in (x, y)]
    return sum(inside) - 2 * np.mean([k(a, b) for a in x for b in y])


def cubic(a, b):
    return (np.dot(a, b) / len(a) + 1) ** 3


def gaussian(gamma):
    return lambda a, b: np.exp(-gamma * np.sum((a - b) ** 2))


def test_values_are_those_of_the_definition():
    x, y = REAL[:15].astype("float64"), FAKE[:11].astype("float64")
    assert kernel_distance(x, y)[0] == pytest.approx(by_definition(x, y, cubic), rel=1e-9)
    assert mmd(x, y, gamma=0.05)[0] == pytest.approx(by_definition(x, y, gaussian(0.05)), rel=1e-9)
    mixture = np.mean([by_definition(x, y, gaussian(gamma)) for gamma in (0.01, 0.1)])
    assert mmd(x, y, gamma=[0.01, 0.1])[0] == pytest.approx(mixture, rel=1e-9)
    square = by_definition(x, y, lambda a, b: (0.5 * np.dot(a, b) + 2) ** 2)
    assert mmd(x, y, kernel="polynomial", degree=2, gamma=0.5, coef0=2.0)[0] == pytest.approx(square, rel=1e-9)


def test_the_default_bandwidth_is_the_median_distance_of_the_real_rows():
    distances = np.linalg.norm(REAL[:, None].astype("float64") - REAL, axis=2)[np.triu_indices(len(REAL), 1)]
    gamma = 1 / (2 * np.median(distances**2))
    for fake in (FAKE, 3 * FAKE):
        assert mmd(REAL, fake)[0] == pytest.approx(mmd(REAL, fake, gamma=gamma)[0], rel=1e-6)


@pytest.mark.parametrize("kernel", ["polynomial", "rbf"])
def test_tiles_do_not_show(kernel, monkeypatch):
    whole = mmd(REAL, FAKE, kernel=kernel)
    monkeypatch.setattr(kernel_estimate, "_TILE", 32)
    assert mmd(REAL, FAKE, kernel=kernel) == pytest.approx(whole, rel=1e-9)


def test_it_is_symmetric_and_blind_to_order():
    given = {"gamma": 0.1}
    score = mmd(REAL, FAKE, **given)
    assert mmd(FAKE, REAL, **given) == pytest.approx(score, rel=1e-9)
    assert mmd(REAL[::-1], FAKE[::-1], **given) == pytest.approx(score, rel=1e-9)


def test_the_same_array_on_both_sides_is_a_sample_like_any_other():
    assert mmd(REAL, REAL) == mmd(REAL, REAL.copy()) and mmd(REAL, REAL).value < 0


def test_subsets_are_the_mean_of_their_distances():
    indices = [(RNG.permutation(120)[:20], RNG.permutation(90)[:20]) for _ in range(5)]
    expected = np.mean([mmd(REAL[i], FAKE[j], kernel="polynomial")[0] for i, j in indices])
    assert kernel_distance(REAL, FAKE, indices=indices).value == pytest.approx(expected, rel=1e-9)


def test_the_seed_decides_the_subsets():
    given = {"subsets": 3, "subset_size": 20}
    first, again, other = (kernel_distance(REAL, FAKE, seed=seed, **given) for seed in (0, 0, 1))
    assert first == again and first.value != other.value


def test_no_more_rows_than_one_subset_are_taken_once():
    whole = mmd(REAL, FAKE, kernel="polynomial")
    assert kernel_distance(REAL, FAKE) == whole
    assert kernel_distance(REAL[:90], FAKE, subset_size=90) == mmd(REAL[:90], FAKE, kernel="polynomial")


@pytest.mark.parametrize("number", [100, 1000])
def test_between_equal_distributions_it_is_zero_on_average(number):
    scores = [mmd(*draw, kernel="polynomial") for draw in _draws(200, number)]
    values, errors = np.transpose(scores)
    assert abs(values.mean()) < 3 * values.std(ddof=1) / np.sqrt(200)
    assert np.mean(values < 0) > 0.3
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(values.std(ddof=1), rel=0.25)


def _draws(times, number, shift=0.0):
    random = np.random.default_rng(number)
    for _ in range(times):
        x, y = random.normal(size=(2, number, 16))
        yield x, y + shift


@pytest.mark.parametrize("shift", [0.0, 0.5])
@pytest.mark.parametrize("subset_size", [60, 300])
def test_the_standard_error_is_the_deviation_over_fresh_images(shift, subset_size):
    given = {"subset_size": subset_size, "subsets": 8}
    values, errors = np.transpose([kernel_distance(*draw, **given) for draw in _draws(150, 300, shift)])
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(values.std(ddof=1), rel=0.25)


def test_the_standard_error_holds_for_sides_of_unequal_size():
    values, errors = np.transpose([mmd(x, y[:60], gamma=0.05) for x, y in _draws(200, 300, 0.3)])
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(values.std(ddof=1), rel=0.25)


@pytest.mark.parametrize("function", [kernel_distance, mmd])
@pytest.mark.parametrize(
    "real, fake, message",
    [
        (REAL[:0], FAKE, "real: shape"),
        (REAL, FAKE[:0], "fake: shape"),
        (REAL, FAKE[:, :5], "real and fake: rows of 16 and of 5"),
        (REAL, np.full_like(FAKE, np.nan), "fake: 90 of 90 rows hold NaN"),
        (REAL[:1], FAKE[:1], "1 real and 1 generated rows; expected at least 2"),
        (REAL[:1], FAKE, "1 real and 90 generated rows; expected at least 2"),
    ],
)
def test_bad_rows_are_refused(function, real, fake, message):
    with pytest.raises(ValueError, match=message):
        function(real, fake)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"subset_size": 100}, "120 real and 90 generated rows.*subset_size=100. Use subset_size=90"),
        ({"subset_size": 1}, "subset_size=1"),
        ({"subsets": 0}, "subsets=0"),
        ({"degree": 0}, "degree=0"),
        ({"gamma": -1.0}, "gamma=-1.0; expected.*gamma > 0"),
        ({"gamma": [0.1, 0.0], "kernel": "rbf"}, "gamma > 0"),
        ({"kernel": "polinomial"}, "'polinomial'; nearest: polynomial"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        kernel_distance(REAL, FAKE, **arguments)


def test_equal_real_rows_have_no_bandwidth():
    with pytest.raises(ValueError, match="median distance of real rows is 0.*gamma"):
        mmd(np.ones((5, 2)), FAKE[:, :2])


def test_the_metrics_say_what_the_functions_say():
    few = {"subsets": 3, "subset_size": 20}
    for metric, name, expected in (
        (KernelDistance("points"), "KD[points]", kernel_distance(REAL, FAKE)),
        (KernelDistance("points", **few), "KD[points]", kernel_distance(REAL, FAKE, **few)),
        (MMD("points"), "MMD[points]", mmd(REAL, FAKE)),
        (MMD("points", gamma=[0.1, 1.0]), "MMD[points, gamma=0.1+1.0]", mmd(REAL, FAKE, gamma=[0.1, 1.0])),
    ):
        metric.update_state(REAL[:60], FAKE[:50])
        metric.update_state(REAL[60:], FAKE[50:])
        assert metric.result() == {name: pytest.approx(expected.value)}
        assert metric.standard_errors(None, None) == {name: pytest.approx(expected.standard_error)}


def test_a_side_with_few_images_sets_the_size_of_the_subsets():
    metric = KernelDistance("points", subsets=4, subset_size=100)
    metric.update_state(np.concatenate([REAL, REAL]), FAKE[:30])
    expected = kernel_distance(np.concatenate([REAL, REAL]), FAKE[:30], subsets=4, subset_size=30)
    assert metric.result()["KD[points]"] == pytest.approx(expected.value)
