"""How near an image is to the one it should be: PSNR, SSIM, MS-SSIM and L1 of pairs, `real[i]` with `fake[i]`.

For translation, restoration and super-resolution. All reckon in float64 and give one number per pair.

Every function takes:

- `real`, `fake`: arrays or tensors of one shape `(n, height, width, channels)`, float in [-1, 1] or uint8.
- `bits`: int, images are compared as files of that depth, rounded to `2^bits` levels, MAX = `2^bits - 1`. `None`
  compares them as they are, MAX = 1 on the range 0 to 1. Defaults to `8`, as in the papers.
- `channels`: `"all"`, or `"y"` for the luminance of RGB images, as the papers of super-resolution compare them.
- `border`: int, pixels left out at each edge; super-resolution leaves out as many as its factor. Defaults to `0`.

and raises ValueError for shapes that differ or are no images and for unknown words; outside a graph also for NaN, and
for floats beyond ±1.5: what lies nearer to [-1, 1] is clipped where `bits` are given.
"""

import keras
import numpy as np
import tensorflow as tf

from keras_gan.configured import Configured
from keras_gan.metrics import structure
from keras_gan.metrics.extractors.extractor import check_range
from keras_gan.words import nearest

_LUMA = (65.481 / 255, 128.553 / 255, 24.966 / 255)  # ITU-R BT.601, of R, G and B in 0..MAX
_BLACK = 16 / 255


def psnr(real, fake, *, bits: int | None = 8, channels: str = "all", border: int = 0):
    """Peak signal-to-noise ratio, `10 log10(MAX² / MSE)`, in decibel.

    Returns:
        float64 tensor `(n,)`, infinite for equal images.
    """
    real, fake, peak = _pair("psnr", real, fake, bits, channels, border)
    mean_square = tf.reduce_mean(tf.square(real - fake), axis=(1, 2, 3))
    return 10.0 * tf.math.log(peak**2 / mean_square) / np.log(10.0)


def l1(real, fake, *, bits: int | None = 8, channels: str = "all", border: int = 0):
    """Mean absolute difference as a share of MAX; in the units of [-1, 1] it is twice that.

    Returns:
        float64 tensor `(n,)` in [0, 1].
    """
    real, fake, peak = _pair("l1", real, fake, bits, channels, border)
    return tf.reduce_mean(tf.abs(real - fake), axis=(1, 2, 3)) / peak


def ssim(real, fake, *, bits: int | None = 8, channels: str = "all", border: int = 0):
    """Structural similarity: Gaussian window of 11×11 pixels and σ = 1.5 where it fits, K1 = 0.01, K2 = 0.03.

    Returns:
        float64 tensor `(n,)` in [-1, 1], the mean over pixels and channels; 1 for equal images.

    Raises:
        ValueError: images of less than 11 pixels height or width.

    Reference:
    - [Wang et al., 2004](https://doi.org/10.1109/TIP.2003.819861), equation 13 and section III C.
    """
    real, fake, peak = _pair("ssim", real, fake, bits, channels, border)
    structure.check_window_fits("ssim", real.shape)
    return structure.similarity(real, fake, peak)[0]


def ms_ssim(
    real,
    fake,
    *,
    scales: int = 5,
    shrink_window: bool = False,
    bits: int | None = 8,
    channels: str = "all",
    border: int = 0,
):
    """Multi-scale structural similarity: contrast and structure at every scale, luminance at the coarsest.

    The mean over pixels and channels is taken at every scale, negative ones count as 0, and their powers are
    multiplied. The weights are the paper's; fewer scales take the first ones, divided by their sum.

    Args:
        scales: int from 1 to 5, each has half the pixels per side of the one before. Defaults to `5`.
        shrink_window: bool, where a scale is smaller than the window make the window smaller, σ with it, as the code
            does behind the published diversities of generated images. Defaults to `False`, which raises.

    Returns:
        float64 tensor `(n,)` in [0, 1].

    Raises:
        ValueError: images too small for `scales` (5 want 161 pixels) while `shrink_window` is `False`.

    Reference:
    - [Wang et al., 2003](https://doi.org/10.1109/ACSSC.2003.1292216), equation 7 and section 3.2.
    """
    real, fake, peak = _pair("ms_ssim", real, fake, bits, channels, border)
    structure.check_scales("ms_ssim", real.shape, scales, shrink_window)
    return structure.multi_scale_similarity(real, fake, peak, scales)


def luminance(images, peak: float = 1.0):
    """Y of RGB images, as MATLAB's `rgb2ycbcr` has it for floats: from 16/255 (black) to 235/255 (white) of `peak`.

    Args:
        images: float array or tensor `(n, height, width, 3)` in [0, `peak`].
        peak: float, the value of full red, green or blue. Defaults to `1.0`.

    Returns:
        float tensor `(n, height, width, 1)`.
    """
    if images.shape[-1] != 3:
        raise ValueError(
            f"luminance: images of shape {tuple(images.shape)}; expected 3 channels, red, green and blue. Images of "
            "one channel are their own luminance: leave channels='all'."
        )
    images = tf.convert_to_tensor(images)
    return tf.reduce_sum(images * tf.constant(_LUMA, images.dtype), axis=-1, keepdims=True) + _BLACK * peak


def crop_border(images, pixels: int):
    """The images `(n, height, width, channels)` without `pixels` rows and columns at each edge."""
    height, width = images.shape[1:3]
    most = (min(height, width) - 1) // 2
    if not 0 <= pixels <= most:
        raise ValueError(f"crop_border: pixels={pixels} of images of {height}×{width}; expected 0 to {most}.")
    return images[:, pixels : height - pixels, pixels : width - pixels]


def _pair(owner, real, fake, bits, channels, border):
    """(real, fake, MAX): float64 in [0, MAX], of the channels and the pixels that count."""
    if channels not in ("all", "y"):
        raise ValueError(f"{owner}: channels={channels!r}{nearest(str(channels), ('all', 'y'))}.")
    if real.shape != fake.shape or len(real.shape) != 4:
        raise ValueError(
            f"{owner}: real {tuple(real.shape)}, fake {tuple(fake.shape)}; expected two batches of one shape "
            "(n, height, width, channels): image i of one is compared with image i of the other."
        )
    peak = 1.0 if bits is None else float(2**bits - 1)
    sides = [crop_border(_levels(owner, side, bits, peak), border) for side in (real, fake)]
    return *(luminance(side, peak) if channels == "y" else side for side in sides), peak


def _levels(owner, images, bits, peak):
    """float64 in [0, `peak`], whole numbers where `bits` are given."""
    images = tf.convert_to_tensor(images)
    if images.dtype == tf.uint8 and bits == 8:
        return tf.cast(images, tf.float64)
    if images.dtype == tf.uint8:
        share = tf.cast(images, tf.float64) / 255.0
    else:
        if not tf.is_symbolic_tensor(images):
            check_range(images, owner)
        share = (tf.cast(images, tf.float64) + 1.0) / 2.0
    return share if bits is None else tf.clip_by_value(tf.round(share * peak), 0.0, peak)


class PairMetric(Configured, keras.metrics.Mean):
    """The base of the metrics of pairs: the mean over all pairs seen, for `compile(metrics=[...])`.

    Only for models whose image i belongs to real image i (translation, restoration, super-resolution): of two unrelated
    images the number says nothing.

    Args:
        bits, channels, border: as for the function of the same name.
        name: str or `None`.

    Call arguments of `update_state`:
        real, fake: one shape `(n, height, width, channels)`, float in [-1, 1] or uint8.
    """

    of_pairs = None  # the function

    def __init__(self, *, bits: int | None = 8, channels: str = "all", border: int = 0, name: str | None = None):
        super().__init__(name=name or type(self).__name__.lower())
        self.options = {"bits": bits, "channels": channels, "border": border}

    def update_state(self, real, fake):
        super().update_state(type(self).of_pairs(real, fake, **self.options))


class PSNR(PairMetric):
    """Mean of `psnr` over pairs, in decibel; one pair of equal images makes it infinite.

    Args:
        bits, channels, border: as for `psnr`.
        name: str. Defaults to `"psnr"`.

    Example:

    >>> import numpy as np
    >>> metric = PSNR(bits=None)
    >>> metric.update_state(np.zeros((1, 4, 4, 1)), np.full((1, 4, 4, 1), 0.2))
    >>> float(metric.result())  # a tenth of the range everywhere
    20.0
    """

    of_pairs = staticmethod(psnr)


class SSIM(PairMetric):
    """Mean of `ssim` over pairs.

    Args:
        bits, channels, border: as for `ssim`.
        name: str. Defaults to `"ssim"`.
    """

    of_pairs = staticmethod(ssim)


class L1(PairMetric):
    """Mean of `l1` over pairs.

    Args:
        bits, channels, border: as for `l1`.
        name: str. Defaults to `"l1"`.
    """

    of_pairs = staticmethod(l1)


class MSSSIM(PairMetric):
    """Mean of `ms_ssim` over pairs.

    Args:
        scales, shrink_window: as for `ms_ssim`.
        **options: `bits`, `channels`, `border`, `name`: as for `ms_ssim`.
    """

    of_pairs = staticmethod(ms_ssim)

    def __init__(self, *, scales: int = 5, shrink_window: bool = False, name: str = "ms_ssim", **options):
        super().__init__(name=name, **options)
        self.options |= {"scales": scales, "shrink_window": shrink_window}
