"""Parzen windows: densities known in closed form, and the protocol's order of real images, centroids and noise."""

import numpy as np
import pytest
from scipy import special, stats

from keras_gan import data
from keras_gan.metrics import distances, parzen


def test_one_window_is_a_gaussian():
    points = np.random.default_rng(0).normal(size=(20, 3))
    found = parzen.log_densities(points, np.array([[1.0, 2.0, 3.0]]), [0.5])[0]
    np.testing.assert_allclose(found, stats.multivariate_normal([1, 2, 3], 0.25).logpdf(points), rtol=1e-10)


def test_two_windows_are_half_a_gaussian_each():
    found = parzen.log_densities(np.array([[0.0]]), np.array([[-1.0], [3.0]]), [2.0])[0, 0]
    assert found == pytest.approx(np.log(stats.norm.pdf([1, 3], scale=2).mean()), abs=1e-12)


def test_many_windows_over_many_tiles_agree_with_the_formula(monkeypatch):
    monkeypatch.setattr(distances, "_TILE", 13)
    random = np.random.default_rng(0)
    points, samples, sigmas = random.normal(size=(40, 5)), random.normal(size=(70, 5)), [0.05, 1.0, 7.0]
    squared = ((points[:, None] - samples) ** 2).sum(axis=2)
    for sigma, found in zip(sigmas, parzen.log_densities(points, samples, sigmas), strict=True):
        normalizer = np.log(70) + 2.5 * np.log(2 * np.pi * sigma**2)
        np.testing.assert_allclose(found, special.logsumexp(-squared / (2 * sigma**2), axis=1) - normalizer, rtol=1e-9)


def test_a_density_integrates_to_one():
    x = np.linspace(-12, 12, 4001)
    density = np.exp(parzen.log_densities(x[:, None], np.random.default_rng(0).normal(size=(50, 1)), [0.3])[0])
    assert density.sum() * (x[1] - x[0]) == pytest.approx(1.0, abs=1e-6)


def test_far_away_images_stay_finite():
    found = parzen.parzen_log_likelihood(np.zeros((5, 784)), np.ones((5, 784)), np.full((5, 784), 100.0))
    assert np.isfinite(found.mean) and found.mean < -1e6


def test_sigma_is_the_best_on_validation_images_alone():
    random = np.random.default_rng(0)
    samples, validation = random.normal(size=(2000, 1)), random.normal(size=(500, 1))
    found = parzen.parzen_log_likelihood(samples, validation, np.full((3, 1), 2.0), sigmas=[0.001, 0.2, 50.0])
    assert found.sigma == 0.2
    assert found.mean == pytest.approx(stats.norm.logpdf(2.0), abs=0.15) and found.standard_error == 0.0


def test_sigma_is_chosen_on_the_first_thousand_images():
    samples, far = np.zeros((10, 1)), np.full((5000, 1), 30.0)
    validation = np.concatenate([np.full((1000, 1), 0.1), far])
    assert parzen.parzen_log_likelihood(samples, validation, samples).sigma == pytest.approx(0.1)


def test_the_standard_error_is_that_of_the_mean_over_test_images():
    test = np.array([[0.0], [1.0], [2.0]])
    found = parzen.parzen_log_likelihood([[0.0]], test, test, sigmas=[1.0])
    assert found.standard_error == pytest.approx(np.std([0, -0.5, -2]) / np.sqrt(3), abs=1e-12)


def test_the_order_of_samples_and_test_images_is_irrelevant():
    samples, test = (np.random.default_rng(seed).normal(size=(50, 4)) for seed in (0, 1))
    forth, back = (
        parzen.parzen_log_likelihood(samples, test, test),
        parzen.parzen_log_likelihood(samples[::-1], test[::-1], test),
    )
    assert forth == pytest.approx(back, abs=1e-12)


def test_images_are_measured_in_pixels_of_zero_to_one():
    images = np.random.default_rng(0).uniform(-1, 1, (30, 4, 4, 1)).astype("float32")
    pixels = ((images + 1) / 2).reshape(30, 16)
    halves = [(part[:10], part[10:20], part[20:]) for part in (images, pixels)]
    assert parzen.parzen_log_likelihood(*halves[0]) == pytest.approx(parzen.parzen_log_likelihood(*halves[1]))


def test_bytes_are_the_images_they_stand_for():
    images = np.random.default_rng(0).integers(0, 256, (30, 4, 4, 1), dtype="uint8")
    as_floats = images / 127.5 - 1
    halves = [(part[:10], part[10:20], part[20:]) for part in (images, as_floats)]
    assert parzen.parzen_log_likelihood(*halves[0]) == pytest.approx(parzen.parzen_log_likelihood(*halves[1]), rel=1e-4)
    np.testing.assert_allclose(parzen.Parzen().rows(images), (as_floats.reshape(30, 16) + 1) / 2, atol=1e-6)


@pytest.mark.parametrize(
    "images", [np.full((5, 4, 4, 1), 255.0), np.full((5, 4, 4, 1), -127.0), np.full((5, 4, 4, 1), np.nan)]
)
def test_the_metric_refuses_images_of_another_range(images):
    with pytest.raises(ValueError, match=r"parzen: images.*expected \[-1, 1\]"):
        parzen.Parzen().rows(images)


def test_one_held_out_image_is_too_few():
    metric, side = parzen.Parzen(), parzen.Parzen().make_statistics()
    side.update(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="1 held-out image; expected at least 2"):
        metric.compare(side, side, side)


def test_centroids_beat_real_images_which_beat_noise():
    digits = np.concatenate([batch.numpy() for batch in data.load("digits", batch_size=599, split="all")])
    train, validation, test = digits[:1000], digits[1000:1300], digits[1300:]
    found = parzen.parzen_references(train, validation, test, num_samples=300)
    noise = np.random.default_rng(0).uniform(-1, 1, (300, 8, 8, 1))
    assert found["k-means"].mean > found["train"].mean + 5
    assert found["train"].mean > parzen.parzen_log_likelihood(noise, validation, test).mean + 20


def test_the_metric_scores_held_out_images_in_pixels_of_zero_to_one():
    images = np.random.default_rng(0).uniform(-1, 1, (90, 4, 4, 1)).astype("float32")
    metric, sides = parzen.Parzen(), []
    for part in np.split(images, 3):
        sides.append(metric.make_statistics())
        sides[-1].update(np.asarray(metric.rows(part)))
    real, fake, held_out = sides
    expected = parzen.parzen_log_likelihood(images[30:60], images[60:63], images[63:])
    assert metric.compare(real, fake, held_out)["parzen_log_likelihood"] == pytest.approx(expected.mean, abs=1e-3)
    assert metric.rows(np.ones((5, 2), "float32")).shape == (5, 2)


@pytest.mark.slow
@pytest.mark.skipif("mnist" not in data.names(), reason="needs MNIST, prepared in TFDS_DATA_DIR")
def test_real_mnist_has_the_published_log_likelihood():
    train, test = (
        np.concatenate([batch.numpy() for batch in data.load("mnist", split=split, batch_size=1000, shuffle=False)])
        for split in ("train", "test")
    )
    found = parzen.parzen_log_likelihood(train[:10_000], train[50_000:], test)
    assert found.mean == pytest.approx(243, abs=2.2)  # Theis et al., 2016, table 1; one standard error
    assert found.standard_error == pytest.approx(2.1, abs=0.1) and found.sigma == pytest.approx(0.1668, abs=1e-4)


def test_data_that_cannot_be_scored_are_refused():
    points = np.zeros((5, 2))
    with pytest.raises(ValueError, match=r"\[0, 255\].*from_uint8"):
        parzen.parzen_log_likelihood(np.linspace(0, 255, 80).reshape(5, 4, 4, 1), points, points)
    with pytest.raises(ValueError, match="rows of 2 and of 3 numbers"):
        parzen.parzen_log_likelihood(points, points, np.zeros((5, 3)))
    with pytest.raises(ValueError, match="NaN"):
        parzen.parzen_log_likelihood(np.full((5, 2), np.nan), points, points)
    for sigmas in ([], [0.0], [-1.0, 1.0], [np.inf]):
        with pytest.raises(ValueError, match="expected numbers above 0"):
            parzen.parzen_log_likelihood(points, points, points, sigmas=sigmas)
    with pytest.raises(ValueError, match="num_samples=6 of 5 training images"):
        parzen.parzen_references(points, points, points, num_samples=6)
