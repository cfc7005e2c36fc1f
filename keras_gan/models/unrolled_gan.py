"""Unrolled GAN: a generator that foresees the discriminator's next steps."""

import keras
import tensorflow as tf

from keras_gan import losses, ops
from keras_gan.models import checks, unrolling
from keras_gan.models.gan import GAN


class UnrolledGAN(GAN):
    """The game in which G minimises its loss against the discriminator that D's next K steps would make.

        θ⁰ = θ_D,   θᵏ⁺¹ = one step of D's optimiser from θᵏ on D's whole objective, penalties included
        D: one step on θ_D, as ever          G: descends L_G(θ_G, θᴷ(θ_G)), with the gradient through all K steps

    A generator that sees only today's discriminator gathers on the point which that one scores highest, and moves on
    when D answers. One that foresees the answer spreads over the data. Use it where G loses modes and D is small: each
    unrolled step costs a step of D and is differentiated twice. `R1` and a relativistic loss are the cheaper cure.

    The K steps are D's own: its optimiser's moments, learning rate schedule, clipping, regularisers, its penalties with
    fresh numbers. As in the authors' code all of them, and G's loss after them, see one minibatch: the same real images
    and the same latents. Nothing of them remains: weights, moments, moving statistics and counters of D are afterwards
    as D's own step left them. With K = 0 it is `GAN`.

    Where both players share one value (`Minimax`, `Wasserstein`, a saturating `FDivergence`), G descends all of it, its
    part on real images too, which θᴷ makes depend on G; `g_loss` then holds both parts. With any other loss G descends
    its own. D learns by Adam(1e-4, β₁ = 0.5), G by Adam(1e-3, β₁ = 0.5), as in the authors' code.

    Args:
        generator, discriminator: as in `GAN`.
        unroll_steps: int ≥ 0, K. Defaults to `5`.
        adversarial_loss: as in `GAN`. Defaults to `"minimax"`, the paper's.
        **game: all other arguments of `GAN`.

    Raises:
        ValueError: a d_optimizer other than SGD, Adam and AdamW, in `compile`; unroll_steps < 0.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.mlp.generator(image_shape=(2,), latent_dim=2, units=8)
    >>> gan = keras_gan.UnrolledGAN(generator, networks.mlp.discriminator((2,), units=8), unroll_steps=2)
    >>> gan.compile()

    Reference:
    - [Metz et al., 2017](https://arxiv.org/abs/1611.02163), equations 7 to 11, and the authors' notebook.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        unroll_steps: int = 5,
        adversarial_loss: str | losses.AdversarialLoss = "minimax",
        **game,
    ):
        super().__init__(generator, discriminator, adversarial_loss=adversarial_loss, **game)
        checks.check_whole(type(self).__name__, 0, unroll_steps=unroll_steps)
        self.unroll_steps = unroll_steps

    def paper_optimizers(self):
        return {player: keras.optimizers.Adam({"d": 1e-4, "g": 1e-3}[player], beta_1=0.5) for player in self.players}

    def compile_players(self, optimizers, *how):
        given = optimizers["d"]
        d_optimizer = self.paper_optimizers()["d"] if given is None else keras.optimizers.get(given)
        if self.unroll_steps:
            unrolling.check_optimizer(type(self).__name__, d_optimizer)
        super().compile_players(optimizers | {"d": d_optimizer}, *how)

    def generator_terms(self, batch):
        if not self.unroll_steps:
            return super().generator_terms(batch)
        if "fake" not in batch:  # once: every step sees the same, and G's own statistics are to remain
            batch = batch | {"fake": self.generate(batch)}
        steps = unrolling.Steps(self.optimizer.of["d"], self.moved_variables("d"))
        with keras.StatelessScope():
            for _ in range(self.unroll_steps):
                steps.apply(self._foreseen_gradients(batch))
            duel = self.duel(batch)
            if self.adversarial_loss.zero_sum:
                return {"adversarial": -self.adversarial_loss.discriminator(duel)}
            return self.generator_terms_of(duel)

    def _foreseen_gradients(self, batch):
        """The gradients of D's whole objective, over all replicas, at what the scope holds for D's weights."""
        with self._recording("d") as tape:
            _, loss = self._objective("d", self.discriminator_terms, batch)
            share = loss / ops.num_replicas()
        gradients = self._gradients(tape, share, self.moved_variables("d"), self.optimizer.of["d"])
        if ops.num_replicas() > 1:
            gradients = tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, gradients)
        return gradients
