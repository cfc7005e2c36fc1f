"""WGAN: the earth mover's distance, by a critic of clipped weights."""

import keras
from keras import ops

from keras_gan.configured import Configured
from keras_gan.losses import Wasserstein
from keras_gan.models.gan import GAN


class WeightClip(Configured, keras.constraints.Constraint):
    """Keeps every entry of a weight in [-limit, limit], after each of its updates.

    Args:
        limit: float > 0.
    """

    def __init__(self, limit: float):
        self.limit = limit

    def __call__(self, w):
        return ops.clip(w, -self.limit, self.limit)


class WGAN(GAN):
    """Wasserstein GAN: a critic with clipped weights estimates the earth mover's distance, G descends it.

        for each training step:
            n_critic times: critic ascends E f(x) - E f(G(z)), then all its weights are clipped to [-c, c]
            G descends -E f(G(z))

    `d_wasserstein` logs the critic's value: it falls as samples improve, and tells when to stop. RMSProp(5e-5) without
    momentum for both; minibatches of 64. What one lecture calls clipping clips the *gradient* instead, which does not
    bound the critic: that is `compile(d_optimizer=keras.optimizers.RMSprop(5e-5, clipvalue=c))` with
    `weight_clip=None`, and no distance is estimated by it.

    Args:
        generator, discriminator: as in `GAN`.
        weight_clip: float > 0, c, or `None` for no clipping. Defaults to `0.01`.
        n_critic: int ≥ 1. Defaults to `5`.
        **game: all other arguments of `GAN` but `adversarial_loss`.

    Reference:
    - [Arjovsky et al., 2017](https://arxiv.org/abs/1701.07875), algorithm 1.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        weight_clip: float | None = 0.01,
        n_critic: int = 5,
        **game,
    ):
        super().__init__(generator, discriminator, adversarial_loss=Wasserstein(), n_critic=n_critic, **game)
        if weight_clip is not None and not weight_clip > 0:
            raise ValueError(f"{type(self).__name__}: weight_clip={weight_clip}; expected a limit > 0, or None.")
        for variable in self.discriminator.trainable_variables if weight_clip else ():
            variable.constraint = WeightClip(weight_clip)

    def paper_optimizers(self):
        return {player: keras.optimizers.RMSprop(5e-5) for player in self.players}
