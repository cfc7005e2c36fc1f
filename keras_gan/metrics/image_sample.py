"""What is kept of images where a metric needs the images themselves: a random sample of fixed size."""

import numpy as np

from keras_gan import pixels
from keras_gan.metrics.extractors.extractor import check_range


class ImageSample:
    """A uniform random sample of all images seen, without replacement, as bytes: constant memory (a reservoir).

    Which images are kept is decided by their order number and the seed: how they are split over updates is irrelevant,
    and up to `max_images` of them their order too, apart from their places.

    Args:
        max_images: int ≥ 1. Defaults to `16384`, the number that published sliced distances take.
        seed: int. Defaults to `0`.

    Example:

    >>> import numpy as np
    >>> sample = ImageSample(max_images=3)
    >>> sample.update(np.zeros((5, 8, 8, 1), "float32"))
    >>> sample.num_images, sample.images.shape
    (5, (3, 8, 8, 1))

    Reference: Vitter 1985, https://doi.org/10.1145/3147.3165, algorithm R.
    """

    def __init__(self, max_images: int = 16384, seed: int = 0):
        if max_images < 1:
            raise ValueError(f"ImageSample: max_images={max_images}; expected at least 1.")
        self.max_images, self.seed = max_images, seed
        self.num_images = 0
        self._kept = []

    @property
    def images(self) -> np.ndarray:
        """The images kept: uint8 `(at most max_images, height, width, channels)`."""
        if not self._kept:
            raise ValueError("ImageSample: no images yet; call update(images) first.")
        return np.stack(self._kept)

    def update(self, images):
        """Takes in images `(n, height, width, channels)`, float in [-1, 1], what lies beyond clipped, or uint8.

        Raises:
            ValueError: another rank, another shape than before, none at all, NaN, or floats beyond ±1.5.
        """
        images = self._as_bytes(np.asarray(images))
        for place, image in zip(self._places(len(images)), images, strict=True):
            if place < len(self._kept):
                self._kept[place] = image.copy()
            elif place < self.max_images:
                self._kept.append(image.copy())
        self.num_images += len(images)

    def arrays(self) -> dict[str, np.ndarray]:
        """All that `from_arrays` needs."""
        numbers = {"num_images": self.num_images, "max_images": self.max_images, "seed": self.seed}
        return {"images": self.images} | {name: np.asarray(number) for name, number in numbers.items()}

    @classmethod
    def from_arrays(cls, arrays) -> "ImageSample":
        """The sample that `arrays` wrote, ready to take in more."""
        sample = cls(int(arrays["max_images"]), int(arrays["seed"]))
        sample.num_images, sample._kept = int(arrays["num_images"]), list(arrays["images"])
        return sample

    def _places(self, count):
        """Where the next images go: image i to place i while there is room, then to a random one of i + 1 places."""
        order = np.arange(self.num_images, self.num_images + count)
        draws = np.random.Generator(np.random.PCG64(self.seed).advance(self.num_images)).random(count)
        return np.where(order < self.max_images, order, (draws * (order + 1)).astype(int))

    def _as_bytes(self, images):
        expected = self._kept[0].shape if self._kept else "(height, width, channels)"
        if images.ndim != 4 or len(images) == 0 or (self._kept and images.shape[1:] != expected):
            raise ValueError(
                f"ImageSample: images of shape {images.shape}; expected (n, *{expected}), n at least 1. This metric "
                "compares images, all of one size; points have metrics of their own, such as sliced_wasserstein."
            )
        if images.dtype == np.uint8:
            return images
        check_range(images, "ImageSample")
        return pixels.to_uint8(images)
