"""PSNR, SSIM, MS-SSIM and L1 of pairs: closed forms, TensorFlow's own, what is refused."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import pixels
from keras_gan.metrics import pairs

RNG = np.random.default_rng(0)
REAL = np.clip(np.cumsum(RNG.normal(0, 0.1, (3, 32, 28, 3)), axis=1), -1, 1).astype("float32")
FAKE = np.clip(REAL + RNG.normal(0, 0.1, REAL.shape), -1, 1).astype("float32")
ALL = [pairs.psnr, pairs.ssim, pairs.l1, lambda *images, **options: pairs.ms_ssim(*images, scales=2, **options)]


def grey(value, side=16):
    return np.full((1, side, side, 1), value, "float32")


@pytest.mark.parametrize(("difference", "decibel"), [(2.0, 0.0), (0.2, 20.0), (0.02, 40.0)])
def test_psnr_of_a_constant_difference_is_that_of_the_formula(difference, decibel):
    assert float(pairs.psnr(grey(-1), grey(difference - 1), bits=None)[0]) == pytest.approx(decibel, abs=1e-5)


def test_psnr_of_bytes_has_the_peak_255():
    one_level = pairs.psnr(np.full((1, 4, 4, 1), 100, "uint8"), np.full((1, 4, 4, 1), 101, "uint8"))
    assert float(one_level[0]) == pytest.approx(20 * np.log10(255), abs=1e-12)


@pytest.mark.parametrize("bits", [1, 4, 8, 12])
def test_bits_round_to_as_many_levels(bits):
    step = 2 / (2**bits - 1)
    assert np.isinf(pairs.psnr(grey(-1), grey(-1 + 0.4 * step), bits=bits)[0])
    up = pairs.psnr(grey(-1), grey(-1 + 0.6 * step), bits=bits)
    assert float(up[0]) == pytest.approx(20 * np.log10(2**bits - 1), abs=1e-9)


@pytest.mark.parametrize("measure", ALL)
@pytest.mark.parametrize("channels", ["all", "y"])
def test_bytes_and_the_floats_they_stand_for_get_the_same(measure, channels):
    as_bytes = measure(pixels.to_uint8(REAL), pixels.to_uint8(FAKE), channels=channels)
    np.testing.assert_allclose(as_bytes, measure(REAL, FAKE, channels=channels), rtol=1e-12)


@pytest.mark.parametrize("measure", ALL)
def test_both_directions_are_the_same_and_every_pair_stands_alone(measure):
    np.testing.assert_allclose(measure(REAL, FAKE), measure(FAKE, REAL), rtol=1e-12)
    np.testing.assert_allclose(measure(REAL[::-1], FAKE[::-1]), measure(REAL, FAKE)[::-1], rtol=1e-12)


@pytest.mark.parametrize(("measure", "best"), list(zip(ALL, [np.inf, 1, 0, 1], strict=True)))
def test_equal_images_get_the_best(measure, best):
    np.testing.assert_allclose(measure(REAL, REAL), best, rtol=1e-12)


def test_l1_is_a_share_of_the_range():
    assert float(pairs.l1(grey(-0.5), grey(0.3), bits=None)[0]) == pytest.approx(0.4, abs=1e-7)


def test_ssim_of_constant_images_is_the_luminance_term():
    x, y, c1 = 0.25, 0.75, 0.01**2
    expected = (2 * x * y + c1) / (x * x + y * y + c1)
    assert float(pairs.ssim(grey(-0.5), grey(0.5), bits=None)[0]) == pytest.approx(expected, rel=1e-9)


def test_ssim_and_ms_ssim_are_those_of_tensorflow():
    real = tf.image.resize(REAL[..., :1], (181, 176))
    fake = tf.clip_by_value(real + 0.2 * RNG.normal(size=real.shape).astype("float32"), -1, 1)
    ours = [pairs.ssim(real, fake, bits=None), pairs.ms_ssim(real, fake, bits=None)]
    shares = (real + 1) / 2, (fake + 1) / 2
    theirs = [tf.image.ssim(*shares, 1.0), tf.image.ssim_multiscale(*shares, 1.0)]
    np.testing.assert_allclose(ours, theirs, rtol=1e-4)


def test_at_one_scale_ms_ssim_is_ssim():
    np.testing.assert_allclose(pairs.ms_ssim(REAL, FAKE, scales=1), pairs.ssim(REAL, FAKE), rtol=1e-12)


def test_a_window_that_shrinks_covers_the_whole_image_once():
    x, y = (255 * images[0].astype("float64") for images in RNG.random((2, 1, 8, 8)))
    line = np.exp(-0.5 * ((np.arange(8) - 3.5) / (1.5 * 8 / 11)) ** 2)
    weights = np.outer(line, line) / line.sum() ** 2
    x, y = np.rint(x), np.rint(y)

    def mean(values):
        return (weights * values).sum()

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    expected = (2 * mean(x) * mean(y) + c1) / (mean(x) ** 2 + mean(y) ** 2 + c1)
    covariance, variances = mean(x * y) - mean(x) * mean(y), mean(x * x) - mean(x) ** 2 + mean(y * y) - mean(y) ** 2
    expected *= max(0, (2 * covariance + c2) / (variances + c2))
    as_images = (np.uint8(values)[None, ..., None] for values in (x, y))
    assert float(pairs.ms_ssim(*as_images, scales=1, shrink_window=True)[0]) == pytest.approx(expected, rel=1e-9)


def test_luminance_goes_from_16_to_235():
    corners = np.array([[0.0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255]])
    found = pairs.luminance(corners.reshape(1, 1, 5, 3), peak=255.0)
    np.testing.assert_allclose(np.ravel(found), [16, 235, 81.481, 144.553, 40.966], rtol=1e-12)


def test_in_luminance_red_counts_as_its_share():
    red = REAL.copy()
    red[..., 0] = np.clip(red[..., 0], -1, 0.5)
    brighter = red + np.float32([0.5, 0, 0])
    expected = 20 * np.log10(255 / 65.481 / 0.25)
    np.testing.assert_allclose(pairs.psnr(red, brighter, bits=None, channels="y"), expected, rtol=1e-6)


@pytest.mark.parametrize("measure", ALL)
def test_what_lies_in_the_border_does_not_count(measure):
    framed = FAKE.copy()
    framed[:, :2], framed[:, -2:], framed[:, :, :2], framed[:, :, -2:] = 1, -1, -1, 1
    np.testing.assert_allclose(measure(REAL, framed, border=2), measure(REAL, FAKE, border=2), rtol=1e-12)
    assert not np.allclose(measure(REAL, framed, border=1), measure(REAL, FAKE, border=1))
    np.testing.assert_array_equal(pairs.crop_border(FAKE, 2), FAKE[:, 2:-2, 2:-2])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: pairs.psnr(REAL, FAKE[:2]), r"real \(3, 32, 28, 3\), fake \(2, 32, 28, 3\).*one shape"),
        (lambda: pairs.psnr(REAL[0], FAKE[0]), r"expected two batches"),
        (lambda: pairs.psnr(REAL, (FAKE + 1) * 127.5), r"\[-1, 1\].*from_uint8"),
        (lambda: pairs.psnr(REAL, FAKE * 127), r"psnr: images lie in \[-127.*black is -1"),
        (lambda: pairs.l1(REAL, FAKE * np.nan), "l1: images hold NaN"),
        (lambda: pairs.ssim(FAKE * np.nan, REAL), "ssim: images hold NaN"),
        (lambda: pairs.PSNR().update_state(REAL, FAKE * np.nan), "psnr: images hold NaN"),
        (lambda: pairs.psnr(REAL, FAKE, channels="Y"), "channels='Y'"),
        (lambda: pairs.psnr(REAL[..., :1], FAKE[..., :1], channels="y"), "expected 3 channels.*channels='all'"),
        (lambda: pairs.psnr(REAL, FAKE, border=14), "expected 0 to 13"),
        (lambda: pairs.psnr(REAL, FAKE, border=-1), "expected 0 to 13"),
        (lambda: pairs.ssim(REAL[:, :10], FAKE[:, :10]), "10×28 pixels; expected at least 11×11"),
        (lambda: pairs.ms_ssim(REAL, FAKE), "32×28 pixels have 2 of 5 scales.*Use scales=2, or shrink_window=True"),
        (lambda: pairs.ms_ssim(REAL, FAKE, scales=6), "scales=6; expected 1 to 5"),
    ],
)
def test_what_is_wrong_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize(
    "metric", [pairs.PSNR(border=1), pairs.SSIM(channels="y"), pairs.L1(bits=None), pairs.MSSSIM(scales=2, bits=5)]
)
def test_metrics_are_means_over_pairs_however_they_come(metric):
    expected = np.mean(type(metric).of_pairs(REAL, FAKE, **metric.options))
    metric.reset_state()
    metric.update_state(REAL, FAKE)
    whole = float(metric.result())
    again = type(metric).from_config(metric.get_config())
    update = tf.function(again.update_state)
    update(REAL[2:], FAKE[2:])
    update(REAL[:2], FAKE[:2])
    assert again.name == metric.name
    assert whole == pytest.approx(expected, rel=1e-6) and float(again.result()) == pytest.approx(expected, rel=1e-6)
