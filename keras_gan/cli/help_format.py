"""How `--help` looks: dashes in names, each default once, no word about types that the text says already."""

import argparse
import re

_DEFAULT_IN_TEXT = re.compile(r"\s*Defaults\s+to\s+`[^`]*`\.(?=\s|$)")  # the real one is appended


class HelpFormatter(argparse.HelpFormatter):
    """Options as users type them."""

    def __init__(self, prog):
        super().__init__(prog, max_help_position=28)

    def add_argument(self, action):
        if action.metavar != "CONFIG":  # what the parser adds for a group of settings as a file of its own
            super().add_argument(action)

    def start_section(self, heading):
        super().start_section(heading and heading.replace("`", ""))

    def _format_action_invocation(self, action):
        names = ", ".join(name.replace("_", "-") for name in action.option_strings)
        return names if isinstance(action.default, bool) or action.nargs == 0 else f"{names} {self._value(action)}"

    def _value(self, action):
        if isinstance(action.metavar, str) and action.metavar.startswith("{"):
            return action.metavar.strip("{}").replace(",", "|")
        name = action.dest.rpartition(".")[2].upper()
        return f"{name} ..." if action.nargs == "*" else name

    def _expand_help(self, action):
        text = " ".join(_DEFAULT_IN_TEXT.sub("", action.help or "").split()).replace("`", "")
        default = action.default
        if any(default is nothing for nothing in (None, False, argparse.SUPPRESS)) or default == []:
            return text
        return f"{text} [{'on' if default is True else default}]"
