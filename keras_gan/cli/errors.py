"""What goes wrong, in one line."""

import traceback

_LONGEST = 1500  # characters; Keras shows a whole model's configuration
BAD_INPUT, FAILED, INTERRUPTED = 2, 1, 130  # exit codes


class UsageError(Exception):
    """What was asked for cannot be done as asked; the message says why, and what can."""


def exit_code(error: BaseException) -> int:
    """2 where other arguments would help, 1 where the run itself failed."""
    asked_wrongly = UsageError, ValueError, TypeError, FileNotFoundError, FileExistsError, NotADirectoryError
    return BAD_INPUT if isinstance(error, asked_wrongly) else FAILED


def told(error: BaseException, verbose: bool) -> str:
    """The error as text: its own words, after its traceback where that was asked for."""
    said = str(error) or type(error).__name__
    if not isinstance(error, UsageError | ValueError | FileNotFoundError | FileExistsError | FloatingPointError):
        said = f"{said} ({type(error).__name__}; --verbose shows where)"  # perhaps not the user's doing
    if len(said) > _LONGEST and not verbose:
        said = f"{said[:_LONGEST]} [...] (--verbose shows all)"
    text = f"keras-gan: error: {said}"
    return "".join(traceback.format_exception(error)) + "\n" + text if verbose else text
