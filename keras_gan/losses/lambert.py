"""Lambert's W where its argument is given by its logarithm: W(eˣ) without eˣ, which overflows."""

from keras.ops import custom_gradient, exp, log, maximum, where

_ITERATIONS = 5  # of Newton's: 4 reach the last digit of float32, 5 that of float64


@custom_gradient
def log_lambert_w(x):
    """`y = log W(eˣ)`: the solution of `eʸ + y = x`, for any x and differentiable any number of times.

    Args:
        x: float tensor of any shape and any values.

    Returns:
        Tensor like `x`. Its derivative is `1 / (1 + eʸ)`.

    Example:

    >>> round(float(log_lambert_w(1.0)), 6)
    0.0
    """
    y = _newton(x)

    def gradient(*upstream):
        return upstream[-1] / (1.0 + exp(log_lambert_w(x)))

    return y, gradient


def _newton(x):
    """The left-hand side is convex and rising, and both starts lie above its root: no step goes astray."""
    y = where(x > 1.0, log(maximum(x, 1.0)), x)
    for _ in range(_ITERATIONS):
        y = y - (exp(y) + y - x) / (exp(y) + 1.0)
    return y
