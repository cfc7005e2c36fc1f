"""PacGAN on twenty-five Gaussians on a grid (Lin et al., 2018): the same game, plain and packed.

The critic judges two points at once, so that it sees whether they are too much alike: a generator that has lost modes
gives itself away.

Measured: 47 s of one core's time, one seed. The plain game finds 14 of 25 modes (KL of their shares from equal ones
0.72), packs of two find 24 (0.07). Points are near a mode later: 53 % of them after these steps, plain 88 %.
"""

import pathlib

import keras

from keras_gan import GAN, callbacks, data, networks, pictures
from keras_gan.data import mixtures
from keras_gan.metrics.modes import mode_coverage

latent_dim, batch_size, epochs, steps_per_epoch, seed = 2, 256, 40, 100, 0
points = mixtures.grid(100_000, seed)

for packing in (1, 2):
    folder = pathlib.Path("runs/example-pacgan") / f"packing-{packing}"

    # Data: minibatches of as many packs as the plain game has points.
    dataset = data.Minibatches(points, batch_size=packing * batch_size, seed=seed)

    # The two players; the critic's first layer lays neighbours of the minibatch on each other.
    keras.utils.set_random_seed(seed)  # the networks' first weights; the rest follows from the model's seed
    generator = networks.mlp.generator((2,), latent_dim, units=128)
    discriminator = networks.mlp.discriminator((2,), units=128, packing=packing)

    # The game of the first GAN; any other loss works with packs too. Learning rates fall to 0.
    gan = GAN(generator, discriminator, ema_decay=0.99, seed=seed)
    falling = [keras.optimizers.schedules.CosineDecay(rate, epochs * steps_per_epoch) for rate in (4e-3, 2e-3)]
    gan.compile(*(keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.95) for rate in falling), steps_per_execution=50)

    # Training: killed and started again, it goes on where it was.
    resume = callbacks.Resume(folder / "checkpoints", every=20)
    gan.fit(dataset, epochs=epochs, steps_per_epoch=steps_per_epoch, verbose=0, callbacks=[resume])

    # What it makes, from the averaged generator, and how many of the modes it has found.
    samples = gan.sample(2500, seed=1)
    found = mode_coverage(samples, mixtures.grid_centers(), std=0.05)
    print(f"packs of {packing}: {found.modes} of 25 modes, {found.high_quality:.0%} near one, KL {found.kl:.2f}")
    pictures.save(pictures.density(samples, extent=5.0), folder / "samples.png")

    # Keep it: everything to go on training.
    gan.save(folder / "model.keras")
