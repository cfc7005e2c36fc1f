"""Where latents come from: `prior.sample(numbers, num_latents)` is a float32 tensor `(num_latents, dim)`."""

import numpy as np
from keras import ops

from keras_gan.configured import Configured

__all__ = ["InfoCodes", "Normal", "Prior", "Uniform"]


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


class InfoCodes(Prior):
    """InfoGAN's latents: noise that nobody names, and codes that the generator is made to show.

        [ noise ~ N(0, I) | one-hot code of each category, uniform | continuous codes ~ U(-1, 1) ]

    Args:
        noise_dim: int ≥ 0, size of the noise.
        categories: sequence of ints ≥ 2, the number of values of each categorical code. Defaults to `(10,)`.
        num_continuous: int ≥ 0, number of continuous codes. Defaults to `2`.

    Example:

    >>> import numpy as np
    >>> prior = InfoCodes(noise_dim=2, categories=(3,), num_continuous=1)
    >>> prior.with_codes(np.zeros((2, prior.dim)), categorical=[[0], [2]], continuous=0.5)
    array([[0. , 0. , 1. , 0. , 0. , 0.5],
           [0. , 0. , 0. , 0. , 1. , 0.5]], dtype=float32)

    Reference:
    - [Chen et al., 2016](https://arxiv.org/abs/1606.03657), section 4 and appendix C.
    """

    def __init__(self, noise_dim: int, categories: tuple[int, ...] = (10,), num_continuous: int = 2):
        categories = tuple(categories)
        has_codes = bool(categories) or num_continuous > 0
        if noise_dim < 0 or num_continuous < 0 or any(values < 2 for values in categories) or not has_codes:
            raise ValueError(
                f"InfoCodes: noise_dim={noise_dim}, categories={categories}, num_continuous={num_continuous}; expected "
                "no negative number, at least 2 values of every categorical code, and at least one code."
            )
        super().__init__(noise_dim + sum(categories) + num_continuous)
        self.noise_dim, self.categories, self.num_continuous = noise_dim, categories, num_continuous

    def sample(self, numbers, num_latents, first=None):
        parts = []
        if self.noise_dim:
            parts.append(numbers.normal((num_latents, self.noise_dim), first=first))
        if self.categories:
            drawn = numbers.uniform((num_latents, len(self.categories)), first=first)
            parts += [_one_hot(drawn[:, i] * values, values) for i, values in enumerate(self.categories)]
        if self.num_continuous:
            parts.append(numbers.uniform((num_latents, self.num_continuous), -1.0, 1.0, first=first))
        return ops.concatenate(parts, axis=-1)

    def split(self, codes):
        """The codes one by one.

        Args:
            codes: tensor or array `(batch, dim - noise_dim or more)`: `latents[:, noise_dim:]`, or what is read.

        Returns:
            (list of `(batch, values)`, one for each categorical code; `(batch, num_continuous)`).
        """
        categorical, at = [], 0
        for values in self.categories:
            categorical.append(codes[:, at : at + values])
            at += values
        return categorical, codes[:, at : at + self.num_continuous]

    def with_codes(self, latents, *, categorical=None, continuous=None):
        """The same latents with other codes: for walks over one of them while all else stays.

        Args:
            latents: array `(num, dim)`, such as `gan.prior.sample(random.Numbers(seed), num)`.
            categorical: ints that broadcast to `(num, number of categorical codes)`. Defaults to `None`: as they are.
            continuous: floats that broadcast to `(num, num_continuous)`. Defaults to `None`: as they are.

        Returns:
            float32 NumPy array `(num, dim)`.
        """
        latents = np.array(latents, "float32")
        places, last = self.split(latents[:, self.noise_dim :])  # views: to write there is to write into the latents
        if categorical is not None:
            codes = _checked_codes(categorical, len(latents), self.categories)
            for place, values, code in zip(places, self.categories, codes.T, strict=True):
                place[:] = np.eye(values)[code]
        if continuous is not None:
            last[:] = continuous
        return latents


def _one_hot(drawn, values):
    """One-hot rows of uniform numbers in (0, values)."""
    code = ops.minimum(ops.cast(drawn, "int32"), values - 1)  # the largest number may round up to `values`
    return ops.one_hot(code, values)


def _checked_codes(codes, num, categories):
    """The codes as ints `(num, number of categorical codes)`."""
    codes = np.broadcast_to(np.asarray(codes, "int64"), (num, len(categories)))
    if np.any(codes < 0) or np.any(codes >= categories):
        raise ValueError(f"InfoCodes: codes from {codes.min()} to {codes.max()}; expected 0 ≤ code < {categories}.")
    return codes
