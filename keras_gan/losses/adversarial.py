"""The rival adversarial losses, side by side: read them to compare.

Scores are logits, high means real: `r = D(real)`, `f = D(fake)`, arrays of any shape (patches too), averaged over all
their entries. Everything is computed from logits, finite at ±1e4.
"""

import math

from keras.ops import mean, relu, softplus, square

from keras_gan.configured import Configured
from keras_gan.ops import batch_mean


class AdversarialLoss(Configured):
    """What the two players minimise; the base of every adversarial loss.

    Call arguments of both methods:
        duel: a `keras_gan.duel.Duel`.

    Returns:
        float32 scalar, the mean over this replica's share of the minibatch.
    """

    reports = ()  # names of what `report` gives: logged as `d_<name>`, no part of the loss
    needs = {}  # what it reads of the discriminator's outputs beside `scores`: {name: who says it}
    zero_sum = False  # whether G's loss is D's with the other sign, but for what D's says of real images alone
    undecided = 0.0  # the score of a D that cannot tell; `None`: there is none, as where only differences count

    def discriminator(self, duel):
        """The discriminator's loss."""
        raise NotImplementedError

    def generator(self, duel):
        """The generator's loss."""
        raise NotImplementedError

    def report(self, duel):
        """{name: scalar} of what the discriminator's step tells beside its loss."""
        return {}


def _all_axes(scores):
    return tuple(range(len(scores.shape)))


def _check_smoothing(label_smoothing, name):
    if not 0.0 <= label_smoothing < 0.5:
        raise ValueError(
            f"{name}: label_smoothing={label_smoothing}; expected 0 ≤ label_smoothing < 0.5, the share by which the "
            "target of real images falls below 1 (0.1 is usual)."
        )


def _undecided(label_smoothing):
    """The logit of `(1 - label_smoothing) / 2`: of all images, half are real, and so many of them count as real."""
    return math.log((1.0 - label_smoothing) / (1.0 + label_smoothing))


class Minimax(AdversarialLoss):
    """The minimax game of the first GAN: D and G share one value, `V = E log D(x) + E log(1 - D(G(z)))`.

        D: E softplus(-r) + E softplus(f)         G: -E softplus(f)

    G's gradient vanishes where D is sure of itself: use `NonSaturating` to train, this one to study.

    Args:
        label_smoothing: float in [0, 0.5), the target of real images is `1 - label_smoothing` (one-sided: the target
            of generated images stays 0). Defaults to `0.0`.

    Reference:
    - [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), equation 1 and algorithm 1.
    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), section 3.4 (one-sided label smoothing).
    """

    zero_sum = True

    def __init__(self, label_smoothing: float = 0.0):
        _check_smoothing(label_smoothing, "Minimax")
        self.label_smoothing, self.undecided = label_smoothing, _undecided(label_smoothing)

    def discriminator(self, duel):
        r, f, smoothing = duel.real_scores, duel.fake_scores, self.label_smoothing
        return mean((1 - smoothing) * softplus(-r) + smoothing * softplus(r)) + mean(softplus(f))

    def generator(self, duel):
        return -mean(softplus(duel.fake_scores))


class NonSaturating(AdversarialLoss):
    """The first GAN with the generator's loss that its authors train with: G maximises `E log D(G(z))`.

        D: E softplus(-r) + E softplus(f)         G: E softplus(-f)

    The default. Works with batch normalisation; give the critic a penalty (`R1`) where training is unsteady.

    Args:
        label_smoothing: float in [0, 0.5), the target of real images is `1 - label_smoothing`. Defaults to `0.0`.

    Reference:
    - [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), section 3.
    """

    def __init__(self, label_smoothing: float = 0.0):
        _check_smoothing(label_smoothing, "NonSaturating")
        self.label_smoothing, self.undecided = label_smoothing, _undecided(label_smoothing)

    def discriminator(self, duel):
        return Minimax(self.label_smoothing).discriminator(duel)

    def generator(self, duel):
        return mean(softplus(-duel.fake_scores))


class LeastSquares(AdversarialLoss):
    """LSGAN: scores are regressed on targets, so that images far on the right side of the boundary still pull.

        D: ½ E (r - b)² + ½ E (f - a)²            G: ½ E (f - c)²

    Args:
        real_target: float, b. Defaults to `1.0`.
        fake_target: float, a. Defaults to `0.0`.
        generator_target: float, c. Defaults to `1.0`. With (b, a, c) = (1, -1, 0) the game minimises the Pearson
            divergence between `p + q` and `2 q`.

    Reference:
    - [Mao et al., 2017](https://arxiv.org/abs/1611.04076), equations 2, 8 (1, -1, 0) and 9 (1, 0, 1).
    """

    def __init__(self, real_target: float = 1.0, fake_target: float = 0.0, generator_target: float = 1.0):
        self.real_target, self.fake_target, self.generator_target = real_target, fake_target, generator_target
        self.undecided = 0.5 * (real_target + fake_target)

    def discriminator(self, duel):
        real, fake = duel.real_scores - self.real_target, duel.fake_scores - self.fake_target
        return 0.5 * mean(square(real)) + 0.5 * mean(square(fake))

    def generator(self, duel):
        return 0.5 * mean(square(duel.fake_scores - self.generator_target))


class Wasserstein(AdversarialLoss):
    """The dual form of the earth mover's distance, for a critic that is kept Lipschitz by clipping or a penalty.

        D: E f - E r + drift · E r²               G: -E f

    `d_wasserstein` logs `E r - E f`, the critic's estimate of the distance: it falls as samples improve.

    Args:
        drift: float ≥ 0, holds the scores near 0, which the distance alone leaves free to wander: 0.001 is usual, and
            bounds no difference of scores that matters. Defaults to `0.0`.

    Reference:
    - [Arjovsky et al., 2017](https://arxiv.org/abs/1701.07875), equations 2 and 3, algorithm 1.
    - [Karras et al., 2018](https://arxiv.org/abs/1710.10196), appendix A.1 (drift).
    """

    reports = ("wasserstein",)
    undecided = None

    def __init__(self, drift: float = 0.0):
        if not drift >= 0:
            raise ValueError(f"Wasserstein: drift={drift}; expected drift ≥ 0, it multiplies the squared scores.")
        self.drift, self.zero_sum = drift, not drift

    def discriminator(self, duel):
        value = mean(duel.fake_scores) - mean(duel.real_scores)
        return value + self.drift * mean(square(duel.real_scores)) if self.drift else value

    def generator(self, duel):
        return -mean(duel.fake_scores)

    def report(self, duel):
        return {"wasserstein": mean(duel.real_scores) - mean(duel.fake_scores)}


class Hinge(AdversarialLoss):
    """The hinge game: the critic rests where it is right by a margin of 1.

        D: E max(0, 1 - r) + E max(0, 1 + f)      G: -E f

    Usual with spectral normalisation (SNGAN, SAGAN, BigGAN).

    Reference:
    - [Lim and Ye, 2017](https://arxiv.org/abs/1705.02894), equations 10 and 11.
    """

    def discriminator(self, duel):
        return mean(relu(1.0 - duel.real_scores)) + mean(relu(1.0 + duel.fake_scores))

    def generator(self, duel):
        return -mean(duel.fake_scores)


class Relativistic(AdversarialLoss):
    """The pairing game: is this real image more real than that generated one?

        D: E softplus(-(r - f))                   G: E softplus(-(f - r))

    With `R1` and `R2` it converges locally (R3GAN).

    Reference:
    - [Jolicoeur-Martineau, 2018](https://arxiv.org/abs/1807.00734), section 4.1 (RSGAN).
    """

    undecided = None

    def discriminator(self, duel):
        return mean(softplus(duel.fake_scores - duel.real_scores))

    def generator(self, duel):
        return mean(softplus(duel.real_scores - duel.fake_scores))


class RelativisticAverage(AdversarialLoss):
    """Is this image more real than the average image of the other kind, over the global minibatch?

        D: E softplus(-(r - E f)) + E softplus(f - E r)      G: the same with r and f exchanged

    Reference:
    - [Jolicoeur-Martineau, 2018](https://arxiv.org/abs/1807.00734), section 4.2 (RaSGAN).
    """

    undecided = None

    def discriminator(self, duel):
        return self._above_average(duel.real_scores, duel.fake_scores)

    def generator(self, duel):
        return self._above_average(duel.fake_scores, duel.real_scores)

    @staticmethod
    def _above_average(high, low):
        mean_low, mean_high = batch_mean(low, _all_axes(low)), batch_mean(high, _all_axes(high))
        return mean(softplus(mean_low - high)) + mean(softplus(low - mean_high))
