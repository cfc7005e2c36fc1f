"""Tensor functions that mean the same on one replica and on many."""

import tensorflow as tf
from keras import ops


def num_replicas() -> int:
    """Number of replicas that share one global minibatch; 1 without a strategy."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def _replica_context():
    """The replica context where there is more than one replica to talk to, else `None`."""
    return tf.distribute.get_replica_context() if num_replicas() > 1 else None


def batch_mean(values, axis=0):
    """Mean over the *global* minibatch: all-reduced over replicas, and differentiable twice.

    Use it for every mean that stands inside a non-linearity (relativistic average, feature
    matching): a mean over the replica's own share would make two replicas train another model
    than one.

    Args:
        values: tensor whose `axis` runs over the images of a replica's share.
        axis: int or tuple, the axes to average; the first must be the batch. Defaults to `0`.

    Returns:
        `values` averaged over `axis` and over replicas.
    """
    mean = ops.mean(values, axis=axis)
    context = _replica_context()
    return mean if context is None else context.all_reduce(tf.distribute.ReduceOp.MEAN, mean)


def gather_batch(values):
    """The *global* minibatch: shares of all replicas, concatenated along axis 0 in their order.

    Args:
        values: tensor `(share, ...)`.

    Returns:
        tensor `(share · replicas, ...)`; `values` itself on one replica.
    """
    context = _replica_context()
    if context is None:
        return values
    gathered = context.all_gather(values, axis=0)
    gathered.set_shape((None, *values.shape[1:]))  # which all_gather forgets in a graph
    return gathered


def squared_norm(values):
    """`‖v‖²` of each element of a batch, in float32: `(batch, ...)` → `(batch,)`."""
    values = ops.cast(values, "float32")
    return ops.sum(ops.square(values), axis=tuple(range(1, len(values.shape))))


def norm(values):
    """`‖v‖` of each element of a batch, in float32, with a finite gradient at 0."""
    return ops.sqrt(squared_norm(values) + 1e-12)


def per_image(coefficients, images):
    """Reshapes `(batch,)` to `(batch, 1, ...)`, so that it multiplies `images` image by image."""
    return ops.reshape(coefficients, (-1,) + (1,) * (len(images.shape) - 1))


def any_host(strategy, flag: bool) -> bool:
    """Whether `flag` holds in any process of the strategy: all must ask, and all get the same answer."""
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return flag
    votes = strategy.run(lambda: tf.constant(float(flag)))
    return float(strategy.reduce(tf.distribute.ReduceOp.SUM, votes, axis=None)) > 0
