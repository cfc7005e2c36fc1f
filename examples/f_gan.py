"""What a divergence asks for (Nowozin et al., 2016): one Gaussian, fitted to two modes by four divergences.

The generator is affine, so it cannot make the data, and the divergence decides what it makes in their place: Pearson's
and the KL divergence cover both modes, Jensen and Shannon's and the reverse KL take the larger one. Beside what the
game finds stands the best Gaussian, by numerical integration and search.

Measured: 63 s of one core's time. Means and standard deviations, the best in brackets: pearson -0.71, 1.15 (-0.70,
1.14); kl -0.73, 1.09 (-0.72, 1.08); jensen_shannon -1.17, 0.56 (-1.16, 0.55); reverse_kl -1.18, 0.53 (-1.18, 0.53).
"""

import pathlib

import keras
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

from keras_gan import FGAN, callbacks, data, networks
from keras_gan.losses.divergence import divergence_named

batch_size, n_critic, epochs, seed = 512, 3, 30, 0
folder = pathlib.Path("runs/example-f_gan")

# Data: points on the line, of two modes.
density = data.mixtures.NormalMixture(means=(-1.2, 1.2), stds=(0.5, 0.5), weights=(0.8, 0.2))
dataset = data.Minibatches(density.sample(153_600, seed), batch_size=batch_size, seed=seed)
steps = epochs * len(dataset) // n_critic
x = np.linspace(-8, 8, 4001)


def gaussian(mean, std):
    return data.mixtures.NormalMixture((float(mean),), (float(std),)).pdf(x)


def best(name):
    """(mean, std) of the Gaussian at the least divergence, from the one with the data's moments and from one mode."""
    p, f = density.pdf(x), divergence_named(name).f

    def divergence(place):
        q = gaussian(place[0], np.exp(place[1])) + 1e-30
        return np.sum(q * f(keras.ops.convert_to_tensor(p / q)).numpy()) * (x[1] - x[0])

    found = [minimize(divergence, start, method="Nelder-Mead") for start in ((-0.7, 0.1), (-1.2, -0.7))]
    mean, log_std = min(found, key=lambda result: result.fun).x
    return mean, np.exp(log_std)


figure, panels = plt.subplots(1, 4, figsize=(13, 3), sharey=True, layout="constrained")
for panel, name in zip(panels, ("pearson", "kl", "jensen_shannon", "reverse_kl"), strict=True):
    # The two players: the generator has two weights, the mean and the standard deviation.
    keras.utils.set_random_seed(seed)
    generator = networks.mlp.generator((1,), latent_dim=1, num_layers=0)
    discriminator = networks.mlp.discriminator((1,), units=64, num_layers=2, activation="tanh")
    generator.set_weights([np.ones((1, 1)), np.zeros(1)])

    # The game. The saturating step descends the divergence itself.
    game = {"divergence": name, "non_saturating": False, "n_critic": n_critic, "ema_decay": 0.99}
    gan = FGAN(generator, discriminator, **game, seed=seed)
    decays = [keras.optimizers.schedules.CosineDecay(5e-3, times * steps) for times in (n_critic, 1)]
    gan.compile(*(keras.optimizers.Adam(decay, beta_1=0.5) for decay in decays), steps_per_execution=50)

    # Training: killed and started again, it goes on where it was.
    resume = callbacks.Resume(folder / f"checkpoints-{name}", every=10)
    gan.fit(dataset, epochs=epochs, verbose=2, callbacks=[resume])

    # What it makes.
    made = gan.sample(20_000, seed=1, batch_size=20_000)
    found, wanted = (made.mean(), made.std()), best(name)
    print(f"{name}: mean {found[0]:.2f} (best {wanted[0]:.2f}), standard deviation {found[1]:.2f} ({wanted[1]:.2f})")
    panel.plot(x, density.pdf(x), "k:", label="data")
    panel.plot(x, gaussian(*found), color="tab:green", label="generator")
    panel.plot(x, gaussian(*wanted), "--", color="0.5", label="best")
    panel.set(title=name, xlim=(-4, 4), yticks=[])

panels[0].legend(frameon=False)
folder.mkdir(parents=True, exist_ok=True)
figure.savefig(folder / "samples.png", dpi=120)
