"""LeCam's penalty on a hundred handwritten digits (Tseng et al., 2021).

The scores of real digits are held near the running mean of those of generated ones, and the other way round, so that
the critic of few images cannot drift away from the generator. Beside it an augmentation, as in the paper.

Measured: 119 s of processor time, on two busy cores. Digits of every class: a 5-nearest-neighbour reader of the real
ones gives 1,000 samples a mean top vote of 0.85 (held-out real digits: 0.98), and the rarest class has 4 % of them.
"""

import pathlib

import keras

from keras_gan import GAN, augmentations, callbacks, data, networks, penalties, pictures

image_shape, latent_dim, batch_size, epochs, seed = (16, 16, 1), 64, 50, 1500, 0
folder = pathlib.Path("runs/example-lecam")
keras.utils.set_random_seed(seed)  # the networks' first weights; everything after them follows from the model's seed

# Data: 100 handwritten digits, six or more of each class, float32 in [-1, 1], in an order that (seed, epoch) decides.
dataset = data.load("digits", image_size=image_shape[:2], num_images=100, batch_size=batch_size, seed=seed)

# The two players.
generator = networks.dcgan.generator(image_shape, latent_dim, filters=32)
discriminator = networks.dcgan.discriminator(image_shape, filters=32, normalization=None)

# The game.
gan = GAN(
    generator,
    discriminator,
    adversarial_loss="hinge",
    augmentation=augmentations.DiffAugment("translation"),
    penalties=[penalties.LeCam(0.3), penalties.Every(4, penalties.R1(0.3))],
    seed=seed,
)
gan.compile()

# Training: killed and started again, it goes on where it was.
gan.fit(
    dataset,
    epochs=epochs,
    verbose=2,
    callbacks=[
        callbacks.SampleGrid(folder / "samples", every=250),
        callbacks.Resume(folder / "checkpoints", every=250),
    ],
)

# What it makes, from the averaged generator.
pictures.save(pictures.grid(gan.sample(64, seed=1)), folder / "samples.png")

# Keep it: everything to go on training, and the generator alone for serving.
gan.save(folder / "model.keras")
if not (folder / "export/1").exists():
    gan.export(folder / "export/1")
