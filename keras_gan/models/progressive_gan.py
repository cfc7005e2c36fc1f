"""Progressive growing: both players begin at 4x4 pixels, and the resolution doubles while they train."""

import math

import keras
import tensorflow as tf
from keras import ops

from keras_gan.losses import AdversarialLoss, Wasserstein
from keras_gan.models import checks, level_steps, network_checks
from keras_gan.models.gan import GAN, as_list
from keras_gan.networks import progressive
from keras_gan.penalties import GradientPenalty


class ProgressiveGAN(GAN):
    """GAN whose networks grow while they train: the large scale is learned first, where a step costs little.

        level 0 trains for stable_steps
        level l = 1, 2, ...: α rises from 0 to 1 over fade_steps, then stays there for stable_steps
        the last level trains on for as long as `fit` goes

    At level l both players work at that level's size only. α mixes level l with level l - 1 in the generator, in the
    discriminator and in the real images, which are means of 2×2 pixels:
    `x_l = α · halved(x) + (1 - α) · enlarged(halved(halved(x)))`. Level and α follow from the saved step, so that a run
    resumes amid a fade. `sample`, `evaluate` and `export` give images of the full size at any time: early ones are
    enlarged. `d_level` logs where it stands: 0 in the beginning, 1.5 when level 2 is half faded in.

    All weights exist from the beginning; those of levels to come are not moved, and no optimiser is made anew: its
    moments go on with their variables. Only its steps are counted anew with each level, for Adam's correction of
    moments that begin at 0: the new layers then move as at the start of any training, and the older ones slowly at
    first. A learning rate schedule goes on over all levels: it counts the steps of the run.

    For large images, on networks of one width at all levels (`filters=max_filters`), where a step at half the sides
    costs a quarter. Where widths double as the sides halve, all levels cost alike: on MNIST of 32 pixels such networks
    were no faster than at a fixed size. Give the last level at least half of the run. Losses and penalties are
    WGAN-GP's by default; `adversarial_loss="relativistic", gradient_penalty=None, penalties=[R1(), R2()]` works, too.
    Both players learn by Adam(1e-3, β₁ = 0, β₂ = 0.99).

    Args:
        generator, discriminator: of `keras_gan.networks.progressive`, of equal numbers of levels.
        fade_steps: int ≥ 0, training steps over which a new level fades in. Defaults to `600`.
        stable_steps: int ≥ 1, training steps of a level when it is in. Defaults to `600`. The paper shows 600,000
            images in each: in minibatches of 64, 9,400 steps.
        adversarial_loss: as in `GAN`. Defaults to `None`: `Wasserstein(drift=0.001)`.
        gradient_penalty: float > 0, weight of WGAN-GP's penalty, or `None`: none. Defaults to `10.0`.
        penalties: further penalties. Defaults to none.
        **game: all other arguments of `GAN`.

    Raises:
        ValueError: networks of another kind or of different numbers of levels; steps out of their range.

    Example:

    >>> import keras_gan
    >>> from keras_gan.networks import progressive
    >>> generator = progressive.generator((16, 16, 1), latent_dim=8, filters=4)
    >>> gan = keras_gan.ProgressiveGAN(generator, progressive.discriminator((16, 16, 1), filters=4), fade_steps=100)
    >>> gan.sample(2).shape
    (2, 16, 16, 1)

    Reference:
    - [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 2, appendix A.1.
    """

    d_reports = ("level",)

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        fade_steps: int = 600,
        stable_steps: int = 600,
        adversarial_loss: str | AdversarialLoss | None = None,
        gradient_penalty: float | None = 10.0,
        penalties=(),
        **game,
    ):
        owner = type(self).__name__
        network_checks.check_networks(owner, generator, discriminator)
        checks.check_whole(owner, 0, fade_steps=fade_steps)
        checks.check_whole(owner, 1, stable_steps=stable_steps)
        numbers = [progressive.num_levels(network) for network in (generator, discriminator)]
        if numbers[0] != numbers[1]:
            raise ValueError(
                f"{owner}: the generator has {numbers[0]} levels, the discriminator {numbers[1]}; expected the same. "
                "Build both with one image_shape and one num_layers."
            )
        super().__init__(
            generator,
            discriminator,
            adversarial_loss=Wasserstein(drift=0.001) if adversarial_loss is None else adversarial_loss,
            penalties=[*([GradientPenalty(gradient_penalty)] if gradient_penalty else []), *as_list(penalties)],
            **game,
        )
        self.fade_steps, self.stable_steps, self.num_levels = fade_steps, stable_steps, numbers[0]
        self._enter(0)
        self._grow(1.0)

    # --- the schedule: a function of the step alone -----------------------------------------------------------------

    def level_at(self, step: int) -> int:
        """The level that trains at a step."""
        return min((step + self.fade_steps) // (self.fade_steps + self.stable_steps), self.num_levels - 1)

    def first_step(self, level: int) -> int:
        """The step with which a level begins."""
        return max(0, level * (self.fade_steps + self.stable_steps) - self.fade_steps)

    def alpha_at(self, step, level: int):
        """float32 scalar in (0, 1]: how much of `level`, the one that trains at `step`, is in."""
        done = ops.cast(step - self.first_step(level), "float32") + 1.0
        return ops.minimum(done / (self.fade_steps + 1.0), 1.0) if level else ops.ones(())

    def phase(self):
        step = self.steps_done
        if self.level_at(step) != self.level:
            self._enter(self.level_at(step))
        if step == self.first_step(self.level):
            self._count_anew()
        is_last = self.level == self.num_levels - 1
        return self.level, math.inf if is_last else self.first_step(self.level + 1) - step

    def _enter(self, level):
        """The players work at this level from now on."""
        self.level = level
        # out of Keras' sight: it would track, and save, every stage as further networks
        stages = {role: progressive.stage(getattr(self, role), level) for role in ("generator", "discriminator")}
        object.__setattr__(self, "_stages", stages)

    def _count_anew(self):
        for optimizer in self.optimizer.of.values():
            level_steps.count_anew(optimizer)

    def go_back(self, filepath):
        super().go_back(filepath)
        self._count_anew()  # the checkpoint may be of an earlier level, the count must fit this one's empty moments

    def _grow(self, alpha):
        """α of the running level, in both players and in the average, which follows it without delay."""
        for network in (self.generator, self.discriminator, *self.averages.values()):
            progressive.grow(network, self.level, alpha)

    # --- the game, at the running level -----------------------------------------------------------------------------

    def train_step(self, data):
        self._grow(self._alpha())
        super().train_step(data)

    def _alpha(self):
        return self.alpha_at(tf.convert_to_tensor(self.step.value), self.level)

    def at_play(self, role):
        return self._stages[role]

    def moved_variables(self, player):
        at_play = {id(v) for stage in self._stages.values() for v in stage.trainable_variables}
        return [variable for variable in self.variables_of(player) if id(variable) in at_play]

    def duel(self, batch, training=True):
        if training:  # to look at, both players are there in their full size
            batch = batch | {"images": self._at_level(batch["images"])}
        return super().duel(batch, training)

    def discriminator_terms_of(self, duel):
        level = ops.maximum(self.level - 1.0 + self._alpha(), 0.0)
        return super().discriminator_terms_of(duel) | {"level": level}

    def _at_level(self, images):
        """Images of the full size as the running level sees them."""
        for _ in range(self.num_levels - 1 - self.level):
            images = progressive.halved(images)
        if self.level == 0:
            return images
        coarse = progressive.enlarged(progressive.halved(images))
        return coarse + self._alpha() * (images - coarse)

    # --- the optimisers ---------------------------------------------------------------------------------------------

    def compile_players(self, *arguments):
        super().compile_players(*arguments)
        for optimizer in self.optimizer.of.values():
            level_steps.prepare(optimizer)

    def paper_optimizers(self):
        return {player: keras.optimizers.Adam(1e-3, beta_1=0.0, beta_2=0.99, epsilon=1e-8) for player in self.players}
