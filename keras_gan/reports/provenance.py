"""What made the figures: training and evaluation as words and texts, for the page and the card."""

import shlex

from keras_gan import catalog
from keras_gan.reports import wording


def training(manifest: dict) -> dict[str, str]:
    """{word: text} of a run's manifest; what it does not say is left out."""
    return _kept(
        {
            "Command": shlex.join(manifest.get("command") or ()),
            "Variant": manifest.get("variant") or manifest.get("model"),
            "Data": manifest.get("dataset"),
            "Data fingerprint": _short((manifest.get("data") or {}).get("fingerprint")),
            "Seed": manifest.get("seed"),
            "Length": _length(manifest),
            "State": manifest.get("state"),
            "Started": manifest.get("started"),
            "Versions": _versions(manifest),
        }
    )


def evaluating(evaluation: dict) -> dict[str, str]:
    """{word: text} of an evaluation, with the recipe of every extractor."""
    against = evaluation["against"]
    return _kept(
        {
            "Command": shlex.join(evaluation.get("command") or ()),
            "Subject": "{path} ({kind})".format(**evaluation["subject"]),
            "Real data": ", ".join(filter(None, (against["name"], against.get("split"), _size(evaluation)))),
            "Data fingerprint": _short(against.get("fingerprint")),
            "Seeds": ", ".join(map(str, evaluation["seeds"])),
            "Wall time": wording.duration(evaluation["seconds"]),
            "Versions": _versions(evaluation),
            **_extractors(evaluation["scores"]),
        }
    )


def paper(manifest: dict) -> tuple[str, str] | None:
    """(authors and year, link) of the variant's paper; `None` where the catalogue has none."""
    if manifest.get("variant") not in catalog.names():
        return None
    entry = catalog.entry(manifest["variant"])
    return entry.paper, f"https://arxiv.org/abs/{entry.arxiv}"


def _kept(facts):
    return {word: str(text) for word, text in facts.items() if text not in (None, "")}


def _length(manifest):
    counts = [f"{manifest[name]:,} {name}" for name in ("epochs", "steps") if name in manifest]
    return ", ".join(counts + ([wording.duration(manifest["seconds"])] if "seconds" in manifest else []))


def _size(evaluation):
    against = evaluation["against"]
    shape = "×".join(map(str, against.get("image_shape") or ()))
    of = "of dimension" if wording.noun(evaluation) == "points" else "of"
    return f"{against['num_images']:,} {wording.noun(evaluation)}" + (f" {of} {shape}" if shape else "")


def _versions(record):
    return ", ".join(f"{name} {version}" for name, version in (record.get("versions") or {}).items())


def _extractors(scores):
    """{`Features of x`: its recipe and fingerprint}, each extractor once."""
    extractors = {extractor["name"]: extractor for score in scores if (extractor := score.get("extractor"))}
    return {
        f"Features of {name}": "; ".join(filter(None, (extractor.get("recipe"), _short(extractor.get("fingerprint")))))
        for name, extractor in extractors.items()
    }


def _short(fingerprint):
    """The first 64 bits, as 16 digits: all of it stands in the records."""
    return (fingerprint or "")[:16]
