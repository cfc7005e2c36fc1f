"""From the words of a command line to a plan of training: variant, settings, folder."""

import dataclasses
import pathlib

from keras_gan import catalog, run_folder
from keras_gan.cli import arguments, config_file
from keras_gan.cli.errors import UsageError

_OF_A_CALL = ("config", "out", "resume", "verbose")  # no settings of a run


@dataclasses.dataclass
class Plan:
    """What is to be trained.

    Args:
        entry: the variant.
        parser: the variant's parser, which knows whose setting is whose.
        settings: {name: value}, flat, all of them.
        folder: the run's.
        resume: bool.
    """

    entry: catalog.Entry
    parser: object
    settings: dict
    folder: run_folder.RunFolder
    resume: bool

    def config(self) -> dict:
        """What config.yaml says: all that starts the same run again."""
        rest = {name: value for name, value in self.settings.items() if name not in _OF_A_CALL}
        return {"variant": self.entry.name} | rest

    def of_model(self) -> dict:
        """{argument: value} of the model's constructor, parts still as text."""
        return {name: self.settings[name] for name in self.parser.model}

    def of_network(self, argument: str) -> dict:
        """{argument: value} of a network's builder."""
        prefix = f"{argument}."
        return {name.removeprefix(prefix): v for name, v in self.settings.items() if name.startswith(prefix)}


@dataclasses.dataclass
class Request:
    """What can be read from the words without the variant's parser; it imports no TensorFlow.

    Args:
        entry: the variant.
        words: all words but the variant.
        base: settings from the resumed run and from `--config`, flat.
        folder: the run's.
        resume: bool.
    """

    entry: catalog.Entry
    words: list[str]
    base: dict
    folder: run_folder.RunFolder
    resume: bool


def request(argv: list[str], check_folder: bool = True) -> Request:
    """Reads variant, folder and YAML files, and checks that the folder is free or a run to go on with."""
    variant, words = arguments.take_variant(argv)
    config = arguments.peek(words, "config")
    base = {} if config is None else config_file.read(config)
    resume = arguments.peek(words, "resume") == "true"
    said = variant or base.get("variant")
    folder = run_folder.RunFolder(_out(words, base, said or catalog.VARIANT))
    if resume and (folder.is_claimed() or said is None):
        base = _of_run(folder, variant) | base
    elif check_folder:  # under --resume too: a job that is started again and again begins like that
        folder.check_is_free()
    entry = catalog.entry(str(variant or base.get("variant", catalog.VARIANT)))
    return Request(entry, words, base, folder, resume)


def _out(words, base, variant):
    """The run's folder: as said, else `runs/<variant>-<dataset>-<seed>`."""
    out = arguments.peek(words, "out")
    if out is not None:
        return out
    dataset = str(arguments.peek(words, "dataset") or base.get("dataset", catalog.DATASET))
    seed = arguments.peek(words, "seed") or base.get("seed", 0)
    stem = pathlib.Path(dataset).expanduser().resolve().name.removesuffix(".npz").removesuffix(".npy")
    return f"runs/{variant}-{stem}-{seed}"


def _of_run(folder, variant):
    """The settings of the run to go on with."""
    folder.read_manifest()  # raises where there is none
    if not folder.config.exists():
        raise UsageError(f"{folder.path} holds no {folder.config.name}; go on with the script that began it.")
    saved = config_file.read(folder.config)
    if variant not in (None, saved["variant"]):
        raise UsageError(
            f"{folder.path} holds a run of {saved['variant']}, not of {variant}. Leave the variant out, or pass "
            "another --out."
        )
    return saved


def complete(asked: Request) -> Plan:
    """Reads all settings with the variant's own parser; imports TensorFlow.

    What counts, the later the more: signatures, the catalogue, the resumed run, `--config`, the words.
    """
    from keras_gan.cli import parser as parsers

    parser = parser_of(asked)
    words = arguments.normalized(asked.words, parser.defaults)
    settings = parsers.parse(parser.parser, "parse_args", words)
    if asked.resume and asked.folder.is_claimed():
        _check_same_end(settings, asked.base)
    return Plan(asked.entry, parser, settings, asked.folder, asked.resume)


def parser_of(asked: Request):
    """The variant's parser, whose defaults are all that counts less than the words."""
    from keras_gan.cli import parser as parsers

    family = family_of(asked)
    parser = parsers.for_variant(asked.entry, family)
    dataset = arguments.peek(asked.words, "dataset") or asked.base.get("dataset", catalog.DATASET)
    recipe = catalog.RECIPES.get((asked.entry.name, dataset), {}) if family == asked.entry.family else {}
    assumed = asked.entry.defaults | catalog.DATASETS.get(dataset, {}) | recipe | {"networks": family}
    known = parser.defaults
    parser.parser.set_defaults({name: value for name, value in assumed.items() if name in known})
    base = {name: value for name, value in asked.base.items() if name != "variant"}
    _check_config(base, known)
    if base:
        values = parsers.parse(parser.parser, "parse_object", config_file.nested(base))
        parser.parser.set_defaults({name: values[name] for name in base})
    return parser


def family_of(asked: Request) -> str:
    """The module of `keras_gan.networks` that is asked for; the variant's own by default."""
    from keras_gan import networks
    from keras_gan.words import nearest

    family = arguments.peek(asked.words, "networks") or asked.base.get("networks") or asked.entry.family
    if family not in networks.__all__:
        raise UsageError(f"--networks {family}: unknown{nearest(family, networks.__all__)}.")
    return family


def _check_same_end(settings, saved):
    """A learning rate that falls over the whole run knows its end from the beginning."""
    if settings["lr_schedule"] != "constant" and settings["epochs"] != saved["epochs"]:
        raise UsageError(
            f"--epochs {settings['epochs']}: the learning rate ({settings['lr_schedule']}) falls over the whole run of "
            f"{saved['epochs']} epochs. Go on without --epochs, or begin another run with another --out."
        )


def _check_config(base, known):
    for name in base:
        if name not in known or name in _OF_A_CALL:
            near = arguments.near_flags(name, [other for other in known if other not in _OF_A_CALL])
            raise UsageError(f"unknown setting {name!r} in the configuration{near}")
