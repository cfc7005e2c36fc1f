"""Random numbers without hidden state: (seed, step, stream) decide them, and nothing else.

A draw is made for the *global* minibatch and cut by replica: R replicas see together what one
replica would have seen, and a resumed run sees what the interrupted one would have seen. The bits
come from Philox; the lines that map them to floats are ours, because those of TensorFlow give
other numbers under XLA than in eager and graph mode.
"""

import contextlib
import math
import threading
import zlib

import tensorflow as tf

_PHILOX = 1  # tf.random.Algorithm.PHILOX: the same bits on CPU, GPU, TPU and under XLA
_BITS_PER_BLOCK = 4  # one Philox counter value gives four 32-bit words


class Numbers:
    """A source of random numbers for one step; every draw from it is a fresh one.

    Args:
        seed: int, the run's seed.
        step: int or scalar int64 tensor, the saved step of the run. Defaults to `0`.
        stream: str, who draws. Two streams of one step never share numbers.

    Example:

    >>> numbers = Numbers(seed=0, step=0)
    >>> numbers.normal((2, 3)).shape
    TensorShape([2, 3])
    """

    def __init__(self, seed, step=0, stream=""):
        self.seed, self.step, self.stream = seed, step, stream
        self._draws = 0

    def fork(self, name):
        """Numbers of their own for `name`: how many are drawn from them shifts nothing here."""
        self._draws += 1
        return Numbers(self.seed, self.step, f"{self.stream}/{name}{self._draws}")

    def bits(self, shape, first=None):
        """uint32 of `shape`: `(images, ...)`.

        `first` is the global index of the first image of this share; by default this replica's
        place in the global minibatch.
        """
        images, words = shape[0], math.prod(int(size) for size in shape[1:])
        blocks = -(-words // _BITS_PER_BLOCK)
        first = _first_of_replica(images) if first is None else first
        key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(seed=_fold(self.seed, self.step))
        draw = (zlib.crc32(self.stream.encode()) << 24) + self._draws
        self._draws += 1
        counter += tf.stack([tf.cast(first, tf.uint64) * blocks, tf.constant(draw, tf.uint64)])
        bits = tf.raw_ops.StatelessRandomUniformFullIntV2(
            shape=(images, blocks * _BITS_PER_BLOCK), key=key, counter=counter, alg=_PHILOX, dtype=tf.uint32
        )
        if words < blocks * _BITS_PER_BLOCK:
            bits = bits[:, :words]
        return tf.reshape(bits, shape)

    def uniform(self, shape, minval=0.0, maxval=1.0, first=None):
        """float32 of `shape`, uniform on the open interval (`minval`, `maxval`)."""
        top = tf.cast(tf.bitwise.right_shift(self.bits(shape, first), tf.constant(9, tf.uint32)), tf.float32)
        return (top + 0.5) * ((maxval - minval) / 2**23) + minval

    def normal(self, shape, first=None):
        """float32 of `shape`, standard normal (Box and Muller's transform)."""
        size = math.prod(int(n) for n in shape[1:])
        half = -(-size // 2)
        radius, angle = tf.unstack(self.uniform((shape[0], 2, half), first=first), axis=1)
        radius, angle = tf.sqrt(-2.0 * tf.math.log(radius)), (2.0 * math.pi) * angle
        pairs = tf.concat([radius * tf.cos(angle), radius * tf.sin(angle)], axis=1)
        return tf.reshape(pairs if size == 2 * half else pairs[:, :size], shape)


def _fold(seed, step):
    """The two words that key Philox: the run's seed and its step."""
    return tf.stack([tf.cast(seed, tf.int64), tf.cast(step, tf.int64)])


def _first_of_replica(images):
    """Global index of the first image of this replica's share of `images`."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return 0
    return tf.cast(context.replica_id_in_sync_group, tf.int64) * tf.cast(images, tf.int64)


_local = threading.local()  # replicas are traced in threads of their own


@contextlib.contextmanager
def drawing_from(numbers):
    """Layers called inside draw from `numbers`: how a step's numbers reach noise and dropout."""
    previous = getattr(_local, "numbers", None)
    _local.numbers = numbers
    try:
        yield numbers
    finally:
        _local.numbers = previous


def current():
    """The numbers of the running step; a fixed source where a network is called outside any."""
    numbers = getattr(_local, "numbers", None)
    return Numbers(seed=0, stream="outside a step") if numbers is None else numbers
