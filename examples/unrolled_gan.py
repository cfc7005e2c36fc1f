"""A generator that foresees its judge (Metz et al., 2017): the same game, plain and unrolled, on eight Gaussians.

Both games begin with the same weights. The plain generator runs after the point that today's discriminator scores
highest; the unrolled one descends its loss against the discriminator as its next five steps would make it, with the
gradient through these steps.

Measured: 1 min 51 s of one core's time, one seed. After 1,500 steps the plain game has 1 of 8 modes (KL of the shares
of the modes from equal ones 2.01), the unrolled one a cloud over all 8 (.02). After 5,000 both touch all 8 (KL .07),
and the unrolled one has 21 % of its points within 3 standard deviations of a mode, the plain one 4 %.
"""

import pathlib

import keras
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from keras_gan import UnrolledGAN, callbacks, data, networks
from keras_gan.metrics.modes import mode_coverage

batch_size, epochs, steps, seed = 256, 50, 100, 0
folder = pathlib.Path("runs/example-unrolled_gan")

# Data: eight Gaussians on a circle.
centers, std = data.mixtures.ring_centers(), 0.02
points = data.mixtures.ring(50_000, seed, std=std)
dataset = data.Minibatches(points, batch_size=batch_size, seed=seed)

folder.mkdir(parents=True, exist_ok=True)
figure, panels = plt.subplots(1, 2, figsize=(8, 4), sharex=True, sharey=True, layout="constrained")

for panel, unroll_steps in zip(panels, (0, 5), strict=True):
    # The two players, with the same first weights in both games.
    keras.utils.set_random_seed(seed)
    generator = networks.mlp.generator((2,), latent_dim=256, units=128, num_layers=2)
    discriminator = networks.mlp.discriminator((2,), units=128, num_layers=2, activation="relu")

    # The game, with the optimisers of the authors' code; no average, which would hide how the samples wander.
    gan = UnrolledGAN(generator, discriminator, unroll_steps=unroll_steps, ema_decay=None, seed=seed)
    gan.compile(steps_per_execution=steps)

    # Training: killed and started again, it goes on where it was.
    resume = callbacks.Resume(folder / f"checkpoints-{unroll_steps}", every=10)
    gan.fit(dataset, epochs=epochs, steps_per_epoch=steps, verbose=2, callbacks=[resume])

    # What it makes.
    samples = gan.sample(2_500, seed=1, batch_size=2_500)
    coverage = mode_coverage(samples, centers, std)
    print(f"{unroll_steps} steps: {coverage.modes} modes, {coverage.high_quality:.1%} good, KL {coverage.kl:.3f}")
    panel.plot(*points[:2000].T, ".", color="0.8", markersize=3)
    panel.plot(*samples.T, ".", color="tab:green", markersize=2)
    panel.set(title=f"{unroll_steps} unrolled steps", aspect="equal", xlim=(-1.5, 1.5), ylim=(-1.5, 1.5))

figure.savefig(folder / "samples.png", dpi=120)

# Keep the unrolled one.
gan.save(folder / "model.keras")
