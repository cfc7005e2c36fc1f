"""The first table of GANs: the Parzen-window log-likelihood that two dense networks reach on MNIST and Fashion-MNIST.

    TFDS_DATA_DIR=... python benchmarks/parzen.py                              # MNIST
    TFDS_DATA_DIR=... python benchmarks/parzen.py --dataset fashion_mnist
    TFDS_DATA_DIR=... python benchmarks/parzen.py --quick                      # 1,000 steps, about a minute

Goodfellow's protocol: trained on the first 50,000 images; windows around 10,000 samples, their width the one of ten
that suits the 1,000 images after them best; mean over the 10,000 test images, ± its standard error over these, not
over seeds, of which there is one by default. The
same for 10,000 real training images, which a perfect generator would match, and for k-means centroids, which beat them:
the score rewards blurred averages, and says little about how images look.
"""

import argparse
import os
import pathlib
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from rich.console import Console
from rich.table import Table
from sittings import Runs, check_steps, checked

from keras_gan import GAN, data, networks, pictures
from keras_gan.callbacks.run_manifest import versions
from keras_gan.metrics.parzen import parzen_log_likelihood, parzen_references
from keras_gan.penalties import R1

NUM_SAMPLES, BATCH_SIZE, IMAGE_SHAPE = 10_000, 128, (28, 28, 1)
STEPS, STEPS_PER_EPOCH, GAME = 30_000, 250, "GAN"
PUBLISHED = {
    "mnist": "bar 225, goal 240; published: GAN 225 ± 2 (Goodfellow 2014), k-means 313, real 243 (Theis 2016)",
    "fashion_mnist": "bar 312; published: CGAN 312.7, InfoGAN 320.2, SCGAN 321.7 ± 2",
}


def game(seed, steps):
    """Two perceptrons, the non-saturating game with a light R1."""
    keras.utils.set_random_seed(seed)
    generator = networks.mlp.generator(IMAGE_SHAPE, latent_dim=64, units=1024, num_layers=3, normalization="batch")
    discriminator = networks.mlp.discriminator(IMAGE_SHAPE, units=512, num_layers=3, dropout=0.3)
    gan = GAN(generator, discriminator, penalties=[R1(0.1)], ema_decay=0.999, seed=seed)
    falling = keras.optimizers.schedules.CosineDecay(2e-4, steps)
    gan.compile(*(keras.optimizers.Adam(falling, beta_1=0.5) for _ in range(2)), steps_per_execution=50)
    return gan


def images(dataset, split):
    """All images of a split in their order: float32 in [-1, 1]."""
    return np.concatenate(list(data.load(dataset, split=split, shuffle=False).each_once()))


def trained(dataset, seed, steps):
    """The model after its training."""
    minibatches = data.load(dataset, split="train[:50000]", batch_size=BATCH_SIZE, seed=seed)
    gan = game(seed, steps)
    gan.fit(minibatches, epochs=steps // STEPS_PER_EPOCH, steps_per_epoch=STEPS_PER_EPOCH, verbose=0)
    return gan


def run(runs, dataset, seed, steps):
    """Trains, scores and keeps one run, and a picture of its samples."""
    begun = time.perf_counter()
    record = {"windows": GAME, "dataset": dataset, "seed": seed, "steps": steps}
    try:
        gan = trained(dataset, seed, steps)
        samples = checked(gan.sample(NUM_SAMPLES, seed=1, batch_size=1000))
    except FloatingPointError:
        runs.add(record | {"seconds": time.perf_counter() - begun, "mean": None})
        return
    seconds = time.perf_counter() - begun
    score = parzen_log_likelihood(samples, images(dataset, "train[50000:51000]"), images(dataset, "test"))
    pictures.save(pictures.grid(samples[:100]), runs.filepath.with_name(f"parzen-{dataset}-{seed}.png"))
    runs.add(record | {"seconds": seconds} | score._asdict())


def references(runs, dataset):
    """What real images and centroids get, once."""
    begun = time.perf_counter()
    validation, test = images(dataset, "train[50000:51000]"), images(dataset, "test")
    for windows, score in parzen_references(images(dataset, "train[:50000]"), validation, test).items():
        record = {"windows": windows, "dataset": dataset, "seed": 0, "steps": 0}
        runs.add(record | {"seconds": time.perf_counter() - begun} | score._asdict())


def report(runs, dataset, seeds, steps):
    columns = "windows around", "seed", "nats", "sigma", "steps", "seconds"
    table = Table(*columns, title=f"{dataset}: {PUBLISHED[dataset]}")
    for record in runs.where(seeds, dataset=dataset, steps=steps) + runs.where(dataset=dataset, steps=0):
        finite = record["mean"] is not None
        nats = f"{record['mean']:.1f} ± {record['standard_error']:.1f}" if finite else "not finite"
        sigma = f"{record['sigma']:.3f}" if finite else ""
        row = record["windows"], record["seed"], nats, sigma, record["steps"], round(record["seconds"])
        table.add_row(*map(str, row))
    Console(width=140).print(table)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", default="mnist", choices=PUBLISHED)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, help="JSON lines of the finished runs")
    options = parser.parse_args()
    steps = 1000 if options.quick else options.steps
    check_steps(parser, steps, STEPS_PER_EPOCH)
    filepath = options.out or pathlib.Path("runs/parzen-quick.jsonl" if options.quick else "runs/parzen.jsonl")
    runs = Runs(filepath, "windows", "dataset", "seed", "steps")
    for seed in options.seeds:
        if not runs.has(GAME, options.dataset, seed, steps):
            run(runs, options.dataset, seed, steps)
    if not options.quick and not runs.where(dataset=options.dataset, steps=0):
        references(runs, options.dataset)
    report(runs, options.dataset, options.seeds, steps)
    print(f"versions {versions()}")


if __name__ == "__main__":
    main()
