"""The Fréchet distance: closed forms, three routes to one number, its bias and what is left without it."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from keras_gan.metrics.frechet import (
    FIDInfinity,
    FrechetDistance,
    fid_infinity,
    frechet_bias,
    frechet_distance,
    warn_of_bias,
)
from keras_gan.metrics.statistics import Moments

RNG = np.random.default_rng(0)
MIXING = RNG.normal(size=(32, 32)) * np.geomspace(1, 1e-2, 32)
REAL = RNG.normal(size=(400, 32)) @ MIXING
FAKE = RNG.normal(size=(300, 32)) @ MIXING.T + 0.3


def moments(rows):
    made = Moments()
    made.update(rows)
    return made


def gaussian(mean, covariance, number=10_000):
    return Moments.from_arrays({"num_images": number, "mean": mean, "covariance": covariance})


def with_rows(rows):
    """What keeps rows however many there are."""
    return SimpleNamespace(mean=rows.mean(axis=0), covariance=np.cov(rows.T), num_images=len(rows), rows=rows)


def without_rows(rows):
    return gaussian(rows.mean(axis=0), np.cov(rows.T), len(rows))


def spread(side):
    return np.trace(side.covariance)


def positive_definite(dimensions):
    root = RNG.normal(size=(dimensions, dimensions))
    return root @ root.T / dimensions + 0.1 * np.eye(dimensions)


def test_two_gaussians_have_their_closed_form():
    # N(m + a, TΣT) is N(m, Σ) transported by x -> T(x - m) + m + a, with symmetric T > 0: the best plan.
    covariance, transport, shift = positive_definite(16), positive_definite(16), RNG.normal(size=16)
    real = gaussian(np.ones(16), covariance)
    fake = gaussian(np.ones(16) + shift, transport @ covariance @ transport)
    moved = transport - np.eye(16)
    expected = shift @ shift + np.trace(moved @ covariance @ moved)
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-9)


def test_singular_gaussians_have_their_closed_form():
    real, fake = np.diag([4.0, 1.0, 0.0, 0.0]), np.diag([9.0, 0.0, 1.0, 0.0])
    sides = gaussian(np.zeros(4), real), gaussian(np.full(4, 0.5), fake)
    assert frechet_distance(*sides) == pytest.approx(1.0 + 1.0 + 1.0 + 1.0, abs=1e-9)


@pytest.mark.parametrize("real, fake", [(REAL, FAKE), (REAL[:200], FAKE[:33]), (REAL[:40], FAKE)])
def test_cholesky_and_nuclear_norm_agree(real, fake):
    expected = frechet_distance(with_rows(real), with_rows(fake))
    assert frechet_distance(moments(real), moments(fake)) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(moments(real), with_rows(fake)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("real, fake", [(REAL[:20], FAKE[:25]), (REAL, FAKE[:25]), (REAL[:20], FAKE)])
def test_eigenvectors_and_nuclear_norm_agree_for_fewer_images_than_features(real, fake):
    expected = frechet_distance(with_rows(real), with_rows(fake))
    assert frechet_distance(without_rows(real), without_rows(fake)) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(moments(real), moments(fake)) == pytest.approx(expected, rel=1e-6)


def test_dead_features_change_nothing():
    padded = [np.hstack([rows, np.zeros((len(rows), 5)), rows[:, :3]]) for rows in (REAL, FAKE)]
    expected = frechet_distance(*map(with_rows, padded))
    assert frechet_distance(*map(moments, padded)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("number", [2, 10, 31, 32, 33, 34, 40, 400])
def test_it_is_zero_against_itself_and_symmetric(number):
    real, fake = moments(REAL[:number]), moments(FAKE[:50])
    for side in (real, without_rows(REAL[:number])):
        assert 0 <= frechet_distance(side, side) <= 1e-6 * spread(side)
    assert frechet_distance(real, fake) == pytest.approx(frechet_distance(fake, real), rel=1e-9)


def test_it_is_zero_against_itself_over_twelve_decades_of_variance():
    rotation = np.linalg.qr(RNG.normal(size=(200, 200)))[0]
    side = gaussian(np.zeros(200), (rotation * np.geomspace(1, 1e-12, 200)) @ rotation.T)
    assert frechet_distance(side, side) <= 1e-6 * spread(side)


def test_variances_alone_and_means_alone():
    real, fake = moments(REAL), moments(FAKE)
    gap = np.sum((REAL.mean(axis=0) - FAKE.mean(axis=0)) ** 2)
    deviations = REAL.std(axis=0, ddof=1) - FAKE.std(axis=0, ddof=1)
    assert frechet_distance(real, fake, covariance=None) == pytest.approx(gap)
    assert frechet_distance(real, fake, covariance="diagonal") == pytest.approx(gap + deviations @ deviations)
    assert frechet_distance(with_rows(REAL), with_rows(FAKE), covariance="diagonal") == pytest.approx(
        gap + deviations @ deviations
    )


def test_few_images_cost_what_the_bias_says():
    rows = RNG.normal(size=(20_000, 16))
    measured = np.mean(
        [frechet_distance(*map(moments, rows[i : i + 400].reshape(2, 200, 16))) for i in range(0, 20_000, 400)]
    )
    assert np.mean([frechet_bias(rows, 200, seed) for seed in range(20)]) == pytest.approx(measured, rel=0.1)
    assert frechet_bias(rows, 200, seed=3) == frechet_bias(rows, 200, seed=3) != frechet_bias(rows, 200, seed=4)


def test_the_warning_says_how_large_the_bias_is():
    rows = RNG.normal(size=(9000, 16))
    real, fake = moments(rows[:6000]), moments(rows[6000:6200])
    with pytest.warns(UserWarning, match="200 images in 16 dimensions.*200 images each.*at least 2048 images") as said:
        warn_of_bias(real, fake, rows[:6000])
    assert f"already {frechet_bias(rows[:6000], 200):.4g} apart" in str(said[0].message)
    with pytest.warns(UserWarning, match="200 images each, are already") as said:
        warn_of_bias(real, fake)  # from the sample that Moments keep
    told = float(str(said[0].message).split("already ")[1].split()[0])
    assert told == pytest.approx(frechet_bias(rows[:6000], 200), rel=0.25)
    with pytest.warns(UserWarning, match="biased upwards. Use"):
        warn_of_bias(without_rows(rows[:300]), fake)


def test_more_images_than_few_and_than_features_warn_of_nothing():
    many = moments(RNG.normal(size=(2100, 8)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_bias(many, many)
    wide = gaussian(np.zeros(3000), np.eye(3000), number=2500)
    with pytest.warns(UserWarning, match="2500 images in 3000 dimensions.*at least 3001"):
        warn_of_bias(wide, wide)


def test_infinity_is_nearer_to_the_truth_than_all_images():
    real = gaussian(np.zeros(16), np.eye(16))
    scores = []
    for _ in range(10):
        fake = RNG.normal(size=(1000, 16)) * 1.1
        scores.append((fid_infinity(real, fake), frechet_distance(real, moments(fake))))
    infinite, plain = np.mean(scores, axis=0)
    truth = 16 * 0.1**2
    noise = np.std(scores, axis=0)[0] / np.sqrt(10)
    assert abs(infinite - truth) < 3 * noise + 0.01
    assert plain - truth > 0.05


def test_infinity_is_repeatable_and_needs_images():
    real, fake = moments(REAL), FAKE
    assert fid_infinity(real, fake, seed=1) == fid_infinity(real, fake, seed=1) != fid_infinity(real, fake, seed=2)
    with pytest.raises(ValueError, match="num_points=1"):
        fid_infinity(real, fake, num_points=1)
    with pytest.raises(ValueError, match="smallest=300, 300 generated images"):
        fid_infinity(real, fake, smallest=300)
    with pytest.warns(UserWarning, match="25 generated images in 32 dimensions.*at least 128"):
        fid_infinity(real, fake[:50])


@pytest.mark.parametrize(
    "real, fake, message",
    [
        (REAL, FAKE[:1], "1 fake images; expected at least 2"),
        (REAL[:1], FAKE, "1 real images; expected at least 2"),
        (REAL, FAKE[:, :5], "32 dimensions, generated ones 5"),
    ],
)
def test_bad_sides_are_refused(real, fake, message):
    with pytest.raises(ValueError, match=message):
        frechet_distance(moments(real), moments(fake))


def test_empty_sides_and_unknown_words_are_refused():
    with pytest.raises(ValueError, match="0 real images; expected at least 2"):
        frechet_distance(Moments(), moments(FAKE))
    with pytest.raises(ValueError, match="'diagnal'; nearest: diagonal"):
        frechet_distance(moments(REAL), moments(FAKE), covariance="diagnal")
    with pytest.raises(ValueError, match="num_images=201 of 400 rows.*num_images=200"):
        frechet_bias(REAL, 201)


def test_the_metrics_say_what_the_functions_say():
    real, fake = (RNG.normal(size=(2500, 4)).astype("float32") + shift for shift in (0, 0.2))
    metric, infinity = FrechetDistance("points"), FIDInfinity("points", num_points=5)
    for chosen in (metric, infinity):
        for part in range(5):
            chosen.update_state(real[part::5], fake[part::5])
    assert metric.result() == {"FD[points]": pytest.approx(frechet_distance(moments(real), moments(fake)), rel=1e-9)}
    assert infinity.result()["FD-infinity[points]"] == pytest.approx(0.16, abs=0.05)


def test_the_metric_warns_of_few_images():
    metric = FrechetDistance("points")
    metric.update_state(REAL[:, :4].astype("float32"), FAKE[:, :4].astype("float32"))
    with pytest.warns(UserWarning, match="300 images in 4 dimensions.*two halves.*200 images each"):
        metric.result()


def test_the_metric_refuses_one_image():
    metric = FrechetDistance("points")
    metric.update_state(REAL[:, :4].astype("float32"), FAKE[:1, :4].astype("float32"))
    with pytest.raises(ValueError, match="1 fake images; expected at least 2"):
        metric.result()
