"""Points whose distribution is known: mixtures in the plane, the swiss roll, and pairs of densities on the line."""

from dataclasses import dataclass

import numpy as np


def ring_centers(modes: int = 8, radius: float = 1.0) -> np.ndarray:
    """The centres of `ring`: float32 `(modes, 2)`, counter-clockwise from `(radius, 0)`."""
    angles = 2 * np.pi * np.arange(modes) / modes
    return (radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)).astype("float32")


def grid_centers(side: int = 5, spacing: float = 2.0) -> np.ndarray:
    """The centres of `grid`: float32 `(side², 2)`, around the origin, row by row."""
    ticks = spacing * (np.arange(side) - (side - 1) / 2)
    return np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 2).astype("float32")


def ring(n: int, seed: int, modes: int = 8, radius: float = 1.0, std: float = 0.01) -> np.ndarray:
    """Equally likely Gaussians on a circle, the first thing on which a generator loses modes.

    Args:
        n: int, number of points.
        seed: int.
        modes: int, number of Gaussians. Defaults to `8`.
        radius: float, of the circle. Defaults to `1.0`.
        std: float, standard deviation of each Gaussian in each direction. Defaults to `0.01`.

    Returns:
        float32 `(n, 2)`.

    Reference: Srivastava et al., "VEEGAN", 2017, §5.1 (8 modes, radius 1, std 0.01).
    """
    return around(ring_centers(modes, radius), n, seed, std)


def grid(n: int, seed: int, side: int = 5, spacing: float = 2.0, std: float = 0.05) -> np.ndarray:
    """Equally likely Gaussians on a square grid: 25 on {-4, -2, 0, 2, 4}².

    Args:
        n: int, number of points.
        seed: int.
        side: int, Gaussians in a row. Defaults to `5`.
        spacing: float, distance of neighbours. Defaults to `2.0`.
        std: float, standard deviation of each Gaussian in each direction. Defaults to `0.05`.

    Returns:
        float32 `(n, 2)`.

    Reference: Srivastava et al., "VEEGAN", 2017, §5.1; Gulrajani et al., "Improved Training of Wasserstein GANs",
    2017, §4.1 (there divided by 2.828).
    """
    return around(grid_centers(side, spacing), n, seed, std)


def swiss_roll(n: int, seed: int, noise: float = 0.25) -> np.ndarray:
    """The swiss roll seen from the side, divided by 7.5.

    Args:
        n: int, number of points.
        seed: int.
        noise: float, standard deviation before the division. Defaults to `0.25`.

    Returns:
        float32 `(n, 2)`, radii about 0.6 to 1.9.

    Reference: Gulrajani et al., "Improved Training of Wasserstein GANs", 2017, §4.1 (`gan_toy.py`).
    """
    random = generator(seed)
    angle = 1.5 * np.pi * (1 + 2 * random.random(n))
    roll = angle[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return ((roll + noise * random.standard_normal((n, 2))) / 7.5).astype("float32")


def gaussian(n: int, seed: int, mean: float = 0.0, std: float = 1.0) -> np.ndarray:
    """One Gaussian on the line: float32 `(n, 1)`."""
    return (mean + std * generator(seed).standard_normal((n, 1))).astype("float32")


def around(centers: np.ndarray, n: int, seed: int, std: float) -> np.ndarray:
    """Points around equally likely centres: float32 `(n, features)`."""
    random = generator(seed)
    chosen = centers[random.integers(len(centers), size=n)]
    return (chosen + std * random.standard_normal(chosen.shape)).astype("float32")


def nearest_center(points: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """The index of the centre that lies nearest to each point: int32 `(n,)`."""
    distances = [np.sum((points - center) ** 2, axis=1) for center in centers]
    return np.argmin(distances, axis=0).astype("int32")


def generator(seed: int) -> np.random.Generator:
    """NumPy's generator for any Python integer, negative ones too."""
    return np.random.default_rng(seed % 2**64)


@dataclass(frozen=True)
class NormalMixture:
    """A mixture of Gaussians on the line.

    Args:
        means: tuple of floats, one per Gaussian.
        stds: tuple of floats above 0, one per Gaussian.
        weights: tuple of floats that sum to 1, one per Gaussian.
    """

    means: tuple[float, ...]
    stds: tuple[float, ...] = (1.0,)
    weights: tuple[float, ...] = (1.0,)

    def pdf(self, x: np.ndarray) -> np.ndarray:
        """The density at `x`: float64 of the shape of `x`."""
        z = (np.asarray(x, "float64")[..., None] - np.array(self.means)) / np.array(self.stds)
        return np.exp(-0.5 * z**2) @ (np.array(self.weights) / np.array(self.stds)) / np.sqrt(2 * np.pi)

    def sample(self, n: int, seed: int) -> np.ndarray:
        """Points drawn from the density: float32 `(n, 1)`."""
        random = generator(seed)
        which = random.choice(len(self.means), size=n, p=self.weights)
        points = np.array(self.means)[which] + np.array(self.stds)[which] * random.standard_normal(n)
        return points[:, None].astype("float32")


# (real, generated): for losses and estimators of divergences whose optimum is known from the two densities.
pairs_1d: dict[str, tuple[NormalMixture, NormalMixture]] = {
    "shifted": (NormalMixture((0.0,)), NormalMixture((2.0,))),
    "widened": (NormalMixture((0.0,)), NormalMixture((0.0,), (2.0,))),
    "one_mode_missed": (NormalMixture((-2.0, 2.0), (0.5, 0.5), (0.5, 0.5)), NormalMixture((2.0,), (0.5,))),
    "far_apart": (NormalMixture((-4.0,), (0.5,)), NormalMixture((4.0,), (0.5,))),
}
