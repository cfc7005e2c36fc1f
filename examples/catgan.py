"""CatGAN on handwritten digits, without a single label (Springenberg, 2016).

The discriminator sorts real images into classes of its own, sure of each, and cannot decide on generated ones; the
generator wants its images to be sorted, too. What the classes are is left to it; labels only tell, afterwards, how
pure they are. With `class_weight=1.0` and `data.few_labels` it learns from labels as well.

Measured: 81 s of processor time (two cores, shared with others). All 20 classes are used; 91.5 % of 355 held-out
digits are the most frequent digit of their class, with 20 clusters of k-means 89.6 %.
"""

import pathlib

import keras
import numpy as np

from keras_gan import CatGAN, callbacks, data, networks, pictures

image_shape, latent_dim, num_classes, batch_size, epochs, seed = (16, 16, 1), 64, 20, 128, 200, 0
folder = pathlib.Path("runs/example-catgan")
keras.utils.set_random_seed(seed)  # the networks' first weights; everything after them follows from the model's seed

# Data: 1,442 handwritten digits, float32 in [-1, 1], in an order that (seed, epoch) decides.
dataset = data.load("digits", image_size=image_shape[:2], batch_size=batch_size, seed=seed)

# The two players. The discriminator's last layer is replaced by one of 20 classes: some digits are written in two ways.
generator = networks.dcgan.generator(image_shape, latent_dim, filters=16)
discriminator = networks.dcgan.discriminator(image_shape, filters=16, normalization="layer")

# The game, without labels.
gan = CatGAN(generator, discriminator, num_classes=num_classes, class_weight=0.0, seed=seed)
gan.compile()

# Training: killed and started again, it goes on where it was.
gan.fit(
    dataset,
    epochs=epochs,
    verbose=2,
    callbacks=[callbacks.SampleGrid(folder / "samples", every=50), callbacks.Resume(folder / "checkpoints", every=50)],
)

# Its classes: a row of held-out digits of each, and the share of them that is of their row's most frequent digit.
images, labels = next(iter(data.load("digits", split="test", image_size=image_shape[:2], labels=True, batch_size=355)))
found = gan.classify(images.numpy()).argmax(axis=-1)
most_frequent = sum(np.bincount(labels[found == k]).max() for k in np.unique(found))
print(f"classes used: {len(np.unique(found))} of {num_classes}; purity: {most_frequent / len(labels):.3f}")
rows = [images.numpy()[found == k] for k in np.unique(found)]
rows = np.concatenate([np.resize(row, (12, *image_shape)) for row in rows])
pictures.save(pictures.grid(rows, columns=12), folder / "classes.png")
pictures.save(pictures.grid(gan.sample(64, seed=1)), folder / "samples.png")

# Keep it: everything to go on training, and the classifier.
gan.save(folder / "model.keras")
if not (folder / "classifier/1").exists():
    gan.export_classifier(folder / "classifier/1")
