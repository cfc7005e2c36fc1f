"""The scores on the terminal; as plain aligned lines where nobody looks at one."""

import sys

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from keras_gan.reports import wording


def show(evaluation: dict, console: Console | None = None):
    """Prints what was measured, the scores beside those of real images, what they mean, and the warnings.

    Args:
        evaluation: dict, as in `evaluation.json`.
        console: `rich.console.Console`. Defaults to stdout.
    """
    console = console or Console(file=sys.stdout, highlight=False)
    if console.is_terminal:
        console.print(_display(evaluation), width=min(console.width, 100))
    else:
        console.file.write("\n".join(lines(evaluation)) + "\n")


def lines(evaluation: dict) -> list[str]:
    """The same as plain text, one line a score, columns aligned."""
    rows = [[*_cells(score), score["meaning"]] for score in evaluation["scores"]]
    table = [["score", "generated", *_headers(evaluation), "meaning"], *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in table]
    told = [wording.subject(evaluation), *filter(None, [wording.verdict(evaluation)])]
    warned = [f"warning: {warning}" for warning in wording.warnings(evaluation)]
    return [*told, *("  ".join(row).rstrip() for row in padded if rows), *warned]


def _headers(evaluation):
    return f"real {wording.noun(evaluation)} get", "better"


def _cells(score):
    """name, value ± half its interval, what real images get, which way is better."""
    return score["name"], wording.measured(score), wording.number(score.get("floor")), score["better"] or "–"


def _display(evaluation):
    """Text and tables; all words as `Text`, because rich would read the brackets of `KD[pixels]` as its markup."""
    told = [Text(wording.subject(evaluation)), Text(wording.verdict(evaluation), style="bold")]
    tables = [_scores(evaluation), _meanings(evaluation)] if evaluation["scores"] else []
    warned = [Text(f"warning: {warning}", style="yellow") for warning in wording.warnings(evaluation)]
    return Group(*filter(None, told), *tables, *warned)


def _scores(evaluation):
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("score", style="bold cyan", overflow="fold")
    table.add_column("generated", justify="right", no_wrap=True)
    for header in _headers(evaluation):
        table.add_column(header, justify="right" if header != "better" else "left", no_wrap=True)
    for score in evaluation["scores"]:
        name, value, floor, better = map(Text, _cells(score))
        value.stylize("bold green" if wording.reaches_real(score) else "bold")
        table.add_row(name, value, floor, better)
    return table


def _meanings(evaluation):
    table = Table.grid(padding=(0, 2))
    table.add_column(style="cyan", overflow="fold")
    table.add_column(style="dim")
    for score in evaluation["scores"]:
        table.add_row(Text(score["name"]), Text(score["meaning"]))
    return Padding(table, (0, 0, 1, 0))
