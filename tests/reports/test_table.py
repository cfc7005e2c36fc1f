"""The scores on the terminal."""

import io
import math

import pytest
from rich.console import Console

from keras_gan.reports import table


def shown(evaluation, **console):
    """What `show` writes to such a console."""
    file = io.StringIO()
    table.show(evaluation, Console(file=file, highlight=False, **console))
    return file.getvalue()


def on_terminal(evaluation, width):
    return shown(evaluation, force_terminal=True, color_system=None, width=width)


def test_without_a_terminal_columns_are_aligned_and_nothing_is_drawn(evaluation):
    evaluation["warnings"] = ["few images"]
    lines = shown(evaluation).splitlines()
    assert (
        lines[0].startswith("60 generated images")
        and lines[1] == "1 of 2 scores cannot be told from those of real images."
    )
    assert [line.split("  ")[0] for line in lines[2:6]] == ["score", "KD[small]", "recall[small]", "modes"]
    for word, column in (("0.500 ± 0.025", "generated"), ("0.01", "real images get"), ("lower", "better")):
        assert lines[3].index(word) == lines[2].index(column)
    assert lines[3].endswith("What KD[small] says.")
    assert lines[-1] == "warning: few images"
    assert not set("─│━┃\x1b") & set("".join(lines))


@pytest.mark.parametrize("width", [80, 100, 200])
def test_on_a_terminal_no_line_is_wider_than_it_or_than_100(evaluation, width):
    evaluation["scores"][0]["meaning"] = "How far the two sets of features lie apart, and more of it. " * 4
    lines = on_terminal(evaluation, width).splitlines()
    assert max(map(len, lines)) <= min(width, 100)
    row = next(line.split() for line in lines if "recall[small]" in line)
    assert row == ["recall[small]", "0.900", "±", "0.045", "0.92", "higher"]


def test_brackets_and_markup_in_names_stand_as_they_are(evaluation):
    evaluation["scores"][0] |= {"name": "KD[bold]", "meaning": "a [red]word[/red] [/nothing]", "warning": "[x]"}
    text = on_terminal(evaluation, 100)
    for word in ("KD[bold]", "a [red]word[/red] [/nothing]", "warning: KD[bold]: [x]"):
        assert word in text


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_what_is_no_number_is_shown_as_such(evaluation, value):
    evaluation["scores"][0]["value"] = value
    row = next(line for line in on_terminal(evaluation, 80).splitlines() if "KD[small]" in line)
    assert row.split()[1] == ("–" if value is None else str(value))


@pytest.mark.parametrize("width", [None, 80])
def test_no_scores_are_no_table(evaluation, width):
    evaluation["scores"] = []
    text = shown(evaluation) if width is None else on_terminal(evaluation, width)
    assert "90 real images of squares" in text and "better" not in text
