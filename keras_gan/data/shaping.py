"""What was loaded, in the size, number of channels and number of images that were asked for."""

import numpy as np

from keras_gan.data import images as decoding
from keras_gan.data.files import Files
from keras_gan.data.request import Raw


def checked_size(image_size) -> tuple[int, int] | None:
    """`(height, width)` from an int or a pair of ints, each at least 1; `None` stays."""
    if image_size is None:
        return None
    size = tuple(image_size) if isinstance(image_size, tuple | list) else (image_size, image_size)
    if len(size) != 2 or not all(isinstance(side, int | np.integer) and side >= 1 for side in size):
        raise ValueError(
            f"data.load: image_size={image_size!r}; expected an int or (height, width), in pixels. Use e.g. 64."
        )
    return int(size[0]), int(size[1])


def checked_channels(channels: int | None) -> int | None:
    """1, 3, 4 or `None`."""
    if channels not in (None, 1, 3, 4):
        raise ValueError(f"data.load: channels={channels!r}; expected 1, 3 or 4. Leave it away for the images' own.")
    return channels


def shaped(images, size: tuple[int, int] | None, channels: int | None):
    """Bytes `(n, height, width, channels)` of this size and these channels; files already have them."""
    if isinstance(images, Files) or (size is None and channels is None):
        return images
    check_reshapable(images)
    if images.shape[1:] == (*(size or images.shape[1:3]), channels or images.shape[3]):
        return images
    return np.stack([decoding.reshaped(image, size=size, channels=channels) for image in images])


def check_reshapable(images: np.ndarray):
    """Only bytes of rank 4 are resized and converted."""
    if images.ndim != 4 or images.dtype != np.uint8 or images.shape[-1] not in (1, 3, 4):
        raise ValueError(
            f"data.load: image_size or channels was given for data of shape {images.shape} and type {images.dtype}; "
            "expected uint8 images (n, height, width, channels) with 1, 3 or 4 channels. Leave both away, or convert "
            "with keras_gan.pixels.to_uint8."
        )


def cut(raw: Raw, num_images: int | None) -> Raw:
    """An even choice of `num_images` over all images, in their order."""
    if num_images is None:
        return raw
    indices = even_choice(len(raw.images), num_images)
    return Raw(raw.images[indices], None if raw.labels is None else raw.labels[indices])


def even_choice(length: int, number: int) -> np.ndarray:
    """One index out of each of `number` equal stretches of `range(length)`: int64 `(number,)`, ascending.

    Sorted classes keep their shares, because every stretch gives one; so do classes that take turns, because its
    place in the stretch is drawn (always by the same numbers).
    """
    if not 1 <= number <= length:
        raise ValueError(
            f"data.load: num_images={number}, but there are {length} images; expected 1 to {length}. "
            "Leave num_images away for all of them."
        )
    borders = np.arange(number + 1) * length // number
    return np.random.default_rng(0).integers(borders[:-1], borders[1:])
