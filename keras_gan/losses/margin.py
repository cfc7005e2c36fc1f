"""The margin loss of capsule networks, as a game."""

import math

from keras.ops import mean, relu, square

from keras_gan.losses.adversarial import AdversarialLoss


class Margin(AdversarialLoss):
    """CapsuleGAN's game, for a discriminator that says `lengths`: how present its capsules `real` and `fake` are.

    With lengths `v` in [0, 1], `present(v) = max(0, m⁺ - v)²`, `absent(v) = max(0, v - m⁻)²`,

        real image is called real:        A(x) = present(v_real(x)) + λ absent(v_fake(x))
        D: E A(x) + E [λ absent(v_real(G(z))) + present(v_fake(G(z)))]      G: E A(G(z))

    A capsule that is long or short enough rests, as a score beyond the hinge's margin does. For
    `networks.capsule.discriminator`; any other loss works with its `scores`.

    A critic that cannot tell gives its capsule `real` the length `(m⁺ + λ m⁻) / (1 + λ)`, and the score is its logit:
    `undecided`, 0.55 by default. With `λ = 0` nothing shortens a capsule, and no length tells.

    Args:
        m_plus: float, m⁺, the length from which a capsule counts as present, `m_minus < m_plus ≤ 1`. Defaults to `0.9`.
        m_minus: float ≥ 0, m⁻, the length up to which it counts as absent. Defaults to `0.1`.
        down_weight: float ≥ 0, λ, so that lengths do not shrink from the beginning. Defaults to `0.5`.

    Raises:
        ValueError: an argument out of its range; in a game, a discriminator that says no `lengths`.

    Reference:
    - [Sabour et al., 2017](https://arxiv.org/abs/1710.09829), equation 4.
    - [Jaiswal et al., 2018](https://arxiv.org/abs/1802.06167), section 3, with one capsule where this has two.
    """

    needs = {"lengths": "Use keras_gan.networks.capsule.discriminator(image_shape), or another loss."}

    def __init__(self, m_plus: float = 0.9, m_minus: float = 0.1, down_weight: float = 0.5):
        if not 0 <= m_minus < m_plus <= 1:
            raise ValueError(f"Margin: m_plus={m_plus}, m_minus={m_minus}; expected 0 ≤ m_minus < m_plus ≤ 1.")
        if not down_weight >= 0:
            raise ValueError(f"Margin: down_weight={down_weight}; expected down_weight ≥ 0, it multiplies a loss.")
        self.m_plus, self.m_minus, self.down_weight = m_plus, m_minus, down_weight
        length = (m_plus + down_weight * m_minus) / (1.0 + down_weight)
        self.undecided = math.log(length / (1.0 - length)) if down_weight else None

    def discriminator(self, duel):
        real, fake = duel.real_outputs["lengths"], duel.fake_outputs["lengths"]
        return self._one_of(real[..., 0], real[..., 1]) + self._one_of(fake[..., 1], fake[..., 0])

    def generator(self, duel):
        fake = duel.fake_outputs["lengths"]
        return self._one_of(fake[..., 0], fake[..., 1])

    def _one_of(self, right, wrong):
        """The loss of lengths of which one should be 1 and the other 0."""
        return mean(square(relu(self.m_plus - right)) + self.down_weight * square(relu(wrong - self.m_minus)))
