"""A thousand modes: digits stacked in three channels, and how many triples a generator finds in a given wall time.

    TFDS_DATA_DIR=... python benchmarks/stacked_mnist.py                # ours, DCGAN and WGAN-GP, 60 minutes each
    TFDS_DATA_DIR=... python benchmarks/stacked_mnist.py --minutes 2 --only R3GAN
    TFDS_DATA_DIR=... python benchmarks/stacked_mnist.py --quick        # a third of a minute each

Three MNIST images, drawn anew in every epoch, are the channels of one image of 28×28×3. The three games have networks
of the same narrow widths and minibatches of 64; DCGAN and WGAN-GP learn by the optimisers of their papers, R3GAN by
settings of ours, and nothing was searched on this task. Judged: 26,000 samples of the averaged generator, every channel
read by the package's MNIST classifier; modes are the triples found, of 1,000, KL that of their shares from equal ones.
26,000 real stacks are read the same way; a generator of perfectly equal shares would get .0192.
"""

import argparse
import os
import pathlib
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from rich.console import Console
from rich.table import Table
from sittings import Runs, checked

from keras_gan import DCGAN, GAN, WGANGP, data, networks, pictures
from keras_gan.callbacks.run_manifest import versions
from keras_gan.metrics import extractors
from keras_gan.metrics.modes import DigitOfEachChannel, stacked_modes
from keras_gan.penalties import R1, R2, Every

SHAPE, BATCH_SIZE, FILTERS, LATENT_DIM, NUM_SAMPLES = (28, 28, 3), 64, 32, 64, 26_000
PUBLISHED = {  # modes / KL, by wider networks and 50,000 to 100,000 steps
    "R3GAN": "1000 / .029",
    "DCGAN": "99 / 3.40 (1000 / .06 packed)",
    "WGAN-GP": "959 / .73",
}


def pair(**discriminator):
    generator = networks.dcgan.generator(SHAPE, LATENT_DIM, filters=FILTERS)
    return generator, networks.dcgan.discriminator(SHAPE, filters=FILTERS, **discriminator)


def r3gan(seed):
    lazy = [Every(4, R1(1.0)), Every(4, R2(1.0))]
    gan = GAN(*pair(normalization=None), adversarial_loss="relativistic", penalties=lazy, seed=seed)
    gan.compile(*(keras.optimizers.Adam(5e-4, beta_1=0.0, beta_2=0.99) for _ in range(2)), steps_per_execution=10)
    return gan


def paper(kind, seed, **discriminator):
    """A preset with the optimisers of its paper."""
    gan = kind(*pair(**discriminator), seed=seed)
    gan.compile(steps_per_execution=10)
    return gan


SETTINGS = {
    "R3GAN": r3gan,
    "DCGAN": lambda seed: paper(DCGAN, seed),
    "WGAN-GP": lambda seed: paper(WGANGP, seed, normalization=None),
}


def stacked(images):
    """Thrice as many grey images → `(n, height, width, 3)`, three of the order of chance on each other."""
    height, width = images.shape[1:3]
    return tf.transpose(tf.reshape(images, (3, -1, height, width)), (1, 2, 3, 0))


def stacks(batch_size, seed):
    """Minibatches of stacks of MNIST's training images, other stacks in every epoch."""
    return data.load("mnist", batch_size=3 * batch_size, seed=seed).map(stacked, name="stacked_mnist")


def trained(setting, seed, minutes):
    """(model, seconds): trained until the time is over, the first tracing left out."""
    keras.utils.set_random_seed(seed)
    gan, minibatches = SETTINGS[setting](seed), stacks(BATCH_SIZE, seed)
    gan.fit(minibatches, epochs=1, steps_per_epoch=10, verbose=0)
    begun = time.perf_counter()

    def stop(batch, logs=None):
        gan.stop_training = time.perf_counter() - begun > 60 * minutes

    gan.fit(minibatches, epochs=10**6, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=stop)])
    return gan, time.perf_counter() - begun


def judged(images, reader):
    """Modes and KL of images `(n, 28, 28, 3)`, n a multiple of 1,000."""
    parts = np.split(images, len(images) // 1000)
    return stacked_modes(np.concatenate([reader(some)["features"] for some in parts]).astype(int))


def real_stacks(seed, number):
    """As many real stacks as samples are judged."""
    minibatches = stacks(1000, seed)
    epochs = -(-number // (1000 * len(minibatches)))
    return np.concatenate([some for epoch in range(epochs) for some in minibatches.at(epoch)])[:number]


def run(runs, setting, seed, minutes, num_samples, reader):
    """Trains, judges and keeps one run, and a picture of its samples; a game that is lost has no modes."""
    record = {"setting": setting, "minutes": minutes, "seed": seed}
    try:
        gan, seconds = trained(setting, seed, minutes)
        samples = checked(gan.sample(num_samples, seed=seed + 1, batch_size=500))
    except FloatingPointError:
        runs.add(record | {"modes": 0, "finite": False})
        return
    modes, kl = judged(samples, reader)
    pictures.save(pictures.grid(samples[:100]), runs.filepath.with_name(f"stacked-{setting}-{minutes:g}-{seed}.png"))
    found = {"modes": modes, "kl": kl, "finite": True, "steps": gan.steps_done, "seconds": round(seconds)}
    runs.add(record | found)


def report(runs, seed, num_samples, reader):
    columns = "setting", "modes", "KL", "steps", "minutes", "published: modes / KL"
    title = f"{num_samples:,} stacks, seed {seed}; bar: 900 modes, more than the other two; goal 990 and KL .30"
    table = Table(*columns, title=title)
    for setting in SETTINGS:
        for record in runs.where([seed], setting=setting):
            if not record["finite"]:
                table.add_row(setting, "not finite", "", "", "", PUBLISHED[setting])
                continue
            numbers = f"{record['kl']:.3f}", f"{record['steps']:,}", f"{record['seconds'] / 60:.1f}"
            table.add_row(setting, str(record["modes"]), *numbers, PUBLISHED[setting])
    modes, kl = judged(real_stacks(seed=1, number=num_samples), reader)
    table.add_row("real stacks", str(modes), f"{kl:.4f}", "", "", "")
    Console(width=120).print(table)
    print(f"accuracy of the reader {reader.classifier.accuracy:.4f}; versions {versions()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0, help="of training, for each setting")
    parser.add_argument("--only", nargs="+", default=list(SETTINGS), choices=SETTINGS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="20 seconds for each setting")
    parser.add_argument("--out", type=pathlib.Path, help="JSON lines of finished runs")
    options = parser.parse_args()
    minutes, num_samples = (1 / 3, 2_000) if options.quick else (options.minutes, NUM_SAMPLES)
    name = "stacked_mnist-quick.jsonl" if options.quick else "stacked_mnist.jsonl"
    runs = Runs(options.out or pathlib.Path("runs") / name, "setting", "seed", minutes=minutes)
    reader = DigitOfEachChannel(extractors.get("mnist-cnn"))
    for setting in options.only:
        if not runs.has(setting, options.seed):
            run(runs, setting, options.seed, minutes, num_samples, reader)
    report(runs, options.seed, num_samples, reader)


if __name__ == "__main__":
    main()
