"""Projection discriminator on handwritten digits (Miyato and Koyama, 2018).

The generator hears of the class in each of its normalisations, the discriminator through an inner product of its
features with a vector for each class; its weights are spectrally normalised. Hinge loss, five critic steps.

Measured: TODO
"""

import pathlib

import keras

from keras_gan import ProjectionGAN, callbacks, data, networks, pictures

image_shape, latent_dim, batch_size, epochs, seed = (16, 16, 1), 64, 64, 400, 0
folder = pathlib.Path("runs/example-projection_gan")
keras.utils.set_random_seed(seed)  # the networks' first weights; everything after them follows from the model's seed

# Data: 1,442 handwritten digits, float32 in [-1, 1], with their classes, in an order that (seed, epoch) decides.
dataset = data.load("digits", image_size=image_shape[:2], batch_size=batch_size, seed=seed, labels=True)

# The two players.
generator = networks.dcgan.generator(image_shape, latent_dim, filters=32, num_classes=10, conditioning="batch_norm")
discriminator = networks.dcgan.discriminator(
    image_shape, filters=32, normalization="spectral", num_classes=10, conditioning="projection"
)

# The game, with the paper's optimisers.
gan = ProjectionGAN(generator, discriminator, seed=seed)
gan.compile()

# Training: killed and started again, it goes on where it was.
gan.fit(
    dataset,
    epochs=epochs,
    verbose=2,
    callbacks=[callbacks.SampleGrid(folder / "samples", every=20), callbacks.Resume(folder / "checkpoints", every=20)],
)

# What it makes, from the averaged generator: a row for each class.
labels, columns = pictures.class_rows(100, num_classes=10)
pictures.save(pictures.grid(gan.sample(100, seed=1, labels=labels), columns), folder / "samples.png")

# Keep it: everything to go on training, and the generator alone for serving.
gan.save(folder / "model.keras")
if not (folder / "export/1").exists():
    gan.export(folder / "export/1")
