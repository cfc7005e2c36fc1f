"""How good generated images are: features → statistics → number, each a pure part, and one evaluation of many."""

from keras_gan.metrics import extractors
from keras_gan.metrics.classification import classification_accuracy, classification_accuracy_score, gan_test
from keras_gan.metrics.diversity import Diversity, diversity, diversity_per_class
from keras_gan.metrics.evaluate import Collector, Evaluation, Score, collect, evaluate
from keras_gan.metrics.frechet import (
    FIDInfinity,
    FrechetDistance,
    fid_infinity,
    frechet_bias,
    frechet_distance,
    warn_of_bias,
)
from keras_gan.metrics.inception_score import InceptionScore, Probabilities, inception_score
from keras_gan.metrics.kernel import MMD, KernelDistance, KernelScore, kernel_distance, mmd
from keras_gan.metrics.memorisation import (
    Memorisation,
    beside_neighbours,
    data_copying,
    nearer_to_train,
    nearest_images,
)
from keras_gan.metrics.metric import Metric
from keras_gan.metrics.modes import Modes, StackedMNIST, kl_floor, mode_coverage, stacked_modes
from keras_gan.metrics.neighbours import (
    DensityCoverage,
    OneNearestNeighbour,
    PrecisionRecall,
    density_coverage,
    one_nearest_neighbour,
    prdc,
    precision_recall,
)
from keras_gan.metrics.pairs import L1, MSSSIM, PSNR, SSIM, crop_border, l1, luminance, ms_ssim, psnr, ssim
from keras_gan.metrics.parzen import Parzen, parzen_log_likelihood, parzen_references
from keras_gan.metrics.sliced_wasserstein import SlicedWasserstein, sliced_wasserstein
from keras_gan.metrics.statistics import Features, Moments

__all__ = [
    "L1",
    "MMD",
    "MSSSIM",
    "PSNR",
    "SSIM",
    "Collector",
    "Diversity",
    "Evaluation",
    "FIDInfinity",
    "Features",
    "KernelScore",
    "FrechetDistance",
    "InceptionScore",
    "KernelDistance",
    "Memorisation",
    "Metric",
    "Modes",
    "Moments",
    "OneNearestNeighbour",
    "Parzen",
    "PrecisionRecall",
    "DensityCoverage",
    "Probabilities",
    "Score",
    "SlicedWasserstein",
    "StackedMNIST",
    "beside_neighbours",
    "classification_accuracy",
    "classification_accuracy_score",
    "collect",
    "crop_border",
    "data_copying",
    "density_coverage",
    "diversity",
    "diversity_per_class",
    "evaluate",
    "extractors",
    "fid_infinity",
    "gan_test",
    "inception_score",
    "warn_of_bias",
    "frechet_bias",
    "frechet_distance",
    "kernel_distance",
    "kl_floor",
    "l1",
    "luminance",
    "mmd",
    "mode_coverage",
    "ms_ssim",
    "nearer_to_train",
    "nearest_images",
    "one_nearest_neighbour",
    "parzen_log_likelihood",
    "parzen_references",
    "prdc",
    "precision_recall",
    "psnr",
    "sliced_wasserstein",
    "ssim",
    "stacked_modes",
]
