"""From one latent to another, and on through several: straight, or along the sphere."""

import numpy as np

from keras_gan.words import nearest

_FLAT = 1e-6  # sines below it: the arc is a straight line, or no arc at all


def lerp(a, b, t):
    """The straight line from `a` to `b`.

    Args:
        a, b: float arrays `(..., dim)`.
        t: float in [0, 1] or array of them, one for each latent of the result: `a` at 0, `b` at 1.

    Returns:
        float array `(..., dim)`, shaped as `a`, `b` and `t[..., None]` broadcast.
    """
    a, b, t = _wide(a, b, t)
    return (1 - t) * a + t * b


def slerp(a, b, t):
    """The arc from `a` to `b` round the origin: for latents of a normal distribution, which all have about one length.

        slerp(a, b, t) = (sin((1 - t) ω) a + sin(t ω) b) / sin ω,   ω the angle between them

    Half way along a straight line they would be shorter by √2, where the generator has seen next to none. Latents of
    one direction or of opposite ones, and those of length 0, have no arc of their own: between them it is `lerp`.

    Args:
        a, b, t: as for `lerp`.

    Returns:
        float array, as of `lerp`; of the same length as `a` and `b` where they have one length.

    Reference:
    - Shoemake, 1985, https://doi.org/10.1145/325334.325242, section 3.3;
      [White, 2016](https://arxiv.org/abs/1609.04468), section 2.1.
    """
    a, b, t = _wide(a, b, t)
    lengths = np.linalg.norm(a, axis=-1, keepdims=True) * np.linalg.norm(b, axis=-1, keepdims=True)
    cosine = np.sum(a * b, axis=-1, keepdims=True) / np.where(lengths > 0, lengths, 1)
    omega = np.arccos(np.clip(cosine, -1, 1))
    is_flat = (np.sin(omega) < _FLAT) | (lengths == 0)
    sine = np.where(is_flat, 1, np.sin(omega))
    arc = (np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / sine
    return np.where(is_flat, (1 - t) * a + t * b, arc)


METHODS = {"slerp": slerp, "lerp": lerp}


def path(points, steps: int = 10, *, method: str = "slerp", closed: bool = False):
    """A path through several latents.

    Args:
        points: float array `(stations, ..., dim)`, at least 2 stations.
        steps: int ≥ 2, latents of each leg, the stations at its two ends among them. Defaults to `10`.
        method: `"slerp"` or `"lerp"`. Defaults to `"slerp"`.
        closed: bool, go back to the first station; it is not repeated, so that a film of it runs in a loop.

    Returns:
        float32 array `(frames, ..., dim)`: `(stations - 1) · (steps - 1) + 1` frames, closed `stations · (steps - 1)`.

    Raises:
        ValueError: fewer stations or steps, an unknown method.

    Example:

    >>> path([[1.0, 0.0], [0.0, 2.0]], steps=3, method="lerp").tolist()
    [[1.0, 0.0], [0.5, 1.0], [0.0, 2.0]]
    """
    points = np.asarray(points, np.float64)
    if points.ndim < 2 or len(points) < 2 or steps < 2:
        raise ValueError(
            f"path: points of shape {points.shape}, steps={steps}; expected (stations, ..., dim), at least 2 of each."
        )
    if method not in METHODS:
        raise ValueError(f"path: method={method!r}{nearest(str(method), METHODS)}.")
    ends = np.concatenate([points[1:], points[:1]]) if closed else points[1:]
    times = np.linspace(0, 1, steps)[:-1].reshape(-1, *[1] * (points.ndim - 2))
    legs = [METHODS[method](start[None], end[None], times) for start, end in zip(points, ends, strict=False)]
    return np.concatenate(legs if closed else [*legs, points[-1:]]).astype(np.float32)


def _wide(a, b, t):
    """As float64, with an axis for the dimensions of the latents in `t`."""
    return np.asarray(a, np.float64), np.asarray(b, np.float64), np.asarray(t, np.float64)[..., None]
