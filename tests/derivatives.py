"""First and second derivatives of a function of images, by XLA, against finite differences in eager mode."""

import numpy as np
import pytest
import tensorflow as tf


def check(change, images, tolerance=1e-6):
    """Gradient and Hessian of Σ change(images)³ against differences of the values, and of the gradients.

    Args:
        change: callable, float64 images → float64 tensor.
        images: float64 tensor.
        tolerance: float, of the gradient; ten times as much of the Hessian. Defaults to `1e-6`; a `change` that
            computes in float32 where it takes its pixels needs more, as XLA rounds otherwise.
    """
    direction, step = tf.constant(np.random.default_rng(1).normal(size=images.shape)), 1e-6

    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = tf.reduce_sum(change(x) ** 3)
        return value, tape.gradient(value, x)

    @tf.function(input_signature=[tf.TensorSpec((None, *images.shape[1:]), tf.float64)], jit_compile=True)
    def compiled(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            _, slope = gradient(x)
        return slope, tape.gradient(slope, x, output_gradients=direction)

    slope, curvature = compiled(images)
    (above, slope_above), (below, slope_below) = (gradient(images + sign * step * direction) for sign in (1, -1))
    assert float(above - below) / (2 * step) == pytest.approx(np.sum(slope * direction), rel=tolerance)
    expected = (slope_above - slope_below) / (2 * step)
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(curvature, expected, rtol=10 * tolerance, atol=tolerance)
