"""What is asked of a source of data, and what every source hands over."""

from typing import NamedTuple

import numpy as np

from keras_gan.data.files import Files


class Request(NamedTuple):
    """What `load` was asked for, checked.

    Args:
        split: str.
        image_size: `(height, width)`, or `None` for the images' own.
        channels: `1`, `3`, `4`, or `None` for the images' own.
        labels: bool, whether labels are wanted.
        num_images: int, or `None` for all.
        seed: int, of points that are drawn.
        data_dir: folder of prepared tensorflow-datasets, or `None`.
    """

    split: str = "train"
    image_size: tuple[int, int] | None = None
    channels: int | None = None
    labels: bool = False
    num_images: int | None = None
    seed: int = 0
    data_dir: str | None = None


class Raw(NamedTuple):
    """Images as a source has them.

    Args:
        images: uint8 `(n, height, width, channels)`, float32 points, or `Files`.
        labels: int array `(n,)`, or `None` where the source knows none.
    """

    images: np.ndarray | Files
    labels: np.ndarray | None = None
