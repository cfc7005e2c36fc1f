"""LSGAN on handwritten digits (Mao et al., 2017).

Scores are regressed on 1 for real, 0 for generated and 1 for the generator: images far on the right side still pull.

Measured: 2 min on two cores. Digits of every class: a 5-nearest-neighbour reader of the real ones gives
1,000 samples a mean top vote of 0.86 (held-out real digits: 0.97), and the rarest class has 6 % of them.
"""

import pathlib

import keras

from keras_gan import LSGAN, callbacks, data, networks, pictures

image_shape, latent_dim, batch_size, epochs, seed = (16, 16, 1), 64, 64, 200, 0
folder = pathlib.Path("runs/example-lsgan")
keras.utils.set_random_seed(seed)  # the networks' first weights; everything after them follows from the model's seed

# Data: 1,442 handwritten digits, float32 in [-1, 1], in an order that (seed, epoch) decides.
dataset = data.load("digits", image_size=image_shape[:2], batch_size=batch_size, seed=seed)

# The two players.
generator = networks.dcgan.generator(image_shape, latent_dim, filters=32)
discriminator = networks.dcgan.discriminator(image_shape, filters=32)

# The game, with the paper's optimisers.
gan = LSGAN(generator, discriminator, seed=seed)
gan.compile()

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
