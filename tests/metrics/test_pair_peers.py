"""Pairs as scikit-image measures them."""

import numpy as np
import pytest

from keras_gan import pixels
from keras_gan.metrics import pairs

peer = pytest.importorskip("skimage.metrics", reason="scikit-image is a peer, installed by keras-gan[peers]")
color = pytest.importorskip("skimage.color", reason="scikit-image is a peer, installed by keras-gan[peers]")

RNG = np.random.default_rng(0)
REAL = np.clip(np.cumsum(RNG.normal(0, 0.2, (4, 40, 33, 3)), axis=1), -1, 1)
FAKE = np.clip(REAL + RNG.normal(0, 0.1, REAL.shape), -1, 1)
WANG = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "channel_axis": -1}


def quantised(images, bits):
    return (images + 1) / 2 if bits is None else np.rint((images + 1) / 2 * (2**bits - 1))


@pytest.mark.parametrize("bits", [None, 8, 4])
def test_psnr_and_ssim_agree(bits):
    peak = 1 if bits is None else 2**bits - 1
    both = list(zip(quantised(REAL, bits), quantised(FAKE, bits), strict=True))
    psnr = [peer.peak_signal_noise_ratio(real, fake, data_range=peak) for real, fake in both]
    ssim = [peer.structural_similarity(real, fake, data_range=peak, **WANG) for real, fake in both]
    np.testing.assert_allclose(pairs.psnr(REAL, FAKE, bits=bits), psnr, rtol=1e-12)
    np.testing.assert_allclose(pairs.ssim(REAL, FAKE, bits=bits), ssim, rtol=1e-9)


def test_luminance_agrees_and_what_is_measured_on_it():
    real, fake = (color.rgb2ycbcr(pixels.to_uint8(images))[..., :1] for images in (REAL, FAKE))
    np.testing.assert_allclose(pairs.luminance(pixels.to_uint8(REAL).astype("float64"), 255.0), real, rtol=1e-12)
    psnr = [peer.peak_signal_noise_ratio(*pair, data_range=255) for pair in zip(real, fake, strict=True)]
    ssim = [peer.structural_similarity(*pair, data_range=255, **WANG) for pair in zip(real, fake, strict=True)]
    np.testing.assert_allclose(pairs.psnr(REAL, FAKE, channels="y"), psnr, rtol=1e-9)
    np.testing.assert_allclose(pairs.ssim(REAL, FAKE, channels="y"), ssim, rtol=1e-9)
