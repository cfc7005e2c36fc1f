"""Training curves as inline SVG that takes its colours and its type from the page around it."""

import dataclasses
import io
import math
import re

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

# Matplotlib writes colours; the page has names for them, which differ between light and dark.
_INK, _MUTED, _ACCENT = "#010101", "#020202", "#030303"
_NAMES = {_INK: "var(--ink)", _MUTED: "var(--muted)", _ACCENT: "var(--accent)"}
_STYLES = ((_ACCENT, "solid"), (_INK, (0, (4, 2))))  # told apart without colour, too
_TOGETHER = {"Losses": ("d_loss", "g_loss"), "Scores": ("real_score", "fake_score")}  # what shares an axis
_PLAIN = {"d_loss": "discriminator", "g_loss": "generator", "real_score": "real", "fake_score": "generated"}


@dataclasses.dataclass
class Curve:
    """One small chart: its title, the names of its lines in the order of their styles, and the SVG."""

    title: str
    lines: list[str]
    svg: str


def draw(history: list[dict]) -> list[Curve]:
    """Curves of all that the epochs logged: losses together, scores together, anything else by itself.

    Args:
        history: one dict an epoch, strings or floats, as in `history.csv`; `epoch` is the horizontal axis.
    """
    columns = {name: _numbers(row.get(name) for row in history) for row in history for name in row}
    epochs = columns.pop("epoch", np.arange(1.0, len(history) + 1))
    columns = {name: values for name, values in columns.items() if np.isfinite(values).any()}
    return [
        Curve(title, [_PLAIN.get(name, name) for name in names], _svg(title, epochs, [columns[name] for name in names]))
        for title, names in _charts(list(columns))
    ]


def _numbers(cells):
    """float64, NaN where a cell is empty, no number, or not finite."""
    values = np.array([_number(cell) for cell in cells])
    return np.where(np.isfinite(values), values, np.nan)


def _number(cell):
    try:
        return float(cell)
    except (TypeError, ValueError):
        return math.nan


def _charts(names):
    """(title, names of the lines): losses, scores, what was measured, and the parts of the losses at last."""
    together = {title: [name for name in pair if name in names] for title, pair in _TOGETHER.items()}
    yield from ((title, pair) for title, pair in together.items() if pair)
    alone = [name for name in names if not any(name in pair for pair in together.values())]
    yield from ((name, [name]) for name in sorted(alone, key=lambda name: name.startswith(("d_", "g_"))))


def _svg(title, epochs, lines):
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": title, "font.size": 10.5}):  # ids that no other chart has
        figure = Figure(figsize=(4.8, 2.6), layout="constrained", facecolor="none")
        axes = figure.add_subplot(facecolor="none")
        for values, (color, style) in zip(lines, _STYLES, strict=False):
            there = np.isfinite(values)  # what is not measured in every epoch is a line all the same
            marker = "." if there.sum() < 3 else ""  # and what is measured once, a point
            axes.plot(epochs[there], values[there], color=color, linestyle=style, linewidth=1.5, marker=marker)
        _set_axes(axes, np.concatenate(lines))
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return _at_home(text.getvalue())


def _set_axes(axes, values):
    """Few lines, whole epochs, plain numbers; logarithmic where values are positive and span three decades."""
    finite = values[np.isfinite(values)]
    if finite.min() > 0 and finite.max() > 1000 * finite.min():
        axes.set_yscale("log")
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("epoch", color=_MUTED)
    axes.grid(axis="y", color=_MUTED, linewidth=0.5, alpha=0.35)
    axes.tick_params(which="both", length=0, labelcolor=_MUTED)
    axes.spines[["left", "top", "right"]].set_visible(False)
    axes.spines["bottom"].set_color(_MUTED)


def _at_home(svg):
    """The element alone, without a size or a style sheet of its own, in the page's colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true">', svg, count=1)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # the same in every chart
    for color, name in _NAMES.items():
        svg = svg.replace(color, name)
    return svg
