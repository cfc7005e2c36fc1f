"""`keras-gan COMMAND ...`: finds the command, and turns what it raises into one line and an exit code."""

import importlib
import os
import sys

from keras_gan import __version__
from keras_gan.cli import errors
from keras_gan.words import nearest

COMMANDS = {  # name: (its module in this folder, one line)
    "train": ("train", "train a GAN; without another word: readable digits in a few minutes"),
    "sample": ("sample", "draw images from a trained run"),
    "interpolate": ("interpolate", "walk from image to image of a trained run, as a picture or a film"),
    "evaluate": ("evaluate", "scores of a run, a model or images, as a table and a report"),
    "package": ("package", "the generator of a finished run alone, with its scores and a card"),
    "export": ("export", "the generator as SavedModel, LiteRT, ONNX or Keras file, checked"),
    "serve": ("serve", "an exported generator over HTTP, by TensorFlow Serving's REST API"),
    "list": ("list", "the variants with their papers, and the trained generators that come along"),
}


def main(argv: list[str] | None = None) -> int:
    """Runs one command.

    Args:
        argv: words after `keras-gan`. Defaults to those of the process.

    Returns:
        int exit code: 0 done, 1 failed, 2 asked wrongly, 130 interrupted.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    try:
        return _command(argv)
    except SystemExit as end:  # argparse has shown its help
        return int(end.code or 0)
    except KeyboardInterrupt:
        print("\nkeras-gan: interrupted.", file=sys.stderr)
        return errors.INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone: `keras-gan list | head -3`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 the last place before the user
        print(errors.told(error, verbose="--verbose" in argv), file=sys.stderr)
        return errors.exit_code(error)


def _command(argv):
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(help_text())
        return 0
    if argv[0] in ("-V", "--version"):
        print(f"keras-gan {__version__}")
        return 0
    name, *rest = argv
    if name not in COMMANDS:
        raise errors.UsageError(f"unknown command {name!r}{nearest(name, COMMANDS)}. See keras-gan --help.")
    return importlib.import_module(f"keras_gan.cli.{COMMANDS[name][0]}").run(rest)


def help_text() -> str:
    """What `keras-gan --help` says."""
    commands = "\n".join(f"  {name:<11} {line}" for name, (_, line) in COMMANDS.items())
    return f"""usage: keras-gan COMMAND [...]

Generative adversarial networks that train, resume, export and serve.

commands:
{commands}

begin with:
  keras-gan train                                      a DCGAN on handwritten digits
  keras-gan train wgangp --dataset mnist --epochs 20   another variant, on other data
  keras-gan train wgangp --help                        all that can be set for it
  keras-gan sample runs/dcgan-digits-0 -n 64           images from what was trained
  keras-gan evaluate runs/dcgan-digits-0               how good they are

keras-gan COMMAND --help says more of each; keras-gan --version tells the version ({__version__})."""


if __name__ == "__main__":
    sys.exit(main())
