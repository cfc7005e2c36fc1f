"""Copies are found, honest samples are not accused, and the standard errors are what repetition shows."""

import numpy as np
import pytest

from keras_gan import pictures
from keras_gan.metrics import memorisation

TESTS = [memorisation.nearer_to_train, memorisation.data_copying]


def _draw(seed, *numbers, dim=10):
    """Independent sets of standard normal points, of one distribution."""
    random = np.random.default_rng(seed)
    return [random.normal(size=(n, dim)) for n in numbers]


@pytest.mark.parametrize("test", TESTS)
def test_copies_are_found(test):
    train, held_out, noise = _draw(0, 500, 500, 500)
    found = test(train + 0.01 * noise, train, held_out)
    assert found.share > 0.99 and found.z > 15 and found.p_value < 1e-12


@pytest.mark.parametrize("test", TESTS)
def test_a_few_copies_among_honest_samples_are_found(test):
    samples, train, held_out = _draw(1, 2000, 2000, 2000)
    samples[:500] = train[:500]
    found = test(samples, train, held_out)
    assert 0.55 < found.share < 0.75 and found.z > 5


@pytest.mark.parametrize("test", TESTS)
def test_copies_score_one_however_few_images_are_held_out(test):
    train, held_out, noise = _draw(8, 6000, 1000, 500)
    found = test(train[:500] + 0.01 * noise, train, held_out)
    assert found.share > 0.99 and found.z > 10


@pytest.mark.parametrize("test", TESTS)
def test_a_generator_that_copies_fifty_of_six_thousand_images_is_found(test):
    train, held_out, noise = _draw(9, 6000, 1000, 1000)
    found = test(np.repeat(train[:50], 20, axis=0) + 0.01 * noise, train, held_out)
    assert found.share > 0.99 and found.z > 3.5


def test_fifty_points_of_ones_own_many_times_over_are_no_copies():
    z = []
    for seed in range(40):
        own, train, held_out, noise = _draw(seed, 50, 1500, 250, 500, dim=4)
        z.append(memorisation.nearer_to_train(np.repeat(own, 10, axis=0) + 1e-3 * noise, train, held_out).z)
    assert np.mean(z) == pytest.approx(0.0, abs=4 / 40**0.5) and np.std(z) == pytest.approx(1.0, abs=0.4)


def test_samples_without_detail_are_no_copies_by_their_neighbours():
    samples, train, held_out = _draw(10, 500, 3000, 500)
    assert abs(memorisation.nearer_to_train(0.3 * samples, train, held_out).z) < 3.5
    assert memorisation.data_copying(0.3 * samples, train, held_out).z > 10  # by their distances they are


@pytest.mark.parametrize("test", TESTS)
def test_honest_samples_have_z_of_zero_and_one_over_repetitions(test):
    z = [test(*_draw(seed, 150, 200, 200, dim=4)).z for seed in range(150)]
    assert np.mean(z) == pytest.approx(0.0, abs=4 / 150**0.5)
    assert np.std(z) == pytest.approx(1.0, abs=0.2)


def test_an_image_that_is_nearest_to_very_many_samples_does_not_feign_significance():
    z, shares = [], []
    for seed in range(60):
        random = np.random.default_rng(seed)
        sets = [random.normal(size=(n, 50)) * np.exp(0.3 * random.normal(size=(n, 1))) for n in (1000, 150, 150)]
        found = memorisation.nearer_to_train(*sets, seed=seed)
        z.append(found.z)
        shares.append(found.share)
    assert np.std(shares) > 3 * 0.5 / 1000**0.5  # a binomial standard error would be far too small here
    assert np.std(z) == pytest.approx(1.0, abs=0.35)


def test_samples_off_the_data_are_no_copies():
    samples, train, held_out = _draw(2, 300, 300, 300)
    assert memorisation.data_copying(3 * samples, train, held_out).z < -5


def test_training_and_held_out_images_change_places_with_the_sign():
    samples, train, held_out = _draw(3, 300, 300, 300)
    samples = train + 0.3 * samples
    forth, back = (memorisation.nearer_to_train(samples, *sets) for sets in ((train, held_out), (held_out, train)))
    assert forth.share == pytest.approx(1 - back.share) and forth.standard_error == pytest.approx(back.standard_error)


def test_the_copying_statistic_is_that_of_mann_and_whitney():
    from scipy.stats import mannwhitneyu

    samples, train, held_out = _draw(4, 80, 60, 70)
    to_train = [np.linalg.norm(x[:, None] - train, axis=2).min(axis=1) for x in (samples, held_out)]
    peer = mannwhitneyu(*to_train, alternative="less", use_continuity=False, method="asymptotic")
    found = memorisation.data_copying(samples, train, held_out)
    assert found.share == pytest.approx(1 - peer.statistic / (80 * 70))
    assert found.p_value == pytest.approx(peer.pvalue, rel=1e-6)


def test_equal_images_in_training_and_held_out_sets_are_shared_out_evenly():
    train, more = _draw(5, 400, 2000)
    assert memorisation.nearer_to_train(train, train, train).share == pytest.approx(0.5, abs=0.1)
    unequal = memorisation.nearer_to_train(train, np.concatenate([train, more]), train)
    assert unequal.share == pytest.approx(0.5, abs=4 * unequal.standard_error)


@pytest.mark.parametrize("numbers", [(200, 1200, 200), (200, 200, 1200), (100, 1000, 100)])
def test_unequal_numbers_of_training_and_held_out_images_do_not_shift_the_half(numbers):
    found = [memorisation.nearer_to_train(*_draw(seed, *numbers, dim=4), seed=seed) for seed in range(80)]
    z, shares, errors = np.transpose([(one.z, one.share, one.standard_error) for one in found])
    assert np.mean(z) == pytest.approx(0.0, abs=4 / 80**0.5) and np.std(z) == pytest.approx(1.0, abs=0.3)
    assert np.mean(shares) == pytest.approx(0.5, abs=0.05) and np.std(shares) == pytest.approx(errors.mean(), rel=0.4)


def test_each_sample_stands_before_its_neighbours():
    train = np.linspace(-1, 1, 12, dtype="float32")[:, None, None, None] * np.ones((1, 4, 4, 1), "float32")
    samples = train[[7, 2]]
    distances, indices = memorisation.nearest_images(samples, train, k=3)
    np.testing.assert_array_equal(distances[:, 0], 0.0)
    rows = memorisation.beside_neighbours(samples, train, indices)
    assert rows.shape == (8, 4, 4, 1)
    np.testing.assert_array_equal(rows[[0, 4]], samples)
    np.testing.assert_array_equal(rows[[1, 5]], samples)
    np.testing.assert_array_equal(rows[2:4], train[indices[0, 1:]])
    assert pictures.grid(rows, columns=4, min_side=1).shape == (11, 21, 3)


def test_the_metric_tells_copies_from_honest_samples_by_three_sets():
    honest, train, held_out = _draw(6, 400, 900, 300)
    metric = memorisation.Memorisation("points")
    sides = {}
    for name, rows in {"train": train, "held out": held_out, "honest": honest, "copies": train[:400]}.items():
        sides[name] = metric.make_statistics()
        sides[name].update(rows)
    clean, copied = (metric.compare(sides["train"], sides[fake], sides["held out"]) for fake in ("honest", "copies"))
    assert clean["nearer_to_train[points]"] == pytest.approx(0.5, abs=0.15) and abs(clean["C_T[points]"]) < 4
    assert copied["nearer_to_train[points]"] == 1.0 and copied["C_T[points]"] < -15
    assert list(copied) == ["C_T[points]", "nearer_to_train[points]"] == list(metric.standard_errors(None, None))
    expected = memorisation.nearer_to_train(train[:400], train, held_out)
    assert metric.standard_errors(None, None) == pytest.approx(
        {"C_T[points]": 1.0, "nearer_to_train[points]": expected.standard_error}
    )
    assert clean["C_T[points]"] == -memorisation.data_copying(honest, train, held_out).z


def test_the_words_say_which_way_copies_lie():
    better, meaning = memorisation.Memorisation.words["C_T"]
    assert better == "nearer 0" and "negative" in meaning and "positive" in meaning
    assert all(len(meaning) <= 100 for _, meaning in memorisation.Memorisation.words.values())


def test_neighbours_of_other_images_are_refused():
    with pytest.raises(ValueError, match="expected as many indices as samples"):
        memorisation.beside_neighbours(np.zeros((2, 8, 8, 1)), np.zeros((5, 8, 8, 3)), np.zeros((2, 3), int))
    with pytest.raises(ValueError, match="rows of 64 and of 192 numbers"):
        memorisation.nearest_images(np.zeros((2, 8, 8, 1)), np.zeros((5, 8, 8, 3)), k=1)
    with pytest.raises(ValueError, match="NaN"):
        memorisation.data_copying(np.full((2, 3), np.nan), np.zeros((4, 3)), np.zeros((4, 3)))
