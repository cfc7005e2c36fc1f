"""A game with one player: the generator stands still, its density is known, and the critic plays to the end."""

import keras
import numpy as np

from keras_gan.data import Minibatches
from keras_gan.networks import mlp

LINE = np.linspace(-12.0, 14.0, 26_001)  # where densities are integrated: all of them are nil outside
STEP = LINE[1] - LINE[0]


def integral(values):
    """∫ values dx over the line."""
    return float(np.sum(values) * STEP)


def frozen_generator(mean=0.0, std=1.0):
    """latents → mean + std · latents, for ever."""
    latents = keras.Input((1,), name="latents")
    layer = keras.layers.Dense(1, trainable=False)
    generator = keras.Model(latents, layer(latents))
    layer.set_weights([np.array([[std]]), np.array([mean])])
    return generator


def train_critic(game, real, *, mean=0.0, std=1.0, batch_size=256, learning_rate=5e-3, epochs=2, seed=0, **arguments):
    """Trains a critic by the game's own training step, 250 of its steps an epoch.

    The critic begins flat. On the line a critic of slope -1 everywhere is a local optimum of the two-sided gradient
    penalty too, out of which no gradient leads: one random start in four ends there.

    Args:
        game: a class of game.
        real: points `(n, 1)`.
        mean, std: of the generator that stands still.
        **arguments: of the game.

    Returns:
        callable, points of any shape → scores of that shape, float64.
    """
    keras.utils.set_random_seed(seed)
    critic = mlp.discriminator((1,), units=16, num_layers=2, activation="softplus")
    last = critic.get_layer("scores")
    last.set_weights([np.zeros_like(weight) for weight in last.get_weights()])
    model = game(frozen_generator(mean, std), critic, n_critic=5, ema_decay=None, seed=seed, **arguments)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, 250 * epochs)
    model.compile(d_optimizer=keras.optimizers.Adam(schedule, beta_1=0.5, beta_2=0.9), steps_per_execution=50)
    model.fit(Minibatches(real, batch_size=batch_size, seed=seed), epochs=epochs, steps_per_epoch=50, verbose=0)

    def scores(points):
        flat = np.reshape(points, (-1, 1)).astype("float32")
        return critic(flat).numpy().astype("float64").reshape(np.shape(points))

    return scores
