"""Samples as one picture: a grid of images, or a density of points."""

import math
import os
import pathlib

import numpy as np
from PIL import Image

from keras_gan import pixels


def grid(images, columns: int | None = None, padding: int = 1, min_side: int = 512):
    """Lays images out in rows, on white.

    Args:
        images: `(n, height, width, channels)` float in [-1, 1] or uint8; 1, 3 or 4 channels. Points `(n, 1)` and
            `(n, 2)` become a picture of their density.
        columns: int, images in a row. Defaults to a grid about as wide as high.
        padding: int, pixels between images. Defaults to `1`.
        min_side: int, smaller pictures are enlarged by a whole factor, every pixel a square. Defaults to `512`.

    Returns:
        uint8 array `(height, width, 3 or 4)`.
    """
    images = np.asarray(images)
    if images.ndim == 2:
        return density(images)
    if images.ndim != 4 or len(images) == 0 or images.shape[-1] not in (1, 3, 4):
        raise ValueError(
            f"grid: images of shape {images.shape}; expected (n, height, width, 1, 3 or 4 channels), n at least 1."
        )
    images = images if images.dtype == np.uint8 else pixels.to_uint8(images)
    images = np.repeat(images, 3, axis=-1) if images.shape[-1] == 1 else images
    number, height, width, channels = images.shape
    columns = min(columns or math.ceil(math.sqrt(number)), number)
    rows = math.ceil(number / columns)
    down, right = height + padding, width + padding
    sheet = np.full((rows * down + padding, columns * right + padding, channels), 255, np.uint8)
    for i, image in enumerate(images):
        top, left = padding + i // columns * down, padding + i % columns * right
        sheet[top : top + height, left : left + width] = image
    factor = max(1, math.ceil(min_side / min(sheet.shape[:2])))
    return sheet.repeat(factor, axis=0).repeat(factor, axis=1)


def class_rows(num_images: int, num_classes: int):
    """Labels for a grid with one row for each class.

    Args:
        num_images: int, about so many images; with more classes than that, the first classes have one each.
        num_classes: int.

    Returns:
        (labels int32 `(n,)`, sorted; columns of the grid: an int, or `None` where rows would hold one image).

    Example:

    >>> labels, columns = class_rows(6, num_classes=3)
    >>> labels.tolist(), columns
    ([0, 0, 1, 1, 2, 2], 2)
    """
    per_class = max(1, num_images // num_classes)
    labels = np.repeat(np.arange(min(num_classes, num_images), dtype="int32"), per_class)
    return labels, per_class if per_class > 1 else None


def density(points, side: int = 256, extent: float | None = None):
    """A picture of how often points `(n, 1)` or `(n, 2)` fall where: dark where many do.

    Args:
        points: float array.
        side: int, pixels of each side. Defaults to `256`.
        extent: float, the picture shows [-extent, extent]². Defaults to 1.1 times the 99 % quantile of |points|.
    """
    points = np.asarray(points, np.float64)
    if points.shape[1] == 1:
        points = np.concatenate([points, np.zeros_like(points)], axis=1)
    extent = extent or 1.1 * float(np.quantile(np.abs(points), 0.99)) or 1.0
    counts, _, _ = np.histogram2d(points[:, 1], points[:, 0], bins=side, range=[[-extent, extent]] * 2)
    shade = np.sqrt(counts[::-1] / max(counts.max(), 1.0))
    return np.repeat((255 * (1.0 - shade)).astype(np.uint8)[..., None], 3, axis=-1)


def save(picture, filepath):
    """Writes a uint8 picture `(height, width, 3 or 4)` as PNG, beside its place and then into it."""
    filepath = pathlib.Path(filepath)
    filepath.parent.mkdir(parents=True, exist_ok=True)
    beside = filepath.with_name(f".{filepath.name}.part")
    Image.fromarray(picture).save(beside, format="PNG")
    os.replace(beside, filepath)
    return filepath
