"""The parser of `keras-gan train VARIANT`: settings from our dataclasses, the rest from the signatures themselves."""

import argparse
import dataclasses
import inspect

import jsonargparse

from keras_gan import catalog
from keras_gan.cli import parts, settings
from keras_gan.cli.help_format import HelpFormatter

_OURS = {"image_shape", "latent_dim", "num_classes"}  # builders' arguments that data and settings decide
_NOT_SETTINGS = {"seed", "name", "num_classes"}  # models' arguments: a setting of ours, what data decide, or nothing

_EPILOG = """The first word may name a variant (keras-gan list shows them); it brings settings of its own, which
keras-gan train VARIANT --help shows too. Dashes and underscores in names are one."""


@dataclasses.dataclass
class VariantParser:
    """A parser, and which of its settings belong to whom.

    Args:
        parser: `jsonargparse.ArgumentParser`.
        model: names of the settings that the model's constructor takes.
        optimizers: names of the settings that `compile` takes, such as `d_optimizer`.
        builders: {argument of the model's constructor: function that builds the network}.
    """

    parser: jsonargparse.ArgumentParser
    model: list[str]
    optimizers: list[str]
    builders: dict

    @property
    def defaults(self) -> dict:
        """{setting: default}, flat."""
        return vars(self.parser.get_defaults().as_flat())


def for_any_variant() -> jsonargparse.ArgumentParser:
    """The parser of what all variants have in common; imports no TensorFlow."""
    parser = jsonargparse.ArgumentParser(
        prog="keras-gan train",
        usage="keras-gan train [VARIANT] [--setting value ...]",
        description=f"Trains a GAN: by default {catalog.VARIANT} on {catalog.DATASET}, which needs no download.",
        epilog=_EPILOG,
        formatter_class=HelpFormatter,
        exit_on_error=False,
    )
    for group in (settings.Invocation, *settings.GROUPS):
        parser.add_class_arguments(group)
    return parser


def for_variant(entry: catalog.Entry, family: str) -> VariantParser:
    """The parser with the settings of one variant's model and of its networks.

    Args:
        entry: the variant.
        family: module of `keras_gan.networks` that the networks come from.
    """
    parser = for_any_variant()
    parser.usage = f"keras-gan train {entry.name} [--setting value ...]"
    parser.description = f"{entry.name}: {entry.summary} ({entry.paper}, https://arxiv.org/abs/{entry.arxiv})."
    model = catalog.resolve(entry.model)
    names = _add_model(parser, model, entry)
    optimizers = _add_optimizers(parser, model)
    builders = {argument: builder_of(dotted, family, entry) for argument, dotted in entry.networks.items()}
    for argument, builder in builders.items():
        _add_network(parser, argument, builder, family)
    return VariantParser(parser, names, optimizers, builders)


def builder_of(dotted: str, family: str, entry: catalog.Entry):
    """The builder that the entry names; where another family is asked for, the function of that name in its module."""
    if family == entry.family:
        return catalog.resolve(dotted)
    package, _, function = dotted.rpartition(".")[0], *dotted.rpartition(":")[1:]
    return catalog.resolve(f"{package}.{family}:{function}")


def _add_model(parser, model, entry):
    """The model's own arguments; losses, penalties and priors as text."""
    scratch = jsonargparse.ArgumentParser(exit_on_error=False)
    taken = set(scratch.add_class_arguments(model, skip={*entry.networks}, fail_untyped=False))
    as_text = [name for name in parts.KINDS if name in taken]
    skip = {*entry.networks, *as_text, *(taken & _NOT_SETTINGS)}
    names = parser.add_class_arguments(model, skip=skip, fail_untyped=False)
    group = parser.groups[model.__name__]
    for name in as_text:
        _add_part(group, name, parts.KINDS[name], scratch.get_default(name))
    return [*names, *as_text]


def _add_part(group, name, kind, default):
    words = ", ".join(kind.choices())
    said = f'{words}; with arguments: "{kind.example}".'
    if kind.many:
        group.add_argument(f"--{name}", type=str, nargs="*", default=list(default or ()), help=said)
    else:
        group.add_argument(f"--{name}", type=str | None, default=default, help=said)


def _add_optimizers(parser, model):
    """One setting for each optimiser that the model's `compile` takes."""
    names = [name for name in inspect.signature(model.compile).parameters if name.endswith("_optimizer")]
    group = parser.add_argument_group("Optimizers")
    for name in names:
        said = f'any of keras.optimizers, such as "{parts.OPTIMIZER.example}"; by default the paper\'s.'
        group.add_argument(f"--{name}", type=str | None, default=None, help=said)
    return names


def _add_network(parser, argument, builder, family):
    """The builder's own arguments, as `--generator.filters`."""
    parser.add_function_arguments(builder, argument, skip=_OURS & {*inspect.signature(builder).parameters})
    group = parser.groups[argument]
    group.title = f"{argument.capitalize()} (networks.{family}): {group.title}"


def parse(parser: jsonargparse.ArgumentParser, method: str, given) -> dict:
    """Calls a parsing method; what it returns as a flat dict, what it raises in our words."""
    from keras_gan.cli.parser_errors import reworded

    try:
        return vars(getattr(parser, method)(given).as_flat())
    except argparse.ArgumentError as error:
        raise reworded(error) from None
