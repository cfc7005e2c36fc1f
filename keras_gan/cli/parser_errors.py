"""The parser's complaints in the words of a command line."""

import re

from keras_gan import catalog
from keras_gan.cli.arguments import flag
from keras_gan.cli.errors import UsageError
from keras_gan.words import nearest

_KEY, _VALUE = re.compile(r'Parser key "([\w.]+)"'), re.compile(r"(?:Got|Given) value: (.*)")
_LITERAL, _CLASS = re.compile(r"Literal\[(.*?)\]"), re.compile(r"<class '(\w+)'>")
_KINDS = {"int": "a whole number", "float": "a number", "str": "a word", "bool": "true or false", "NoneType": "none"}


def reworded(error: Exception) -> UsageError:
    """`Parser key "epochs": Expected a <class 'int'>. Got value: five` → `--epochs five: expected a whole number.`"""
    message = str(error)
    key, value = _KEY.search(message), _VALUE.search(message)
    if key and value:
        given = value[1].strip("'")
        return UsageError(f"{flag(key[1])} {given}: expected {_expected(message)}{_near(given, message)}.")
    if message.startswith("unrecognized arguments: "):
        word = message.removeprefix("unrecognized arguments: ").split()[0]
        return UsageError(f"unexpected word {word!r}{_perhaps_a_variant(word)}.")
    if message.startswith("argument --"):
        name, _, rest = message.removeprefix("argument --").partition(": ")
        return UsageError(f"{flag(name)}: {rest}.")
    return UsageError(" ".join(message.split()))


def _expected(message):
    words = [f"one of {', '.join(_choices(message))}"] if _choices(message) else []
    types = dict.fromkeys(_CLASS.findall(message.partition("Given value")[0]))
    words += [_KINDS[name] for name in types if name in _KINDS]
    if "tuple" in message:
        words.append("[height, width]")
    return " or ".join(words) or "another value"


def _choices(message):
    found = _LITERAL.search(message)
    return [choice.strip().strip("'") for choice in found[1].split(",")] if found else []


def _near(given, message):
    said = nearest(given, _choices(message)) if _choices(message) else ""
    return said if "nearest" in said else ""


def _perhaps_a_variant(word):
    said = nearest(word, catalog.names())
    return f"{said}; a variant comes first: keras-gan train {catalog.VARIANT} ..." if "nearest" in said else ""
