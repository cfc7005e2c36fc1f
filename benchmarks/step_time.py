"""How long one training step takes: this package beside a hand-written loop, keras.io's style and PyTorch.

    python benchmarks/step_time.py            # about 15 minutes on two cores
    python benchmarks/step_time.py --quick    # two of the games, about one minute

Every contender trains the same networks on the same stream of minibatches, in blocks of a few steps, interleaved and
their order rotated; ratios are taken block against block. `keras_gan` and keras.io's style run in their real
`fit(verbose=0)`, everything included that `fit` does in every step: the logs, the callbacks, the watch for values that
are not finite. The hand-written loop and PyTorch have none of that. A step is n_critic discriminator steps and one
generator step; images are the real ones that the discriminator sees (keras.io's WGAN-GP sees each n_critic times).
"""

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass, field

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from pacing import Contender, interleave, processor, ratio, resident_megabytes, versions
from rich.console import Console
from rich.table import Table
from rivals import HandWritten, KerasIO, Ticking

from keras_gan import networks
from keras_gan.data.batching import Minibatches
from keras_gan.data.mixtures import ring
from keras_gan.models.gan import GAN
from keras_gan.models.wgan_gp import WGANGP

BASELINE = "hand-written loop"
STYLE = "keras.io style"


@dataclass(frozen=True)
class Game:
    """What all contenders play."""

    name: str
    width: int  # filters, or units of the three hidden layers
    batch_size: int = 64
    latent_dim: int = 64
    n_critic: int = 1
    steps_per_execution: int = 1
    is_points: bool = False
    is_wasserstein: bool = False
    adam: dict = field(default_factory=lambda: {"learning_rate": 2e-4, "beta_1": 0.5})

    def networks(self):
        kind, size = (networks.mlp, "units") if self.is_points else (networks.dcgan, "filters")
        shape, width = (2,) if self.is_points else (28, 28, 1), {size: self.width}
        plain = {"normalization": None} if self.is_wasserstein or self.is_points else {}
        return kind.generator(shape, self.latent_dim, **width), kind.discriminator(shape, **width, **plain)

    def optimizer(self):
        return keras.optimizers.Adam(**self.adam)

    def data(self):
        """Points of the ring, or noise in bytes as MNIST's: 100 steps an epoch, so that all executions are whole."""
        count = 100 * self.n_critic * self.batch_size
        if self.is_points:
            return ring(count, seed=0)
        return np.random.default_rng(0).integers(0, 256, (count, 28, 28, 1), "uint8")

    def minibatches(self):
        return Minibatches(self.data(), batch_size=self.batch_size)


WGANGP_ADAM = {"learning_rate": 1e-4, "beta_1": 0.0, "beta_2": 0.9}
GAMES = {
    "dcgan-64": Game("DCGAN 28x28, 64-256 filters, batch 64", 64),
    "dcgan-32": Game("DCGAN 28x28, 32-128 filters, batch 64", 32),
    "wgangp-32": Game(
        "WGAN-GP 28x28, 32-128 filters, batch 64, n_critic 5", 32, n_critic=5, is_wasserstein=True, adam=WGANGP_ADAM
    ),
    "ring": Game(
        "ring of 8, 3x128 MLPs, batch 512, 50 steps per execution", 128, batch_size=512, latent_dim=2,
        steps_per_execution=50, is_points=True,
    ),
}  # fmt: skip
STEPS = {"dcgan-64": 5, "dcgan-32": 10, "wgangp-32": 4, "ring": 100}  # of one block: about half a second


class KerasGAN:
    """This package, through its `fit`.

    Args:
        game: `Game`.
        policy: str, the dtype policy under which the networks are built.
        **arguments: for the model's constructor.
    """

    def __init__(self, game, policy="float32", **arguments):
        self.game = game
        keras.config.set_dtype_policy(policy)
        pair = game.networks()
        keras.config.set_dtype_policy("float32")
        self.model = (WGANGP if game.is_wasserstein else GAN)(*pair, n_critic=game.n_critic, **arguments)
        self.model.compile(game.optimizer(), game.optimizer(), steps_per_execution=game.steps_per_execution)

    def train(self, tick):
        ticking = Ticking(tick, self.game.steps_per_execution)
        self.model.fit(self.game.minibatches(), epochs=10**6, callbacks=[ticking], verbose=0)


def contenders(game):
    """`{name: object with train(tick)}`."""
    made = {
        BASELINE: HandWritten(game),
        STYLE: KerasIO(game),
        "keras_gan": KerasGAN(game),
        "keras_gan, reuse_fakes": KerasGAN(game, reuse_fakes=True),
        "keras_gan, mixed_bfloat16": KerasGAN(game, "mixed_bfloat16"),
        "keras_gan, both": KerasGAN(game, "mixed_bfloat16", reuse_fakes=True),
    }
    try:
        from rivals_torch import PyTorch
    except ImportError:
        return made
    return made | {"PyTorch, eager": PyTorch(game)}


def measure(key, rounds, seed, only=None):
    """One row for each contender of a game."""
    game = GAMES[key]
    keras.utils.set_random_seed(seed)
    made = {name: value for name, value in contenders(game).items() if only is None or name in only}
    playing = [Contender(name, value.train) for name, value in made.items()]
    interleave(playing, rounds, STEPS[key], warm_up=2 * max(STEPS[key], 3))
    seconds = {contender.name: contender.seconds for contender in playing}
    return {
        name: {
            "ms_per_step": 1e3 * float(np.median(values)),
            "images_per_second": game.batch_size * game.n_critic / float(np.median(values)),
            "time_over_hand_written": ratio(values, seconds[BASELINE], seed),
            "speed_over_keras_io": ratio(seconds[STYLE], values, seed),
        }
        for name, values in seconds.items()
    }


def memory(steps):
    """MB held before and after so many steps of the ring, once everything has been traced."""
    readings = []

    def tick(done):
        tick.steps += done
        readings.append((tick.steps, resident_megabytes()))
        return tick.steps < steps + 100

    tick.steps = 0
    KerasGAN(GAMES["ring"]).train(tick)
    readings = [megabytes for done, megabytes in readings if done >= 100]
    return {"steps": steps, "start_mb": readings[0], "end_mb": readings[-1], "highest_mb": max(readings)}


def show(console, key, rows):
    table = Table("contender", title=GAMES[key].name, title_justify="left")
    for column in ("ms/step", "images/s", "time / hand-written", "speed / keras.io style"):
        table.add_column(column, justify="right")
    for name, row in rows.items():
        ratios = ["{median:.3f} [{low:.3f}, {high:.3f}]".format(**row[k]) for k in list(row)[2:]]
        table.add_row(name, f"{row['ms_per_step']:.2f}", f"{row['images_per_second']:,.0f}", *ratios)
    console.print(table)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two games, 4 rounds, 500 steps for the memory")
    parser.add_argument("--rounds", type=int, default=40, help="interleaved blocks of every contender")
    parser.add_argument("--games", nargs="+", choices=GAMES, help="all, if not said")
    parser.add_argument("--only", nargs="+", help="names of contenders, beside the two that ratios need")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rounds, steps = (4, 500) if arguments.quick else (arguments.rounds, 2_000)
    games = arguments.games or (["dcgan-32", "ring"] if arguments.quick else list(GAMES))
    only = arguments.only and {BASELINE, STYLE, *arguments.only}

    began, console = time.perf_counter(), Console(width=120)
    about = {
        "command": " ".join(["python", *sys.argv]),
        "seed": arguments.seed,
        "rounds": rounds,
        "cpu": processor(),
        "versions": versions("keras", "tensorflow", "torch", "numpy"),
    }
    for name, value in about.items():
        console.print(f"{name}: {value}", highlight=False)
    results = {"memory": memory(steps)}  # first, while the process holds nothing else
    console.print("memory, ring: {start_mb:.0f} MB, after {steps:,} steps {end_mb:.0f} MB".format(**results["memory"]))
    for key in games:
        results[key] = measure(key, rounds, arguments.seed, only)
        show(console, key, results[key])
    about["wall_seconds"] = round(time.perf_counter() - began)
    console.print(f"wall time: {about['wall_seconds']} s")
    print(json.dumps(about | results))


if __name__ == "__main__":
    main()
