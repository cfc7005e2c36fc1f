"""`keras-gan list`: variants and trained generators, as tables; as plain lines where nobody looks at a terminal."""

import json
import sys

from keras_gan import catalog, pretrained, run_folder
from keras_gan.cli import errors

_HELP = """usage: keras-gan list

Shows every variant that `keras-gan train VARIANT` trains: its name, what it is, its paper; and below them the trained
generators that come with the package, which `keras-gan sample NAME` and the other commands take like a run."""


def run(argv: list[str]) -> int:
    """Prints the table."""
    if set(argv) & {"-h", "--help"}:
        print(_HELP)
    elif argv:
        raise errors.UsageError(f"list takes no arguments, got {' '.join(argv)}.")
    elif sys.stdout.isatty():
        _print_tables()
    else:
        rows = [(entry.name, f"{entry.summary} ({entry.paper}, arXiv:{entry.arxiv})") for entry in catalog.ENTRIES]
        print(_lines(rows) + "\n\n" + _lines([(name, _told(name)) for name in pretrained.names()]))
    return 0


def _lines(rows):
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:<{width}}  {told}" for name, told in rows)


def _told(name):
    """What a trained generator is, by its own records."""
    entry = run_folder.RunFolder(pretrained.folder() / name)
    manifest, evaluation = (json.loads(file.read_text(encoding="utf-8")) for file in (entry.manifest, entry.evaluation))
    size = "×".join(map(str, evaluation["against"]["image_shape"][:2]))
    return f"{manifest['variant']} on {manifest['dataset']}, {size}, {manifest['epochs']} epochs"


def _print_tables():
    from rich.console import Console

    console = Console(highlight=False)
    variants, group = _table("variant", "what it is", "paper"), None
    for entry in catalog.ENTRIES:
        if entry.group != group:
            group = entry.group
            variants.add_section()
            variants.add_row(f"[default not bold italic]{group}[/]")
        variants.add_row(entry.name, entry.summary, f"[link=https://arxiv.org/abs/{entry.arxiv}]{entry.paper}[/link]")
    variants.caption = "Train one: keras-gan train wgangp. All its settings: keras-gan train wgangp --help"
    trained = _table("trained generator", "what it is")
    for name in pretrained.names():
        trained.add_row(name, _told(name))
    trained.caption = "Draw from one: keras-gan sample wgangp-mnist. It is used like the folder of a run"
    console.print(variants)
    console.print(trained)


def _table(*columns):
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", caption_justify="left")
    for i, column in enumerate(columns):
        table.add_column(column, style="" if i else "bold cyan", no_wrap=True)
    return table
