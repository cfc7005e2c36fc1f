"""The words of a command line, before a parser for the variant exists."""

import argparse
import dataclasses
import difflib

from keras_gan import catalog
from keras_gan.cli import settings
from keras_gan.cli.errors import UsageError

_FIELDS = [field for group in (*settings.GROUPS, settings.Invocation) for field in dataclasses.fields(group)]
_SWITCHES = {field.name for field in _FIELDS if field.type is bool}


class Parser(argparse.ArgumentParser):
    """One that raises where argparse would print and end the process."""

    def error(self, message):
        raise UsageError(f"{self.prog.removeprefix('keras-gan ')}: {message}. See {self.prog} --help.")


def take_variant(argv: list[str]) -> tuple[str | None, list[str]]:
    """(the variant that is named, all other words): it stands first, or anywhere but after an option."""
    for i, word in enumerate(argv):
        is_free = i == 0 or not _takes_value(argv[i - 1])
        if is_free and (word in catalog.names() or (i == 0 and not word.startswith("-"))):
            return catalog.entry(word).name, argv[:i] + argv[i + 1 :]
    return None, argv


def _takes_value(word):
    return word.startswith("--") and "=" not in word and _name(word) not in _SWITCHES


def peek(argv: list[str], name: str) -> str | None:
    """The value of one option, the last one if it stands twice; `"true"` for a switch, `None` if it is not there."""
    found = None
    for i, word in enumerate(argv):
        if word.startswith("--") and _name(word) == name:
            _, is_joined, value = word.partition("=")
            following = argv[i + 1] if i + 1 < len(argv) else None
            found = value if is_joined else "true" if name in _SWITCHES else following
    return found


def normalized(argv: list[str], known: dict) -> list[str]:
    """The words as the parser reads them: underscores in names, `=true` after switches, `null` for `none`.

    Args:
        argv: words without the variant.
        known: {name of an option: its default}.

    Raises:
        UsageError: an option that nobody knows, with the nearest ones; a word that belongs to none.
    """
    words = []
    for i, word in enumerate(argv):
        if not word.startswith("--"):
            words.append("null" if word.lower() == "none" else word)
            continue
        name, (_, is_joined, value) = _name(word), word.partition("=")
        _check_known(name, known)
        if isinstance(known[name], bool) and not is_joined and not _is_bool(argv[i + 1 : i + 2]):
            is_joined, value = "=", "true"
        words.append(f"--{name}{is_joined}{'null' if value.lower() == 'none' else value}")
    return words


def _name(word):
    return word[2:].partition("=")[0].replace("-", "_")


def _is_bool(words):
    return words != [] and words[0] in ("true", "false")


def _check_known(name, known):
    if name not in known:
        raise UsageError(f"unknown option {flag(name)}{near_flags(name, known)}")


def near_flags(name: str, known) -> str:
    """The nearest options, for the end of an error; where none is near, how to see them all."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.7)
    said = f"; nearest: {', '.join(map(flag, near))}" if near else ""
    return f"{said}. keras-gan train VARIANT --help shows what a variant takes."


def flag(name: str) -> str:
    """`n_critic` → `--n-critic`."""
    return "--" + name.replace("_", "-")
