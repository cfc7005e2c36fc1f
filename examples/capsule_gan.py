"""A discriminator of capsules on handwritten digits (Jaiswal et al., 2018; Sabour et al., 2017).

Its two capsules, real and fake, listen to those lower capsules whose predictions agree; the longer one has the word.

Measured: 1 min 50 s of one core. Digits of every class: a 5-nearest-neighbour reader of the real ones gives 1,000
samples a mean top vote of 0.85 (held-out real digits: 0.98), and the rarest class has 8 % of them.
"""

import pathlib

import keras

from keras_gan import CapsuleGAN, callbacks, data, networks, penalties, pictures

image_shape, latent_dim, batch_size, epochs, seed = (16, 16, 1), 64, 64, 100, 0
folder = pathlib.Path("runs/example-capsule_gan")
keras.utils.set_random_seed(seed)  # the networks' first weights; everything after them follows from the model's seed

# Data: 1,442 handwritten digits, float32 in [-1, 1], in an order that (seed, epoch) decides.
dataset = data.load("digits", image_size=image_shape[:2], batch_size=batch_size, seed=seed)

# The two players.
generator = networks.capsule.generator(image_shape, latent_dim, filters=32)
discriminator = networks.capsule.discriminator(image_shape, filters=32, num_capsules=4)

# The game; so few images are soon known by heart, which the penalty on the critic's slope puts off.
lazy = [penalties.Every(4, penalties.R1(0.3))]
gan = CapsuleGAN(generator, discriminator, penalties=lazy, seed=seed)
gan.compile(keras.optimizers.Adam(1e-3, beta_1=0.5), keras.optimizers.Adam(1e-3, beta_1=0.5), steps_per_execution=11)

# Training: killed and started again, it goes on where it was.
gan.fit(
    dataset,
    epochs=epochs,
    verbose=2,
    callbacks=[callbacks.SampleGrid(folder / "samples", every=20), callbacks.Resume(folder / "checkpoints", every=20)],
)

# What it makes, from the averaged generator.
pictures.save(pictures.grid(gan.sample(64, seed=1)), folder / "samples.png")

# Keep it: everything to go on training, and the generator alone for serving.
gan.save(folder / "model.keras")
if not (folder / "export/1").exists():
    gan.export(folder / "export/1")
