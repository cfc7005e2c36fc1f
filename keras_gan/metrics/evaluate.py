"""All chosen metrics in one pass over the features, with an interval over seeds and what real images get."""

import dataclasses
import math
import time
import warnings

import numpy as np
import tensorflow as tf
from scipy import stats

from keras_gan.data import Minibatches

_CONFIDENCE = 0.95


@dataclasses.dataclass
class Score:
    """One number, and all that is needed to read it.

    Args:
        name: str, such as `KD[mnist-cnn]`.
        value: float, the mean over seeds.
        per_seed: list of float, one for each seed.
        floor: float or `None`, the same score of held-out real images in place of generated ones.
        better: str: "lower", "higher", "nearer 0.5"; empty where neither.
        meaning: str, one sentence.
        extractor: dict with `name`, `recipe`, `fingerprint`, or `None` where the images themselves were compared.
        num_real, num_fake, num_held_out: int, images of each side.
    """

    name: str
    value: float
    per_seed: list[float]
    floor: float | None
    better: str
    meaning: str
    extractor: dict | None
    num_real: int
    num_fake: int
    num_held_out: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % confidence interval of the mean over seeds (Student's t); `None` for one seed."""
        number = len(self.per_seed)
        if number < 2:
            return None
        half = stats.t.ppf(0.5 + _CONFIDENCE / 2, number - 1) * np.std(self.per_seed, ddof=1) / math.sqrt(number)
        return self.value - float(half), self.value + float(half)

    def to_dict(self) -> dict:
        """As JSON has it: with `low` and `high` of the interval; `None` for what is not finite."""
        low, high = self.interval or (None, None)
        numbers = {"value": self.value, "floor": self.floor, "low": low, "high": high}
        finite = {name: _or_none(number) for name, number in numbers.items()}
        return dataclasses.asdict(self) | finite | {"per_seed": [_or_none(number) for number in self.per_seed]}


@dataclasses.dataclass
class Evaluation:
    """Scores, and how they came about.

    Args:
        scores: list of `Score`.
        seeds: list of int, one set of generated images for each.
        seconds: float, wall time.
        warnings: list of str, said while measuring, each once.
    """

    scores: list[Score]
    seeds: list[int]
    seconds: float
    warnings: list[str]

    def __getitem__(self, name: str) -> Score:
        """The score of that name."""
        return {score.name: score for score in self.scores}[name]

    def to_dict(self) -> dict:
        """As JSON has it."""
        return dataclasses.asdict(self) | {"scores": [score.to_dict() for score in self.scores]}


class Collector:
    """What the metrics keep of one set of images: every extractor looks at an image once, equal statistics are shared.

    Args:
        metrics: sequence of `Metric`.
    """

    def __init__(self, metrics):
        self.metrics = list(metrics)
        self.kept = {metric.statistics_key: metric.make_statistics() for metric in self.metrics}
        self.num_images = 0

    def update(self, images):
        """Takes in float32 images `(batch, height, width, channels)` in [-1, 1], or points `(batch, dim)`."""
        outputs, taken = {}, set()
        for metric in self.metrics:
            if metric.statistics_key in taken:
                continue
            taken.add(metric.statistics_key)
            source = metric.extractor_key
            if source not in outputs:
                outputs[source] = metric.extractor(tf.convert_to_tensor(images)) if source else images
            self.kept[metric.statistics_key].update(np.asarray(metric.rows(outputs[source])))
        self.num_images += len(images)

    def of(self, metric):
        """The statistics that this metric compares."""
        return self.kept[metric.statistics_key]


def evaluate(sample, real, metrics, *, held_out=None, num_images: int | None = None, seeds=(0,), batch_size: int = 250):
    """Scores of generated images against real ones.

    Args:
        sample: `sample(num_images, seed)` → iterable of arrays of images float32 in [-1, 1], or of points, all in all
            `num_images`: `model.sample_in_batches`.
        real: `keras_gan.data.Minibatches`, array, or a `Collector` that has seen the real images already.
        metrics: sequence of `Metric`.
        held_out: as `real`, real images that no network was trained on, or `None`.
        num_images: int, generated images for each seed. Defaults to as many as there are held-out ones, else real ones:
            scores that depend on the number of images then say the same of both.
        seeds: sequence of int, one set of generated images each.
        batch_size: int, images looked at together.

    Returns:
        `Evaluation`.

    Raises:
        ValueError: no metrics, no seeds, or a metric that needs held-out images where there are none.
    """
    begun, metrics = time.monotonic(), list(metrics)
    _check(metrics, seeds, held_out)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        reals = collect(real, metrics, batch_size)
        floors = None if held_out is None else collect(held_out, metrics, batch_size)
        count = num_images or (floors or reals).num_images
        fakes = [_drawn(sample, count, seed, metrics) for seed in seeds]
        scores = [score for metric in metrics for score in _scores(metric, reals, fakes, floors)]
    return Evaluation(scores, list(seeds), time.monotonic() - begun, _once_each(said))


def collect(images, metrics, batch_size: int = 250) -> Collector:
    """What the metrics keep of a data set: `Minibatches` (every image once), an array, or a `Collector` as it is."""
    if isinstance(images, Collector):
        return images
    collector = Collector(metrics)
    for batch in _batches(images, batch_size):
        collector.update(batch)
    return collector


def _batches(images, batch_size):
    if isinstance(images, Minibatches):
        return images.each_once(batch_size)
    return (images[first : first + batch_size] for first in range(0, len(images), batch_size))


def _drawn(sample, num_images, seed, metrics):
    """What the metrics keep of the generated images of one seed."""
    collector = Collector(metrics)
    for batch in sample(num_images, seed):
        collector.update(batch)
    return collector


def _scores(metric, reals, fakes, floors):
    """The scores of one metric: over all seeds, and of held-out real images in place of generated ones."""
    runs = [_compared(metric, reals, fake, floors) for fake in fakes]
    floor = {} if floors is None or metric.needs_held_out else _compared(metric, reals, floors, floors)
    for name in runs[0]:
        per_seed = [run[name] for run in runs]
        better, meaning = metric.words.get(name.partition("[")[0], ("", ""))
        yield Score(
            name=name,
            value=float(np.mean(per_seed)),
            per_seed=per_seed,
            floor=floor.get(name),
            better=better,
            meaning=meaning,
            extractor=_description(metric.extractor),
            num_real=reals.num_images,
            num_fake=fakes[0].num_images,
            num_held_out=floors.num_images if floors else 0,
        )


def _compared(metric, reals, fakes, floors):
    sides = (reals, fakes, floors) if metric.needs_held_out else (reals, fakes)
    return {name: float(value) for name, value in metric.compare(*(side.of(metric) for side in sides)).items()}


def _description(extractor):
    if extractor is None:
        return None
    return {"name": extractor.name, "recipe": extractor.recipe, "fingerprint": extractor.fingerprint}


def _or_none(number):
    return number if number is not None and math.isfinite(number) else None


def _once_each(said):
    return list(dict.fromkeys(str(warning.message) for warning in said if warning.category is UserWarning))


def _check(metrics, seeds, held_out):
    if not metrics or not len(seeds):
        raise ValueError(f"evaluate: {len(metrics)} metrics and {len(seeds)} seeds; expected at least one of each.")
    wanting = [metric.name for metric in metrics if metric.needs_held_out]
    if wanting and held_out is None:
        raise ValueError(
            f"evaluate: {', '.join(wanting)} need held-out real images; pass held_out=..., or leave them out."
        )
