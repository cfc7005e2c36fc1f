"""The rows of `mixtures.py`: two networks of the same sizes, the same minibatches, another game."""

from functools import partial

import keras

from keras_gan import GAN, UnrolledGAN, layers, networks
from keras_gan.penalties import R1, R2

BATCH_SIZE = 256
LATENT_DIM, UNITS, LAYERS = 2, 128, 3
D_RATE, G_RATE = 4e-3, 2e-3  # a faster critic keeps the modes wider
EMA_DECAY = 0.99  # the falling rates average already, and a longer average makes the modes narrower
SCALE = 4.0  # standard deviation of the points as they are trained on: modes of .01 are too narrow for the critic
GAMMA = 0.02  # at this scale; a smaller one lets the shares of the modes drift


def judge(**arguments):
    return networks.mlp.discriminator((2,), units=UNITS, num_layers=LAYERS, **arguments)


def comparing_judge():
    """With minibatch discrimination of few kernels: its cost grows with the square of the minibatch."""
    network = judge()
    similar = layers.MinibatchDiscrimination(num_kernels=10, kernel_dim=3)(network.layers[-2].output)
    return keras.Model(network.input, keras.layers.Dense(1, name="scores")(similar), name="discriminator")


def pair(seed, make_judge=judge):
    keras.utils.set_random_seed(seed)
    return networks.mlp.generator((2,), LATENT_DIM, units=UNITS, num_layers=LAYERS), make_judge()


def game(seed, steps, make_judge=judge, **arguments):
    """A compiled game whose learning rates fall to 0 by a cosine."""
    model = GAN(*pair(seed, make_judge), ema_decay=EMA_DECAY, seed=seed, **arguments)
    falling = [keras.optimizers.schedules.CosineDecay(rate, steps) for rate in (D_RATE, G_RATE)]
    model.compile(*(keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.95) for rate in falling), steps_per_execution=100)
    return model


def unrolled(seed, steps, unroll_steps):
    """The minimax game as in the authors' code: networks, optimisers, and no average, which hides a G that wanders."""
    keras.utils.set_random_seed(seed)
    generator = networks.mlp.generator((2,), 256, units=128, num_layers=2)
    discriminator = networks.mlp.discriminator((2,), units=128, num_layers=2, activation="relu")
    model = UnrolledGAN(generator, discriminator, unroll_steps=unroll_steps, ema_decay=None, seed=seed)
    model.compile(steps_per_execution=100)
    return model


OURS = "R3GAN"
PACKED = {f"packing {m}": m for m in (2, 4)}  # minibatches of as many packs as others have points
UNROLLED = {f"unrolled {k}": k for k in (0, 1, 5, 10)}  # on the points as they are, as in the authors' code
SETTINGS = {  # name -> (seed, steps) -> compiled model
    OURS: partial(game, adversarial_loss="relativistic", penalties=[R1(GAMMA), R2(GAMMA)]),
    "non-saturating + R1": partial(game, penalties=[R1(GAMMA)]),
    "non-saturating": game,
    "minimax": partial(game, adversarial_loss="minimax"),
    **{name: partial(unrolled, unroll_steps=k) for name, k in UNROLLED.items()},
    "minibatch discrimination": partial(game, make_judge=comparing_judge),
    **{name: partial(game, make_judge=partial(judge, packing=m)) for name, m in PACKED.items()},
}

# What the paper on packing (Lin et al., 2018, tables 1 and 2) reports: modes / good % / KL. The figures of
# unrolling and of minibatch discrimination are given as remembered.
PUBLISHED = {
    ("minimax", "ring"): "GAN: 6.3 / 98.2 / .45",
    ("minimax", "grid"): "GAN: 17.3 / 94.8 / .70",
    ("packing 2", "ring"): "PacGAN2: 7.9 / 95.6 / .07",
    ("packing 2", "grid"): "PacGAN2: 23.8 / 91.3 / .13",
    ("packing 4", "ring"): "PacGAN4: 7.8 / 95.9 / .07",
    ("packing 4", "grid"): "PacGAN4: 24.8 / 93.6 / .04",
    ("unrolled 10", "ring"): "unrolled: 7.6 / 35.6 / -",
    ("unrolled 10", "grid"): "unrolled: 23.6 / 16 / -",
    ("minibatch discrimination", "ring"): "4.3 / 36.6 / 1.93",
    ("minibatch discrimination", "grid"): "23.8 / 79.9 / .17",
}
