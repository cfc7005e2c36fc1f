"""Which image stands where: decided by (seed, epoch), by nothing else."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.data import Minibatches
from keras_gan.data.order import shuffled


def numbered(n=40, **arguments):
    """Points that say their own index."""
    return Minibatches(np.arange(n, dtype="float32")[:, None], **arguments)


def order(minibatches, epoch, skip=0):
    return [batch[:, 0].astype(int).tolist() for batch in minibatches.at(epoch, skip).as_numpy_iterator()]


def permutation(num_images, seed, epoch):
    """The order of a whole epoch, without a pipeline."""
    places = tf.range(num_images, dtype=tf.int64)
    return shuffled(places, seed=seed, epoch=epoch, num_images=num_images).numpy().tolist()


def images_of(minibatches, epoch):
    """All images that an epoch shows, in their order."""
    return list(itertools.chain(*order(minibatches, epoch)))


def test_the_same_seed_and_epoch_give_the_same_order():
    assert order(numbered(batch_size=8, seed=5), 3) == order(numbered(batch_size=8, seed=5), 3)


def test_every_pair_of_seed_and_epoch_gives_another_order():
    seeds = (0, 1, -1, 256, 2**16, 2**31, 2**40 + 7)
    epochs = (0, 1, 2, 256, 257, 2**16, 2**24)
    orders = {str(permutation(40, seed, epoch)) for seed in seeds for epoch in epochs}
    assert len(orders) == len(seeds) * len(epochs)


def test_every_bit_of_seed_and_epoch_counts():
    keys = [(0, 0), *((2**bit, 0) for bit in range(32)), *((0, 2**bit) for bit in range(32))]
    assert len({str(permutation(40, *key)) for key in keys}) == 65


@pytest.mark.parametrize("num_images", [1, 2, 3, 17, 1797])
def test_an_order_is_a_permutation_of_any_number_of_images(num_images):
    for epoch in range(4):
        assert sorted(permutation(num_images, 3, epoch)) == list(range(num_images))


def test_seeds_that_agree_in_32_bits_give_the_same_order():
    assert order(numbered(batch_size=8, seed=-1), 0) == order(numbered(batch_size=8, seed=2**32 - 1), 0)


def test_an_epoch_shows_every_image_once_where_the_batch_size_divides_them():
    for epoch in range(3):
        assert sorted(images_of(numbered(batch_size=8), epoch)) == list(range(40))


def test_the_remainder_is_dropped_and_is_another_one_each_epoch():
    minibatches = numbered(43, batch_size=8)
    epochs = [images_of(minibatches, epoch) for epoch in range(6)]
    assert len(minibatches) == 5
    assert all(len(shown) == len(set(shown)) == 40 for shown in epochs)
    assert len({tuple(sorted(set(range(43)) - set(shown))) for shown in epochs}) > 1


def test_orders_of_neighbouring_epochs_agree_no_more_than_by_chance():
    epochs = np.array([permutation(400, 0, epoch) for epoch in range(60)])
    same_place = np.mean(np.sum(epochs[1:] == epochs[:-1], axis=1))
    neighbours = np.mean(np.sum(np.abs(np.diff(epochs, axis=1)) == 1, axis=1))
    assert 0.5 < same_place < 1.6  # 1 by chance; 4 rounds of the shuffle's cipher gave 77
    assert 1.0 < neighbours < 3.0  # 2 by chance
    assert abs(np.mean([np.corrcoef(epoch, range(400))[0, 1] for epoch in epochs])) < 0.03


def test_without_shuffling_every_epoch_is_in_the_order_of_the_data():
    minibatches = numbered(20, batch_size=8, shuffle=False)
    assert order(minibatches, 0) == order(minibatches, 7) == [list(range(8)), list(range(8, 16))]


@pytest.mark.parametrize("skip", [0, 1, 4, 5, 6])
def test_skipping_at_the_source_equals_skipping_the_dataset(skip):
    minibatches = numbered(batch_size=8, seed=2)
    assert order(minibatches, 1, skip) == order(minibatches, 1)[skip:]


def test_a_tensor_as_epoch_or_skip_equals_a_python_int():
    minibatches = numbered(batch_size=8, seed=2)
    for kind in (tf.int32, tf.int64):
        assert order(minibatches, tf.constant(3, kind), tf.constant(2, kind)) == order(minibatches, 3, 2)


def test_flat_map_over_epochs_equals_the_epochs_one_after_the_other():
    minibatches = numbered(20, batch_size=8)
    together = tf.data.Dataset.range(2, 5).flat_map(minibatches.at).as_numpy_iterator()
    expected = [*order(minibatches, 2), *order(minibatches, 3), *order(minibatches, 4)]
    assert [batch[:, 0].astype(int).tolist() for batch in together] == expected


def test_a_traced_function_may_choose_epoch_and_skip():
    minibatches = numbered(batch_size=8, seed=2)

    @tf.function
    def total(epoch, skip):
        return minibatches.at(epoch, skip).reduce(0.0, lambda total, batch: total + batch[0, 0])

    expected = sum(batch[0] for batch in order(minibatches, 4, 3))
    assert float(total(tf.constant(4, tf.int64), tf.constant(3, tf.int64))) == expected


def test_the_number_of_minibatches_is_known():
    minibatches = numbered(43, batch_size=8)
    assert int(minibatches.at(0).cardinality()) == len(minibatches) == 5
    assert int(minibatches.at(0, 2).cardinality()) == 3
    assert len(list(minibatches)) == 5


def test_another_batch_size_or_seed_keeps_the_data():
    minibatches = numbered(batch_size=8, seed=1)
    assert images_of(minibatches.batched(10), 0) == images_of(minibatches, 0)
    assert order(minibatches.reseeded(2), 0) == order(numbered(batch_size=8, seed=2), 0)
    assert (minibatches.batch_size, minibatches.seed) == (8, 1)
    assert minibatches.batched(10).elements is minibatches.elements
