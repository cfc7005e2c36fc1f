"""`keras-gan evaluate SUBJECT`: scores of a run, a model, an export or images, as table, JSON and report."""

import argparse
import json
import pathlib

from keras_gan import pretrained, run_folder
from keras_gan.cli import quiet
from keras_gan.cli.arguments import Parser
from keras_gan.cli.errors import UsageError
from keras_gan.cli.help_format import HelpFormatter

_EPILOG = """A score is named by the features it was taken on, and only scores of one name compare. Beside each stands
what held-out real images get: the floor. Which score to believe when: README, "How good is it?"."""


def run(argv: list[str]) -> int:
    """Measures, shows, writes, and says where."""
    given = options(argv)
    quiet.import_tensorflow(given.verbose)
    from keras_gan.cli import measuring, reporting, subjects
    from keras_gan.reports import table

    subject = subjects.find(given.subject, given.labels)
    folder = _folder(given, subject)
    measured = measuring.measure(subject, given, ["keras-gan", "evaluate", *argv])
    run_folder.write_text(folder.evaluation, json.dumps(measured.evaluation, indent=1, ensure_ascii=False))
    table.show(measured.evaluation)
    if given.report:
        reporting.write_report(measured, subject, folder.report)
    print(f"\nscores: {folder.evaluation}" + (f"\nreport: {folder.report}" if given.report else ""))
    return 0


def options(argv: list[str]):
    """The command's options, if all that was asked for can be done."""
    given = _parser().parse_args(argv)
    _check(given)
    return given


def _parser():
    parser = Parser(
        prog="keras-gan evaluate",
        usage="keras-gan evaluate SUBJECT [--against DATA] [--metrics NAME ...] [--seeds NUM] [--out FOLDER]",
        description="Measures generated images against real ones.",
        epilog=_EPILOG,
        formatter_class=HelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "subject",
        metavar="SUBJECT",
        help="a run, a .keras file, an export, a folder of images, a trained generator by name",
    )
    add("--against", help="real images: a name, a folder, a file of images or of statistics; by default the run's own")
    add("--split", default="train", help="part of the real images to compare with")
    add("--held-out", help="real images no network saw, for the floor: a split, or a folder; by default 'test'")
    add(
        "--metrics",
        nargs="+",
        metavar="NAME",
        help="such as kd, prdc, swd (an unknown one shows all); by default those that fit",
    )
    add("--extractor", help="what makes features: a name such as mnist-cnn; by default what fits the data")
    add("-n", "--num-images", type=int, help="generated images for each seed; by default as many as held-out ones")
    add("--num-real", type=int, help="real images to compare with, at most; by default all")
    add(
        "--seeds",
        type=int,
        default=3,
        help="sets of generated images; from two on there is an interval, from three on a verdict",
    )
    add("--seed", type=int, default=0, help="the first of these seeds")
    add("--labels", type=int, nargs="+", help="classes that a conditional generator draws in turn")
    add("--image-size", type=int, nargs="+", help="size of the real images; by default that of the generated ones")
    add("--statistics", metavar="FILE", help=".npz file that keeps what is needed of the real images for the next time")
    add("--out", help="folder of evaluation.json and report.html; by default the run's, else evaluations/SUBJECT")
    add("--report", action=argparse.BooleanOptionalAction, default=True, help="write report.html")
    add("--verbose", action="store_true", help="show TensorFlow's messages, and where an error came from")
    return parser


def _check(given):
    numbers = {"--seeds": given.seeds, "--num-images": given.num_images or 2, "--num-real": given.num_real or 2}
    if given.seeds < 1 or min(numbers["--num-images"], numbers["--num-real"]) < 2:
        said = ", ".join(f"{name} {value}" for name, value in numbers.items())
        raise UsageError(f"{said}: expected at least one seed and two images of each side.")
    if given.image_size and len(given.image_size) > 2:
        raise UsageError(f"--image-size {given.image_size}: expected one number, or height and width.")


def _folder(given, subject):
    """The folder for what is written: the run's, or one named after the subject."""
    if given.out:
        return run_folder.RunFolder(given.out)
    if subject.run is not None:
        return run_folder.RunFolder(pretrained.home(subject.run.path))
    return run_folder.RunFolder(pathlib.Path("evaluations") / subject.name)
