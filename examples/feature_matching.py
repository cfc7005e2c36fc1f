"""Feature matching on handwritten digits (Salimans et al., 2016).

The generator matches the mean of the discriminator's last hidden layer over a minibatch, in place of deceiving it:
a game that hardly oscillates, with images less sharp than those of a deceiver.

Measured: 20 min on two cores that were busy with much else. Digits of every class: a 5-nearest-neighbour reader of the
real ones gives 1,000 samples a mean top vote of 0.85 (held-out real digits: 0.97), the rarest class has 6 % of them.
"""

import pathlib

import keras

from keras_gan import FeatureMatchingGAN, callbacks, data, networks, pictures

image_shape, latent_dim, batch_size, epochs, seed = (16, 16, 1), 64, 128, 300, 0
folder = pathlib.Path("runs/example-feature_matching")
keras.utils.set_random_seed(seed)  # the networks' first weights; everything after them follows from the model's seed

# Data: 1,442 handwritten digits, float32 in [-1, 1], in an order that (seed, epoch) decides; means want large batches.
dataset = data.load("digits", image_size=image_shape[:2], batch_size=batch_size, seed=seed)

# The two players.
generator = networks.dcgan.generator(image_shape, latent_dim, filters=32)
discriminator = networks.dcgan.discriminator(image_shape, filters=32)

# The game; feature_layer="leaky_relu_0" matches the first convolution instead.
gan = FeatureMatchingGAN(generator, discriminator, seed=seed)
gan.compile()

# Training: killed and started again, it goes on where it was.
gan.fit(
    dataset,
    epochs=epochs,
    verbose=2,
    callbacks=[callbacks.SampleGrid(folder / "samples", every=50), callbacks.Resume(folder / "checkpoints", every=50)],
)

# What it makes, from the averaged generator.
pictures.save(pictures.grid(gan.sample(64, seed=1)), folder / "samples.png")

# Keep it: everything to go on training, and the generator alone for serving.
gan.save(folder / "model.keras")
if not (folder / "export/1").exists():
    gan.export(folder / "export/1")
