"""Progressive growing on handwritten digits (Karras et al., 2018).

Both networks begin at 4x4 pixels and double twice, to 8x8 and 16x16, while they train: `d_level` logs where they stand.
The picture grows along: `samples/` shows blocks first, then digits.

Measured: 7 min of processor time, one core. Digits of every class: a 5-nearest-neighbour reader of the real ones gives
1,000 samples a mean top vote of 0.86 (held-out real digits: 0.97), and the rarest class has 9 % of them.
"""

import pathlib

import keras

from keras_gan import ProgressiveGAN, callbacks, data, networks, pictures

image_shape, latent_dim, batch_size, epochs, seed = (16, 16, 1), 64, 64, 160, 0
folder = pathlib.Path("runs/example-progressive_gan")
keras.utils.set_random_seed(seed)  # the networks' first weights; everything after them follows from the model's seed

# Data: 1,442 handwritten digits, float32 in [-1, 1], in an order that (seed, epoch) decides.
dataset = data.load("digits", image_size=image_shape[:2], batch_size=batch_size, seed=seed)

# The two players: all their levels exist from the beginning.
generator = networks.progressive.generator(image_shape, latent_dim, filters=16)
discriminator = networks.progressive.discriminator(image_shape, filters=16)

# The game, with the paper's optimisers: 22 steps an epoch, 4x4 for 400 of them, then 400 to fade in and 400 to settle.
gan = ProgressiveGAN(generator, discriminator, fade_steps=400, stable_steps=400, ema_decay=0.99, seed=seed)
gan.compile(steps_per_execution=11)

# Training: killed and started again, it goes on where it was, amid a fade too.
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
