"""The report of an evaluation: which pictures it shows."""

import csv
import pathlib

import numpy as np

from keras_gan import pictures
from keras_gan.latent import interpolate
from keras_gan.metrics import memorisation
from keras_gan.reports import html

_NEIGHBOURS, _ROWS, _STEPS = 5, 8, 10


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
    if subject.model is not None:
        shown.append(_interpolations(subject.model))
    history, manifest = _of_run(subject.run)
    return html.write(filepath, measured.evaluation, shown, history, manifest)


def _sheet(images, columns=None):
    return pictures.grid(images, columns=columns, min_side=1)


def _beside_real(measured):
    """Real images, and those nearest to samples."""
    real = np.concatenate(list(measured.real.each_once(250)))
    some = real[np.linspace(0, len(real) - 1, len(measured.samples)).astype(int)]
    yield html.Picture("Samples", f"Real images of {measured.real.name}.", _sheet(some))
    if real.ndim == 4:
        samples = measured.samples[:_ROWS]
        _, indices = memorisation.nearest_images(samples, real, k=_NEIGHBOURS)
        rows = memorisation.beside_neighbours(samples, real, indices)
        said = f"Left a sample, then the {_NEIGHBOURS} real images nearest to it in pixels: a copy would show."
        yield html.Picture("Nearest real images", said, _sheet(rows, columns=_NEIGHBOURS + 1))


def _interpolations(model):
    rows = interpolate(model, steps=_STEPS, rows=_ROWS)
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
