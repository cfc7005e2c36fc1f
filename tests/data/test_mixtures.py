"""Points: their moments are those of the formulas."""

import numpy as np
import pytest

from keras_gan.data import load, mixtures


def test_the_ring_has_equally_likely_modes_of_the_given_width():
    points = mixtures.ring(40_000, seed=1)
    modes = mixtures.nearest_center(points, mixtures.ring_centers())
    residuals = points - mixtures.ring_centers()[modes]
    np.testing.assert_allclose(np.bincount(modes) / 40_000, 1 / 8, atol=0.01)
    np.testing.assert_allclose(residuals.std(axis=0), 0.01, rtol=0.03)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1).mean(), 1.0, atol=1e-3)
    assert points.dtype == np.float32 and points.shape == (40_000, 2)


def test_the_grid_has_25_equally_likely_modes():
    points, centers = mixtures.grid(40_000, seed=1), mixtures.grid_centers()
    modes = mixtures.nearest_center(points, centers)
    assert {tuple(center) for center in centers} == {(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)}
    np.testing.assert_allclose(np.bincount(modes) / 40_000, 1 / 25, atol=0.006)
    np.testing.assert_allclose((points - centers[modes]).std(axis=0), 0.05, rtol=0.03)


def test_the_swiss_roll_winds_outwards():
    radii = np.linalg.norm(mixtures.swiss_roll(20_000, seed=1), axis=1)
    np.testing.assert_allclose(radii.mean(), 3 * np.pi / 7.5, rtol=0.01)  # the angle is uniform in 1.5 pi .. 4.5 pi
    assert 0.4 < radii.min() < 0.63 and 1.88 < radii.max() < 2.1


def test_the_gaussian_has_its_mean_and_width():
    points = mixtures.gaussian(40_000, seed=1, mean=2.0, std=3.0)
    np.testing.assert_allclose([points.mean(), points.std()], [2.0, 3.0], atol=0.05)


@pytest.mark.parametrize("draw", [mixtures.ring, mixtures.grid, mixtures.swiss_roll, mixtures.gaussian])
def test_points_depend_on_the_seed_alone(draw):
    np.testing.assert_array_equal(draw(10, seed=-3), draw(10, seed=-3))
    assert not np.array_equal(draw(10, seed=1), draw(10, seed=2))


@pytest.mark.parametrize("name", list(mixtures.pairs_1d))
def test_densities_integrate_to_one_and_describe_their_samples(name):
    x = np.linspace(-12, 12, 4801)
    for density in mixtures.pairs_1d[name]:
        pdf = density.pdf(x)
        points = density.sample(40_000, seed=0)
        mean = np.sum(pdf * x) * (x[1] - x[0])
        std = np.sqrt(np.sum(pdf * (x - mean) ** 2) * (x[1] - x[0]))
        np.testing.assert_allclose(np.sum(pdf) * (x[1] - x[0]), 1.0, atol=1e-6)
        np.testing.assert_allclose([points.mean(), points.std()], [mean, std], atol=0.05)


@pytest.mark.parametrize(("name", "features"), [("ring", 2), ("grid", 2), ("swiss_roll", 2), ("gaussian_1d", 1)])
def test_points_are_loaded_by_name(name, features):
    minibatches = load(name, num_images=1000, batch_size=100, seed=4)
    assert (minibatches.num_images, minibatches.element_spec.shape) == (1000, (100, features))
    assert minibatches.fingerprint != load(name, num_images=1000, batch_size=100, seed=5).fingerprint
    assert minibatches.fingerprint != load(name, num_images=1000, batch_size=100, seed=4, split="test").fingerprint


def test_modes_are_the_labels_of_mixtures():
    points, labels = next(iter(load("grid", labels=True)))
    np.testing.assert_allclose(points, mixtures.grid_centers()[labels.numpy()], atol=0.3)
    assert load("ring").num_images == 100_000
    with pytest.raises(ValueError, match="swiss_roll has no labels"):
        load("swiss_roll", labels=True)
