"""Short names of the metrics, and which of them fit which data."""

from keras_gan.metrics import extractors
from keras_gan.metrics.diversity import Diversity
from keras_gan.metrics.frechet import FIDInfinity, FrechetDistance
from keras_gan.metrics.inception_score import InceptionScore
from keras_gan.metrics.kernel import MMD, KernelDistance
from keras_gan.metrics.memorisation import Memorisation
from keras_gan.metrics.modes import Modes, StackedMNIST
from keras_gan.metrics.neighbours import DensityCoverage, OneNearestNeighbour, PrecisionRecall
from keras_gan.metrics.parzen import Parzen
from keras_gan.metrics.sliced_wasserstein import SlicedWasserstein
from keras_gan.words import nearest

METRICS = {
    "fd": FrechetDistance,
    "kd": KernelDistance,
    "fd_infinity": FIDInfinity,
    "mmd": MMD,
    "is": InceptionScore,
    "pr": PrecisionRecall,
    "dc": DensityCoverage,
    "1nn": OneNearestNeighbour,
    "memorisation": Memorisation,
    "swd": SlicedWasserstein,
    "diversity": Diversity,
    "modes": Modes,
    "stacked_mnist": StackedMNIST,
    "parzen": Parzen,
}
_ALIASES = {"fid": "fd", "kid": "kd", "memorization": "memorisation"}
_SEVERAL = {"prdc": ["pr", "dc"]}
_CLASSIFIERS = {"digits": "digits-cnn", "mnist": "mnist-cnn", "fashion_mnist": "fashion-mnist-cnn"}
_MIXTURES = ("ring", "grid")


def fitting(dataset: str, image_shape, has_held_out: bool) -> list[str]:
    """The metrics that are measured where none is named: several views of quality, of diversity, of copying.

    Args:
        dataset: str, name of the real data.
        image_shape: `(height, width, channels)`, or `(dim,)` of points.
        has_held_out: bool, whether there are real images that no network was trained on.
    """
    if len(image_shape) == 1:
        chosen = [*(["modes"] if dataset in _MIXTURES else []), "mmd", "pr", "dc"]
    else:
        chosen = ["kd", "fd", "pr", "dc", "diversity"]
    return chosen + (["memorisation"] if has_held_out else [])


def make(words, extractor, dataset: str) -> list:
    """The metrics that short names mean, all on the same features.

    Args:
        words: list of str, keys of `METRICS`; `fid` and `kid` are other names of `fd` and `kd`, `prdc` of two.
        extractor: str, name of an extractor, or one itself.
        dataset: str, name of the real data, which some metrics have to know.

    Raises:
        ValueError: an unknown name; the nearest are said.
    """
    words = [one for word in words for one in _SEVERAL.get(word.lower(), [_ALIASES.get(word.lower(), word.lower())])]
    return [_made(word, extractor, dataset) for word in dict.fromkeys(words)]


def _made(word, extractor, dataset):
    if word not in METRICS:
        raise ValueError(f"unknown metric {word!r}{nearest(word, METRICS)}. Known are {', '.join(METRICS)}.")
    if word == "modes":
        return Modes(dataset)
    knows_its_own = word == "stacked_mnist" or METRICS[word].reads == "images"
    return METRICS[word]() if knows_its_own else METRICS[word](extractor)


def extractor_for(dataset: str, image_shape) -> str:
    """The extractor that fits data of this name: points as they are, a classifier of the same classes, else Inception.

    Without the weights of Inception on this machine: pixels, which are fit for small, centred images only.
    """
    if len(image_shape) == 1:
        return "points"
    if dataset in _CLASSIFIERS and image_shape[-1] == 1:
        return _CLASSIFIERS[dataset]
    return "inception-2015" if extractors.Inception2015.file().is_here() else "pixels"
