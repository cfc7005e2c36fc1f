"""For a generator that stands still, D approaches p / (p + q), and its value -2 log 2 + 2 JSD(p‖q)."""

import numpy as np
import pytest
from theory.frozen_game import LINE, integral, train_critic

from keras_gan.data.mixtures import NormalMixture
from keras_gan.models.gan import GAN

REAL = NormalMixture((0.0,))
# The best D of the first pair is a logistic regression; that of the second one turns back.
GENERATED = {"moved": {"mean": 1.0, "std": 1.0}, "widened": {"mean": 0.0, "std": 2.0}}


def jensen_shannon(p, q):
    """JSD(p‖q) by quadrature, in nats."""
    middle = (p + q) / 2 + 1e-300
    return 0.5 * integral(p * np.log(p / middle + 1e-300)) + 0.5 * integral(q * np.log(q / middle + 1e-300))


@pytest.fixture(scope="module", params=GENERATED)
def game(request):
    """(p, q, D's logits on the line) after training."""
    generated = GENERATED[request.param]
    points = REAL.sample(256_000, seed=1)
    training = {"batch_size": 1024, "learning_rate": 1e-2, "adversarial_loss": "minimax"}
    logits = train_critic(GAN, points, **generated, **training)
    return REAL.pdf(LINE), NormalMixture((generated["mean"],), (generated["std"],)).pdf(LINE), logits(LINE)


def test_the_trained_discriminator_is_p_over_p_plus_q(game):
    p, q, logits = game
    central = np.minimum(p, q) > 0.01
    best = p[central] / (p[central] + q[central])
    np.testing.assert_allclose(1 / (1 + np.exp(-logits[central])), best, atol=0.03)
    assert best.min() < 0.15 and best.max() > 0.6  # the test would not be passed by an undecided D


def test_its_value_is_twice_the_jensen_shannon_divergence_less_log_four(game):
    p, q, logits = game
    value = -integral(p * np.logaddexp(0, -logits)) - integral(q * np.logaddexp(0, logits))
    most = -2 * np.log(2) + 2 * jensen_shannon(p, q)
    assert most - 2e-3 < value < most + 1e-6
    assert jensen_shannon(p, q) > 0.09  # far from 0, so that the value tells something


def test_the_divergences_are_those_of_the_literature():
    assert jensen_shannon(REAL.pdf(LINE), REAL.pdf(LINE)) == pytest.approx(0.0, abs=1e-12)
    far = NormalMixture((-8.0,), (0.3,)).pdf(LINE), NormalMixture((8.0,), (0.3,)).pdf(LINE)
    assert jensen_shannon(*far) == pytest.approx(np.log(2), abs=1e-9)
