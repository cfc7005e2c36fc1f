"""`keras-gan list`: the variants, as a table; as plain lines where nobody looks at a terminal."""

import sys

from keras_gan import catalog
from keras_gan.cli import errors

_HELP = """usage: keras-gan list

Shows every variant that `keras-gan train VARIANT` trains: its name, what it is, its paper."""


def run(argv: list[str]) -> int:
    """Prints the table."""
    if set(argv) & {"-h", "--help"}:
        print(_HELP)
    elif argv:
        raise errors.UsageError(f"list takes no arguments, got {' '.join(argv)}.")
    elif sys.stdout.isatty():
        _print_table()
    else:
        print("\n".join(_line(entry) for entry in catalog.ENTRIES))
    return 0


def _line(entry):
    width = max(len(name) for name in catalog.names())
    return f"{entry.name:<{width}}  {entry.summary} ({entry.paper}, arXiv:{entry.arxiv})"


def _print_table():
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", caption_justify="left")
    table.add_column("variant", style="bold cyan", no_wrap=True)
    table.add_column("what it is", no_wrap=True)
    table.add_column("paper", no_wrap=True)
    for entry in catalog.ENTRIES:
        table.add_row(entry.name, entry.summary, f"[link=https://arxiv.org/abs/{entry.arxiv}]{entry.paper}[/link]")
    table.caption = "Train one: keras-gan train wgangp. All its settings: keras-gan train wgangp --help"
    console.print(table)
