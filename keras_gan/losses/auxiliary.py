"""What a discriminator with more to say than a score is trained on: classes, codes.

Functions, not losses of a duel: the models that have these outputs weigh them and sum them up. Each returns one float32
value an image, natural logarithms, finite for logits of ±1e4.
"""

import math

from keras import ops

from keras_gan.ops import batch_mean


def cross_entropy(logits, targets):
    """`-Σ_k t_k log p_k` of each image, `p = softmax(logits)`.

    Args:
        logits: float tensor `(batch, classes)`.
        targets: int tensor `(batch,)`, classes in [0, classes); or probabilities `(batch, classes)`, such as one-hot
            codes.

    Returns:
        float32 `(batch,)`, at least 0.
    """
    logits = ops.cast(logits, "float32")
    if len(targets.shape) == 1:
        targets = ops.one_hot(targets, logits.shape[-1])
    return -ops.sum(ops.cast(targets, "float32") * ops.log_softmax(logits), axis=-1)


def entropy(logits):
    """`-Σ_k p_k log p_k` of each image, `p = softmax(logits)`: 0 where sure, `log(classes)` where undecided.

    Args:
        logits: float tensor `(batch, classes)`.

    Returns:
        float32 `(batch,)`.
    """
    return cross_entropy(logits, ops.softmax(ops.cast(logits, "float32")))


def marginal_entropy(logits):
    """`H[E p]`, `p = softmax(logits)` averaged over the global minibatch: `log(classes)` where all are used alike.

    Args:
        logits: float tensor `(batch, classes)`, the share of this replica.

    Returns:
        float32 scalar, the same on every replica: not one value an image.
    """
    p = batch_mean(ops.softmax(ops.cast(logits, "float32")))
    return -ops.sum(p * ops.log(ops.maximum(p, 1e-30)))  # of p = 0 the product is 0, and so is its gradient by logits


def accuracy(logits, labels):
    """1 for each image whose largest logit is that of its label, else 0.

    Args:
        logits: float tensor `(batch, classes)`.
        labels: int tensor `(batch,)`.

    Returns:
        float32 `(batch,)`.
    """
    hits = ops.equal(ops.argmax(logits, axis=-1), ops.cast(labels, "int32"))
    return ops.cast(hits, "float32")


def gaussian_log_likelihood(values, mean, log_variance=0.0):
    """`log N(values; mean, diag(exp(log_variance)))` of each image.

    Args:
        values, mean: float tensors `(batch, dim)`.
        log_variance: float tensor `(batch, dim)`, or a float. Defaults to `0.0`: variance 1.

    Returns:
        float32 `(batch,)`.
    """
    error = ops.square(ops.cast(values, "float32") - ops.cast(mean, "float32"))
    log_variance = ops.cast(log_variance, "float32")
    return -0.5 * ops.sum(math.log(2 * math.pi) + log_variance + error * ops.exp(-log_variance), axis=-1)
