"""Scores as a reader meets them."""

import math

import pytest

from keras_gan.reports import wording


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.012345, 0.0111, 0.0135, "0.0123 ± 0.0012"),
        (12345.6, 12300.0, 12400.0, "12,346 ± 50"),
        (14.31, 13.9, 14.8, "14.31 ± 0.45"),
        (-0.0003, -0.0008, 0.0002, "-0.00030 ± 0.00050"),
        (2e-9, 1e-9, 3e-9, "2.00e-09 ± 1.0e-09"),
        (10, 10, 10, "10"),
        (0.5, None, None, "0.5"),
        (0.5, math.nan, 0.6, "0.5"),
        (math.nan, math.nan, math.nan, "nan"),
        (math.inf, 1.0, math.inf, "inf"),
        (None, None, None, "–"),
    ],
)
def test_a_score_has_the_digits_that_its_interval_leaves_it(value, low, high, text):
    assert wording.measured({"value": value, "low": low, "high": high}) == text


@pytest.mark.parametrize(
    ("better", "low", "high", "floor", "reaches"),
    [
        ("lower", 0.10, 0.30, 0.12, True),
        ("lower", 0.13, 0.30, 0.12, False),
        ("higher", 0.80, 0.95, 0.94, True),
        ("higher", 0.80, 0.93, 0.94, False),
        ("nearer real", 0.10, 0.30, 0.12, True),
        ("nearer real", 0.13, 0.30, 0.12, False),
        ("nearer real", 0.05, 0.11, 0.12, False),
        ("nearer 0.5", 0.55, 0.60, 0.47, False),
        ("nearer 0.5", 0.52, 0.60, 0.47, True),
        ("nearer 0.5", 0.40, 0.60, 0.50, True),
        ("nearer 0.5", 0.40, 0.45, 0.56, True),
        ("lower", None, None, 0.2, True),
        ("lower", None, None, 0.1, False),
        ("", 0.1, 0.3, 0.2, None),
        ("lower", 0.1, 0.3, None, None),
        ("lower", 0.1, 0.3, math.nan, None),
    ],
)
def test_a_score_reaches_real_images_when_its_interval_does(better, low, high, floor, reaches):
    value = 0.15 if low is None else (low + high) / 2
    score = {"value": value, "low": low, "high": high, "floor": floor, "better": better}
    assert wording.reaches_real(score) is reaches


@pytest.mark.parametrize("value", [None, math.nan, -math.inf])
def test_what_is_not_known_reaches_nothing(value):
    score = {"value": value, "low": None, "high": None, "floor": 0.1, "better": "lower"}
    assert wording.reaches_real(score) is None


def test_the_verdict_counts_only_what_can_be_compared(evaluation):
    assert wording.verdict(evaluation) == "1 of 2 scores reaches what real images get."
    evaluation["scores"][0]["low"] = 0.01
    assert wording.verdict(evaluation) == "2 of 2 scores reach what real images get."
    del evaluation["scores"][1]
    evaluation["scores"][0]["low"] = 0.4
    assert wording.verdict(evaluation) == "None of 1 score reaches what real images get."
    evaluation["scores"][0]["floor"] = None
    assert wording.verdict(evaluation) == ""


def test_points_are_called_points(evaluation):
    assert wording.subject(evaluation) == (
        "60 generated images, drawn 3 times, against 90 real images of squares (train)."
    )
    evaluation["against"] |= {"image_shape": [2], "split": None}
    evaluation["seeds"] = [0]
    assert wording.subject(evaluation) == "60 generated points against 90 real points of squares."


def test_warnings_are_said_once_and_with_their_score(evaluation):
    evaluation["warnings"] = ["few images", "few images"]
    evaluation["scores"][0]["warning"] = "too few"
    assert wording.warnings(evaluation) == ["few images", "KD[small]: too few"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1 min 0 s"), (3599.6, "1 h 0 min")]
)
def test_durations_carry_over(seconds, text):
    assert wording.duration(seconds) == text
