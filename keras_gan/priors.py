"""Where latents come from: `prior.sample(numbers, num_latents)` is a float32 tensor `(num_latents, dim)`."""

from keras_gan.configured import Configured

__all__ = ["Normal", "Prior", "Uniform"]


class Prior(Configured):
    """The base of the priors.

    Args:
        dim: int ≥ 1, size of a latent vector.
    """

    def __init__(self, dim: int):
        if dim < 1:
            raise ValueError(f"{type(self).__name__}: dim={dim}; expected the size of a latent vector, at least 1.")
        self.dim = dim

    def sample(self, numbers, num_latents, first=None):
        """float32 `(num_latents, dim)`; `first` is the global index of the first one (by default this replica's)."""
        raise NotImplementedError


class Normal(Prior):
    """Latents ~ N(0, I).

    Args:
        dim: int ≥ 1, size of a latent vector.
    """

    def sample(self, numbers, num_latents, first=None):
        return numbers.normal((num_latents, self.dim), first=first)


class Uniform(Prior):
    """Latents uniform in the cube (-1, 1)^dim, as in the first GAN and DCGAN.

    Args:
        dim: int ≥ 1, size of a latent vector.
    """

    def sample(self, numbers, num_latents, first=None):
        return numbers.uniform((num_latents, self.dim), -1.0, 1.0, first=first)
