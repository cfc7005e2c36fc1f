"""The order of the images: which image stands where in which epoch, computed and never stored."""

import tensorflow as tf

# `tf.random.experimental.index_shuffle` is this operation with 4 rounds of its cipher. That is too few: of 1,797 images
# 88 keep their place from one epoch to the next (1 would be chance). From 8 rounds on nothing of that is left.
ROUNDS = 16

# Of each of its three key words it reads 8 bits only (more beyond 65,536 images): epoch 256 would repeat epoch 0, seed
# 256 would be seed 0. So three shuffles follow each other, and each reads other bytes of the seed and of the epoch.
SALT = 90


def folded(seed: int) -> int:
    """Any Python integer as one of 32 bits, as many as there are places for in the keys."""
    return int(seed) % 2**32


def shuffled(indices, *, seed: int, epoch, num_images: int):
    """Which images stand at these places of this epoch's order: a permutation with random access.

    Args:
        indices: int64 tensor `(places,)`, values in `[0, num_images)`.
        seed: int of any size; folded to 32 bits.
        epoch: int or scalar integer tensor in `[0, 2³²)`.
        num_images: int, the length of the permutation.

    Returns:
        int64 tensor `(places,)`: one and the same permutation of `[0, num_images)` for every call with this
        `(seed, epoch)`, and another for another pair.
    """
    last = tf.constant(num_images - 1, tf.int64)
    for key in keys(seed, epoch):
        indices = tf.raw_ops.RandomIndexShuffle(index=indices, seed=key, max_index=last, rounds=ROUNDS)
    return indices


def keys(seed: int, epoch) -> list[tf.Tensor]:
    """Three keys of three bytes each, which together hold all 32 bits of the seed and of the epoch."""
    s, e = bytes_of(folded(seed)), bytes_of(epoch)
    salt = tf.constant(SALT, tf.int64)
    return [tf.stack([salt, s[0], e[0]]), tf.stack([s[1], e[1], s[2]]), tf.stack([e[2], s[3], e[3]])]


def bytes_of(number) -> list[tf.Tensor]:
    """The four lowest bytes of an integer, lowest first: int64 scalars."""
    number = tf.cast(number, tf.int64)
    return [tf.bitwise.bitwise_and(tf.bitwise.right_shift(number, 8 * i), 255) for i in range(4)]
