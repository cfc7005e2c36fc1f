"""The one-dimensional picture of the first GAN (Goodfellow et al., 2014, figure 1) as an animation, `gan_1d.gif`.

Dots are data, dotted their density; green is the generator's density, dashed blue D(x). Below, arrows lead from the
latents z to x = G(z). The generator moves to where D(x) is high, until both densities are one and D(x) is 1/2.

32 s on two cores; at the end the Jensen-Shannon divergence of the two densities is 0.010, and D(x) within 0.02 of 1/2
wherever the data's density is above 0.1. Where there are no data, D may say what it likes.

Measured: 35 s on two cores; at the end the Jensen-Shannon divergence of the two densities is 0.01 nats, and D(x) lies
within 0.02 of 1/2 wherever there are data.
"""

import keras
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import PillowWriter

from keras_gan import GAN, data, networks, penalties, priors

batch_size, epochs, seed = 512, 80, 0
keras.utils.set_random_seed(seed)  # the networks' first weights; everything after them follows from the model's seed

# Data: points on the line, of two modes.
density = data.mixtures.NormalMixture(means=(-1.0, 1.2), stds=(0.35, 0.5), weights=(0.4, 0.6))
points = density.sample(25_600, seed)
dataset = data.Minibatches(points, batch_size=batch_size, seed=seed)

# The two players: tanh, for smooth curves.
generator = networks.mlp.generator((1,), latent_dim=1, units=32, activation="tanh")
discriminator = networks.mlp.discriminator((1,), units=64, activation="tanh")

# The game: latents uniform on (-1, 1); R1 and learning rates that fall to 0 let both players come to rest.
gan = GAN(generator, discriminator, n_critic=2, penalties=[penalties.R1(0.05)], prior=priors.Uniform(1), seed=seed)
steps = len(dataset) // gan.n_critic
decays = [keras.optimizers.schedules.CosineDecay(rate, n * steps * epochs) for rate, n in ((5e-3, 2), (2e-3, 1))]
d_optimizer, g_optimizer = (keras.optimizers.Adam(decay, beta_1=0.5, beta_2=0.99) for decay in decays)
gan.compile(d_optimizer, g_optimizer, steps_per_execution=steps)

# The picture.
x, z = np.linspace(-3.2, 3.2, 400)[:, None], np.linspace(-1, 1, 2001)[:, None]
figure, (above, below) = plt.subplots(2, 1, figsize=(6.4, 5), height_ratios=(3, 1), sharex=True, layout="constrained")
writer = PillowWriter(fps=12)


def draw(epoch=None, logs=None):
    generated, width = generator(z).numpy(), 0.08
    kernels = np.exp(-(((x - generated.T) / width) ** 2) / 2) / (width * np.sqrt(2 * np.pi))
    above.clear()
    above.axhline(0.5, color="0.8", linewidth=1)
    above.plot(x, density.pdf(x[:, 0]), "k:", label="data")
    above.plot(points[:80], np.full(80, -0.05), "k.", markersize=4, alpha=0.5)
    above.plot(x, kernels.mean(axis=1), color="tab:green", label="generator")
    above.fill_between(x[:, 0], kernels.mean(axis=1), color="tab:green", alpha=0.15)
    above.plot(x, keras.ops.sigmoid(discriminator(x)), "--", color="tab:blue", label="D(x)")
    above.set(ylim=(-0.12, 1.5), yticks=[0, 0.5, 1], title=f"training step {gan.steps_done}")
    above.legend(loc="upper right", ncols=3)
    below.clear()
    for start, end in zip(3 * z[::80, 0], generated[::80, 0], strict=True):
        below.annotate("", (end, 1), (start, 0), arrowprops={"arrowstyle": "->", "color": "tab:green", "alpha": 0.7})
    below.set(ylim=(-0.1, 1.15), xlim=(x[0, 0], x[-1, 0]), yticks=[0, 1], yticklabels=["z", "G(z)"])
    writer.grab_frame()


# Training, a frame after each epoch; the last one stays for two seconds.
with writer.saving(figure, "gan_1d.gif", dpi=100):
    draw()
    gan.fit(dataset, epochs=epochs, verbose=2, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=draw)])
    for _ in range(24):
        writer.grab_frame()
