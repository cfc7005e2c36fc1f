"""Data sets that need no file and no network: real handwritten digits, and points of known distribution."""

import numpy as np
from PIL import Image

from keras_gan.data import mixtures
from keras_gan.data.request import Raw

MIXTURES = ("ring", "grid", "swiss_roll", "gaussian_1d")
NAMES = ("digits", *MIXTURES)
NUM_POINTS = 100_000
TEST_EVERY = 5


def load(name: str, *, split: str, image_size: tuple[int, int] | None, num_points: int | None, seed: int) -> Raw:
    """An embedded data set: images or points, and their labels.

    Args:
        name: one of `NAMES`.
        split: `"train"`, `"test"` or `"all"`.
        image_size: `(height, width)` of the digits; `None` means 8×8.
        num_points: int; `None` means 100,000. Not of the digits.
        seed: int, of the points.
    """
    if split not in ("train", "test", "all"):
        raise ValueError(f"data.load: {name} has no split {split!r}; expected 'train', 'test' or 'all'.")
    if name == "digits":
        return digits(split, image_size or (8, 8))
    return points(name, NUM_POINTS if num_points is None else num_points, seed if split != "test" else seed + 2**32)


def digits(split: str = "all", image_size: tuple[int, int] = (8, 8)) -> Raw:
    """1,797 handwritten digits of the UCI repository, which come with scikit-learn.

    Args:
        split: `"train"` (1,442 images), `"test"` (of each class every 5th, 355) or `"all"`.
        image_size: `(height, width)`: with a margin of one original pixel enlarged (antialiased bicubic) as far as
            they fit, and centred. Defaults to the original `(8, 8)`, without margin.

    Returns:
        images uint8 `(n, height, width, 1)`, ink bright on black, and labels int32 0..9.
    """
    from sklearn.datasets import load_digits  # scikit-learn takes a second to import

    sixteenths, labels = load_digits(return_X_y=True)
    images = np.rint(sixteenths.reshape(-1, 8, 8) * (255 / 16)).astype("uint8")
    chosen = split_mask(labels, split)
    enlarged_images = np.stack([enlarged(image, image_size) for image in images[chosen]])
    return Raw(enlarged_images[..., None], labels[chosen].astype("int32"))


def split_mask(labels: np.ndarray, split: str) -> np.ndarray:
    """Which images belong to the split: of each class every 5th is a test image. (Of all images every 5th will not do:
    the writers wrote the digits in turn.)"""
    rank_in_class = np.empty(len(labels), int)
    for label in np.unique(labels):
        rank_in_class[labels == label] = np.arange(np.sum(labels == label))
    is_test = rank_in_class % TEST_EVERY == TEST_EVERY - 1
    return {"train": ~is_test, "test": is_test, "all": np.ones(len(labels), bool)}[split]


def enlarged(image: np.ndarray, image_size: tuple[int, int]) -> np.ndarray:
    """A digit as large as it fits, in the centre of a black image: uint8 `(height, width)`.

    The originals touch their borders; a margin of one of their pixels lets the strokes end inside the enlarged image.
    """
    height, width = image_size
    if image_size == image.shape:
        return image
    side = min(height, width)
    digit = np.asarray(Image.fromarray(np.pad(image, 1)).resize((side, side), Image.Resampling.BICUBIC))
    canvas = np.zeros((height, width), "uint8")
    top, left = (height - side) // 2, (width - side) // 2
    canvas[top : top + side, left : left + side] = digit
    return canvas


def points(name: str, n: int, seed: int) -> Raw:
    """Points of a mixture, float32 `(n, 2)` or `(n, 1)`; labels are the modes, where there are any."""
    if name == "ring":
        drawn = mixtures.ring(n, seed)
        return Raw(drawn, mixtures.nearest_center(drawn, mixtures.ring_centers()))
    if name == "grid":
        drawn = mixtures.grid(n, seed)
        return Raw(drawn, mixtures.nearest_center(drawn, mixtures.grid_centers()))
    return Raw(mixtures.swiss_roll(n, seed) if name == "swiss_roll" else mixtures.gaussian(n, seed))
