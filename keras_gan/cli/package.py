"""`keras-gan package RUN --out FOLDER`: the generator of a finished run alone, small, measured and described."""

import json
import pathlib
import shutil

from keras_gan import run_folder
from keras_gan.cli import quiet
from keras_gan.cli.arguments import Parser
from keras_gan.cli.errors import UsageError
from keras_gan.cli.help_format import HelpFormatter

_CARD, _SAMPLES = "card.md", "samples.png"
_OF_MANIFEST = (  # networks and optimisers stand in config.yaml, and shorter
    *("variant", "dataset", "command", "model", "data", "seed", "replicas"),
    *("versions", "started", "state", "epochs", "steps", "seconds"),
)
_EPILOG = """The folder is a run's without its checkpoints: sample, interpolate, evaluate and export take it, and so
does keras_gan.load. It cannot be trained on. The trained generators that keras-gan list shows were made so."""

_CLASSIFY = """## Classifier

Images in [-1, 1] to probabilities of the classes:

```
python -c "import keras_gan; keras_gan.load_classifier('{name}').summary()"
keras-gan export {name} --classifier
```
"""

_USE = """## Samples

![64 images of seed 0, not chosen]({samples})

64 images of seed 0, not chosen. Others:

```
keras-gan sample {name} -n 64 --seed 1
python -c "import keras_gan; print(keras_gan.load('{name}').sample(64, seed=1).shape)"
```
"""


def run(argv: list[str]) -> int:
    """Packages, and says where."""
    given = _parser().parse_args(argv)
    source, out = _checked(given)
    quiet.import_tensorflow(given.verbose)
    with run_folder.written_whole(out) as folder:
        entry = run_folder.RunFolder(folder)
        _write_generator(source, entry)
        _write_manifest(source, entry)
        _evaluate(entry, out.name, given.seeds)
        _write_card(entry, out.name, given.licence)
    size = run_folder.RunFolder(out).model.stat().st_size
    print(f"\ngenerator, {size:,} bytes, with its scores: {out}\ncard: {out / _CARD}")
    return 0


def _parser():
    parser = Parser(
        prog="keras-gan package",
        usage="keras-gan package RUN --out FOLDER [--licence TEXT] [--seeds NUM]",
        description="Takes the averaged generator out of a finished run, measures it against the run's data, and "
        "writes it with a card: data and licence, command, seed, time, scores, samples.",
        epilog=_EPILOG,
        formatter_class=HelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("run", metavar="RUN", help="a run's folder")
    add("--out", required=True, help="folder to write; its name is the generator's")
    add("--licence", help="terms of the data, for the card; by default those we know")
    add("--seeds", type=int, default=3, help="sets of generated images that are measured")
    add("--verbose", action="store_true", help="show TensorFlow's messages, and where an error came from")
    return parser


def _checked(given):
    """(the run, where it goes), if all that was asked for can be done."""
    source, out = run_folder.RunFolder(given.run), pathlib.Path(given.out).resolve()
    if not (source.is_claimed() and source.model.exists()):
        raise UsageError(f"{given.run} is no finished run; expected a folder that keras-gan train wrote to its end.")
    if out.exists():
        raise UsageError(f"--out {given.out} exists; pass another folder, or remove it first.")
    if given.seeds < 1:
        raise UsageError(f"--seeds {given.seeds}: expected at least 1.")
    return source, out


def _write_generator(source, entry):
    from keras_gan import loading, models, pictures

    trained = loading.load(source.path)
    model = models.TrainedGenerator.of(trained)
    model.save(entry.model)
    if (classifier := loading.classifier_of(trained)) is not None:
        classifier.save(entry.classifier)
    pictures.save(pictures.grid(model.sample(64, seed=0)), entry.path / _SAMPLES)


def _write_manifest(source, entry):
    manifest = source.read_manifest()
    kept = {name: manifest[name] for name in _OF_MANIFEST if name in manifest}
    _write_json(entry.manifest, kept | {"command": _without_out(manifest["command"])})
    shutil.copyfile(source.config, entry.config)


def _without_out(command):
    """A command without `--out FOLDER`: where the run lay says nothing of it."""
    at = command.index("--out") if "--out" in command else len(command)
    return [word for word in command[:at] + command[at + 2 :] if not word.startswith("--out=")]


def _evaluate(entry, name, seeds):
    """What `keras-gan evaluate NAME` will say when the entry is there."""
    from keras_gan.cli import evaluate, measuring, subjects
    from keras_gan.reports import table

    words, subject = ["--seeds", str(seeds)], subjects.find(str(entry.path))
    measured = measuring.measure(subject, evaluate.options([name, *words]), ["keras-gan", "evaluate", name, *words])
    evaluation = measured.evaluation | {"subject": {"kind": subject.kind, "path": name}}
    _write_json(entry.evaluation, evaluation)
    table.show(evaluation)


def _write_card(entry, name, licence):
    from keras_gan.data import licences
    from keras_gan.reports import card

    manifest = entry.read_manifest()
    evaluation = json.loads(entry.evaluation.read_text(encoding="utf-8"))
    text = card.text(evaluation, manifest, licence or licences.of(manifest["dataset"]))
    use = _USE + (f"\n{_CLASSIFY}" if entry.classifier.exists() else "")
    run_folder.write_text(entry.path / _CARD, f"{text}\n{use.format(name=name, samples=_SAMPLES)}")


def _write_json(filepath, content):
    run_folder.write_text(filepath, json.dumps(content, indent=1, ensure_ascii=False))
