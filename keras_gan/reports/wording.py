"""Scores, counts and durations as a reader meets them: the same words in the terminal, the page and the card."""

import math


def number(value: float | None) -> str:
    """Three significant digits, `–` for `None`.

    Example:

    >>> [number(value) for value in (0.012345, 12345.6, -0.5, float("nan"), None)]
    ['0.0123', '12,346', '-0.5', 'nan', '–']
    """
    if value is None:
        return "–"
    return f"{value:,.0f}" if 99.5 <= abs(value) < math.inf else f"{value:.3g}"


def measured(score: dict) -> str:
    """A score with half its interval, as many digits as the interval leaves meaning.

    Example:

    >>> measured({"value": 0.012345, "low": 0.011, "high": 0.0135})
    '0.0123 ± 0.0013'
    """
    value, (low, high) = score["value"], interval(score)
    if value is None or not math.isfinite(value) or low == high:
        return number(value)
    half = (high - low) / 2
    decimals = max(0, 1 - math.floor(math.log10(half)))
    if decimals > 6:
        return f"{value:.2e} ± {half:.1e}"
    return f"{value:,.{decimals}f} ± {half:,.{decimals}f}"


def interval(score: dict) -> tuple[float, float]:
    """Its (low, high); twice its value where there is none."""
    low, high = score.get("low"), score.get("high")
    if low is None or high is None or not math.isfinite(high - low):
        return score["value"], score["value"]
    return low, high


def reaches_real(score: dict) -> bool | None:
    """Whether the score's interval touches what real images get; `None` where that is not known."""
    value, floor, (low, high) = score["value"], score.get("floor"), interval(score)
    if value is None or floor is None or not math.isfinite(value) or not math.isfinite(floor):
        return None
    if score["better"] in ("lower", "higher"):
        return low <= floor if score["better"] == "lower" else high >= floor
    direction, _, target = score["better"].partition(" ")
    if direction != "nearer":
        return None
    if target == "real":
        return low <= floor <= high
    target = float(target)
    return abs(min(max(target, low), high) - target) <= abs(floor - target)


def subject(evaluation: dict) -> str:
    """What was measured against what, in one sentence."""
    against, scores = evaluation["against"], evaluation["scores"]
    draws = len(evaluation["seeds"])
    drawn = f", drawn {draws} times," if draws > 1 else ""
    num_fake = max((score["num_fake"] for score in scores), default=0)
    what = noun(evaluation)
    return (
        f"{num_fake:,} generated {what}{drawn} against {against['num_images']:,} real {what} "
        f"of {against['name']}{' (' + against['split'] + ')' if against.get('split') else ''}."
    )


def verdict(evaluation: dict) -> str:
    """How many scores reach what real images get, in one sentence; empty where that is not known."""
    reached = [answer for answer in map(reaches_real, evaluation["scores"]) if answer is not None]
    if not reached:
        return ""
    scores, verb = "score" if len(reached) == 1 else "scores", "reach" if sum(reached) > 1 else "reaches"
    return f"{sum(reached) or 'None'} of {len(reached)} {scores} {verb} what real {noun(evaluation)} get."


def warnings(evaluation: dict) -> list[str]:
    """All that the reader must know first: of the evaluation, then of each score."""
    of_scores = [f"{score['name']}: {score['warning']}" for score in evaluation["scores"] if score.get("warning")]
    return list(dict.fromkeys([*evaluation.get("warnings", ()), *of_scores]))


def noun(evaluation: dict) -> str:
    """`images`, or `points` where the data are points."""
    return "points" if len(evaluation["against"].get("image_shape") or (0, 0, 0)) == 1 else "images"


def duration(seconds: float) -> str:
    """Rounded to what matters.

    Example:

    >>> [duration(seconds) for seconds in (0.42, 12.3, 130, 7260)]
    ['0.4 s', '12 s', '2 min 10 s', '2 h 1 min']
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
