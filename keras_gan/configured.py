"""A constructor's arguments are a part's configuration: whoever is `Configured` writes no `get_config`.

Keras records the arguments of layers too, but for a `keras.Model` whose arguments all have defaults
it records those defaults and loses what was passed. Here `__new__` notes exactly what was passed.
"""

import inspect

import keras

from keras_gan.words import nearest, snake_case


class Configured:
    """Mixin, first among the bases: `get_config` and `from_config` follow from the constructor."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        keras.saving.register_keras_serializable(package=cls.__module__.split(".")[0])(cls)

    def __new__(cls, *args, **kwargs):
        cls.check_arguments(args, kwargs)
        instance = super().__new__(cls)
        # object's own setattr, and a name that savers pass over: Keras must not track the arguments twice
        object.__setattr__(instance, "__arguments__", _bound(cls, args, kwargs))
        return instance

    def __init__(self, **kwargs):
        if kwargs and type(self).__mro__[-2] is Configured:  # no base of Keras': nobody takes them
            raise TypeError(f"{type(self).__name__}: got {', '.join(kwargs)}; it takes no arguments.")
        super().__init__(**kwargs)

    @classmethod
    def check_arguments(cls, args, kwargs):
        """Raises at a common mistake. A subclass overrides this and not `__new__`, which would hide its signature."""

    def get_config(self):
        """The constructor's arguments, as Keras serialises them."""
        return {name: keras.saving.serialize_keras_object(value) for name, value in self.__arguments__.items()}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Calls the constructor with what `get_config` wrote."""
        arguments = {
            name: keras.saving.deserialize_keras_object(value, custom_objects=custom_objects)
            for name, value in config.items()
        }
        return cls(**arguments)


def _bound(cls, args, kwargs):
    """{name: value} of all that `cls(*args, **kwargs)` was given or took by default."""
    signature = inspect.signature(cls.__init__)
    try:
        bound = signature.bind(None, *args, **kwargs)
    except TypeError as error:
        named = [p.name for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD][1:]
        raise TypeError(f"{cls.__name__}: {error}. Its arguments: {', '.join(named) or 'none'}.") from None
    bound.apply_defaults()
    arguments = dict(list(bound.arguments.items())[1:])
    for name, parameter in signature.parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            arguments |= arguments.pop(name)
    return arguments


def from_name(word, choices, kind):
    """Makes the part that `word` names, or hands on a part that is one already.

    Args:
        word: snake-case name of a class in `choices`, or an instance.
        choices: module whose public classes are the parts.
        kind: str, what the parts are, for the error.

    Raises:
        ValueError: no part of that name; the nearest names are said.
    """
    if not isinstance(word, str):
        return word
    classes = {name: part for name, part in vars(choices).items() if inspect.isclass(part) and name in choices.__all__}
    # The base of a kind, which stands on Configured alone, is no part.
    known = {snake_case(name): part for name, part in classes.items() if part.__bases__ != (Configured,)}
    if word not in known:
        raise ValueError(f"unknown {kind} {word!r}{nearest(word, known)}.")
    return known[word]()
