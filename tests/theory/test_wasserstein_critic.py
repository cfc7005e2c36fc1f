"""The critic of WGAN-GP on N(0, 1) against N(2, 1), G standing still: what the penalty buys, and what it costs.

Of all critics the objective asks only for the slope s = -f': it gains ∫ s·(P - Q), P and Q the distribution functions,
and pays λ ∫ r·(s - 1)², r the density of the mixed images. The best slope is 1 + (P - Q) / (2 λ r), and the value
W1 + ∫ (P - Q)² / (2 λ r): above W1, and the farther above the smaller λ.
"""

import math

import numpy as np
import pytest
from theory.frozen_game import LINE, integral, train_critic

from keras_gan.data.mixtures import NormalMixture
from keras_gan.models.wgan_gp import WGANGP

DISTANCE = 2.0
REAL, GENERATED = NormalMixture((0.0,)), NormalMixture((DISTANCE,))


def distribution(mean):
    return 0.5 * np.array([math.erfc((mean - x) / math.sqrt(2)) for x in LINE])


def mixed_density():
    """Of t·x + (1 - t)·G(z), t ~ U(0, 1): an average of Gaussians."""
    ts = (np.arange(1000) + 0.5) / 1000
    return sum(NormalMixture(((1 - t) * DISTANCE,), (math.hypot(t, 1 - t),)).pdf(LINE) for t in ts) / 1000


@pytest.fixture(scope="module")
def gain():
    return distribution(0.0) - distribution(DISTANCE)


@pytest.fixture(scope="module")
def mixed():
    return mixed_density()


def best_value(weight, gain, mixed):
    return integral(gain) + integral(gain**2 / (2 * weight * mixed))


def trained(weight, seed=0):
    """The critic's scores on the line."""
    points = REAL.sample(64_000, seed=seed + 1)
    return train_critic(WGANGP, points, mean=DISTANCE, gradient_penalty=weight, seed=seed)(LINE)


def value(scores):
    """E f(x) - E f(G(z)), by quadrature."""
    return integral((REAL.pdf(LINE) - GENERATED.pdf(LINE)) * scores)


def test_the_optimum_of_the_penalised_objective_lies_above_the_distance(gain, mixed):
    assert integral(gain) == pytest.approx(DISTANCE, abs=1e-6)
    assert best_value(10.0, gain, mixed) == pytest.approx(2.21, abs=1e-3)
    assert best_value(100.0, gain, mixed) == pytest.approx(2.021, abs=1e-3)


@pytest.mark.parametrize("weight", [10.0, 100.0])
def test_the_trained_critic_reaches_that_optimum(weight, gain, mixed):
    scores = trained(weight)
    within = {10.0: (2.21, 0.02), 100.0: (DISTANCE, 0.03)}[weight]
    assert value(scores) == pytest.approx(within[0], rel=within[1])
    assert value(scores) == pytest.approx(best_value(weight, gain, mixed), rel=0.006)
    where_it_matters = mixed > 0.02
    best_slope = 1 + gain / (2 * weight * mixed)
    np.testing.assert_allclose(-np.gradient(scores, LINE)[where_it_matters], best_slope[where_it_matters], atol=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("weight", [10.0, 100.0])
@pytest.mark.parametrize("seed", range(1, 9))
def test_it_does_from_any_start(weight, seed, gain, mixed):
    assert value(trained(weight, seed)) == pytest.approx(best_value(weight, gain, mixed), rel=0.01)
