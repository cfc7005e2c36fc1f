"""The trace of the root of a product of covariances, without a matrix root."""

import numpy as np

_WELL_CONDITIONED = 1e-3  # smallest to largest pivot, below which squaring would cost digits of the singular values


def trace_of_root(first, second) -> float:
    """Tr (Σ₁ Σ₂)^½ = ‖F₁ F₂ᵀ‖_*, the sum of singular values, for any factors Σᵢ = Fᵢᵀ Fᵢ.

    Factors are the centred rows where they are kept (fewer images than features), Cholesky's where the covariance is
    positive definite, and scaled eigenvectors where it is singular. Of two sound Cholesky factors the singular values
    are the roots of the eigenvalues of F₁ Σ₂ F₁ᵀ, which come several times faster.

    Args:
        first, second: have `mean` `(d,)`, `covariance` `(d, d)`, `num_images`, and `rows` `(n, d)` or `None`.
    """
    (factor, is_sound), (other_factor, is_other_sound) = _factor(first), _factor(second)
    product = factor @ other_factor.T
    if is_sound and is_other_sound:
        return float(np.sqrt(np.linalg.eigvalsh(product @ product.T).clip(0)).sum())
    return float(np.linalg.svd(product, compute_uv=False).sum())


def _factor(moments):
    """(F with Fᵀ F = Σ, whether its singular values may be squared without harm)."""
    rows = moments.rows
    if rows is not None:
        return (rows - rows.mean(axis=0)) / np.sqrt(len(rows) - 1), False
    covariance = moments.covariance
    try:
        lower = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        return _eigen_factor(covariance), False
    pivots = np.diag(lower)
    return lower.T, pivots.min() > _WELL_CONDITIONED * pivots.max()


def _eigen_factor(covariance):
    """Eigenvectors in rows, scaled; those of which rounding leaves nothing are left out."""
    values, vectors = np.linalg.eigh(covariance)
    kept = values > len(values) * np.finfo(np.float64).eps * values[-1]
    return np.sqrt(values[kept])[:, None] * vectors[:, kept].T
