"""Which losses bear which architectures? Seven pairs of networks, five losses, one setting of each, on MNIST.

    python benchmarks/robustness.py --out runs/robustness            # 35 runs of 4 minutes and what they take to begin
    python benchmarks/robustness.py --quick                          # two architectures, seconds: about a minute

After Gulrajani et al. 2017, section 5.1 and figure 2, with narrow networks at 28x28 pixels. A run succeeds where its
FD[mnist-cnn] is at most twice that of the same loss on the first pair, and each of the ten digits has more than 2 % of
its samples. So each loss is measured by itself: one whose first pair is poor passes easily, and the first pair counts
among its seven; the distances stand beside. The minutes of a run begin after its first steps, so that what compiles
slowly does not train less; a deep pair gets few steps all the same. Rates and n_critic are each loss's own (`LOSSES`),
chosen beforehand. What has been run is read from `OUT/runs.jsonl`, and not run again.
"""

import argparse
import os
import time
from functools import cache, partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from pacing import processor, versions
from PIL import Image
from rich.console import Console
from rich.table import Table
from sittings import Runs

from keras_gan import DCGAN, GAN, LSGAN, WGAN, WGANGP, data, networks, pictures
from keras_gan.metrics import extractors, frechet_distance
from keras_gan.metrics.statistics import Moments
from keras_gan.penalties import R1, R2, Every

SHAPE, LATENT_DIM, FILTERS, BATCH_SIZE, NUM_SAMPLES = (28, 28, 1), 64, 16, 64, 5000
MOST_TIMES, LEAST_SHARE = 2.0, 0.02  # what success is
STEPS_AT_ONCE = 20
MARGIN = ((4, 4), (4, 4), (0, 0))  # pixels between the pictures of two runs

# --- the five losses, one setting each: the normalisation that its discriminators bear, the game, the optimisers ------


def lazy_r3gan(*players, **how):
    """R3GAN with its penalties in every fourth step; they count, so that each game has its own."""
    return GAN(*players, adversarial_loss="relativistic", penalties=[Every(4, R1(1.0)), Every(4, R2(1.0))], **how)


Adam, RMSprop = keras.optimizers.Adam, keras.optimizers.RMSprop
LOSSES = {
    "DCGAN": ("batch", DCGAN, lambda: Adam(2e-4, beta_1=0.5)),
    "LSGAN": ("batch", LSGAN, lambda: Adam(2e-4, beta_1=0.5)),
    "WGAN": ("batch", partial(WGAN, n_critic=2), lambda: RMSprop(1e-4)),
    "WGAN-GP": ("layer", partial(WGANGP, n_critic=2), lambda: Adam(2e-4, beta_1=0.5, beta_2=0.9)),
    "R3GAN": (None, lazy_r3gan, lambda: Adam(5e-4, beta_1=0.0, beta_2=0.99)),
}
PUBLISHED = "of the first four only WGAN-GP trains all seven (LSUN bedrooms, 64x64, judged by eye)"

# --- the seven pairs: functions of that normalisation ----------------------------------------------------------------


def convolutional(normalization, g=None, d=None):
    """DCGAN's pair, the discriminator twice as wide; `g` and `d` are what is other than there."""
    generator = networks.dcgan.generator(SHAPE, LATENT_DIM, **{"filters": FILTERS} | (g or {}))
    settings = {"filters": 2 * FILTERS, "normalization": normalization} | (d or {})
    return generator, networks.dcgan.discriminator(SHAPE, **settings)


def dense_generator(normalization):
    generator = networks.mlp.generator(SHAPE, LATENT_DIM, units=512, num_layers=4, activation="relu")
    return generator, convolutional(normalization)[1]


def residual(normalization):
    """101 layers in each network: 33 blocks of 3, most of them on the smallest map, the first and the last."""
    deep = {"filters": FILTERS // 2, "block": "bottleneck", "blocks_per_stage": (3, 7, 23)}
    generator = networks.resnet.generator(SHAPE, LATENT_DIM, **deep)
    return generator, networks.resnet.discriminator(SHAPE, normalization=normalization, **deep)


ARCHITECTURES = {
    "baseline (DCGAN)": convolutional,
    "G: no BN, constant width": partial(convolutional, g={"normalization": None, "growth": 1, "filters": 2 * FILTERS}),
    "G: 4-layer 512-dim ReLU MLP": dense_generator,
    "no normalisation in either": partial(convolutional, g={"normalization": None}, d={"normalization": None}),
    "gated everywhere": partial(convolutional, g={"activation": "glu"}, d={"activation": "glu"}),
    "tanh everywhere": partial(convolutional, g={"activation": "tanh"}, d={"activation": "tanh"}),
    "101-layer ResNet G and D": residual,
}
BASELINE = next(iter(ARCHITECTURES))

# --- a run ------------------------------------------------------------------------------------------------------------


@cache
def training_images():
    return data.load("mnist", batch_size=BATCH_SIZE)


class StopAfter(keras.callbacks.Callback):
    """Ends training `seconds` after the first execution has ended, for that one compiles."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds, self.started, self.steps, self.begun = seconds, None, 0, time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        now = time.monotonic()
        self.started = self.started or now
        self.steps += STEPS_AT_ONCE
        self.model.stop_training = now - self.started >= self.seconds

    @property
    def waited(self):
        """Seconds until training began."""
        return (self.started or time.monotonic()) - self.begun


def trained(architecture, loss, seed, seconds):
    """The game after so many seconds of training, and its `StopAfter`; `None` for a game that was not finite."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    normalization, game, optimizer = LOSSES[loss]
    gan = game(*ARCHITECTURES[architecture](normalization), seed=seed)
    gan.compile(optimizer(), optimizer(), steps_per_execution=STEPS_AT_ONCE)
    stop = StopAfter(seconds)
    try:
        gan.fit(
            training_images().reseeded(seed),
            epochs=10**6,
            steps_per_epoch=STEPS_AT_ONCE * 20,
            verbose=0,
            callbacks=[stop],
        )
    except FloatingPointError:
        gan = None
    return gan, stop


class Judge:
    """Features of the real test images, and what a small classifier of MNIST says of samples."""

    def __init__(self, num_samples):
        self.classifier, self.num_samples = extractors.get("mnist-cnn"), num_samples
        whole = data.load("mnist", split="test", batch_size=500, shuffle=False)
        self.real = self.seen(np.concatenate([images.numpy() for images in whole.at(0)]))[0]

    def seen(self, images):
        """`Moments` of their features, and the share of each digit."""
        moments, counts = Moments(), np.zeros(10)
        for first in range(0, len(images), 500):
            outputs = self.classifier(images[first : first + 500])
            moments.update(np.asarray(outputs["features"]))
            counts += np.bincount(np.argmax(outputs["probabilities"], axis=1), minlength=10)
        return moments, counts / len(images)

    def __call__(self, gan):
        """(Fréchet distance to the test images, share of each digit)."""
        moments, shares = self.seen(gan.sample(self.num_samples, seed=1, batch_size=250))
        return frechet_distance(self.real, moments), shares


def run(runs, architecture, loss, options, judge):
    """Trains, judges and keeps one run; its samples go to a picture."""
    gan, stop = trained(architecture, loss, options.seed, 60 * options.minutes)
    distance, shares = (None, []) if gan is None else judge(gan)
    if gan is not None:
        picture = pictures.grid(gan.sample(32, seed=1), columns=8, min_side=1)
        pictures.save(picture, picture_of(architecture, loss, options))
    shares = [round(float(share), 4) for share in shares]
    result = {"distance": distance, "shares": shares, "steps": stop.steps, "waited": round(stop.waited, 1)}
    runs.add({"architecture": architecture, "loss": loss} | result)


def picture_of(architecture, loss, options):
    name = f"{list(ARCHITECTURES).index(architecture)}-{loss}-{options.seed}-{options.minutes:g}.png"
    return options.out / "samples" / name


# --- the table --------------------------------------------------------------------------------------------------------


def succeeds(result, of_loss):
    """Whether a run is within twice the distance of the same loss on the first pair, with all ten digits."""
    baseline = of_loss.get(BASELINE, {}).get("distance")
    if result["distance"] is None or baseline is None:
        return False
    return result["distance"] <= MOST_TIMES * baseline and min(result["shares"]) > LEAST_SHARE


def report(results):
    """Rows architectures, columns losses: distance, over that of the first pair, share of the rarest digit, steps."""
    columns = {loss: {r["architecture"]: r for r in results if r["loss"] == loss} for loss in LOSSES}
    table = Table("FD\\[mnist-cnn], of the baseline's, rarest digit, steps", *columns)
    for architecture in ARCHITECTURES:
        found = [(column.get(architecture), column) for column in columns.values()]
        table.add_row(architecture, *("-" if result is None else cell(result, column) for result, column in found))
    wins = {loss: sum(succeeds(r, column) for r in column.values()) for loss, column in columns.items()}
    table.add_row("successes", *(f"{wins[loss]} of {len(column)}" for loss, column in columns.items()))
    return table


def cell(result, of_loss):
    if result["distance"] is None:
        return f"not finite, {result['steps']:,}"
    mark = "+" if succeeds(result, of_loss) else "-"
    baseline = of_loss.get(BASELINE, {}).get("distance") or np.nan
    ratio = result["distance"] / baseline
    return f"{mark} {result['distance']:.1f}, {ratio:.1f}x, {100 * min(result['shares']):.1f} %, {result['steps']:,}"


def grid(results, options):
    """The samples of all runs: rows architectures, columns losses; grey where there are none."""
    drawn = {
        (r["architecture"], r["loss"]): np.asarray(Image.open(picture_of(r["architecture"], r["loss"], options)))
        for r in results
        if r["distance"] is not None
    }
    empty = np.full_like(next(iter(drawn.values()), np.zeros((8, 8, 3), np.uint8)), 128)
    rows = [
        np.hstack([np.pad(drawn.get((pair, loss), empty), MARGIN, constant_values=255) for loss in LOSSES])
        for pair in ARCHITECTURES
    ]
    return np.vstack(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/robustness"), help="folder of results and pictures")
    parser.add_argument("--minutes", type=float, default=4.0, help="of training, for each run")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--losses", nargs="+", default=list(LOSSES), choices=list(LOSSES))
    parser.add_argument("--quick", action="store_true", help="two architectures, two seconds each: a try, no result")
    options = parser.parse_args()
    tf.get_logger().setLevel("ERROR")  # it counts the games that are traced, each a new one
    if options.quick:
        options.minutes, options.out = 2 / 60, options.out / "quick"
    architectures = [BASELINE, "no normalisation in either"] if options.quick else list(ARCHITECTURES)
    begun, judge = time.monotonic(), Judge(500 if options.quick else NUM_SAMPLES)
    how = {"seed": options.seed, "minutes": options.minutes}
    runs = Runs(options.out / "runs.jsonl", "architecture", "loss", **how)
    for loss in options.losses:
        for architecture in architectures:
            if not runs.has(architecture, loss):
                run(runs, architecture, loss, options, judge)
    pictures.save(grid(runs.records, options), options.out / "grid.png")
    Console(width=170).print(report(runs.records))
    print(f"published: {PUBLISHED}")
    print(f"seed {options.seed}, {options.minutes:.2g} minutes a run; this call took {time.monotonic() - begun:.0f} s")
    print(f"{processor()}\n{versions('tensorflow', 'keras', 'keras-gan')}")


if __name__ == "__main__":
    main()
