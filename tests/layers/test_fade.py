"""The mixture of a new path and an old one."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.layers import Fade


def test_it_begins_with_the_new_path_alone_and_no_optimiser_moves_it():
    fade = Fade()
    assert float(fade.alpha) == 1.0
    assert fade.trainable_variables == []
    np.testing.assert_array_equal(fade([tf.constant([1.0, 2.0]), tf.constant([5.0, 6.0])]), [1.0, 2.0])


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
def test_value_and_gradient_are_those_of_the_mixture(alpha):
    fade, new, old = Fade(), tf.constant([1.0, 2.0]), tf.constant([5.0, 7.0])
    fade.alpha.assign(alpha)
    with tf.GradientTape() as tape:
        tape.watch([new, old])
        mixed = fade([new, old])
    np.testing.assert_allclose(mixed, alpha * new + (1 - alpha) * old)
    by_new, by_old = tape.gradient(mixed, [new, old])
    np.testing.assert_allclose(by_new, [alpha] * 2)
    np.testing.assert_allclose(by_old, [1 - alpha] * 2)
