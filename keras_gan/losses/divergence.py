"""f-GAN: every f-divergence as an adversarial loss, by Fenchel's bound.

For convex f with f(1) = 0, conjugate f*(t) = sup_u (u·t - f(u)) over u ≥ 0, and any function T of images,

    D_f(P‖Q) = E_Q f(p/q) ≥ E_P T - E_Q f*(T),        with equality at T = f'(p/q).

The discriminator's score v becomes T = g(v) by an increasing activation g onto the domain of f*.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from keras.ops import abs as absolute
from keras.ops import exp, log, maximum, mean, minimum, softplus, sqrt, square, tanh, where

from keras_gan.losses.adversarial import AdversarialLoss
from keras_gan.losses.lambert import log_lambert_w
from keras_gan.words import nearest

_LIMIT = 20.0  # beyond e^20 exponentials go on along their tangent
_INFINITY = math.inf


@dataclass(frozen=True)
class Divergence:
    """What the bound needs to know of an f-divergence, as functions of float tensors.

    Args:
        f: of the density ratio u = p/q > 0.
        conjugate: f*, of t inside `domain`.
        domain: (low, high), the open interval of t.
        activation: g, scores → `domain`, increasing.
        conjugate_of_scores: f*(g(v)) in one piece, finite where f* and g apart are not.
        slope_at_one: float, f'(1): the T of a discriminator that cannot tell.
        undecided: float, the score of one: v with g(v) = f'(1). Defaults to `0.0`.
    """

    f: Callable
    conjugate: Callable
    domain: tuple[float, float]
    activation: Callable
    conjugate_of_scores: Callable
    slope_at_one: float
    undecided: float = 0.0


def _exp(x, limit=_LIMIT):
    """exp(x), continued by its tangent above `limit`."""
    inner = minimum(x, limit)
    return exp(inner) * (1.0 + (x - inner))


def _power(base, exponent):
    """base^exponent for base ≥ 0 and exponent > 1, continued by its tangent above e^20."""
    inner = minimum(maximum(base, 1e-6), math.exp(_LIMIT / exponent))  # at 0 the second derivative may be infinite
    return inner**exponent * (1.0 + exponent * maximum(base - inner, 0.0) / inner)


def _log_softplus(x):
    """log log(1 + eˣ), which is x where eˣ is small."""
    return where(x > -15.0, log(softplus(maximum(x, -15.0))), x)


def _jeffrey(t):
    """u - 1 + log u, where u = 1 / W(e^(1-t)) is the ratio at which f has the slope t."""
    inner = minimum(t, _LIMIT)
    log_ratio = -log_lambert_w(1.0 - inner)
    ratio = exp(log_ratio)
    return ratio - 1.0 + log_ratio + ratio * (t - inner)


def _pearson(t):
    t = maximum(t, -2.0)  # the slope of f at u = 0: below it the supremum stays there
    return 0.25 * square(t) + t


def _alpha(alpha):
    """The α-divergence: towards 0 it becomes the reverse KL, towards 1 the KL divergence."""
    exponent = alpha / (alpha - 1.0)

    def f(u):
        return (u**alpha - 1.0 - alpha * (u - 1.0)) / (alpha * (alpha - 1.0))

    def conjugate(t):
        return (maximum(1.0 + (alpha - 1.0) * t, 0.0) ** exponent - 1.0) / alpha

    if alpha > 1.0:
        domain, activation, undecided = (-_INFINITY, _INFINITY), lambda v: v, 0.0

        def conjugate_of_scores(v):
            return (_power(1.0 + (alpha - 1.0) * v, exponent) - 1.0) / alpha

    else:
        high = 1.0 / (1.0 - alpha)
        domain, activation = (-_INFINITY, high), lambda v: high - softplus(-v)
        undecided = -high - math.log(-math.expm1(-high))  # -log(e^high - 1)

        def conjugate_of_scores(v):
            return (_exp(exponent * (_log_softplus(-v) - math.log(high))) - 1.0) / alpha

    return Divergence(f, conjugate, domain, activation, conjugate_of_scores, slope_at_one=0.0, undecided=undecided)


DIVERGENCES = {
    "kl": Divergence(
        f=lambda u: u * log(u),
        conjugate=lambda t: exp(t - 1.0),
        domain=(-_INFINITY, _INFINITY),
        activation=lambda v: v,
        conjugate_of_scores=lambda v: _exp(v - 1.0),
        slope_at_one=1.0,
        undecided=1.0,
    ),
    "reverse_kl": Divergence(
        f=lambda u: -log(u),
        conjugate=lambda t: -1.0 - log(-t),
        domain=(-_INFINITY, 0.0),
        activation=lambda v: -_exp(-v),
        conjugate_of_scores=lambda v: v - 1.0,
        slope_at_one=-1.0,
    ),
    "pearson": Divergence(
        f=lambda u: square(u - 1.0),
        conjugate=_pearson,
        domain=(-_INFINITY, _INFINITY),
        activation=lambda v: v,
        conjugate_of_scores=_pearson,
        slope_at_one=0.0,
    ),
    "neyman": Divergence(
        f=lambda u: square(1.0 - u) / u,
        conjugate=lambda t: 2.0 - 2.0 * sqrt(1.0 - t),
        domain=(-_INFINITY, 1.0),
        activation=lambda v: 1.0 - _exp(-v),
        conjugate_of_scores=lambda v: 2.0 - 2.0 * _exp(-0.5 * v, 0.5 * _LIMIT),
        slope_at_one=0.0,
    ),
    "squared_hellinger": Divergence(
        f=lambda u: square(sqrt(u) - 1.0),
        conjugate=lambda t: t / (1.0 - t),
        domain=(-_INFINITY, 1.0),
        activation=lambda v: 1.0 - _exp(-v),
        conjugate_of_scores=lambda v: _exp(v) - 1.0,
        slope_at_one=0.0,
    ),
    "jeffrey": Divergence(
        f=lambda u: (u - 1.0) * log(u),
        conjugate=_jeffrey,
        domain=(-_INFINITY, _INFINITY),
        activation=lambda v: v,
        conjugate_of_scores=_jeffrey,
        slope_at_one=0.0,
    ),
    "jensen_shannon": Divergence(
        f=lambda u: u * log(u) - (u + 1.0) * log(0.5 * (u + 1.0)),
        conjugate=lambda t: -log(2.0 - exp(t)),
        domain=(-_INFINITY, math.log(2.0)),
        activation=lambda v: math.log(2.0) - softplus(-v),
        conjugate_of_scores=lambda v: softplus(v) - math.log(2.0),
        slope_at_one=0.0,
    ),
    "total_variation": Divergence(
        f=lambda u: 0.5 * absolute(u - 1.0),
        conjugate=lambda t: t,
        domain=(-0.5, 0.5),
        activation=lambda v: 0.5 * tanh(v),
        conjugate_of_scores=lambda v: 0.5 * tanh(v),
        slope_at_one=0.0,
    ),
    "gan": Divergence(
        f=lambda u: u * log(u) - (u + 1.0) * log(u + 1.0),
        conjugate=lambda t: -log(1.0 - exp(t)),
        domain=(-_INFINITY, 0.0),
        activation=lambda v: -softplus(-v),
        conjugate_of_scores=lambda v: softplus(v),
        slope_at_one=-math.log(2.0),
    ),
}


def divergence_named(divergence: str, alpha: float | None = None) -> Divergence:
    """The `Divergence` of that name; `"alpha"` takes its α, the others none.

    Raises:
        ValueError: an unknown name; α missing, superfluous, or one of 0 and 1, at which it is another's limit.
    """
    known = ("alpha", *DIVERGENCES)
    if divergence not in known:
        raise ValueError(f"FDivergence: unknown divergence {divergence!r}{nearest(str(divergence), known)}.")
    if divergence != "alpha":
        if alpha is not None:
            raise ValueError(f"FDivergence: alpha={alpha}, but {divergence!r} has none; use divergence='alpha'.")
        return DIVERGENCES[divergence]
    if alpha is None or not math.isfinite(alpha) or alpha in (0.0, 1.0):
        raise ValueError(
            f"FDivergence: divergence='alpha', alpha={alpha}; expected a number other than 0 and 1, such as 0.5. "
            "The limits have names: alpha → 0 is 'reverse_kl', alpha → 1 is 'kl'."
        )
    return _alpha(float(alpha))


class FDivergence(AdversarialLoss):
    """f-GAN: the discriminator's value is a lower bound of an f-divergence, and G descends it.

        D: -(E T(x) - E f*(T(G(z))))        G: -E f*(T(G(z))), or non-saturating: -E T(G(z))

    with T = g(v), v the score. The names, with f of the density ratio u = p/q of real to generated images:

        kl                 u log u                                covers every mode, at the price of images between
        reverse_kl         -log u                                 leaves modes out rather than make a false image
        pearson            (u - 1)²
        neyman             (1 - u)² / u
        squared_hellinger  (√u - 1)²
        jeffrey            (u - 1) log u                          kl + reverse_kl; f* by Lambert's W
        jensen_shannon     u log u - (u + 1) log ((u + 1) / 2)    twice the Jensen-Shannon divergence
        total_variation    ½ |u - 1|                              between 0 and 1; T = ½ tanh v
        alpha              (u^α - 1 - α (u - 1)) / (α (α - 1))    0.5: twice squared_hellinger; 2: half of pearson
        gan                u log u - (u + 1) log (u + 1)          `Minimax` itself; non-saturating: `NonSaturating`

    `d_divergence` logs the bound: below the divergence for any discriminator, and equal to it for the best one. Use it
    to study what a divergence asks of a generator. To make good images, `NonSaturating` or `Relativistic` with `R1`
    are the surer choice: where the densities do not overlap most of these are infinite, or constant.

    Every activation is chosen to rise, so that high scores mean real; reverse_kl, neyman and squared_hellinger
    therefore hold exp(-v) where the paper's first table has exp(v). Of the conjugates, f*(t) of pearson is -1 below
    t = -2, where the supremum over u ≥ 0 lies at u = 0 (the paper continues the parabola); likewise alpha > 1.
    Exponentials go on along their tangent once they exceed e^20, so that all is finite at ±1e4. That alters f, which
    stays convex, at extreme density ratios alone: beyond e^±10 or more, and for alpha beyond e^(20/|α|).

    Args:
        divergence: str, a name of the table. Defaults to `"kl"`.
        alpha: float, α of `"alpha"`, neither 0 nor 1; `None` for all others. Just below 1 the paper's activation asks
            for scores about `-1 / (1 - α)` from the start. Defaults to `None`.
        non_saturating: bool, G maximises E T(G(z)), which pulls where the discriminator is sure. It comes to rest at
            the same images where G can make the data's; a G that cannot does not descend the divergence by it.
            Defaults to `False`.

    Raises:
        ValueError: an unknown name; `alpha` missing, superfluous, 0 or 1.

    Example:

    >>> import keras_gan
    >>> loss = keras_gan.losses.FDivergence("alpha", alpha=0.5, non_saturating=True)
    >>> loss.reports
    ('divergence',)

    Reference:
    - [Nowozin et al., 2016](https://arxiv.org/abs/1606.00709), tables 1, 2, 5 and 6, equations 4 and 6, section 3.2
      (non-saturating).
    """

    reports = ("divergence",)

    def __init__(
        self,
        divergence: Literal[
            "kl",
            "reverse_kl",
            "pearson",
            "neyman",
            "squared_hellinger",
            "jeffrey",
            "jensen_shannon",
            "total_variation",
            "alpha",
            "gan",
        ] = "kl",
        *,
        alpha: float | None = None,
        non_saturating: bool = False,
    ):
        self._divergence = divergence_named(divergence, alpha)
        self.divergence, self.alpha, self.non_saturating = divergence, alpha, non_saturating
        self.zero_sum, self.undecided = not non_saturating, self._divergence.undecided

    def discriminator(self, duel):
        generated = mean(self._divergence.conjugate_of_scores(duel.fake_scores))
        return generated - mean(self._divergence.activation(duel.real_scores))

    def generator(self, duel):
        pull = self._divergence.activation if self.non_saturating else self._divergence.conjugate_of_scores
        return -mean(pull(duel.fake_scores))

    def report(self, duel):
        return {"divergence": -self.discriminator(duel)}
