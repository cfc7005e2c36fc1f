"""One page that holds all of an evaluation: no other file, nothing fetched, nothing run."""

import base64
import io
import itertools
import json
import pathlib
from typing import NamedTuple

import jinja2
import markupsafe
import numpy as np
from PIL import Image

from keras_gan import run_folder
from keras_gan.reports import curves, provenance, wording


class Picture(NamedTuple):
    """A picture of the page.

    Attributes:
        title: its section; neighbours of the same title share one.
        caption: what is to be seen, a sentence or two.
        pixels: uint8 `(height, width)` or `(height, width, 1, 3 or 4)`, best not enlarged: the page does that.
    """

    title: str
    caption: str
    pixels: np.ndarray


def write(filepath, evaluation: dict, pictures=(), history=(), manifest: dict | None = None) -> pathlib.Path:
    """Writes the page beside its place and then into it.

    Args:
        filepath: where, such as `runs/mine/report.html`.
        evaluation: dict, as in `evaluation.json`.
        pictures: list of `Picture`; those of the first title lead the page. Defaults to none.
        history: list of dict, the rows of `history.csv`. Defaults to none.
        manifest: dict, as in `run.json`. Defaults to none.

    Returns:
        The path.
    """
    filepath = pathlib.Path(filepath)
    run_folder.write_text(filepath, page(evaluation, pictures, history, manifest))
    return filepath


def page(evaluation: dict, pictures=(), history=(), manifest: dict | None = None) -> str:
    """The page as text; arguments as in `write`. What has no content is left out."""
    manifest, shown = manifest or {}, [_shown(picture) for picture in pictures]
    galleries = [(title, list(group)) for title, group in itertools.groupby(shown, lambda one: one["title"])]
    rows = [_row(score) for score in evaluation["scores"]]
    return _template().render(
        title=evaluation["title"],
        subject=wording.subject(evaluation),
        verdict=wording.verdict(evaluation),
        noun=wording.noun(evaluation),
        warnings=wording.warnings(evaluation),
        leads=galleries[0][1] if galleries else [],
        galleries=galleries[1:],
        scores=rows,
        has_floors=any(score.get("floor") is not None for score in evaluation["scores"]),
        has_tracks=any(row["track"] for row in rows),
        seeds=evaluation["seeds"],
        draws=_draws(evaluation),
        curves=[(curve, markupsafe.Markup(curve.svg)) for curve in curves.draw(list(history))],
        facts={"Training": provenance.training(manifest), "Evaluation": provenance.evaluating(evaluation)},
        paper=provenance.paper(manifest),
        records=_records(evaluation, manifest),
    )


def _template():
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("keras_gan", "reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")


def _shown(picture):
    """The picture as the template needs it."""
    pixels = np.asarray(picture.pixels)
    pixels = pixels[..., 0] if pixels.shape[2:] == (1,) else pixels
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (3,), (4,)):
        raise ValueError(
            f"Picture {picture.title!r}: {pixels.dtype} of shape {pixels.shape}; expected uint8 (height, width, "
            "1, 3 or 4 channels). Use keras_gan.pictures.grid(images, min_side=1)."
        )
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG", optimize=True)
    source = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    height, width = pixels.shape[:2]
    return {"title": picture.title, "caption": picture.caption, "source": source, "width": width, "height": height}


def _row(score):
    value, _, half = wording.measured(score).partition(" ± ")
    return {
        "name": score["name"],
        "meaning": score["meaning"],
        "value": value,
        "half": half,
        "floor": wording.number(score.get("floor")),
        "better": score["better"] or "–",
        "track": _track(score),
    }


def _track(score):
    """Places, in %, on a line that just holds them and zero; `None` where there is nothing to compare."""
    if not wording.compares(score):
        return None
    low, high = wording.interval(score)
    places = {"zero": 0.0, "value": score["value"], "low": low, "high": high, "floor": score["floor"]}
    first, last = min(places.values()), max(places.values())
    return {name: round(3 + 94 * (place - first) / ((last - first) or 1.0), 2) for name, place in places.items()}


def _draws(evaluation):
    """(name, value at each seed) of the scores that have several."""
    several = [score for score in evaluation["scores"] if len(score.get("per_seed") or ()) > 1]
    return [(score["name"], [wording.number(value) for value in score["per_seed"]]) for score in several]


def _records(evaluation, manifest):
    """(name, JSON) of what is known, for the folded end of the page."""
    records = {run_folder.MANIFEST: manifest, "evaluation.json": evaluation}
    return [(name, json.dumps(one, indent=1, ensure_ascii=False, default=str)) for name, one in records.items() if one]
