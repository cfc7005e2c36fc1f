"""How different a set of images is in itself: the mean MS-SSIM of random pairs, low where they differ."""

import numpy as np

from keras_gan.metrics import pairs, structure
from keras_gan.metrics.image_sample import ImageSample
from keras_gan.metrics.metric import Metric

_SMALLEST_SCALE = 4  # pixels: 64×64 pixels then have the five scales of the published numbers
_VALUES_AT_ONCE = 2**22


def diversity(images, *, num_pairs: int = 10_000, seed: int = 0, scales: int | None = None) -> float:
    """Mean MS-SSIM of random pairs of different images of a set: 1 where all are the same, lower where they differ.

    To be read beside the same number of real images: lower than theirs is noise rather than diversity. The window
    shrinks with the scale as in the code behind the published numbers; numbers of other scales are not comparable.

    Args:
        images: `(n, height, width, channels)`, n at least 2, float in [-1, 1] or uint8.
        num_pairs: int ≥ 1, pairs drawn, the two images of each always two. Defaults to `10000`, as Karras et al.;
            Odena et al. took 100 per class.
        seed: int, decides the pairs. Defaults to `0`.
        scales: int from 1 to 5. Defaults to as many as have 4 pixels a side: see `default_scales`.

    Returns:
        float in [0, 1].

    Raises:
        ValueError: less than two images, no pairs, images that are none.

    Reference:
    - [Odena et al., 2017](https://arxiv.org/abs/1610.09585), section 4.2;
      [Karras et al., 2018](https://arxiv.org/abs/1710.10196), section 5.
    """
    images = np.asarray(images)
    if len(images) < 2 or num_pairs < 1:
        raise ValueError(f"diversity: {len(images)} images, num_pairs={num_pairs}; expected at least 2 images, 1 pair.")
    scales = default_scales(images.shape) if scales is None else scales
    first, second = _pairs(len(images), num_pairs, seed)
    step = max(1, _VALUES_AT_ONCE // images[0].size)
    total = 0.0
    for start in range(0, num_pairs, step):
        chosen = slice(start, start + step)
        values = pairs.ms_ssim(images[first[chosen]], images[second[chosen]], scales=scales, shrink_window=True)
        total += float(np.sum(values))
    return total / num_pairs


def diversity_per_class(images, labels, *, num_pairs: int = 100, seed: int = 0, scales: int | None = None) -> dict:
    """`diversity` within every class: a class that a conditional generator has collapsed stands out.

    Args:
        images: as for `diversity`, at least 2 of every class.
        labels: int array `(n,)`.
        num_pairs: int ≥ 1, for every class. Defaults to `100`, as Odena et al.
        seed, scales: as for `diversity`.

    Returns:
        {class (int): float in [0, 1]}.
    """
    images, labels = np.asarray(images), np.asarray(labels)
    if labels.shape != images.shape[:1]:
        raise ValueError(
            f"diversity_per_class: {len(images)} images, labels of shape {labels.shape}; expected one each."
        )
    given = {"num_pairs": num_pairs, "seed": seed, "scales": scales}
    return {int(label): diversity(images[labels == label], **given) for label in np.unique(labels)}


def default_scales(shape) -> int:
    """Number of scales for images of `shape` (n, height, width, channels): 5 from 49 pixels on, 4 for 28, 3 for 16."""
    return max(1, structure.num_scales(min(shape[1:3]), at_least=_SMALLEST_SCALE))


def _pairs(num_images, num_pairs, seed):
    """Indices of `num_pairs` pairs of different images, all pairs equally likely."""
    rng = np.random.default_rng(seed)
    first = rng.integers(num_images, size=num_pairs)
    return first, (first + rng.integers(1, num_images, size=num_pairs)) % num_images


class Diversity(Metric):
    """Mean MS-SSIM of random pairs of generated images: above that of real images where the generator collapses.

    The score's name says at how many scales: `ms_ssim[4 scales]`. `evaluate` puts that of real images beside it.

    Args:
        num_pairs: int ≥ 1, pairs of each side; published numbers mean 10,000. Defaults to `2000`.
        scales: int from 1 to 5. Defaults to as many as have 4 pixels a side.
        max_images: int ≥ 2, images kept of each side. Defaults to `16384`.
        seed: int, decides which images and which pairs. Defaults to `0`.
        name: str. Defaults to `"diversity"`.

    Example:

    >>> import numpy as np
    >>> metric = Diversity(num_pairs=10)
    >>> noise = np.random.default_rng(0).uniform(-1, 1, (8, 8, 8, 1))
    >>> metric.update_state(noise, np.zeros((8, 8, 8, 1)))
    >>> metric.result()["ms_ssim[2 scales]"]
    1.0

    Reference:
    - [Odena et al., 2017](https://arxiv.org/abs/1610.09585), section 4.2.
    """

    reads = "images"
    words = {
        "ms_ssim": ("nearer real", "similarity of random pairs of images: 1 when all are the same, low for noise too"),
    }

    def __init__(
        self,
        *,
        num_pairs: int = 2_000,
        scales: int | None = None,
        max_images: int = 16384,
        seed: int = 0,
        name: str | None = None,
    ):
        super().__init__(None, name=name)
        self.num_pairs, self.scales, self.max_images, self.seed = num_pairs, scales, max_images, seed

    def make_statistics(self):
        return ImageSample(self.max_images, self.seed)

    @property
    def statistics_key(self):
        return (*super().statistics_key, self.max_images, self.seed)

    def compare(self, real, fake):
        return self.real_values(fake)

    def real_values(self, real):
        images = real.images
        scales = self.scales or default_scales(images.shape)
        at = f"[{scales} scales]" if scales > 1 else "[1 scale]"
        return {f"ms_ssim{at}": diversity(images, num_pairs=self.num_pairs, seed=self.seed, scales=scales)}
