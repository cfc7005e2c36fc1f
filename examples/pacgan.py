"""PacGAN on 25 Gaussians in the plane (Lin et al., 2018).

The critic judges four points at once, so that it sees whether they are too much alike: a generator that has lost modes
gives itself away. Set `packing = 1` for the same game without.

Measured: TODO.
"""

import pathlib

import keras

from keras_gan import GAN, callbacks, data, networks, pictures
from keras_gan.data import mixtures
from keras_gan.metrics.modes import mode_coverage

packing, latent_dim, batch_size, epochs, seed = 4, 2, 256, 100, 0
folder = pathlib.Path("runs/example-pacgan")
keras.utils.set_random_seed(seed)  # the networks' first weights; everything after them follows from the model's seed

# Data: 25,600 points around {-4, -2, 0, 2, 4}², in an order that (seed, epoch) decides.
dataset = data.Minibatches(mixtures.grid(25_600, seed), batch_size=batch_size, seed=seed)

# The two players; the critic's first layer lays neighbours of the minibatch on each other.
generator = networks.mlp.generator((2,), latent_dim, units=128, normalization="batch")
discriminator = networks.mlp.discriminator((2,), units=128, packing=packing)

# The game: any loss works with packs.
gan = GAN(generator, discriminator, adversarial_loss="non_saturating", seed=seed)
gan.compile(d_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5), g_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5))

# Training: killed and started again, it goes on where it was.
gan.fit(dataset, epochs=epochs, verbose=2, callbacks=[callbacks.Resume(folder / "checkpoints", every=50)])

# What it makes, from the averaged generator, and how many of the modes it has found.
points = gan.sample(2500, seed=1)
found = mode_coverage(points, mixtures.grid_centers(), std=0.05)
print(f"{found.modes} of 25 modes, {found.high_quality:.0%} near one, KL from equal shares {found.kl:.2f}")
pictures.save(pictures.density(points), folder / "samples.png")

# Keep it: everything to go on training, and the generator alone for serving.
gan.save(folder / "model.keras")
if not (folder / "export/1").exists():
    gan.export(folder / "export/1")
