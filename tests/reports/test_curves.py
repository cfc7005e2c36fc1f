"""Training curves as small charts."""

import re

from keras_gan.reports import curves


def drawn(rows):
    """[(title, names of its lines, number of its lines)] of the charts of a history."""
    return [(one.title, one.lines, one.svg.count("stroke-width: 1.5")) for one in curves.draw(rows)]


def test_losses_share_a_chart_and_all_else_has_its_own(history):
    rows = [row | {"real_score": "1", "fake_score": "-1", "FID": "3"} for row in history]
    assert drawn(rows) == [
        ("Losses", ["discriminator", "generator"], 2),
        ("Scores", ["real", "generated"], 2),
        ("val_KD[small]", ["val_KD[small]"], 1),
        ("FID", ["FID"], 1),
        ("d_r1", ["d_r1"], 1),
    ]


def test_values_that_are_no_numbers_are_gaps_and_columns_without_any_are_left_out():
    rows = [{"epoch": i, "d_loss": value, "note": "x", "g_r1": ""} for i, value in enumerate((1.0, "nan", "inf", None))]
    assert [title for title, *_ in drawn(rows)] == ["Losses"]
    assert curves.draw([]) == []


def test_measures_on_held_out_data_are_alone_and_one_value_is_a_point():
    rows = [{"epoch": i + 1, "d_loss": 1.0, "g_loss": 1.0, "val_inception_score": ""} for i in range(5)]
    rows[3]["val_inception_score"] = 2.0
    losses, measure = curves.draw(rows)
    assert measure.title == "val_inception_score" and "<use" in measure.svg.partition("stroke-width: 1.5")[2]
    assert "<use" not in losses.svg.partition("stroke-width: 1.5")[2]


def test_charts_are_in_the_colours_of_the_page_and_make_no_line_of_mathematics():
    rows = [{"epoch": i + 1, "d_loss": 10.0**-i} for i in range(6)]
    (chart,) = curves.draw(rows)
    assert "var(--accent)" in chart.svg and "var(--muted)" in chart.svg
    assert not re.search(r"#0[1-3]0[1-3]0[1-3]|<style|<metadata|mathdefault", chart.svg)
    assert {"0.001", "0.1"} <= set(re.findall(r">([\d.]+)</text>", chart.svg))  # a logarithmic axis
