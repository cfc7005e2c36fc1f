"""Moving pixels about: pure functions of images and of numbers, one per image.

A geometric change is a matrix `(batch, 3, 3)` that takes homogeneous coordinates (x, y, 1) of the result to those of
the image: the inverse of what happens to the image. So `flipped(...) @ rotated(...)` flips first and then rotates, and
however many of them there are, `warp` samples the image once. x runs to the right, y down, in pixels from the middle.

Everything is a gather and a sum, linear in the images, so that gradients of any order are right, in XLA too.
"""

import math

import tensorflow as tf


def flipped(mirrored):
    """Mirrored left to right.

    Args:
        mirrored: bool tensor `(batch,)`.

    Returns:
        float32 `(batch, 3, 3)`, as all matrices here.
    """
    sign = tf.where(mirrored, -1.0, 1.0)
    return _scale(sign, tf.ones_like(sign))


def turned(quarters):
    """Turned by 90° as often as said, clockwise on the screen.

    Args:
        quarters: float tensor `(batch,)` of whole numbers.
    """
    cosine, sine = (tf.round(part(quarters * (math.pi / 2))) for part in (tf.cos, tf.sin))  # exact, so that pixels are
    return _rotation(cosine, sine)


def rotated(angle):
    """Rotated by so many radians, clockwise on the screen.

    Args:
        angle: float tensor `(batch,)`.
    """
    return _rotation(tf.cos(angle), tf.sin(angle))


def scaled(x, y):
    """Stretched by the factors `x` to the sides and `y` up and down.

    Args:
        x, y: float tensors `(batch,)` > 0.
    """
    return _scale(1.0 / x, 1.0 / y)


def moved(right, down):
    """Moved by so many pixels.

    Args:
        right, down: float tensors `(batch,)`.
    """
    one, zero = tf.ones_like(right), tf.zeros_like(right)
    return _matrix([[one, zero, -right], [zero, one, -down], [zero, zero, one]])


def chosen(gates, matrices):
    """The matrix where the image's gate is open, else none.

    Args:
        gates: bool tensor `(batch,)`.
        matrices: float tensor `(batch, n, n)`.
    """
    return tf.where(gates[:, None, None], matrices, tf.eye(matrices.shape[-1]))


def warp(images, matrices):
    """Images seen through matrices; beyond their edges they are mirrored.

    The four pixels around each place are mixed by their nearness (bilinear interpolation).

    Args:
        images: float tensor `(batch, height, width, channels)`, sizes other than `batch` known.
        matrices: float32 tensor `(batch, 3, 3)`, a product of those above.

    Returns:
        tensor of the images' shape and dtype.
    """
    height, width = images.shape[1:3]
    y, x = tf.meshgrid(_from_middle(height), _from_middle(width), indexing="ij")
    places = tf.reshape(tf.stack([x, y, tf.ones_like(x)]), (3, height * width))
    found = tf.matmul(matrices[:, :2], places[None])  # (batch, 2, places)
    return _sample(images, found[:, 1] + (height - 1) / 2, found[:, 0] + (width - 1) / 2)


def shift(images, right, down):
    """Images moved by whole pixels; what comes in is 0, the middle grey.

    Args:
        images: float tensor `(batch, height, width, channels)`, sizes other than `batch` known.
        right, down: int32 tensors `(batch,)`.

    Returns:
        tensor of the images' shape and dtype.
    """
    # Products with rows of 0 and one 1: linear, of any derivative, and what lies outside is 0 by itself.
    rows, columns = (
        tf.one_hot(tf.range(side)[None] - by[:, None], side, dtype=images.dtype)
        for side, by in zip(images.shape[1:3], (down, right), strict=True)
    )
    return tf.einsum("bij,bjkc,blk->bilc", rows, images, columns)


def cut_out(images, left, top, width, height):
    """Images with a rectangle of 0, the middle grey; only what lies inside the image is seen of it.

    Args:
        images: float tensor `(batch, height, width, channels)`, sizes other than `batch` known.
        left, top: int32 tensors `(batch,)`, its first column and row, negative ones too.
        width, height: int, its size.

    Returns:
        tensor of the images' shape and dtype.
    """
    y, x = tf.range(images.shape[1])[None] - top[:, None], tf.range(images.shape[2])[None] - left[:, None]
    return images * (1 - _inside(y, height, x, width, images.dtype))


def _inside(y, height, x, width, dtype):
    """1 where row and column lie in the image, else 0: `(batch, m)`, `(batch, n)` → `(batch, m, n, 1)`."""
    rows, columns = ((index >= 0) & (index < size) for index, size in ((y, height), (x, width)))
    return tf.cast(rows[:, :, None, None] & columns[:, None, :, None], dtype)


def _pixels_at(images, rows, columns):
    """The pixels at int32 rows and columns, which broadcast to `(batch, ...)`: `(batch, ..., channels)`."""
    rows, columns = rows + tf.zeros_like(columns), columns + tf.zeros_like(rows)
    number = tf.reshape(tf.range(tf.shape(images)[0]), (-1,) + (1,) * (len(rows.shape) - 1)) + tf.zeros_like(rows)
    # gather_nd, as XLA cannot differentiate `gather` with a batch dimension twice inside a branch.
    return tf.gather_nd(images, tf.stack([number, rows, columns], axis=-1))


def _sample(images, y, x):
    """Bilinear samples of images at places `(batch, n)`, in pixels from the first; mirrored at the edges."""
    height, width = images.shape[1:3]
    top, left = tf.floor(y), tf.floor(x)
    found = 0.0
    for row, by_row in ((top, 1.0 - (y - top)), (top + 1.0, y - top)):
        for column, by_column in ((left, 1.0 - (x - left)), (left + 1.0, x - left)):
            weights = tf.cast(by_row * by_column, images.dtype)[..., None]
            found += weights * _pixels_at(images, _mirrored(row, height), _mirrored(column, width))
    return tf.reshape(found, tf.shape(images))


def _mirrored(index, size):
    """Whole numbers folded into [0, size - 1], the edge not repeated: 2 1 | 0 1 2 3 | 2 1."""
    period = max(1, 2 * (size - 1))
    folded = tf.math.floormod(tf.cast(index, tf.int32), period)
    return tf.minimum(folded, period - folded)


def _from_middle(size):
    return tf.range(size, dtype=tf.float32) - (size - 1) / 2


def _scale(x, y):
    one, zero = tf.ones_like(x), tf.zeros_like(x)
    return _matrix([[x, zero, zero], [zero, y, zero], [zero, zero, one]])


def _rotation(cosine, sine):
    one, zero = tf.ones_like(cosine), tf.zeros_like(cosine)
    return _matrix([[cosine, sine, zero], [-sine, cosine, zero], [zero, zero, one]])


def _matrix(rows):
    """`(batch, n, n)` of nested lists of `(batch,)`."""
    return tf.stack([tf.stack(row, axis=-1) for row in rows], axis=-2)
