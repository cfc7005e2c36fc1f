"""Losses, penalties, priors and optimisers as text: `hinge`, `r1(gamma=1)`, `every(16, r1(10))`, `adam(1e-4)`."""

import ast
import dataclasses
import importlib
import inspect

from keras_gan.cli.errors import UsageError
from keras_gan.words import nearest, snake_case


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of part.

    Args:
        word: str, what one is called in errors.
        module: str, where its classes are public.
        base: str, name of their base class, which is no part itself.
        example: str, one with arguments.
        many: bool, whether the setting takes several.
    """

    word: str
    module: str
    base: str
    example: str
    many: bool = False

    def choices(self) -> dict:
        """{name in text: class}."""
        public = vars(importlib.import_module(self.module))
        names = public.get("__all__", [name for name in public if name[0].isupper()])
        classes = {snake_case(name): public[name] for name in names if inspect.isclass(public[name])}
        return {name: part for name, part in classes.items() if part.__name__ != self.base}


OPTIMIZER = Kind("optimizer", "keras.optimizers", "Optimizer", "adam(1e-4, beta_1=0)")

KINDS = {  # argument of a model's constructor: what may stand there
    "adversarial_loss": Kind("loss", "keras_gan.losses", "AdversarialLoss", "least_squares(1, -1, 0)"),
    "penalties": Kind("penalty", "keras_gan.penalties", "Penalty", "every(16, r1(10))", many=True),
    "augmentation": Kind(
        "augmentation", "keras_gan.augmentations", "Augmentation", "adaptive_augmentation(target=0.6)", many=True
    ),
    "prior": Kind("prior", "keras_gan.priors", "Prior", "uniform(64)"),
}


def make(text: str, kind: Kind):
    """The part that `text` describes.

    Args:
        text: a name, or a name with arguments as in Python: numbers, strings, and other parts.
        kind: `Kind`.

    Raises:
        UsageError: no such name, or arguments that the part does not take.
    """
    try:
        return _part(ast.parse(text.strip(), mode="eval").body, text, kind)
    except SyntaxError:
        raise _unreadable(text, kind) from None


def _unreadable(text, kind):
    return UsageError(f"{kind.word} {text!r} cannot be read; expected a name or a call such as {kind.example}.")


def _part(expression, text, kind):
    if isinstance(expression, ast.Name):
        return _called(expression.id, [], {}, kind)
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name):
        args = [_argument(arg, text, kind) for arg in expression.args]
        kwargs = {keyword.arg: _argument(keyword.value, text, kind) for keyword in expression.keywords}
        return _called(expression.func.id, args, kwargs, kind)
    raise _unreadable(text, kind)


def _argument(expression, text, kind):
    """A literal, or a part within a part: of the same kind, or of another that knows its name."""
    if isinstance(expression, ast.Name | ast.Call):
        name = getattr(getattr(expression, "func", expression), "id", "")
        return _part(expression, text, next((k for k in (kind, *KINDS.values()) if name in k.choices()), kind))
    try:
        return ast.literal_eval(expression)
    except ValueError:
        raise UsageError(f"{kind.word} {text!r}: {ast.unparse(expression)} is neither a number nor a name.") from None


def _called(name, args, kwargs, kind):
    choices = kind.choices()
    if name not in choices:
        raise UsageError(f"unknown {kind.word} {name!r}{nearest(name, choices)}.")
    try:
        return choices[name](*args, **kwargs)
    except TypeError as error:
        raise UsageError(f"{kind.word} {name}{inspect.signature(choices[name])}: {error}") from None
