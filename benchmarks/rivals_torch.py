"""The same games in PyTorch, eager, as its DCGAN tutorial writes them; with the averaged generator and logged means."""

import copy

import torch
from torch import nn
from torch.nn import functional as F


def _normed(layers, channels, normalization, activation):
    norms = [nn.BatchNorm2d(channels, momentum=0.1)] if normalization else []
    return [*layers, *norms, activation]


def dcgan(filters, latent_dim, normalization):
    """The 28x28 pair of `keras_gan.networks.dcgan`, kernels of 4, batch normalisation in G and as asked in D."""
    up = lambda i, o, bias: nn.ConvTranspose2d(i, o, 4, 2, 1, bias=bias)  # noqa: E731
    down = lambda i, o, bias: nn.Conv2d(i, o, 4, 2, 1, bias=bias)  # noqa: E731
    project = [nn.Linear(latent_dim, 49 * 4 * filters, bias=False), nn.Unflatten(1, (4 * filters, 7, 7))]
    generator = nn.Sequential(
        *_normed(project, 4 * filters, True, nn.ReLU()),
        *_normed([up(4 * filters, 2 * filters, False)], 2 * filters, True, nn.ReLU()),
        up(2 * filters, 1, True),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        *_normed([down(1, filters, True)], filters, False, nn.LeakyReLU(0.2)),
        *_normed([down(filters, 2 * filters, not normalization)], 2 * filters, normalization, nn.LeakyReLU(0.2)),
        nn.Flatten(),
        nn.Linear(49 * 2 * filters, 1),
    )
    return generator, discriminator


def mlp(units, latent_dim):
    """The pair of `keras_gan.networks.mlp` for points of the plane: three hidden layers each."""

    def network(inputs, outputs, activation):
        sizes = [(inputs, units), (units, units), (units, units)]
        hidden = [layer for i, o in sizes for layer in (nn.Linear(i, o), activation)]
        return nn.Sequential(*hidden, nn.Linear(units, outputs))

    return network(latent_dim, 2, nn.ReLU()), network(2, 1, nn.LeakyReLU(0.2))


class PyTorch:
    """Both players' steps, eager; data wait in memory as float tensors, and are gathered by random indices."""

    def __init__(self, game):
        self.game = game
        pair = (
            mlp(game.width, game.latent_dim)
            if game.is_points
            else dcgan(game.width, game.latent_dim, not game.is_wasserstein)
        )
        self.generator, self.discriminator = pair
        self.average = copy.deepcopy(self.generator)
        rate, betas = game.adam["learning_rate"], (game.adam["beta_1"], game.adam.get("beta_2", 0.999))
        self.d_optimizer = torch.optim.Adam(self.discriminator.parameters(), rate, betas)
        self.g_optimizer = torch.optim.Adam(self.generator.parameters(), rate, betas)
        self.images = torch.from_numpy(game.data() if game.is_points else game.data().transpose(0, 3, 1, 2).copy())

    def train(self, tick):
        going, steps = True, 0
        d_sum, g_sum = torch.zeros(()), torch.zeros(())
        while going:
            steps += 1
            d_losses = [self.d_step(self.batch()) for _ in range(self.game.n_critic)]
            d_sum += sum(d_losses) / len(d_losses)
            g_sum += self.g_step()
            self.move_average(steps)
            if steps % self.game.steps_per_execution == 0:
                d_sum.item(), g_sum.item()
                going = tick(self.game.steps_per_execution)

    def batch(self):
        images = self.images[torch.randint(len(self.images), (self.game.batch_size,))]
        return images if self.game.is_points else images.float() / 127.5 - 1.0

    def generate(self):
        return self.generator(torch.randn(self.game.batch_size, self.game.latent_dim))

    def d_step(self, real):
        with torch.no_grad():
            fake = self.generate()
        r, f = self.discriminator(real), self.discriminator(fake)
        if self.game.is_wasserstein:
            loss = f.mean() - r.mean() + 10.0 * self.gradient_penalty(real, fake)
        else:
            loss = F.softplus(-r).mean() + F.softplus(f).mean()
        self.d_optimizer.zero_grad()
        loss.backward()
        self.d_optimizer.step()
        return loss.detach()

    def gradient_penalty(self, real, fake):
        t = torch.rand(len(real), 1, 1, 1)
        mixed = (t * real + (1 - t) * fake).requires_grad_()
        (slopes,) = torch.autograd.grad(self.discriminator(mixed).sum(), mixed, create_graph=True)
        return ((slopes.flatten(1).norm(dim=1) - 1.0) ** 2).mean()

    def g_step(self):
        self.discriminator.requires_grad_(False)
        f = self.discriminator(self.generate())
        loss = -f.mean() if self.game.is_wasserstein else F.softplus(-f).mean()
        self.g_optimizer.zero_grad()
        loss.backward()
        self.discriminator.requires_grad_(True)
        self.g_optimizer.step()
        return loss.detach()

    @torch.no_grad()
    def move_average(self, step):
        rate = 1.0 - min(0.999, (1.0 + step) / (10.0 + step))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.generator.parameters()), rate)
        for mean, now in zip(self.average.buffers(), self.generator.buffers(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(now, rate)
