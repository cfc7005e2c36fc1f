"""Sections of `metrics.py`: PSNR and SSIM beside scikit-image's and TensorFlow's, and what real images get of SWD."""

import statistics
import time

import numpy as np
import tensorflow as tf
from rich.table import Table
from scipy import ndimage
from skimage import metrics as skimage

from keras_gan import data
from keras_gan.metrics import pairs
from keras_gan.metrics.diversity import default_scales, diversity
from keras_gan.metrics.sliced_wasserstein import pyramid_distances

SIZES = {28: (256, 1), 64: (128, 3), 256: (8, 3)}  # side: (pairs, channels)
WANG = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "channel_axis": -1, "data_range": 255}
PUBLISHED = (21.16, 4.40, 8.41, 0.1395)  # DCGAN, MNIST at 64 x 64: mmgeneration, configs/dcgan; SWD, then MS-SSIM


def image_pairs(rounds: int = 7) -> list[Table]:
    """Largest difference of a pair's number, and milliseconds per pair: median of calls that take turns."""
    table = Table("measure", "images", "peer", "largest difference", "ours ms", "peer ms", title="Pairs of images")
    for side, (number, channels) in SIZES.items():
        for measure, peer_name, ours, theirs in _contenders(*_noisy(number, side, channels)):
            difference = np.abs(np.subtract(ours(), theirs())).max()
            cost = (f"{1e3 * seconds / number:.3f}" for seconds in _in_turns(rounds, ours, theirs))
            table.add_row(measure, f"{number} of {side}x{side}x{channels}", peer_name, f"{difference:.1e}", *cost)
    return [table]


def real_images(num_images: int = 16_384, num_pairs: int = 10_000) -> list[Table]:
    """The published protocol on two halves of MNIST: the floor of SWD, and the diversity to compare with."""
    images = np.concatenate([batch.numpy() for batch in data.load("mnist", image_size=64, batch_size=1024, seed=0)])
    begun = time.perf_counter()
    found = pyramid_distances(images[:num_images], images[num_images : 2 * num_images])
    middle = time.perf_counter()
    similarity = diversity(images, num_pairs=num_pairs)
    seconds = f"{middle - begun:.0f}", f"{time.perf_counter() - middle:.0f}"
    names = (*(f"SWD {side}" for side in found), f"MS-SSIM, {default_scales(images.shape)} scales")
    table = Table("", *names, "seconds", title=f"MNIST at 64 x 64, {num_images} images, {num_pairs} pairs")
    table.add_row("real", *(f"{value:.2f}" for value in found.values()), f"{similarity:.4f}", " + ".join(seconds))
    table.add_row("DCGAN, published", *map(str, PUBLISHED), "")
    return [table]


def _in_turns(rounds, *calls):
    """Median of the seconds of each call."""
    seconds = [[] for _ in calls]
    for _ in range(rounds):
        for call, found in zip(calls, seconds, strict=True):
            begun = time.perf_counter()
            call()
            found.append(time.perf_counter() - begun)
    return [statistics.median(found) for found in seconds]


def _noisy(number, side, channels):
    """uint8 images, and the same ones with noise."""
    random = np.random.default_rng(0)
    real = ndimage.gaussian_filter(random.normal(size=(number, side, side, channels)), (0, 2, 2, 0))
    real = np.clip(127.5 + 600 * real, 0, 255)
    return np.uint8(real), np.uint8(np.clip(real + random.normal(0, 20, real.shape), 0, 255))


def _contenders(real, fake):
    """(measure, peer, our call, the peer's call)."""

    def each(function, **options):
        return lambda: [function(*pair, **options) for pair in zip(real, fake, strict=True)]

    psnr, ssim = (lambda: pairs.psnr(real, fake).numpy()), (lambda: pairs.ssim(real, fake).numpy())
    yield "PSNR", "scikit-image", psnr, each(skimage.peak_signal_noise_ratio, data_range=255)
    yield "SSIM", "scikit-image", ssim, each(skimage.structural_similarity, **WANG)
    yield "SSIM", "tf.image, float32", ssim, lambda: tf.image.ssim(real, fake, 255).numpy()
    if min(real.shape[1:3]) > 160:
        grey = real[..., :1], fake[..., :1]
        ms_ssim = (lambda: pairs.ms_ssim(*grey).numpy()), (lambda: tf.image.ssim_multiscale(*grey, 255).numpy())
        yield "MS-SSIM, grey", "tf.image, float32", *ms_ssim
