"""Scores as a reader meets them."""

import math

import numpy as np
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


DRAWS = [0.9, 1.0, 1.1]  # the next draw lies within 1 ± 0.1 · t₂ · √(4/3) = 1 ± 0.497


@pytest.mark.parametrize(
    ("better", "floor", "reaches"),
    [
        ("lower", 0.51, True),
        ("lower", 0.49, False),
        ("lower", 2.0, True),
        ("higher", 1.49, True),
        ("higher", 1.51, False),
        ("higher", 0.0, True),
        ("nearer real", 0.51, True),
        ("nearer real", 1.51, False),
        ("nearer 0", 0.51, True),
        ("nearer 0", -0.49, False),
        ("nearer 0.5", 0.45, True),
        ("nearer 0", 3.0, True),
        ("", 1.0, None),
    ],
)
def test_a_score_is_as_good_as_real_when_that_could_be_its_next_draw(better, floor, reaches):
    assert wording.reaches_real({"value": 1.0, "per_seed": DRAWS, "floor": floor, "better": better}) is reaches


def test_a_perfect_generator_is_found_to_be_one_however_many_seeds():
    random = np.random.default_rng(0)
    for seeds in (3, 10):
        found = [
            wording.reaches_real({"value": np.mean(draws), "per_seed": list(draws), "floor": floor, "better": "lower"})
            for floor, *draws in random.normal(size=(400, seeds + 1))
        ]
        assert 0.95 < np.mean(found) < 1  # 97.5 %: one-sided


@pytest.mark.parametrize(
    "score",
    [
        {"value": 1.0, "per_seed": [1.0], "floor": 1.0},
        {"value": 1.0, "per_seed": [1.0, 1.0], "floor": 1.0},
        {"value": 1.0, "per_seed": DRAWS, "floor": None},
        {"value": 1.0, "per_seed": DRAWS, "floor": math.nan},
        {"value": math.nan, "per_seed": [1.0, 1.0, math.nan], "floor": 1.0},
        {"value": None, "per_seed": [None] * 3, "floor": 1.0},
    ],
)
def test_few_draws_and_missing_numbers_say_nothing(score):
    assert wording.reaches_real(score | {"better": "lower"}) is None


def test_the_verdict_counts_only_what_can_be_compared(evaluation):
    assert wording.verdict(evaluation) == "1 of 2 scores cannot be told from those of real images."
    evaluation["scores"][0]["per_seed"] = [0.1, 0.5, 0.9]
    assert wording.verdict(evaluation) == "2 of 2 scores cannot be told from those of real images."
    del evaluation["scores"][1]
    evaluation["scores"][0]["per_seed"] = [0.49, 0.5, 0.51]
    assert wording.verdict(evaluation) == "All of 1 score can be told from those of real images."
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
