"""The report of an evaluation: which pictures it shows."""

import csv
import pathlib

import numpy as np

from keras_gan import pictures
from keras_gan.data.shaping import even_choice
from keras_gan.latent import interpolate
from keras_gan.metrics import memorisation
from keras_gan.reports import html

_NEIGHBOURS, _ROWS, _STEPS, _SHOWN = 5, 8, 10, 64


def write_report(measured, subject, filepath) -> pathlib.Path:
    """Writes the page.

    Args:
        measured: `measuring.Measured`.
        subject: `Subject`.
        filepath: where.
    """
    shown = [html.Picture("Samples", "Generated images, not chosen.", _sheet(measured.samples))]
    if measured.real is not None:
        shown += _beside_real(measured)
    if subject.labels:
        shown.append(_classes(subject))
    if subject.model is not None:
        shown.append(_interpolations(subject))
    history, manifest = _of_run(subject.run)
    return html.write(filepath, measured.evaluation, shown, history, manifest)


def _sheet(images, columns=None):
    return pictures.grid(images, columns=columns, min_side=1)


def _beside_real(measured):
    """Real images, and those nearest to samples."""
    real = measured.real
    some = real.taken(even_choice(real.num_images, min(_SHOWN, real.num_images)), batch_size=1)
    yield html.Picture("Samples", f"Real images of {real.name}.", _sheet(next(some.each_once(_SHOWN))))
    if measured.samples.ndim == 4 and measured.samples.shape[1:] == real.element_spec.shape[1:]:
        rows = _beside_nearest(measured.samples[:_ROWS], real)
        said = (
            f"Left a sample, then the {_NEIGHBOURS} nearest to it in pixels of {real.num_images:,} real images: a copy "
        )
        yield html.Picture("Nearest real images", f"{said}of one would show.", _sheet(rows, columns=_NEIGHBOURS + 1))


def _beside_nearest(samples, real):
    """Each sample and its nearest real images, in a row; a batch of real images in memory at a time."""
    found, distances = np.zeros((len(samples), 0, *samples.shape[1:]), np.float32), np.zeros((len(samples), 0))
    for images in real.each_once(2000):
        here, indices = memorisation.nearest_images(samples, images, k=min(_NEIGHBOURS, len(images)))
        found, distances = np.concatenate([found, images[indices]], 1), np.concatenate([distances, here], 1)
        order = np.argsort(distances, axis=1, kind="stable")[:, :_NEIGHBOURS]
        distances = np.take_along_axis(distances, order, 1)
        found = np.take_along_axis(found, order.reshape(*order.shape, 1, 1, 1), 1)
    return np.concatenate([samples[:, None], found], axis=1).reshape(-1, *samples.shape[1:])


def _classes(subject):
    images = subject.model.sample(_STEPS * len(subject.labels), labels=np.repeat(subject.labels, _STEPS))
    said = f"One row for each class: {', '.join(map(str, subject.labels))}."
    return html.Picture("Classes", said, _sheet(images, columns=_STEPS))


def _interpolations(subject):
    labels = np.resize(subject.labels, _ROWS) if subject.labels else None
    rows = interpolate(subject.model, steps=_STEPS, rows=_ROWS, labels=labels)
    said = "Each row leads from one latent to another: what lies between should be images, too."
    return html.Picture("Interpolations", said, _sheet(rows.reshape(-1, *rows.shape[2:]), columns=_STEPS))


def _of_run(run):
    """(rows of history.csv, manifest) of a run; nothing without one."""
    if run is None or not run.is_claimed():
        return [], {}
    if not run.history.exists():
        return [], run.read_manifest()
    with run.history.open(newline="") as file:
        return list(csv.DictReader(file)), run.read_manifest()
