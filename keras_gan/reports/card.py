"""A model card in Markdown: what it was trained on, how, how long, and what it scores by which recipe."""

import pathlib
import re

from keras_gan import run_folder
from keras_gan.reports import provenance, wording


def write(filepath, evaluation: dict, manifest: dict | None = None, data_licence: str | None = None) -> pathlib.Path:
    """Writes the card beside its place and then into it.

    Args:
        filepath: where, such as `saved_models/dcgan-digits/card.md`.
        evaluation: dict, as in `evaluation.json`.
        manifest: dict, as in `run.json`. Defaults to none.
        data_licence: under which terms the data may be used. Defaults to `"not stated"`.

    Returns:
        The path.
    """
    filepath = pathlib.Path(filepath)
    run_folder.write_text(filepath, text(evaluation, manifest, data_licence))
    return filepath


def text(evaluation: dict, manifest: dict | None = None, data_licence: str | None = None) -> str:
    """The card; arguments as in `write`. What has no content is left out."""
    about = " ".join(filter(None, (wording.subject(evaluation), wording.verdict(evaluation))))
    parts = [f"# {_plain(evaluation['title'])}", _plain(about), *sections(evaluation, manifest, data_licence)]
    return "\n\n".join(parts) + "\n"


def sections(evaluation: dict | None, manifest: dict | None = None, data_licence: str | None = None) -> list[str]:
    """What stands below the title: warnings, scores, data, training and evaluation, as far as they are known.

    Args:
        evaluation: dict, as in `evaluation.json`, or `None`.
        manifest, data_licence: as in `write`.
    """
    training, paper = provenance.training(manifest or {}), provenance.paper(manifest or {})
    name = evaluation["against"]["name"] if evaluation else (manifest or {}).get("dataset")
    return [
        *(f"> **Warning.** {_plain(warning)}" for warning in (wording.warnings(evaluation) if evaluation else ())),
        *(["## Scores", _table(evaluation)] if evaluation and evaluation["scores"] else []),
        *(["## Data", _list({"Name": name, "Licence": data_licence or "not stated"})] if name else []),
        *(["## Training", _list(training)] if training else []),
        *([f"The variant's paper: [{paper[0]}]({paper[1]})."] if paper else []),
        *(["## Evaluation", _list(provenance.evaluating(evaluation))] if evaluation else []),
    ]


def _table(evaluation):
    rows = [("score", "generated", f"real {wording.noun(evaluation)} get", "better", "meaning"), ("---",) * 5]
    for score in evaluation["scores"]:
        figures = wording.measured(score), wording.number(score.get("floor"))
        rows.append([_plain(cell) for cell in (score["name"], *figures, score["better"] or "–", score["meaning"])])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _list(facts):
    shown = {word: (_code if word == "Command" else _plain)(fact) for word, fact in facts.items()}
    return "\n".join(f"- {_plain(word)}: {fact}" for word, fact in shown.items())


def _plain(text):
    """Without a meaning in Markdown or HTML, on one line."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", " ".join(text.split()))


def _code(text):
    """As it stands, between more backticks than it holds in a row."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{' '.join(text.split())}{fence}"
