"""Two players over one minibatch: their steps, their optimisers, the averaged generator, the logs."""

import contextlib

import keras
import tensorflow as tf

from keras_gan import ops, random
from keras_gan.models import averaging, checks, network_checks
from keras_gan.models.generative_model import GenerativeModel
from keras_gan.models.means import Means
from keras_gan.models.player_optimizers import PlayerOptimizers


class AdversarialModel(GenerativeModel):
    """The abstract game: n_critic discriminator steps on fresh minibatches, then one generator step.

    A subclass says which networks each player owns and what each player minimises; the training step is written here
    once. `discriminator_terms` and `generator_terms` return `{name: scalar}`, the names declared in `d_terms` and
    `g_terms` (summed into the loss) and in `d_reports` (logged only).

    Args:
        n_critic: int ≥ 1, discriminator steps before each generator step, every one on a fresh minibatch.
        reuse_fakes: bool, the images of the last critic step serve the generator's step: one forward pass of the
            generator less, and a generator step on latents that its critic has just seen. Defaults to `False`.
        ema_decay: float in [0, 1) or `None`, decay of the averaged generator that `call`, `sample`, `export` and
            metrics use; `None`: the generator itself. Defaults to `0.999`.
        ema_start: int ≥ 0, training steps before the average begins; until then it is the generator. Defaults to `0`.
        ema_ramp: float > 0 or `None`, training steps over which the average's memory grows: at step t the decay is at
            most `(1 + t) / (ema_ramp + t)`, so that a short run is not an average with its own beginning. Defaults to
            `10.0`.
        seed: int, decides every random number, together with the saved step. Defaults to `0`.
        name: str or `None`.
    """

    d_terms = ("adversarial",)
    g_terms = ("adversarial",)
    d_reports = ()

    def __init__(
        self,
        *,
        n_critic: int = 1,
        reuse_fakes: bool = False,
        ema_decay: float | None = 0.999,
        ema_start: int = 0,
        ema_ramp: float | None = 10.0,
        seed: int = 0,
        name: str | None = None,
    ):
        super().__init__(seed=seed, name=name)
        owner = type(self).__name__
        checks.check_whole(owner, 1, n_critic=n_critic)
        checks.check_whole(owner, 0, ema_start=ema_start)
        if ema_ramp is not None and not ema_ramp > 0:
            raise ValueError(f"{owner}: ema_ramp={ema_ramp}; expected a number of training steps > 0, or None.")
        if ema_decay is not None and not 0 <= ema_decay < 1:
            raise ValueError(f"{owner}: ema_decay={ema_decay}; expected 0 ≤ ema_decay < 1, or None for no average.")
        self.n_critic, self.reuse_fakes = n_critic, reuse_fakes
        self.ema_decay, self.ema_start, self.ema_ramp = ema_decay, ema_start, ema_ramp
        self.averages = {}

    # --- what a subclass says ------------------------------------------------------------------------------------

    @property
    def players(self):
        """`{"d": networks, "g": networks}`: who owns what."""
        return {"d": (self.discriminator,), "g": (self.generator,)}

    def discriminator_terms(self, batch):
        """{name: scalar} that the discriminator minimises on one minibatch."""
        raise NotImplementedError

    def generator_terms(self, batch):
        """{name: scalar} that the generator minimises on one minibatch."""
        raise NotImplementedError

    def generate(self, batch, training=True):
        """The generator's images for one minibatch."""
        raise NotImplementedError

    def paper_optimizers(self):
        """{player: optimizer}, fresh ones, as the paper of this game sets them."""
        return {player: keras.optimizers.Adam(2e-4, beta_1=0.5) for player in self.players}

    # --- one training step ---------------------------------------------------------------------------------------

    def train_step(self, data):
        with random.drawing_from(self.numbers()):
            d_logs = []
            for batch in self.minibatches(data):
                g_tape = self._remember_fakes(batch) if self.reuse_fakes else None
                d_logs.append(self.minimize("d", self.discriminator_terms, batch))
            g_logs = self.minimize("g", self.generator_terms, batch, g_tape)
        self.average()
        self.step.assign_add(1)
        self.optimizer.iterations.assign_add(1)
        self.means.update_state(_mean_of(d_logs) | g_logs)

    def minibatches(self, data):
        """The n_critic minibatches of one training step, each as a dict."""
        if self.n_critic == 1:
            return [self.read(data)]
        return [self.read(tf.nest.map_structure(lambda x, i=i: x[i], data)) for i in range(self.n_critic)]

    def _remember_fakes(self, batch):
        """Generates the batch's images on a tape of the generator's, to be used by both players."""
        with self._recording("g") as tape:
            batch["fake"] = self.generate(batch)
        return tape

    @contextlib.contextmanager
    def _recording(self, player, tape=None):
        with tape or tf.GradientTape(watch_accessed_variables=False) as tape:  # a player feels its own weights only
            tape.watch([variable.value for variable in self.moved_variables(player)])
            yield tape

    def minimize(self, player, terms, batch, tape=None):
        """One optimiser step of one player on the sum of its terms.

        Args:
            player: str, key of `players`.
            terms: callable, batch → {name: scalar}.
            batch: dict, one minibatch.
            tape: `tf.GradientTape` that already watched part of the computation, or `None`.

        Returns:
            {log name: scalar}, the mean over this replica's share.
        """
        with random.drawing_from(random.current().fork(player)), self._recording(player, tape) as tape:
            values, loss = self._objective(player, terms, batch)
            share = loss / ops.num_replicas()  # the optimiser sums over replicas
        variables, optimizer = self.moved_variables(player), self.optimizer.of[player]
        gradients = self._gradients(tape, share, variables, optimizer)
        with tf.control_dependencies([loss]):  # else a weight may be read for a penalty after its update
            optimizer.apply(gradients, variables)
        return self._as_logs(player, values, loss)

    def _objective(self, player, terms, batch):
        """({name: scalar} of a player's terms, reports and regularisation; the sum of what it minimises)."""
        values = self._with_regularization(player, terms(batch))
        return values, sum(values[name] for name in self._loss_names[player])

    def _gradients(self, tape, loss, variables, optimizer):
        values = [variable.value for variable in variables]  # TensorFlow's own: of Keras' it cannot make zeros
        gradients = tape.gradient(loss, values, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        clips = optimizer.clipnorm or optimizer.clipvalue or optimizer.global_clipnorm
        if clips and ops.num_replicas() > 1:
            # Keras clips every replica's share before it sums them; clipped is the whole gradient, by all alike.
            gradients = tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, gradients)
            gradients = [gradient / ops.num_replicas() for gradient in optimizer._clip_gradients(gradients)]
        return gradients

    def _with_regularization(self, player, values):
        losses = [variable.regularizer(variable) for variable in self._regularized(player)]
        return values | ({"regularization": tf.add_n(losses)} if losses else {})

    def _regularized(self, player):
        return [variable for variable in self.variables_of(player) if variable.regularizer is not None]

    def _as_logs(self, player, values, loss):
        logs = {f"{player}_loss": loss} | {f"{player}_{name}": value for name, value in values.items()}
        unknown = set(values) - set(self._loss_names[player]) - set(self.reports_of(player))
        if unknown:
            raise ValueError(
                f"{type(self).__name__}: {player}'s terms hold {sorted(unknown)}, declared are "
                f"{sorted(self._loss_names[player])}; name every term in {player}_terms or {player}_reports."
            )
        return {name: logs[name] for name in self._log_names(player)}

    def variables_of(self, player):
        """The trainable variables of a player's networks, each once."""
        found = {id(v): v for network in self.players[player] for v in network.trainable_variables}
        return list(found.values())

    def moved_variables(self, player):
        """Those of them that a training step moves: all, unless the player's network grows."""
        return self.variables_of(player)

    # --- logs ----------------------------------------------------------------------------------------------------

    def terms_of(self, player):
        """Declared names of what a player minimises."""
        return {"d": self.d_terms, "g": self.g_terms}[player]

    def reports_of(self, player):
        """Declared names of what a player's step tells beside its loss."""
        return self.d_reports if player == "d" else ()

    def _log_names(self, player):
        """A player with one term logs its loss only: the term would say the same."""
        names = self._loss_names[player] if len(self._loss_names[player]) > 1 else ()
        return [f"{player}_loss", *(f"{player}_{name}" for name in (*names, *self.reports_of(player)))]

    def declare_logs(self):
        """Makes the means of all that will be logged; the last line of a constructor, when the networks are known."""
        self._loss_names = {
            player: (*self.terms_of(player), *(["regularization"] if self._regularized(player) else []))
            for player in self.players
        }
        self.means = Means([name for player in self.players for name in self._log_names(player)])

    # --- the averaged generator ----------------------------------------------------------------------------------

    def add_average(self, name):
        """Begins the average of the network that is this model's attribute `name`."""
        if self.ema_decay is not None:
            self.averages[name] = averaging.copy_of(getattr(self, name))

    def averaged(self, name):
        """The average of a network, or the network itself where `ema_decay` is `None`."""
        return self.averages.get(name, getattr(self, name))

    def average(self):
        """Moves every average one step."""
        for name, average in self.averages.items():
            decay = averaging.decay_at(self.step.value, self.ema_decay, self.ema_start, self.ema_ramp)
            averaging.follow(average, getattr(self, name), decay)

    # --- compiling and saving ------------------------------------------------------------------------------------

    def compile(
        self,
        d_optimizer=None,
        g_optimizer=None,
        *,
        metrics=(),
        run_eagerly: bool = False,
        jit_compile: bool = False,
        steps_per_execution: int = 1,
        **misplaced,
    ):
        """Gives each player its optimiser.

        Args:
            d_optimizer, g_optimizer: `keras.optimizers.Optimizer`, its name, or `None` for the paper's.
            metrics: list of `keras.metrics.Metric` with `update_state(real, fake)`, fed by `evaluate`.
            run_eagerly: bool, for debugging. Defaults to `False`.
            jit_compile: bool, compile the step by XLA. Defaults to `False`.
            steps_per_execution: int, training steps between two looks at the logs. Defaults to `1`.

        Raises:
            ValueError: one instance for both players, a variable with no player or two, unfit dtype policies.
        """
        if misplaced:
            raise TypeError(self._where_it_lives(misplaced))
        self.compile_players(
            {"d": d_optimizer, "g": g_optimizer}, metrics, run_eagerly, jit_compile, steps_per_execution
        )

    def compile_players(self, optimizers, metrics, run_eagerly, jit_compile, steps_per_execution):
        """`compile` for any set of players: checks all, then builds the optimisers."""
        owner = type(self).__name__
        paper = self.paper_optimizers()
        optimizers = {
            player: paper[player] if given is None else keras.optimizers.get(given)
            for player, given in optimizers.items()
        }
        owned = [(player, network) for player, networks in self.players.items() for network in networks]
        networks = {f"{network.name} ({player})": network for player, network in owned}
        variables = {player: self.variables_of(player) for player in self.players}
        checks.check_scope(owner, self.distribute_strategy, self.variables)
        checks.check_optimizers(owner, optimizers)
        network_checks.check_policies(owner, networks)
        checks.check_ownership(owner, variables, self.trainable_variables)
        network_checks.warn_of_foreign_random_layers(owner, networks)
        if jit_compile and ops.num_replicas() > 1:
            raise ValueError(f"{owner}: jit_compile under a strategy of several replicas hangs or fails; remove it.")
        super().compile(
            optimizer=PlayerOptimizers(optimizers, variables),
            run_eagerly=run_eagerly,
            jit_compile=jit_compile,
            steps_per_execution=steps_per_execution,
            auto_scale_loss=False,
        )
        self.run_metrics = tuple(metrics)
        self.test_function = None
        self.optimizer.iterations.assign(self.step)

    def _where_it_lives(self, misplaced):
        lives = {
            "loss": "the loss is an argument of the constructor: adversarial_loss=...",
            "optimizer": "each player has its own: d_optimizer=..., g_optimizer=...",
            "loss_fn": "the loss is an argument of the constructor: adversarial_loss=...",
        }
        said = "; ".join(f"{name}=: {lives.get(name, 'not an argument of compile')}" for name in misplaced)
        return f"{type(self).__name__}.compile: {said}."

    def get_compile_config(self):
        if not self.compiled:
            return None
        optimizers = {f"{p}_optimizer": keras.saving.serialize_keras_object(o) for p, o in self.optimizer.of.items()}
        return optimizers | {
            "metrics": [keras.saving.serialize_keras_object(metric) for metric in self.run_metrics],
            "run_eagerly": self.run_eagerly,
            "jit_compile": self.jit_compile,
            "steps_per_execution": self.steps_per_execution,
        }

    def compile_from_config(self, config):
        self.compile(**keras.saving.deserialize_keras_object(config))


def _mean_of(logs):
    """The mean of the n_critic steps' logs, name by name."""
    return logs[0] if len(logs) == 1 else {name: tf.add_n([log[name] for log in logs]) / len(logs) for name in logs[0]}
