"""All chosen metrics in one pass over the features, with an interval over seeds and what real images get."""

import dataclasses
import math
import time
import warnings

import numpy as np
import tensorflow as tf
from scipy import stats

from keras_gan.data import Minibatches
from keras_gan.data.shaping import even_choice

_CONFIDENCE = 0.95


@dataclasses.dataclass
class Score:
    """One number, and all that is needed to read it.

    Args:
        name: str, such as `KD[mnist-cnn]`.
        value: float, the mean over seeds.
        per_seed: list of float, one for each seed.
        standard_error: float or `None`, of one seed's value over other real and other generated images, where the
            metric knows it.
        floor: float or `None`, the same score of as many held-out real images in place of generated ones.
        better: str: "lower", "higher", "nearer 0.5", "nearer real"; empty where neither.
        meaning: str, one sentence.
        extractor: dict with `name`, `recipe`, `fingerprint`, or `None` where the images themselves were compared.
        num_real, num_fake, num_held_out: int, images of each side.
    """

    name: str
    value: float
    per_seed: list[float]
    standard_error: float | None
    floor: float | None
    better: str
    meaning: str
    extractor: dict | None
    num_real: int
    num_fake: int
    num_held_out: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % confidence interval; `None` for one seed of a metric that knows no standard error.

        Over seeds only the generated images change (Student's t); what the standard error has beyond that is the noise
        of the real ones, which all seeds share.
        """
        number, error = len(self.per_seed), self.standard_error
        if number < 2:
            return None if error is None else self._around(stats.norm.ppf(0.5 + _CONFIDENCE / 2) * error)
        variance = np.var(self.per_seed, ddof=1)
        shared = max(0.0, error**2 - variance) if error is not None else 0.0
        return self._around(stats.t.ppf(0.5 + _CONFIDENCE / 2, number - 1) * math.sqrt(variance / number + shared))

    def _around(self, half):
        return self.value - float(half), self.value + float(half)

    def to_dict(self) -> dict:
        """As JSON has it: with `low` and `high` of the interval; `None` for what is not finite."""
        low, high = self.interval or (None, None)
        numbers = {"value": self.value, "standard_error": self.standard_error, "floor": self.floor}
        finite = {name: _or_none(number) for name, number in (numbers | {"low": low, "high": high}).items()}
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


def evaluate(
    sample,
    real,
    metrics,
    *,
    held_out=None,
    num_images: int | None = None,
    seeds=(0,),
    floor: bool = True,
    batch_size: int = 250,
) -> Evaluation:
    """Scores of generated images against real ones.

    A metric that these images do not allow (fewer than its k, for example) is left out, and said in the warnings, as
    long as others are left.

    Args:
        sample: `sample(num_images, seed)` → iterable of arrays of images float32 in [-1, 1], or of points, all in all
            `num_images`: `model.sample_in_batches`.
        real: `keras_gan.data.Minibatches`, array, or a `Collector` that has seen the real images already.
        metrics: sequence of `Metric`.
        held_out: real images that no network was trained on, `Minibatches` or array, or `None`.
        num_images: int, generated images for each seed. Defaults to as many as there are held-out ones, else real ones:
            scores that depend on the number of images then say the same of both.
        seeds: sequence of int, one set of generated images each.
        floor: bool, measure held-out images in place of generated ones, too, as many of them. Defaults to `True`.
        batch_size: int, images looked at together.

    Returns:
        `Evaluation`.

    Raises:
        ValueError: no metrics, no seeds, a metric that needs held-out images where there are none, images that none of
            the metrics can measure.
    """
    begun, metrics = time.monotonic(), list(metrics)
    _check(metrics, seeds, held_out)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        reals = collect(real, metrics, batch_size)
        count = num_images or (reals.num_images if held_out is None else _length(held_out))
        comparison = _Comparison(metrics, reals, held_out, batch_size)
        for seed in seeds:
            comparison.add(_drawn(sample, count, seed, metrics))
        floors = comparison.of_held_out(count) if floor and held_out is not None else {}
        scores = comparison.scores(floors)
    return Evaluation(scores, list(seeds), time.monotonic() - begun, [*comparison.failures, *_once_each(said)])


def collect(images, metrics, batch_size: int = 250) -> Collector:
    """What the metrics keep of a data set: `Minibatches` (every image once), an array, or a `Collector` as it is."""
    if isinstance(images, Collector):
        return images
    collector = Collector(metrics)
    for batch in _batches(images, batch_size):
        collector.update(batch)
    return collector


class _Comparison:
    """Scores as they come, seed by seed: what is kept of generated images goes when they are compared."""

    def __init__(self, metrics, reals, held_out, batch_size):
        self.metrics, self.reals, self.held_out, self.batch_size = metrics, reals, held_out, batch_size
        wanting = [metric for metric in metrics if metric.needs_held_out]
        self.thirds = collect(held_out, wanting, batch_size) if wanting else None
        self.runs = {metric: [] for metric in metrics}  # {metric: [{score: float} of each seed]}
        self.errors = {metric: [] for metric in metrics}
        self.failures, self.num_fake = [], 0

    def add(self, fakes):
        """Compares the generated images of one seed."""
        self.num_fake = fakes.num_images
        for metric in list(self.runs):
            try:
                self.runs[metric].append(self._compared(metric, fakes))
                self.errors[metric].append(metric.standard_errors(self.reals.of(metric), fakes.of(metric)))
            except ValueError as error:
                del self.runs[metric]
                if not self.runs:
                    raise
                self.failures.append(f"{metric.name} was left out: {error}")

    def of_held_out(self, count):
        """{score: float} of held-out images in place of generated ones, as many of them."""
        chosen = [metric for metric in self.runs if not metric.needs_held_out]
        collector = collect(_some(self.held_out, count), chosen, self.batch_size)
        return {name: value for metric in chosen for name, value in self._compared(metric, collector).items()}

    def _compared(self, metric, fakes):
        sides = [self.reals.of(metric), fakes.of(metric)] + ([self.thirds.of(metric)] if metric.needs_held_out else [])
        return {name: float(value) for name, value in metric.compare(*sides).items()}

    def scores(self, floors):
        """list of `Score`."""
        return [score for metric in self.runs for score in self._scores(metric, floors)]

    def _scores(self, metric, floors):
        floors = metric.real_values(self.reals.of(metric)) | floors
        for name in dict.fromkeys(name for run in self.runs[metric] for name in run):
            per_seed = [run[name] for run in self.runs[metric] if name in run]
            errors = [error[name] for error in self.errors[metric] if name in error]
            better, meaning = metric.words.get(name.partition("[")[0], ("", ""))
            yield Score(
                name=name,
                value=float(np.mean(per_seed)),
                per_seed=per_seed,
                standard_error=float(np.mean(errors)) if errors else None,
                floor=floors.get(name),
                better=better,
                meaning=meaning,
                extractor=_description(metric.extractor),
                num_real=self.reals.num_images,
                num_fake=self.num_fake,
                num_held_out=0 if self.held_out is None else _length(self.held_out),
            )


def _batches(images, batch_size):
    if isinstance(images, Minibatches):
        return images.each_once(batch_size)
    return (images[first : first + batch_size] for first in range(0, len(images), batch_size))


def _length(images):
    return images.num_images if isinstance(images, Minibatches) else len(images)


def _some(images, count):
    """An even choice of `count` images, or all where there are no more."""
    if count >= _length(images):
        return images
    chosen = even_choice(_length(images), count)
    return images.taken(chosen, batch_size=1) if isinstance(images, Minibatches) else images[chosen]


def _drawn(sample, num_images, seed, metrics):
    """What the metrics keep of the generated images of one seed."""
    collector = Collector(metrics)
    for batch in sample(num_images, seed):
        collector.update(batch)
    return collector


def _description(extractor):
    if extractor is None:
        return None
    return {"name": extractor.name, "recipe": extractor.recipe, "fingerprint": extractor.fingerprint}


def _or_none(number):
    return number if number is not None and math.isfinite(number) else None


def _once_each(said):
    ours = [warning for warning in said if issubclass(warning.category, (UserWarning, RuntimeWarning))]
    return list(dict.fromkeys(str(warning.message) for warning in ours))


def _check(metrics, seeds, held_out):
    if not metrics or not len(seeds):
        raise ValueError(f"evaluate: {len(metrics)} metrics and {len(seeds)} seeds; expected at least one of each.")
    wanting = [metric.name for metric in metrics if metric.needs_held_out]
    if wanting and held_out is None:
        raise ValueError(f"evaluate: {', '.join(wanting)} need held-out real images; pass held_out=...")
