"""Which divergences train, and how likely does each make unseen digits? The table of f-GAN, on MNIST.

    TFDS_DATA_DIR=... python benchmarks/f_divergences.py             # every divergence, about 25 minutes on two cores
    TFDS_DATA_DIR=... python benchmarks/f_divergences.py --quick     # 50 steps and 1,000 samples each, about a minute

The networks of Nowozin et al. at half their generator's width: z uniform in (-1, 1)^100 → 600 → 600 → 784 with batch
normalisation, against 784 → 240 → 240 → 1; Adam(2e-4, β₁ .5); the non-saturating step of their section 3.2 for each
divergence. Judged is the generator itself, without an average. The score is Goodfellow's (see `parzen.py`); theirs is a
kernel density around 16,384 samples whose width follows another rule, after an hour on a GPU each. So the order is what
can be compared, by the rank correlation at the end. `bound` is what the discriminator's last 50 steps said of the
divergence. The seed was fixed beforehand. Killed and started again, it goes on after the last divergence.
"""

import argparse
import os
import pathlib
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from parzen import images
from rich.console import Console
from rich.table import Table
from scipy.stats import spearmanr
from sittings import Runs, check_steps, checked

from keras_gan import FGAN, data, networks, pictures, priors
from keras_gan.callbacks.run_manifest import versions
from keras_gan.losses.divergence import DIVERGENCES
from keras_gan.metrics.parzen import parzen_log_likelihood

IMAGE_SHAPE, LATENT_DIM, BATCH_SIZE = (28, 28, 1), 100, 128
STEPS, STEPS_PER_EPOCH = 6_000, 50
ALPHA = 0.5
PUBLISHED = {  # nats, Nowozin et al. 2016, table 4; as remembered, for no copy of it could be read
    "kl": "416 ± 5.6",
    "reverse_kl": "319 ± 8.4",
    "pearson": "429 ± 5.5",
    "neyman": "300 ± 8.3",
    "squared_hellinger": "-708 ± 18",
    "jeffrey": "-2101 ± 30",
    "jensen_shannon": "367 ± 8.2",
    "gan": "305 ± 9.0",
}


def game(divergence, seed):
    keras.utils.set_random_seed(seed)
    generator = networks.mlp.generator(IMAGE_SHAPE, LATENT_DIM, units=600, num_layers=2, normalization="batch")
    discriminator = networks.mlp.discriminator(IMAGE_SHAPE, units=240, num_layers=2, activation="elu")
    alpha = ALPHA if divergence == "alpha" else None
    prior = priors.Uniform(LATENT_DIM)
    model = FGAN(generator, discriminator, divergence=divergence, alpha=alpha, prior=prior, ema_decay=None, seed=seed)
    model.compile(steps_per_execution=50)
    return model


def trained(divergence, seed, steps):
    """(model, its history) after training."""
    model = game(divergence, seed)
    minibatches = data.load("mnist", split="train[:50000]", batch_size=BATCH_SIZE, seed=seed)
    epochs = steps // STEPS_PER_EPOCH
    return model, model.fit(minibatches, epochs=epochs, steps_per_epoch=STEPS_PER_EPOCH, verbose=0).history


def run(runs, divergence, seed, steps, num_samples):
    """Trains, scores and keeps one divergence, and a picture of its samples."""
    record, begun = {"divergence": divergence, "seed": seed, "steps": steps}, time.perf_counter()
    try:
        model, history = trained(divergence, seed, steps)
        samples = checked(model.sample(num_samples, seed=1, batch_size=1000))
    except FloatingPointError:
        runs.add(record | {"seconds": time.perf_counter() - begun, "finite": False})
        return
    record |= {"seconds": time.perf_counter() - begun, "finite": True, "bound": history["d_divergence"][-1]}
    score = parzen_log_likelihood(samples, images("mnist", "train[50000:51000]"), images("mnist", "test")[:num_samples])
    pictures.save(pictures.grid(samples[:100]), runs.filepath.with_name(f"f_divergences-{divergence}-{seed}.png"))
    runs.add(record | score._asdict())


def report(runs, seed, steps):
    title = f"Parzen-window log-likelihood of MNIST, nats, seed {seed}, {steps:,} steps; bar: all finite"
    table = Table("divergence", "nats", "published", "sigma", "bound", "seconds", title=title)
    records = runs.where(seed=seed, steps=steps)
    finite = sorted((record for record in records if record["finite"]), key=lambda record: -record["mean"])
    for record in finite:
        nats = f"{record['mean']:.1f} ± {record['standard_error']:.1f}"
        numbers = f"{record['sigma']:.3f}", f"{record['bound']:.3g}", f"{record['seconds']:.0f}"
        table.add_row(called(record), nats, PUBLISHED.get(record["divergence"], "-"), *numbers)
    for record in records:
        if not record["finite"]:
            table.add_row(called(record), "not finite", PUBLISHED.get(record["divergence"], "-"))
    Console(width=120).print(table)
    both = [record for record in finite if record["divergence"] in PUBLISHED]
    published = [float(PUBLISHED[record["divergence"]].split()[0]) for record in both]
    if len(both) == len(PUBLISHED):
        found = spearmanr([record["mean"] for record in both], published)
        print(f"rank correlation with the published order: {found.statistic:.2f} (p = {found.pvalue:.2f})")


def called(record):
    return f"alpha = {ALPHA}" if record["divergence"] == "alpha" else record["divergence"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", default=[*DIVERGENCES, "alpha"], help="divergences")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, help="JSON lines of the finished runs")
    options = parser.parse_args()
    steps, num_samples = (STEPS_PER_EPOCH, 1_000) if options.quick else (options.steps, 10_000)
    check_steps(parser, steps, STEPS_PER_EPOCH)
    name = "f_divergences-quick.jsonl" if options.quick else "f_divergences.jsonl"
    runs = Runs(options.out or pathlib.Path("runs") / name, "divergence", "seed", "steps", samples=num_samples)
    begun = time.perf_counter()
    for divergence in options.only:
        if not runs.has(divergence, options.seed, steps):
            run(runs, divergence, options.seed, steps, num_samples)
    report(runs, options.seed, steps)
    print(f"this sitting {time.perf_counter() - begun:.0f} s; versions {versions()}")


if __name__ == "__main__":
    main()
