"""`keras-gan export RUN`: the generator of a trained run for those who will run it, checked against the run."""

import json
import pathlib

from keras_gan import pretrained, run_folder
from keras_gan.cli import drawing, quiet
from keras_gan.cli.arguments import Parser, flag
from keras_gan.cli.errors import UsageError
from keras_gan.cli.help_format import HelpFormatter
from keras_gan.export import formats

_EPILOG = """What was written is loaded again by its own runtime and compared with the run's generator; where it is over
the bound of its format nothing is left behind. The card beside it tells how near it comes."""
_OF_GENERATOR = ("version", "quantize", "batch_size", "verify", "min_psnr")  # and arguments of `export.write`


def run(argv: list[str]) -> int:
    """Exports, and says what and how near."""
    given = _parser().parse_args(argv)
    path, format = drawing.find(given.run), formats.canonical(given.format or "tf_saved_model")
    if given.classifier:
        return _export_classifier(given, path, format)
    quiet.import_tensorflow(given.verbose)
    from keras_gan import export
    from keras_gan.loading import load

    how = {name: getattr(given, name) for name in _OF_GENERATOR if getattr(given, name) is not None}
    if format == "tf_saved_model":
        how.setdefault("version", export.NEXT)
    model, target = load(path), _target(given, path, format)
    with quiet.held_back_stderr(given.verbose):  # converters speak to the terminal, not to a logger
        done = export.write(model, target, format, name=name_of(path), about=about(path), **how)
    print(f"{format}: {done.path}\ncard: {done.card}\n{_told(done.report)}")
    if format == "tf_saved_model":
        print(f"serve it: {export.serving.docker_line(name_of(path), done.path.parent)}")
    return 0


def _export_classifier(given, path, format):
    """The SavedModel of what a game with few labels has learned, and where it is."""
    unfit = ["format"] if format != "tf_saved_model" else []
    unfit += [name for name in _OF_GENERATOR if getattr(given, name) is not None]
    if unfit:
        asked = ", ".join(f"{flag(name)} {getattr(given, name)}" for name in unfit)
        raise UsageError(f"{asked}: a classifier is exported as the next version of a SavedModel only; leave it out.")
    quiet.import_tensorflow(given.verbose)
    from keras_gan.export import classifier, serving
    from keras_gan.loading import load_classifier

    network = load_classifier(path)
    folder = pathlib.Path(given.out) if given.out else _default_folder(path, "classifier")
    written = classifier.write(network, folder / str(serving.next_version(folder)))
    print(f"classifier: {written}\nsignature serve: images → probabilities")
    return 0


def _parser():
    parser = Parser(
        prog="keras-gan export",
        usage="keras-gan export RUN [--format FORMAT] [--quantize HOW] [--out PATH]",
        description="Writes the averaged generator of a trained run for serving, for devices, or for other frameworks.",
        epilog=_EPILOG,
        formatter_class=HelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("run", metavar="RUN", help="a run's folder, or a .keras file")
    add("--format", help="tf_saved_model, litert, onnx or keras; by default tf_saved_model")
    add("--classifier", action="store_true", help="of a game with few labels: what it learned, as a SavedModel")
    add("--out", help="folder of versions, or file; by default in the run's folder export/, or classifier/")
    add("--quantize", help="of litert: float16, dynamic or int8; by default float32")
    add("--batch-size", type=int, help="of litert: the only batch size it takes; by default any")
    add("--min-psnr", type=float, help="dB that dynamic and int8 must reach; by default 30")
    add("--version", type=int, help="of tf_saved_model: its number; by default the next one")
    add("--verify", help="memory, or process: compare in a process without keras_gan; by default memory")
    add("--verbose", action="store_true", help="show TensorFlow's messages, and where an error came from")
    return parser


def _target(given, path, format):
    """Where a generator goes."""
    if given.out:
        return pathlib.Path(given.out)
    folder = _default_folder(path, "export")
    suffix = formats.module(format).SUFFIX
    if not suffix:
        return folder
    words = [name_of(path), given.quantize, given.batch_size and f"batch{given.batch_size}"]
    return folder / ("-".join(filter(None, words)) + suffix)


def _default_folder(path, kind):
    """In the run's folder, or beside the `.keras` file; kind is "export" or "classifier"."""
    return pretrained.home(path) / kind if path.is_dir() else path.with_name(f"{name_of(path)}-{kind}")


def name_of(path: pathlib.Path) -> str:
    """What the export of a run, or of a `.keras` file, is called: by its name."""
    return path.resolve().name if path.is_dir() else path.stem


def about(path: pathlib.Path) -> str:
    """What a run's manifest says, and the evaluation of its present model, for the card."""
    from keras_gan.data import licences
    from keras_gan.reports import card

    run = run_folder.RunFolder(path)
    if not run.is_claimed():
        return ""
    evaluation = json.loads(run.evaluation.read_text(encoding="utf-8")) if _is_evaluated(run) else None
    manifest = run.read_manifest()
    return "\n\n".join(card.sections(evaluation, manifest, licences.of(manifest.get("dataset"))))


def _is_evaluated(run):
    """Whether the evaluation in a run's folder is that of its model, not of an earlier one."""
    if pretrained.is_one(run.path):  # made at once; what copied them may have given them any times
        return True
    return run.evaluation.is_file() and run.evaluation.stat().st_mtime >= run.model.stat().st_mtime


def _told(report):
    if report["bound"] is not None:
        return f"largest difference from the run's generator: {report['largest']:.2g} (at most {report['bound']:g})"
    return f"PSNR to the run's images: {report['psnr']:.1f} dB (at least {report['min_psnr']:g})"
