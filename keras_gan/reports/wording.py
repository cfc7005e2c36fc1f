"""Scores, counts and durations as a reader meets them: the same words in the terminal, the page and the card."""

import math
import statistics

from scipy import stats


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
    """Whether the score is as good as what real images get, but for the noise of both; `None` where that is not known.

    What real images get is one more draw of as many images: it lies within the 95 % prediction interval of the draws
    at hand, or on its bad side. Fewer than three draws say nothing.
    """
    value, floor, draws = score["value"], score.get("floor"), score.get("per_seed") or ()
    if len(draws) < 3 or floor is None or value is None or not all(map(_is_number, (value, floor, *draws))):
        return None
    spread = statistics.stdev(draws) * math.sqrt(1 + 1 / len(draws))
    behind = _behind(score["better"], value, floor)
    return None if behind is None else bool(behind <= stats.t.ppf(0.975, len(draws) - 1) * spread + 1e-12)


def compares(score: dict) -> bool:
    """Whether the score can be shown beside what real images get."""
    return bool(score["better"]) and _is_number(score["value"]) and _is_number(score.get("floor"))


def _behind(better, value, floor):
    """How far a value is from being as good as the floor; at most 0 where it is better; `None` where neither is."""
    if better in ("lower", "higher"):
        return value - floor if better == "lower" else floor - value
    if better == "nearer real":
        return abs(value - floor)
    direction, _, target = better.partition(" ")
    return abs(value - float(target)) - abs(floor - float(target)) if direction == "nearer" else None


def _is_number(value):
    return value is not None and math.isfinite(value)


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
    """How many scores are as good as those of real images, in one sentence; empty where that is not known."""
    reached = [answer for answer in map(reaches_real, evaluation["scores"]) if answer is not None]
    if not reached:
        return ""
    scores, noun_ = "score" if len(reached) == 1 else "scores", noun(evaluation)
    if not any(reached):
        return f"All of {len(reached)} {scores} can be told from those of real {noun_}."
    return f"{sum(reached)} of {len(reached)} {scores} cannot be told from those of real {noun_}."


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
