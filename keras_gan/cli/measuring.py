"""The measurement behind `keras-gan evaluate`: real images, metrics, scores."""

import dataclasses
import math
import pathlib

import numpy as np

from keras_gan import data, metrics
from keras_gan.callbacks.run_manifest import versions
from keras_gan.cli.errors import UsageError
from keras_gan.data import sources
from keras_gan.data.shaping import even_choice
from keras_gan.metrics import names, statistics_file
from keras_gan.metrics.extractors import Pixels

_POINTS = 10_000
_SHOWN = 64  # images of each side that a report may show
_PIXELS = (
    "Features are raw pixels, because no classifier of these data and no weights of Inception are here: scores say "
    "little of larger images. --extractor inception-2015 tells where its weights belong."
)


@dataclasses.dataclass
class Measured:
    """What was measured, and what a report shows of it.

    Args:
        evaluation: dict, as evaluation.json has it.
        samples: array, generated images of the first seed.
        real: `keras_gan.data.Minibatches`, or `None` where only statistics of real images were given.
    """

    evaluation: dict
    samples: np.ndarray
    real: data.Minibatches | None


def measure(subject, given, command: list[str]) -> Measured:
    """Loads the real images, as large as the generated ones, and measures.

    Args:
        subject: `Subject`.
        given: the command's options.
        command: the words of the command, for the record.
    """
    samples = np.concatenate(list(subject.sample(min(_SHOWN, subject.num_images or _SHOWN), given.seed)))
    word = str(given.against or subject.dataset or "")
    if not word:
        raise UsageError(
            f"--against is missing: {subject.path} does not tell what real images are. Try --against mnist."
        )
    if statistics_file.is_one(word):
        return _against_statistics(subject, given, command, samples, word)
    real, held_out = _real_images(subject, given, word, samples.shape[1:])
    chosen = _metrics(given, word, samples.shape[1:], held_out is not None)
    about = {
        "name": real.name,
        "split": given.split if held_out is not None or given.split != "train" else None,
        "num_images": real.num_images,
        "fingerprint": real.fingerprint,
        "image_shape": list(real.element_spec.shape[1:]),
    }
    reals = _statistics(given.statistics, real, chosen, about)
    evaluation = _evaluated(subject, given, command, reals, held_out, chosen, about)
    evaluation["scores"] += _accuracy(subject, given)
    return Measured(evaluation, samples, real)


def _against_statistics(subject, given, command, samples, word):
    """Real images of which only a file of statistics is left."""
    unfit = [name for name in ("held_out", "image_size", "statistics") if getattr(given, name)]
    if unfit:
        raise UsageError(f"--{unfit[0].replace('_', '-')}: {word} holds statistics, no images. Leave it out.")
    about = statistics_file.about(word)
    if about["image_shape"] != list(samples.shape[1:]):
        raise UsageError(f"{subject.path} gives {samples.shape[1:]}, {word} is of {tuple(about['image_shape'])}.")
    chosen = _metrics(given, about["name"], samples.shape[1:], has_held_out=False)
    reals = statistics_file.load(word, chosen)
    return Measured(_evaluated(subject, given, command, reals, None, chosen, about), samples, None)


def _evaluated(subject, given, command, reals, held_out, chosen, about):
    """The evaluation as JSON has it."""
    seeds = range(given.seed, given.seed + (1 if subject.num_images else given.seeds))
    number = given.num_images or (held_out or reals).num_images
    if subject.num_images is not None:
        number = min(number, subject.num_images)
    evaluation = metrics.evaluate(subject.sample, reals, chosen, held_out=held_out, num_images=number, seeds=seeds)
    about = about | {"held_out": held_out.num_images if held_out else 0}
    notes = [_PIXELS] if any(isinstance(metric.extractor, Pixels) for metric in chosen) and not given.extractor else []
    if subject.num_images is not None and number < subject.num_images:
        notes.append(f"{number:,} of {subject.num_images:,} images of {subject.path} were measured, an even choice.")
    return {
        "title": f"{subject.title} on {about['name']}",
        "subject": {"kind": subject.kind, "path": str(subject.path)},
        "against": about,
        **evaluation.to_dict(),
        "warnings": [*evaluation.warnings, *notes],
        "command": command,
        "versions": versions(),
    }


def _accuracy(subject, given):
    """The score of a classifier on held-out images, in a list; empty where there is none, or other data are asked for.

    It looks at all of them: `--num-real` is about the images that generated ones are compared with.
    """
    split = sources.held_out_split(subject.dataset or "", subject.of_data.get("data_dir"))
    if subject.classifier is None or given.against or given.metrics or split is None:
        return []
    held_out = data.load(subject.dataset, split=split, labels=True, shuffle=False, batch_size=1, **subject.of_data)
    number = held_out.num_images
    images, labels = next(iter(held_out.taken(range(number), batch_size=number)))
    value = float(np.mean(subject.classifier.predict(images, verbose=0).argmax(axis=-1) == labels))
    error = math.sqrt(value * (1 - value) / number)
    meaning = f"share of the {number:,} held-out images whose class the classifier names"
    score = metrics.Score(f"accuracy[{split}]", value, [value], error, None, "higher", meaning, None, number, 0, number)
    return [score.to_dict()]


def _statistics(path, real, chosen, about):
    """What the metrics keep of the real images: from the file, if there is one; else computed, and written into it."""
    if path and pathlib.Path(path).exists():
        return statistics_file.load(path, chosen, about)
    reals = metrics.collect(real, chosen)
    if path:
        statistics_file.save(path, reals, about)
    return reals


# --- the other side ----------------------------------------------------------------------------------------------


def _real_images(subject, given, word, image_shape):
    """(real images to compare with, held-out ones or `None`), of the size of the generated ones."""
    own = subject.of_data if not given.against else {}
    if len(image_shape) == 3:
        size = tuple(given.image_size or image_shape[:2])
        own |= {"image_size": size if len(size) == 2 else size[0], "channels": image_shape[2]}
    real = _loaded(word, given.split, given.num_real, own)
    held_out = _held_out(given, word, own)
    for minibatches in filter(None, (real, held_out)):
        shape = tuple(minibatches.element_spec.shape[1:])
        if len(shape) != len(image_shape) or shape[-1] != image_shape[-1]:
            raise UsageError(f"{subject.path} gives {image_shape}, {minibatches.name} has {shape}: no comparison.")
    return real, held_out


def _held_out(given, word, own):
    """Real images for the floor: a split of the same data where they have splits, else what --held-out names."""
    split = sources.held_out_split(word, own.get("data_dir"))
    if given.held_out and split is None:
        return _loaded(given.held_out, "train", given.num_real, own)
    split = given.held_out or split
    return None if split is None or split == given.split else _loaded(word, split, given.num_real, own)


def _loaded(word, split, most, own):
    """At most so many images of a data set; of points, of which there are as many as one likes, by default 10,000."""
    try:
        minibatches = data.load(word, split=split, shuffle=False, batch_size=1, **own)
    except ValueError as error:
        raise UsageError(f"{word} does not fit what is measured: {error}") from error
    most = most or (_POINTS if len(minibatches.element_spec.shape) == 2 else minibatches.num_images)
    if minibatches.num_images <= most:
        return minibatches
    return minibatches.taken(even_choice(minibatches.num_images, most), batch_size=1)


# --- metrics -----------------------------------------------------------------------------------------------------


def _metrics(given, dataset, image_shape, has_held_out):
    """The metrics that were asked for, or those that fit the data."""
    wanted = given.metrics or names.fitting(dataset, image_shape, has_held_out)
    chosen = names.make(wanted, given.extractor or names.extractor_for(dataset, image_shape), dataset)
    wanting = [metric.name for metric in chosen if metric.needs_held_out and not has_held_out]
    if wanting:
        raise UsageError(f"{', '.join(wanting)}: no held-out images of {dataset}; name some by --held-out.")
    return chosen
