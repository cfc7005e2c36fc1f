"""PacGAN on eight Gaussians on a circle (Lin et al., 2018).

The critic judges two points at once, so that it sees whether they are too much alike: a generator that has lost modes
gives itself away.

Measured: 29 s on two cores, one seed. 8 of 8 modes, 88 % of the samples near one, KL of their shares from equal ones
0.004. The same game without (`roth.py`, plain) has 8 modes, 87 %, 0.01; with slightly other first weights 7 and 0.15.
"""

import pathlib

import keras

from keras_gan import GAN, callbacks, data, networks, pictures
from keras_gan.data import mixtures
from keras_gan.metrics.modes import mode_coverage

packing, latent_dim, batch_size, epochs, seed = 2, 2, 128, 40, 0
folder = pathlib.Path("runs/example-pacgan")
keras.utils.set_random_seed(seed)  # the networks' first weights; everything after them follows from the model's seed

# Data: 12,800 points around eight centres, in an order that (seed, epoch) decides.
dataset = data.Minibatches(mixtures.ring(12_800, seed), batch_size=batch_size, seed=seed)

# The two players; the critic's first layer lays neighbours of the minibatch on each other.
generator = networks.mlp.generator((2,), latent_dim, units=128)
discriminator = networks.mlp.discriminator((2,), units=128, packing=packing)

# The minimax game, which loses modes by itself; any other loss works with packs too.
gan = GAN(generator, discriminator, adversarial_loss="minimax", seed=seed)
gan.compile(d_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5), g_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5))

# Training: killed and started again, it goes on where it was.
gan.fit(dataset, epochs=epochs, verbose=2, callbacks=[callbacks.Resume(folder / "checkpoints", every=20)])

# What it makes, from the averaged generator, and how many of the modes it has found.
points = gan.sample(2500, seed=1)
found = mode_coverage(points, mixtures.ring_centers(), std=0.01)
print(f"{found.modes} of 8 modes, {found.high_quality:.0%} near one, KL from equal shares {found.kl:.3f}")
pictures.save(pictures.density(points), folder / "samples.png")

# Keep it: everything to go on training, and the generator alone for serving.
gan.save(folder / "model.keras")
if not (folder / "export/1").exists():
    gan.export(folder / "export/1")
