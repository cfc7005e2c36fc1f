"""The rival gradient penalties, side by side: where the critic's slope is taken, and how it is bounded.

`∇` is the gradient of the critic's scores by the image, its norm taken per image in float32; over patches it is the
gradient of the sum of the patches' scores. Means run over the minibatch.
"""

from typing import Literal

import keras
from keras.ops import maximum, mean, minimum, sigmoid, square

from keras_gan.configured import Configured
from keras_gan.ops import batch_mean, norm, per_image, squared_norm
from keras_gan.words import nearest, snake_case


class Penalty(Configured):
    """The base of every penalty: `penalty(duel)` is a float32 scalar, already weighted, for the critic's loss."""

    needs_batch = False  # whether it averages over the global minibatch inside a non-linearity
    needs_unpacked = False  # whether it pairs each image with a score of its own

    @property
    def name(self):
        """str, names the term in the logs: `d_<name>`."""
        return snake_case(type(self).__name__)

    def __call__(self, duel):
        raise NotImplementedError


def check_weight(weight, owner, argument):
    """The weight, if it is one."""
    if not weight >= 0:
        raise ValueError(f"{owner}: {argument}={weight}; expected {argument} ≥ 0, it multiplies a penalty.")
    return weight


class GradientPenalty(Penalty):
    """WGAN-GP: holds the critic's slope near `target` between real and generated images.

    For mixed images `x̂ = t·real + (1 - t)·fake`, `t ~ U(0, 1)` drawn per image,

        two-sided: weight · E (‖∇critic(x̂)‖ - target)²
        one-sided: weight · E max(0, ‖∇critic(x̂)‖ - target)²

    Use it without batch normalisation in the critic, which would tie the images of a minibatch together. What the
    penalty buys has a price: against a Gaussian that is moved by m, the best penalised critic overstates the distance
    ‖m‖ by a share of about ‖m‖ / (2·weight), so that `d_wasserstein` is an estimate from above (2.21 for ‖m‖ = 2 and
    λ = 10). On the line, a slope of the wrong sign is a local optimum of the two-sided form too.

    Args:
        weight: float ≥ 0, λ of the paper. Defaults to `10.0`.
        target: float ≥ 0, the slope asked for. Defaults to `1.0`.
        one_sided: bool, leave slopes below the target alone. Defaults to `False`.
        location: `"mixed"`, `"real"` or `"fake"`, the images at which the slope is taken. Defaults to `"mixed"`.

    Example:

    >>> import keras_gan
    >>> penalty = keras_gan.penalties.GradientPenalty(weight=10.0)
    >>> penalty.name
    'gradient_penalty'

    Reference:
    - [Gulrajani et al., 2017](https://arxiv.org/abs/1704.00028), equation 3; one-sided: section 4.
    """

    def __init__(
        self,
        weight: float = 10.0,
        *,
        target: float = 1.0,
        one_sided: bool = False,
        location: Literal["mixed", "real", "fake"] = "mixed",
    ):
        self.weight = check_weight(weight, "GradientPenalty", "weight")
        self.target = check_weight(target, "GradientPenalty", "target")
        self.one_sided = one_sided
        known = ("mixed", "real", "fake")
        if location not in known:
            raise ValueError(f"GradientPenalty: location={location!r}{nearest(str(location), known)}.")
        self.location = location

    def __call__(self, duel):
        excess = norm(self._gradient(duel)) - self.target
        if self.one_sided:
            excess = maximum(excess, 0.0)
        return self.weight * mean(square(excess))

    def _gradient(self, duel):
        if self.location == "real":
            return duel.real_gradient
        if self.location == "fake":
            return duel.fake_gradient
        t = per_image(duel.numbers.uniform((keras.ops.shape(duel.real)[0],)), duel.real)
        t = keras.ops.cast(t, duel.real.dtype)
        return duel.view(t * duel.real + (1 - t) * duel.fake).gradient


class DRAGAN(Penalty):
    """Holds the critic's slope near 1 around the data, wherever the generator is.

        weight · E (‖∇critic(x + δ)‖ - 1)²,   δ = noise · std(x) · u · U(0, 1) per pixel,  u ~ U(0, 1) per image

    The standard deviation is taken over all values of the global minibatch.

    Args:
        weight: float ≥ 0, λ. Defaults to `10.0`.
        noise: float ≥ 0, the width of the neighbourhood in standard deviations of the data. Defaults to `0.5`.

    Reference:
    - [Kodali et al., 2017](https://arxiv.org/abs/1705.07215), algorithm 1 and the authors' code.
    """

    needs_batch = True

    def __init__(self, weight: float = 10.0, *, noise: float = 0.5):
        self.weight = check_weight(weight, "DRAGAN", "weight")
        self.noise = check_weight(noise, "DRAGAN", "noise")

    def __call__(self, duel):
        real = keras.ops.cast(duel.real, "float32")
        axes = tuple(range(len(real.shape)))
        deviation = keras.ops.sqrt(batch_mean(square(real - batch_mean(real, axes)), axes))
        share = per_image(duel.numbers.uniform((keras.ops.shape(real)[0],)), real)
        noise = duel.numbers.uniform((keras.ops.shape(real)[0], *real.shape[1:]))
        near = duel.view(keras.ops.cast(real + self.noise * deviation * share * noise, duel.real.dtype))
        return self.weight * mean(square(norm(near.gradient) - 1.0))


class R1(Penalty):
    """Flattens the critic at the data: `½ γ E ‖∇critic(real)‖²`.

    Zero-centred, hence locally convergent; the natural companion of the non-saturating and relativistic losses.
    Computing it every 16th step is usual: `Every(16, R1(10.0))`.

    Args:
        gamma: float ≥ 0, γ. Defaults to `10.0` (right for images near [-1, 1] of 28 to 64 px; points want less).

    Reference:
    - [Mescheder et al., 2018](https://arxiv.org/abs/1801.04406), equation 9.
    """

    def __init__(self, gamma: float = 10.0):
        self.gamma = check_weight(gamma, type(self).__name__, "gamma")

    def __call__(self, duel):
        return 0.5 * self.gamma * mean(squared_norm(duel.real_gradient))


class R2(Penalty):
    """Flattens the critic at the generator's images: `½ γ E ‖∇critic(fake)‖²`.

    Args:
        gamma: float ≥ 0, γ. Defaults to `10.0`.

    Reference:
    - [Mescheder et al., 2018](https://arxiv.org/abs/1801.04406), equation 10.
    """

    def __init__(self, gamma: float = 10.0):
        self.gamma = check_weight(gamma, type(self).__name__, "gamma")

    def __call__(self, duel):
        return 0.5 * self.gamma * mean(squared_norm(duel.fake_gradient))


class Roth(Penalty):
    """What noise on the images does to the Jensen–Shannon game, in closed form: no noise is drawn.

        ½ γ (E_real (1 - φ)² ‖∇critic(real)‖² + E_fake φ² ‖∇critic(fake)‖²),   φ = sigmoid(critic)

    Noise of variance γ on all that the critic sees changes the loss of `NonSaturating` and `Minimax` by this much, to
    first order in γ, at a critic that cannot be improved: so it belongs to these losses. Images that the critic
    is sure of are left alone; `R1` and `R2` weigh all images alike. Where the scores are patches, (1 - φ)² and φ² are
    the means over an image's patches.

    With `decay_steps` it is annealed as in the paper's experiments, `γ(t) = γ · decay_rate^(t / decay_steps)` at
    training step t, and holds still from `decay_steps` on.

    Args:
        gamma: float ≥ 0, γ at the first step. Defaults to `2.0`, the paper's for annealed runs (0.1 for constant ones).
        decay_rate: float in (0, 1], the share of γ that is left at the end. Defaults to `0.01`.
        decay_steps: int ≥ 1, training steps of the whole run; `None`: γ is constant. Defaults to `None`.

    Example:

    >>> import keras_gan
    >>> keras_gan.penalties.Roth(2.0, decay_steps=10_000).name
    'roth'

    Reference:
    - [Roth et al., 2017](https://arxiv.org/abs/1705.09367), algorithm 1.
    """

    needs_unpacked = True

    def __init__(self, gamma: float = 2.0, *, decay_rate: float = 0.01, decay_steps: int | None = None):
        self.gamma = check_weight(gamma, "Roth", "gamma")
        if not 0 < decay_rate <= 1:
            raise ValueError(f"Roth: decay_rate={decay_rate}; expected the share of γ that is left, in (0, 1].")
        if decay_steps is not None and not decay_steps >= 1:
            raise ValueError(f"Roth: decay_steps={decay_steps}; expected a number of training steps ≥ 1, or None.")
        self.decay_rate, self.decay_steps = decay_rate, decay_steps

    def __call__(self, duel):
        real = _per_image(square(sigmoid(-duel.real_scores))) * squared_norm(duel.real_gradient)
        fake = _per_image(square(sigmoid(duel.fake_scores))) * squared_norm(duel.fake_gradient)
        return 0.5 * self._gamma_at(duel.numbers.step) * (mean(real) + mean(fake))

    def _gamma_at(self, step):
        if self.decay_steps is None:
            return self.gamma
        share = minimum(keras.ops.cast(step, "float32") / self.decay_steps, 1.0)
        return self.gamma * self.decay_rate**share


def _per_image(values):
    """The mean of each image's own: `(batch, ...)` → `(batch,)`."""
    return mean(keras.ops.reshape(values, (keras.ops.shape(values)[0], -1)), axis=1)
