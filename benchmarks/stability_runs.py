"""Runs that are built to fail in one of five ways, and runs that are built to succeed: small, 400 steps each."""

from dataclasses import dataclass
from functools import cache, partial

import keras
import numpy as np

from keras_gan import DCGAN, GAN, LSGAN, WGAN, WGANGP, data, networks
from keras_gan.data import Minibatches
from keras_gan.data.mixtures import ring
from keras_gan.penalties import R1, R2

EPOCHS, STEPS = 20, 20


@dataclass
class Run:
    """A compiled model and what it trains on.

    Args:
        model: a `GAN`.
        train, held_out: arrays of images or points.
        batch_size: int.
        lr_growth: float, both learning rates are multiplied by it after every epoch.
    """

    model: GAN
    train: np.ndarray
    held_out: np.ndarray
    batch_size: int = 32
    lr_growth: float = 1.0

    def minibatches(self):
        """Enough of them for an epoch, however few images there are."""
        needed = STEPS * self.model.n_critic * self.batch_size
        images = np.concatenate([self.train] * -(-needed // len(self.train)))
        return Minibatches(images, batch_size=self.batch_size, seed=self.model.seed)

    def grow(self, epoch, logs=None):
        for optimizer in self.model.optimizer.of.values():
            optimizer.learning_rate = self.lr_growth * optimizer.learning_rate


# --- material -------------------------------------------------------------------------------------------------------


@cache
def digits(size):
    """The 1,797 digits in an order of chance: float32 `(1797, size, size, 1)`."""
    minibatches = data.load("digits", split="all", image_size=size, batch_size=1797)
    return next(iter(minibatches.at(0))).numpy()


def compiled(model, d_rate, g_rate=None):
    adam = [keras.optimizers.Adam(rate, beta_1=0.5) for rate in (d_rate, g_rate or d_rate)]
    model.compile(*adam, steps_per_execution=STEPS)
    return model


def convolutional(seed, make, *rates, normalization=None, filters=8, num_images=1400, **settings):
    """On digits of 16×16."""
    shape = (16, 16, 1)
    generator = networks.dcgan.generator(shape, 16, filters=8)
    discriminator = networks.dcgan.discriminator(shape, filters=filters, normalization=normalization)
    model = compiled(make(generator, discriminator, seed=seed), *rates)
    return Run(model, digits(16)[:num_images], digits(16)[1400:], **settings)


def dense(seed, make, *rates, units=64, num_images=1400, **settings):
    """On digits of 8×8."""
    generator = networks.mlp.generator((8, 8, 1), 16, units=64)
    discriminator = networks.mlp.discriminator((8, 8, 1), units=units)
    model = compiled(make(generator, discriminator, seed=seed), *rates)
    return Run(model, digits(8)[:num_images], digits(8)[1400:], **settings)


def points(seed, make, *rates):
    """On a ring of 8 Gaussians."""
    generator = networks.mlp.generator((2,), 8, units=64)
    discriminator = networks.mlp.discriminator((2,), units=64)
    model = compiled(make(generator, discriminator, seed=seed), *rates)
    return Run(model, ring(30000, seed, std=0.05), ring(2000, seed + 1000, std=0.05), batch_size=128)


def pinned(seed):
    """A generator whose last layer begins far beyond the end of tanh."""
    run = convolutional(seed, partial(GAN, penalties=[R1(0.3)]), 1e-3)
    bias = run.model.generator.get_layer("up_2").bias
    bias.assign(bias + 12.0)
    return run


# --- runs -----------------------------------------------------------------------------------------------------------

Hinge, Minimax = partial(GAN, adversarial_loss="hinge"), partial(GAN, adversarial_loss="minimax")

# Seed s takes the variant s modulo their number.
FAILING = {
    "mode collapse": [  # the generator runs far ahead: to the point that the discriminator likes best at present
        lambda seed: points(seed, GAN, 1e-4, 1e-2),
        lambda seed: dense(seed, GAN, 2e-4, 1e-2),
        lambda seed: dense(seed, Hinge, 2e-4, 1e-2),
    ],
    "discriminator saturation": [  # no penalty, and a generator that hardly moves
        lambda seed: convolutional(seed, GAN, 2e-3, 5e-5, filters=16),
        lambda seed: dense(seed, GAN, 2e-3, 5e-5),
        lambda seed: dense(seed, Hinge, 2e-3, 5e-5),
    ],
    "generator saturation": [  # minimax against a strong discriminator; outputs stuck at 1
        lambda seed: convolutional(seed, Minimax, 2e-3, 1e-4),
        lambda seed: dense(seed, Minimax, 2e-3, 1e-4),
        pinned,
    ],
    "divergence": [  # learning rates that explode, or did before the first step
        lambda seed: convolutional(seed, partial(GAN, penalties=[R1(0.3)]), 1e-3, lr_growth=2.0),
        lambda seed: dense(seed, GAN, 0.5),
        lambda seed: points(seed, partial(WGANGP, n_critic=2), 1.0),
        lambda seed: convolutional(seed, DCGAN, 1e-3, normalization="batch", lr_growth=2.0),
    ],
    "discriminator overfitting": [  # 50 images, many weights
        lambda seed: convolutional(seed, partial(GAN, n_critic=2), 2e-3, 1e-3, filters=32, num_images=50),
        lambda seed: dense(seed, partial(GAN, n_critic=2), 2e-3, 1e-3, units=256, num_images=50),
        lambda seed: dense(seed, partial(Hinge, n_critic=2), 2e-3, 1e-3, units=256, num_images=50),
    ],
}

HEALTHY = {
    "DCGAN": lambda seed: convolutional(seed, DCGAN, 1e-3, normalization="batch"),
    "DCGAN, slow": lambda seed: convolutional(seed, DCGAN, 2e-4, normalization="batch"),
    "R1": lambda seed: convolutional(seed, partial(GAN, penalties=[R1(0.3)]), 1e-3),
    "R1, slow": lambda seed: convolutional(seed, partial(GAN, penalties=[R1(0.3)]), 3e-4),
    "LSGAN": lambda seed: convolutional(seed, LSGAN, 1e-3, normalization="batch"),
    "WGAN-GP": lambda seed: convolutional(seed, partial(WGANGP, n_critic=2), 1e-3),
    "hinge, dense": lambda seed: dense(seed, partial(Hinge, penalties=[R1(0.3)]), 1e-3),
    "relativistic, dense": lambda seed: dense(
        seed, partial(GAN, adversarial_loss="relativistic", penalties=[R1(0.3), R2(0.3)]), 1e-3
    ),
    "ring": lambda seed: points(seed, partial(GAN, penalties=[R1(0.1)]), 1e-3),
    "WGAN, dense": lambda seed: dense(seed, partial(WGAN, weight_clip=0.05, n_critic=2), 1e-3),
}


def failing(name, seed):
    """The run of that seed that is built to fail so."""
    return FAILING[name][seed % len(FAILING[name])](seed)


def healthy(seed, count=2):
    """`count` of the kinds, in turn: 20 runs of 10 seeds show every kind twice."""
    names = [list(HEALTHY)[(count * seed + i) % len(HEALTHY)] for i in range(count)]
    return {name: partial(HEALTHY[name], seed) for name in names}
