"""f-GAN: every divergence against its paper's formulas, its conjugate, and densities whose divergence is known."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from contracts.test_every_loss import duel, numerical, some_scores, value_and_gradients

from keras_gan.data.mixtures import pairs_1d
from keras_gan.duel import Duel
from keras_gan.losses import FDivergence, Minimax, NonSaturating
from keras_gan.losses.divergence import DIVERGENCES, divergence_named
from keras_gan.losses.lambert import log_lambert_w
from keras_gan.random import Numbers

CASES = [(name, None) for name in DIVERGENCES] + [("alpha", alpha) for alpha in (-1.0, 0.5, 1.2, 3.0)]
every_divergence = pytest.mark.parametrize(
    ("name", "alpha"), CASES, ids=[name if alpha is None else f"{name}={alpha}" for name, alpha in CASES]
)


def _softplus(v):
    return np.logaddexp(0, v)


def _jeffrey(t):
    u = np.ones_like(t)  # Newton's on f'(u) = log u + 1 - 1/u = t
    for _ in range(200):
        u = np.maximum(u - (np.log(u) + 1 - 1 / u - t) / (1 / u + 1 / u**2), u / 10)
    return u * t - (u - 1) * np.log(u)


# (g, f*) as the paper writes them, but for the sign of v where its first version has a falling g.
PAPER = {
    "kl": (lambda v: v, lambda t: np.exp(t - 1)),
    "reverse_kl": (lambda v: -np.exp(-v), lambda t: -1 - np.log(-t)),
    "pearson": (lambda v: v, lambda t: np.where(t < -2, -1, t**2 / 4 + t)),
    "neyman": (lambda v: 1 - np.exp(-v), lambda t: 2 - 2 * np.sqrt(1 - t)),
    "squared_hellinger": (lambda v: 1 - np.exp(-v), lambda t: t / (1 - t)),
    "jeffrey": (lambda v: v, _jeffrey),
    "jensen_shannon": (lambda v: np.log(2) - _softplus(-v), lambda t: -np.log(2 - np.exp(t))),
    "total_variation": (lambda v: np.tanh(v) / 2, lambda t: t),
    "gan": (lambda v: -_softplus(-v), lambda t: -np.log(1 - np.exp(t))),
}


def paper(name, alpha):
    if name != "alpha":
        return PAPER[name]

    def conjugate(t):
        return np.maximum(t * (alpha - 1) + 1, 0) ** (alpha / (alpha - 1)) / alpha - 1 / alpha

    return (lambda v: v) if alpha > 1 else (lambda v: 1 / (1 - alpha) - _softplus(-v)), conjugate


def formulas(name, alpha, non_saturating):
    """What the discriminator and the generator minimise, in NumPy."""
    g, conjugate = paper(name, alpha)
    generator = (lambda r, f: -np.mean(g(f))) if non_saturating else (lambda r, f: -np.mean(conjugate(g(f))))
    return {"discriminator": lambda r, f: np.mean(conjugate(g(f))) - np.mean(g(r)), "generator": generator}


def of(function, values):
    """A part of a divergence at NumPy values, in float64."""
    return function(tf.constant(values, tf.float64)).numpy()


@every_divergence
@pytest.mark.parametrize("non_saturating", [False, True])
def test_value_and_gradient_are_those_of_the_paper(name, alpha, non_saturating):
    loss = FDivergence(name, alpha=alpha, non_saturating=non_saturating)
    r, f = some_scores()
    for player, formula in formulas(name, alpha, non_saturating).items():
        value, by_real, by_fake = value_and_gradients(getattr(loss, player), r, f)
        assert value == pytest.approx(formula(r.astype("float64"), f.astype("float64")), rel=2e-6, abs=2e-6)
        expected = numerical(formula, r, f, {})
        np.testing.assert_allclose(by_real, expected[0], rtol=1e-5, atol=2e-6)
        np.testing.assert_allclose(by_fake, expected[1], rtol=1e-5, atol=2e-6)
    assert float(loss.report(duel(r, f))["divergence"]) == -float(loss.discriminator(duel(r, f)))


@every_divergence
def test_the_conjugate_is_the_supremum(name, alpha):
    divergence = divergence_named(name, alpha)
    low, high = divergence.domain
    t = np.linspace(max(low + 0.01, -4.0), min(high - 0.01, 4.0), 41)
    u = np.append(np.exp(np.linspace(-40.0, 12.0, 400_001)), 1.0)  # 1: the kink of the total variation
    f = of(divergence.f, u)
    supremum = [np.max(u * slope - f) for slope in t]
    np.testing.assert_allclose(of(divergence.conjugate, t), supremum, rtol=1e-6, atol=1e-6)


@every_divergence
def test_the_activation_rises_through_the_domain_and_the_composition_is_one(name, alpha):
    divergence = divergence_named(name, alpha)
    v = np.linspace(-7.0, 7.0, 201)
    t, (low, high) = of(divergence.activation, v), divergence.domain
    assert np.all(np.diff(t) > 0) and low < t.min() and t.max() < high
    reach = of(divergence.activation, np.array([-15.0, 15.0]))
    assert reach[0] < -10 if low == -math.inf else reach[0] - low < 1e-4
    assert reach[1] > 10 if high == math.inf else high - reach[1] < 1e-4
    np.testing.assert_allclose(of(divergence.conjugate_of_scores, v), of(divergence.conjugate, t), rtol=1e-6, atol=2e-6)


@every_divergence
def test_f_is_convex_and_its_slope_at_one_is_as_said(name, alpha):
    divergence = divergence_named(name, alpha)
    u, width = np.linspace(0.05, 5.0, 200), 1e-6
    assert np.all(np.diff(of(divergence.f, u), 2) > -1e-12)
    around_one = of(divergence.f, np.array([1 - width, 1.0, 1 + width]))
    assert around_one[1] == pytest.approx(-math.log(4) if name == "gan" else 0.0, abs=1e-12)
    assert (around_one[2] - around_one[0]) / (2 * width) == pytest.approx(divergence.slope_at_one, abs=1e-6)


LINE = np.linspace(-14.0, 16.0, 60_001)


def integral(values):
    return float(np.sum(values) * (LINE[1] - LINE[0]))


def known_divergence(name, alpha, shift=2.0):
    """D(N(0, 1) ‖ N(shift, 1)) in closed form; by quadrature for Jensen and Shannon's."""
    p, q = (density.pdf(LINE) for density in pairs_1d["shifted"])
    jensen_shannon = integral(p * np.log(2 * p / (p + q))) + integral(q * np.log(2 * q / (p + q)))
    return {
        "kl": shift**2 / 2,
        "reverse_kl": shift**2 / 2,
        "pearson": math.exp(shift**2) - 1,
        "neyman": math.exp(shift**2) - 1,
        "squared_hellinger": 2 - 2 * math.exp(-(shift**2) / 8),
        "jeffrey": shift**2,
        "jensen_shannon": jensen_shannon,
        "total_variation": math.erf(shift / 2 / math.sqrt(2)),
        "gan": jensen_shannon - math.log(4),
        "alpha": alpha and (math.exp(alpha * (alpha - 1) * shift**2 / 2) - 1) / (alpha * (alpha - 1)),
    }[name]


@every_divergence
def test_the_bound_is_tight_at_the_slope_of_the_density_ratio_and_nowhere_passed(name, alpha):
    divergence = divergence_named(name, alpha)
    p, q = (density.pdf(LINE) for density in pairs_1d["shifted"])
    ratio = tf.constant(p / q)
    with tf.GradientTape() as tape:
        tape.watch(ratio)
        value = divergence.f(ratio)
    best = tape.gradient(value, ratio).numpy()
    low, high = (end - math.copysign(1e-12, end) for end in divergence.domain)

    def bound(t):
        t = np.clip(t, low, high)
        return integral(p * t - q * of(divergence.conjugate, t))

    known = known_divergence(name, alpha)
    assert integral(q * value.numpy()) == pytest.approx(known, rel=1e-5, abs=1e-6)
    assert bound(best) == pytest.approx(known, rel=1e-5, abs=1e-6)
    for wrong in (0.9 * best, best - 0.1 * np.abs(best), best + 0.05 * np.abs(best) * np.sin(LINE)):
        assert bound(wrong) < known - 1e-4


@every_divergence
def test_equal_densities_leave_the_discriminator_nothing_but_the_slope_at_one(name, alpha):
    loss, divergence = FDivergence(name, alpha=alpha), divergence_named(name, alpha)
    scores = np.linspace(-3.0, 3.0, 6001)
    undecided = scores[np.argmin(np.abs(of(divergence.activation, scores) - divergence.slope_at_one))]
    assert FDivergence(name, alpha=alpha).undecided == pytest.approx(undecided, abs=scores[1] - scores[0])

    def discriminator(same):
        return float(loss.discriminator(duel(same, same)))

    least = discriminator(np.full(8, undecided))
    assert least == pytest.approx(math.log(4) if name == "gan" else 0.0, abs=1e-6)
    others = [undecided + np.random.default_rng(i).normal(0, 0.3, 8) for i in range(10)]
    assert min(map(discriminator, others)) >= least - 1e-6


@every_divergence
@pytest.mark.parametrize("non_saturating", [False, True])
def test_the_players_pull_in_opposite_directions(name, alpha, non_saturating):
    loss = FDivergence(name, alpha=alpha, non_saturating=non_saturating)
    r, f = (np.linspace(*ends, 8, dtype="float32") for ends in ((0.3, 0.8), (0.2, 0.7)))
    _, by_real, by_fake = value_and_gradients(loss.discriminator, r, f)
    assert by_real.max() < -1e-3 and by_fake.min() > 1e-3
    assert value_and_gradients(loss.generator, r, f)[2].max() < -1e-3


@every_divergence
def test_extreme_scores_give_finite_values_and_derivatives_of_the_right_sign(name, alpha):
    loss, easy = (FDivergence(name, alpha=alpha, non_saturating=pull) for pull in (False, True))
    extremes = np.array([-1e4, -300.0, -30.0, 0.0, 30.0, 300.0, 1e4], "float32")

    def derivatives(scores):
        with tf.GradientTape() as outer:
            outer.watch(scores)
            with tf.GradientTape() as inner:
                inner.watch(scores)
                game = Duel(lambda images, augment=True: {"scores": images}, scores, scores[::-1], Numbers(seed=0))
                values = [loss.discriminator(game), loss.generator(game), easy.generator(game)]
                total = tf.add_n(values)
            first = inner.gradient(total, scores)
        return *values, first, outer.gradient(tf.reduce_sum(first), scores, unconnected_gradients="zero")

    for run in (derivatives, tf.function(derivatives, jit_compile=True)):
        assert all(np.isfinite(value).all() for value in run(tf.constant(extremes)))
    _, by_real, by_fake = value_and_gradients(loss.discriminator, extremes, extremes)
    assert by_real.max() <= 0 <= by_fake.min()
    for each in (loss, easy):
        assert value_and_gradients(each.generator, extremes, extremes)[2].max() <= 0
    assert np.all(np.diff(of(divergence_named(name, alpha).conjugate_of_scores, extremes)) >= 0)


def test_the_gan_is_a_special_case():
    r, f = some_scores()
    game = duel(r, f)
    for non_saturating, loss in {False: Minimax(), True: NonSaturating()}.items():
        special = FDivergence("gan", non_saturating=non_saturating)
        for player in ("discriminator", "generator"):
            ours, theirs = (value_and_gradients(getattr(each, player), r, f) for each in (special, loss))
            for a, b in zip(ours, theirs, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)
    jensen_shannon = FDivergence("jensen_shannon").report(game)["divergence"]
    assert float(jensen_shannon) == pytest.approx(math.log(4) - float(Minimax().discriminator(game)), abs=1e-6)


def test_an_alpha_near_its_limits_is_nearly_the_named_divergence():
    u = np.linspace(0.1, 4.0, 50)
    towards_one, towards_zero = (of(divergence_named("alpha", alpha).f, u) for alpha in (1 - 1e-5, 1e-5))
    np.testing.assert_allclose(towards_one, u * np.log(u) - (u - 1), atol=1e-4)
    np.testing.assert_allclose(towards_zero, -np.log(u) + (u - 1), atol=1e-4)


def test_lamberts_w_and_its_derivatives_are_exact():
    x = tf.constant([-600.0, -30.0, -1.0, 0.0, 0.999, 1.0, 1.001, 3.0, 50.0, 1e4], tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = log_lambert_w(x)
        first = inner.gradient(y, x)
    w = np.exp(y)
    np.testing.assert_allclose(w + y, x, rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(first, 1 / (1 + w), rtol=1e-14)
    np.testing.assert_allclose(outer.gradient(first, x), -w / (1 + w) ** 3, rtol=1e-12, atol=1e-300)


@every_divergence
def test_its_configuration_makes_an_equal_one(name, alpha):
    loss = FDivergence(name, alpha=alpha, non_saturating=True)
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert (copy.divergence, copy.alpha, copy.non_saturating) == (name, alpha, True)
    game = duel(*some_scores())
    assert float(copy.discriminator(game)) == float(loss.discriminator(game))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"divergence": "pearsn"}, "unknown divergence 'pearsn'; nearest: pearson"),
        ({"divergence": "kl", "alpha": 0.5}, "alpha=0.5, but 'kl' has none; use divergence='alpha'"),
        ({"divergence": "alpha"}, "alpha=None; expected a number other than 0 and 1"),
        ({"divergence": "alpha", "alpha": 1.0}, "alpha=1.0; expected .* alpha → 1 is 'kl'"),
        ({"divergence": "alpha", "alpha": float("nan")}, "alpha=nan; expected"),
    ],
)
def test_what_is_no_divergence_raises(arguments, said):
    with pytest.raises(ValueError, match=said):
        FDivergence(**arguments)
