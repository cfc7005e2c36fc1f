"""From vital signs to names: what is wrong, how one sees it, what to try."""

import math
from dataclasses import dataclass

REMEDIES = {
    "divergence": "lower both learning rates (a tenth), clip gradients (clipnorm), or give the critic a penalty: R1",
    "mode collapse": "let the critic see several samples at once (packing, minibatch discrimination), add R1, or lower "
    "the generator's learning rate below the discriminator's",
    "discriminator saturation": "weaken the discriminator: R1 or a gradient penalty, a lower learning rate, fewer "
    "filters, instance noise, n_critic=1; or a loss that cannot saturate: WGANGP",
    "generator saturation": "use the non-saturating loss instead of minimax, train the discriminator less, or look for "
    "a generator whose outputs are pinned at the ends of tanh",
    "discriminator overfitting": "augment what the critic sees, add R1 or dropout, take fewer filters, or more images",
}


@dataclass(frozen=True)
class Thresholds:
    """Where health ends. Set on runs of small networks built to fail; see `benchmarks/stability.py`.

    Args:
        growth: float, times the first norm of the weights: more is divergence.
        margin: float, size of the score margin: more is divergence.
        diversity: float, samples that differ less, compared with real images, are collapsed.
        accuracy: float, both saturations need a discriminator that is right at least so often.
        d_pull, g_pull: float, a loss that pulls less at the scores is saturated.
        reach: float, share of the best reach so far; a generator that less of the gradient reaches is saturated.
        recognition: float, training images that score above held-out ones more often have been memorised, if also
        overfitting: float, the held-out images have fallen so far from them, compared with the samples.
    """

    growth: float = 10.0
    margin: float = 1e3
    diversity: float = 0.15
    accuracy: float = 0.97
    d_pull: float = 0.05
    g_pull: float = 0.05
    reach: float = 0.01
    recognition: float = 0.7
    overfitting: float = 0.3


@dataclass(frozen=True)
class Finding:
    """A named trouble.

    Args:
        name: str, a key of `REMEDIES`.
        evidence: str, what was seen, in words and numbers.
        epoch, step: int, epochs and training steps done when it was named.
    """

    name: str
    evidence: str
    epoch: int
    step: int

    @property
    def remedy(self):
        """str: what to try."""
        return REMEDIES[self.name]

    def __str__(self):
        return f"{self.name} after epoch {self.epoch}, step {self.step}: {self.evidence}. Try: {self.remedy}."


def diagnose(looks, thresholds=Thresholds(), patience=3):
    """What is wrong after several looks.

    A trouble is named when each of the last `patience` looks shows it; divergence, which does not heal, at once.

    Args:
        looks: sequence of `VitalSigns`, the first from before training.
        thresholds: `Thresholds`.
        patience: int ≥ 1, looks.

    Returns:
        list of `Finding`, empty in health.
    """
    now = symptoms(looks, thresholds)
    if "divergence" not in now:
        recent = range(len(looks) - patience + 1, len(looks) + 1)
        seen = [symptoms(looks[:count], thresholds) if count > 1 else {} for count in recent]
        now = {name: evidence for name, evidence in now.items() if all(name in each for each in seen)}
    return [Finding(name, evidence, looks[-1].epoch, looks[-1].step) for name, evidence in now.items()]


def symptoms(looks, thresholds=Thresholds()):
    """{name: evidence} of what the last look shows, the earlier ones telling what this model can do.

    Of a diverging model nothing else is said: the rest follows.
    """
    divergence = _divergence(looks[-1], thresholds)
    if divergence:
        return {"divergence": divergence}
    found = {
        "mode collapse": _collapse(looks, thresholds),
        "discriminator saturation": _discriminator_saturation(looks[-1], thresholds),
        "generator saturation": _generator_saturation(looks, thresholds),
        "discriminator overfitting": _overfitting(looks[-1], thresholds),
    }
    return {name: evidence for name, evidence in found.items() if evidence}


def _divergence(look, thresholds):
    wrong = {name: value for name, value in look.numbers.items() if not math.isfinite(value)}
    if wrong:
        return ", ".join(f"{name} is {value}" for name, value in wrong.items())
    if look.weights > thresholds.growth:
        return f"the weights of one player have grown to {look.weights:.3g} times what they were"
    if abs(look.margin) > thresholds.margin:
        return f"the scores of real and generated images lie {abs(look.margin):.3g} apart"
    return None


def _collapse(looks, thresholds):
    look, best = looks[-1], max(look.diversity for look in looks[:-1])
    # A young generator makes the same grey for all latents, but differs more at every look: that is no collapse.
    if look.diversity < thresholds.diversity and look.diversity <= best:
        return f"samples differ {look.diversity:.2g} times as much as real images, after {best:.2g} times at best"
    return None


def _discriminator_saturation(look, thresholds):
    if look.accuracy >= thresholds.accuracy and look.d_pull < thresholds.d_pull:
        return (
            f"it ranks {look.accuracy:.1%} of real images above samples, by {look.margin:.3g} in the mean, and its "
            f"loss pulls at the scores with no more than {look.d_pull:.2g}"
        )
    return None


def _generator_saturation(looks, thresholds):
    look, best = looks[-1], max(look.reach for look in looks)
    if look.accuracy < thresholds.accuracy:
        return None
    if look.g_pull < thresholds.g_pull:
        return (
            f"its samples are rejected {look.accuracy:.1%} of the time, and its loss pulls at their scores with no "
            f"more than {look.g_pull:.2g}"
        )
    if look.reach <= thresholds.reach * best:
        return (
            f"its samples are rejected {look.accuracy:.1%} of the time, and of their gradient {look.reach:.2g} reaches "
            f"its weights, {best:.2g} at best"
        )
    return None


def _overfitting(look, thresholds):
    if look.recognition is None:
        return None
    if look.recognition > thresholds.recognition and abs(look.overfitting) > thresholds.overfitting:
        return (
            f"it ranks {look.recognition:.0%} of training images above held-out ones, which have fallen "
            f"{abs(look.overfitting):.2g} of the way to the samples"
        )
    return None
