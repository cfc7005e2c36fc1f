"""Random numbers: (seed, step, stream) and the image's place decide them, in every mode, on any number of replicas."""

import threading

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import random
from keras_gan.random import Numbers

DRAWS = {
    "bits": lambda numbers, shape, **place: numbers.bits(shape, **place),
    "uniform": lambda numbers, shape, **place: numbers.uniform(shape, **place),
    "normal": lambda numbers, shape, **place: numbers.normal(shape, **place),
}
every_draw = pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)


def test_the_numbers_of_a_seed_are_the_same_for_ever():
    """Else a run that was begun with an older version would go on with other numbers."""
    bits = [[3885695630, 2698665609, 1306945658], [556907846, 1542416368, 3420943024]]
    normals = [[0.929687, -0.188631, 0.438700], [0.324191, 0.171662, -1.859112]]
    np.testing.assert_array_equal(Numbers(0).bits((2, 3)), bits)
    np.testing.assert_allclose(Numbers(3, 5, "step").normal((2, 3)), normals, atol=2e-6)


@every_draw
@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "xla"])
def test_graph_and_xla_draw_what_eager_draws(draw, jit_compile):
    function = tf.function(lambda step: draw(Numbers(7, step, "step"), (64, 5)), jit_compile=jit_compile)
    expected = draw(Numbers(7, 3, "step"), (64, 5))
    drawn = function(tf.constant(3, tf.int64))
    assert drawn.dtype == expected.dtype
    if draw is DRAWS["normal"]:  # logarithms and cosines are rounded by each compiler in its own way
        np.testing.assert_allclose(drawn, expected, atol=3e-6)
    else:
        np.testing.assert_array_equal(drawn, expected)


@every_draw
@pytest.mark.parametrize("shape", [(12,), (12, 1), (12, 3), (12, 4), (12, 2, 5, 3)], ids=str)
@pytest.mark.parametrize("replicas", [2, 3])
def test_the_shares_of_replicas_are_parts_of_the_whole(draw, shape, replicas):
    share = shape[0] // replicas
    parts = [draw(Numbers(1, 2, "step"), (share, *shape[1:]), first=share * replica) for replica in range(replicas)]
    whole = draw(Numbers(1, 2, "step"), shape)
    # The processor rounds logarithms and cosines in the last place differently near the end of an array.
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6 if draw is DRAWS["normal"] else 0, rtol=0)
    assert parts[0].shape == (share, *shape[1:])


@every_draw
def test_the_first_images_do_not_depend_on_how_many_follow(draw):
    np.testing.assert_allclose(draw(Numbers(1), (3, 5)), draw(Numbers(1), (10, 5))[:3], atol=1e-6, rtol=0)


@every_draw
def test_a_batch_of_a_size_that_only_the_step_knows(draw):
    signature = [tf.TensorSpec((None, 2))]
    function = tf.function(lambda images: draw(Numbers(1), (tf.shape(images)[0], 3)), input_signature=signature)
    np.testing.assert_allclose(function(tf.zeros((4, 2))), draw(Numbers(1), (4, 3)), atol=3e-6)


@every_draw
def test_a_fresh_source_of_the_same_seed_step_and_stream_repeats_every_draw(draw):
    ones, others = Numbers(4, 9, "step"), Numbers(tf.constant(4, tf.int64), tf.constant(9, tf.int64), "step")
    for _ in range(3):
        np.testing.assert_array_equal(draw(ones, (6, 2)), draw(others, (6, 2)))


def test_no_two_draws_share_a_number():
    """Seeds, steps, streams, forks, draws and images, each against all others: blocks of 128 bits are all different."""
    sources = {
        "here": Numbers(0, 0, "step"),
        "seed": Numbers(1, 0, "step"),
        "negative seed": Numbers(-1, 0, "step"),
        "step": Numbers(0, 1, "step"),
        "swapped": Numbers(1, 1, "step"),
        "stream": Numbers(0, 0, "sample"),
    }
    parent = Numbers(0, 0, "step")
    sources |= {f"fork {name} {i}": parent.fork(name) for i in range(2) for name in ("d", "g")}
    sources["fork of a fork"] = Numbers(0, 0, "step").fork("d").fork("d")
    blocks = [source.bits((50, 4)).numpy() for source in sources.values() for _ in range(3)]
    blocks.append(Numbers(0, 0, "step").bits((50, 4), first=50).numpy())
    blocks = np.concatenate(blocks)
    assert len(np.unique(blocks, axis=0)) == len(blocks)


def test_draws_of_images_of_several_blocks_do_not_overlap():
    bits = Numbers(0).bits((50, 4 * 7)).numpy().reshape(-1, 4)
    assert len(np.unique(bits, axis=0)) == len(bits)


def test_a_draw_inside_a_fork_shifts_nothing_outside_it():
    drawn = []
    for draws_inside in (0, 1, 5):
        numbers = Numbers(0, 0, "step")
        fork = numbers.fork("branch")
        for _ in range(draws_inside):
            fork.normal((3, 2))
        fork.fork("deeper").normal((3, 2))
        drawn.append(np.stack([numbers.normal((3, 2)), numbers.fork("other").normal((3, 2))]))
    np.testing.assert_array_equal(drawn[0], drawn[1])
    np.testing.assert_array_equal(drawn[0], drawn[2])


def test_uniform_numbers_have_the_moments_of_the_uniform_density():
    x = Numbers(5).uniform((50_000, 4)).numpy().astype("float64")
    np.testing.assert_allclose([x.mean(), x.var()], [0.5, 1 / 12], atol=3e-3)
    np.testing.assert_allclose(np.corrcoef(x.T), np.eye(4), atol=0.02)
    np.testing.assert_allclose(np.sort(x.ravel())[:: len(x)], [0.0, 0.25, 0.5, 0.75], atol=5e-3)
    y = Numbers(5).uniform((50_000, 4), -1.0, 3.0)
    np.testing.assert_allclose(y, 4 * x - 1, atol=1e-6)


def test_normal_numbers_have_the_moments_of_the_normal_density():
    x = Numbers(5).normal((50_000, 5)).numpy().astype("float64")
    moments = [np.mean(x**power) for power in range(1, 5)]
    np.testing.assert_allclose(moments, [0.0, 1.0, 0.0, 3.0], atol=0.04)
    np.testing.assert_allclose(np.cov(x.T), np.eye(5), atol=0.03)
    within = [np.mean(np.abs(x) < sigmas) for sigmas in (1, 2, 3)]
    np.testing.assert_allclose(within, [0.6827, 0.9545, 0.9973], atol=2e-3)
    lag = np.mean(x[1:] * x[:-1])
    assert lag == pytest.approx(0.0, abs=0.01)  # images are independent of one another


class Extreme(Numbers):
    """Draws the smallest or the largest word."""

    def bits(self, shape, first=None):
        return tf.fill(shape, tf.constant(self.seed, tf.uint32))


@pytest.mark.parametrize("word", [0, 2**32 - 1])
def test_the_interval_is_open_and_normals_are_finite_at_the_extreme_words(word):
    assert 0.0 < float(Extreme(word).uniform((1,))[0]) < 1.0
    assert -1.0 < float(Extreme(word).uniform((1,), -1.0, 1.0)[0]) < 1.0
    assert np.isfinite(Extreme(word).normal((1, 3))).all()
    assert np.abs(Extreme(0).normal((1, 3))).max() == pytest.approx(5.77, abs=0.01)  # the farthest there is


def test_layers_draw_from_the_innermost_step():
    outer, inner = Numbers(1), Numbers(2)
    with random.drawing_from(outer):
        assert random.current() is outer
        with pytest.raises(RuntimeError, match="inside"), random.drawing_from(inner):
            assert random.current() is inner
            raise RuntimeError("inside")
        assert random.current() is outer
    outside = random.current()
    assert outside is not outer
    np.testing.assert_array_equal(outside.normal((2, 2)), random.current().normal((2, 2)))


def test_threads_do_not_see_one_anothers_step():
    numbers, seen = Numbers(1), []
    with random.drawing_from(numbers):
        thread = threading.Thread(target=lambda: seen.append(random.current() is numbers))
        thread.start()
        thread.join()
    assert seen == [False]
