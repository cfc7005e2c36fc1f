"""Does reusing the critic's fakes for the generator's step cost quality? The same game both ways, seed by seed.

    python benchmarks/reuse_fakes.py             # 3 seeds, about 5 minutes on two cores
    python benchmarks/reuse_fakes.py --quick     # 1 seed, a tenth of the steps

The default recipe of `keras-gan train` on digits of 16x16. Judged on 1,000 samples of the averaged generator: the mean
top vote of a 5-nearest-neighbour reader fitted on the real digits, the share of the rarest class, and the unbiased
squared kernel distance (cubic kernel on pixels) to the real digits, times 1000.
"""

import argparse
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.neighbors import KNeighborsClassifier

from keras_gan import DCGAN, data, networks, penalties
from keras_gan.callbacks.run_manifest import versions

SHAPE = (16, 16, 1)


def trained(seed, reuse_fakes, epochs):
    """(model, seconds of its training, the first epoch's compilation left out)."""
    keras.utils.set_random_seed(seed)
    generator = networks.dcgan.generator(SHAPE, 64, filters=32)
    discriminator = networks.dcgan.discriminator(SHAPE, filters=32, normalization=None)
    lazy = [penalties.Every(4, penalties.R1(0.3))]
    gan = DCGAN(generator, discriminator, penalties=lazy, reuse_fakes=reuse_fakes, seed=seed)
    adam = [keras.optimizers.Adam(1e-3, beta_1=0.5) for _ in range(2)]
    gan.compile(*adam, steps_per_execution=11)
    minibatches = data.load("digits", image_size=SHAPE[:2], batch_size=64, seed=seed)
    gan.fit(minibatches, epochs=1, verbose=0)
    begun = time.perf_counter()
    gan.fit(minibatches, epochs=epochs - 1, verbose=0)
    return gan, time.perf_counter() - begun


def kernel_distance(a, b):
    """Unbiased squared distance of two samples in the space of the cubic kernel (1 + <a, b> / d)³."""
    kernel = lambda x, y: (1 + x @ y.T / x.shape[1]) ** 3  # noqa: E731
    within = [(kernel(x, x).sum() - np.trace(kernel(x, x))) / (len(x) * (len(x) - 1)) for x in (a, b)]
    return sum(within) - 2 * kernel(a, b).mean()


def judged(gan, reader, real):
    """(mean top vote, share of the rarest class, 1000 · squared kernel distance)."""
    samples = gan.sample(1000, seed=1).reshape(1000, -1).astype("float64")
    votes = reader.predict_proba(samples)
    rarest = np.bincount(votes.argmax(axis=1), minlength=10).min() / len(votes)
    return votes.max(axis=1).mean(), rarest, 1000 * kernel_distance(samples, real)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    seeds, epochs = (1, 10) if options.quick else (options.seeds, options.epochs)
    whole = data.load("digits", image_size=SHAPE[:2], batch_size=1797, split="all", labels=True, shuffle=False)
    images, labels = next(iter(whole))
    real = images.numpy().reshape(1797, -1).astype("float64")
    reader = KNeighborsClassifier(5).fit(real, labels.numpy())
    table = Table("seed", "fakes", "top vote", "rarest class", "1000 kernel distance", "seconds")
    for seed in range(seeds):
        for reuse_fakes in (False, True):
            gan, seconds = trained(seed, reuse_fakes, epochs)
            vote, rarest, distance = judged(gan, reader, real)
            row = f"{vote:.3f}", f"{rarest:.3f}", f"{distance:.2f}", f"{seconds:.1f}"
            table.add_row(str(seed), "reused" if reuse_fakes else "fresh", *row)
    half = real[::2], real[1::2]
    table.add_row("", "real halves", "", "", f"{1000 * kernel_distance(*half):.2f}", "")
    console = Console(width=100)
    console.print(table)
    console.print(f"{epochs} epochs of 22 steps; versions {versions()}")


if __name__ == "__main__":
    main()
