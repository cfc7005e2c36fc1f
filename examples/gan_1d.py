"""The one-dimensional picture of the first GAN, as an animation: `gan_1d.gif`.

Black dots are data, dotted their density; green is the generator's density, blue D(x). Below, arrows lead from latents
z to x = G(z). The generator moves to where D(x) is high, until both densities are one and D(x) is 1/2 everywhere.
"""

import keras
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import PillowWriter

from keras_gan import GAN, data, networks, penalties, priors

batch_size, epochs, seed = 512, 80, 0
keras.utils.set_random_seed(seed)

# Data: 12,800 points on the line, of two modes.
density = data.mixtures.NormalMixture(means=(-1.0, 1.2), stds=(0.35, 0.5), weights=(0.4, 0.6))
points = density.sample(12_800, seed=seed)
dataset = data.Minibatches(points, batch_size=batch_size, seed=seed)

# The two players: tanh for smooth curves.
generator = networks.mlp.generator((1,), latent_dim=1, units=32, activation="tanh")
discriminator = networks.mlp.discriminator((1,), units=32, activation="tanh")

# The game, its latents uniform as in the paper; R1 lets both players come to rest.
gan = GAN(generator, discriminator, penalties=[penalties.R1(0.2)], prior=priors.Uniform(1), seed=seed)
gan.compile(keras.optimizers.Adam(2e-3, beta_1=0.5), keras.optimizers.Adam(1e-3, beta_1=0.5), steps_per_execution=25)

# The picture.
x, z = np.linspace(-3.2, 3.2, 400)[:, None], np.linspace(-1, 1, 2001)[:, None]
figure, (above, below) = plt.subplots(2, 1, figsize=(6.4, 5), height_ratios=(3, 1), sharex=True, layout="constrained")
writer = PillowWriter(fps=12)


def draw(epoch=-1, logs=None):
    generated = gan.generator(z).numpy()
    smooth = np.exp(-(((x - generated.T) / 0.08) ** 2) / 2).mean(axis=1) / (0.08 * np.sqrt(2 * np.pi))
    above.clear()
    above.axhline(0.5, color="0.8", linewidth=1)
    above.plot(x, density.pdf(x[:, 0]), "k:", label="data")
    above.plot(points[:60], np.full(60, -0.04), "k.", markersize=4, alpha=0.6)
    above.plot(x, smooth, color="tab:green", label="generator")
    above.fill_between(x[:, 0], smooth, color="tab:green", alpha=0.15)
    above.plot(x, keras.ops.sigmoid(gan.discriminator(x)), "--", color="tab:blue", label="D(x)")
    above.set(ylim=(-0.1, 1.3), title=f"training step {gan.steps_done}")
    above.legend(loc="upper right", ncols=3, frameon=False)
    below.clear()
    for start, end in zip(2.4 * z[::80, 0], generated[::80, 0], strict=True):
        below.annotate("", (end, 1), (start, 0), arrowprops={"arrowstyle": "->", "color": "tab:green", "alpha": 0.7})
    below.set(ylim=(-0.1, 1.1), xlim=(x[0], x[-1]), yticks=[0, 1], yticklabels=["z", "x"])
    writer.grab_frame()


# Training, a frame after each epoch; the last one stays for two seconds.
with writer.saving(figure, "gan_1d.gif", dpi=100):
    draw()
    gan.fit(dataset, epochs=epochs, verbose=2, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=draw)])
    for _ in range(24):
        writer.grab_frame()
