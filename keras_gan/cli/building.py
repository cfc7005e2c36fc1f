"""From settings to data, networks, model and optimisers."""

import inspect

import keras

from keras_gan import catalog, data
from keras_gan.cli import parts
from keras_gan.cli.errors import UsageError
from keras_gan.cli.plan import Plan

_OF_LOAD = ("split", "image_size", "channels", "batch_size", "seed", "data_dir", "num_images")


def load_data(plan: Plan) -> data.Minibatches:
    """The minibatches that the settings ask for, with the labels that the variant needs."""
    settings, needs = plan.settings, plan.entry.data
    given = {name: settings[name] for name in _OF_LOAD}
    if needs == "images":
        return data.load(settings["dataset"], **given)
    try:
        minibatches = data.load(settings["dataset"], **given, labels=True)
    except ValueError as error:
        raise UsageError(f"{plan.entry.name} learns from labels. {error}") from error
    if needs == "semi_supervised":
        return data.few_labels(minibatches, settings["num_labels"], seed=settings["seed"])
    return minibatches


def build(plan: Plan, minibatches: data.Minibatches) -> keras.Model:
    """The compiled model; call it in the strategy's scope."""
    given = {"image_shape": tuple(data.images_of(minibatches.element_spec).shape[1:])}
    networks = {
        argument: _network(plan, argument, given | _classes(plan, argument, minibatches))
        for argument in plan.parser.builders
    }
    arguments = {name: _part(name, value) for name, value in plan.of_model().items()}
    arguments = {name: value for name, value in arguments.items() if value is not None or name not in parts.KINDS}
    arguments |= _classes(plan, "model", minibatches)
    model = catalog.resolve(plan.entry.model)(**networks, **arguments, seed=plan.settings["seed"])
    steps = plan.settings["steps_per_epoch"] or len(minibatches) // model.n_critic
    model.compile(
        **_optimizers(plan, model, steps * plan.settings["epochs"]),
        jit_compile=plan.settings["jit_compile"],
        steps_per_execution=plan.settings["steps_per_execution"],
    )
    return model


def _classes(plan, whom, minibatches):
    """The number of classes, for a network or the model that is told it."""
    return {"num_classes": minibatches.num_classes} if whom in plan.entry.classes_for else {}


def _network(plan, argument, given):
    builder, image_shape = plan.parser.builders[argument], given["image_shape"]
    given |= {"latent_dim": plan.settings["latent_dim"]}
    given = {name: value for name, value in given.items() if name in inspect.signature(builder).parameters}
    try:
        return builder(**given, **plan.of_network(argument))
    except ValueError as error:
        raise UsageError(f"{argument}: {error}{_repair(image_shape, str(error))}") from error


def _repair(image_shape, said):
    """What the command line can do about a size that a network does not fit."""
    if len(image_shape) == 1:
        return " Points want --networks mlp."
    return " --image-size sets the size of the images." if "image" in said else ""


def _part(name, value):
    """A setting as the model's constructor takes it."""
    kind = parts.KINDS.get(name)
    if kind is None or value is None:
        return value
    return [parts.make(text, kind) for text in value] if kind.many else parts.make(value, kind)


def _optimizers(plan, model, steps):
    """{argument of compile: optimizer}; nothing for players whose paper's optimiser stays as it is."""
    schedule, paper = plan.settings["lr_schedule"], model.paper_optimizers()
    chosen = {}
    for name in plan.parser.optimizers:
        player, text = name.removesuffix("_optimizer"), plan.settings[name]
        optimizer = paper[player] if text is None else parts.make(text, parts.OPTIMIZER)
        updates = steps * (model.n_critic if player == "d" else 1)
        chosen[name] = optimizer if schedule == "constant" else _scheduled(optimizer, schedule, updates)
    return chosen


def _scheduled(optimizer, schedule, updates):
    """The same optimiser with a learning rate that falls to 0 over so many of its updates."""
    rate = float(optimizer.learning_rate)
    schedules = keras.optimizers.schedules
    falling = {
        "linear": schedules.PolynomialDecay(rate, updates, end_learning_rate=0.0),
        "cosine": schedules.CosineDecay(rate, updates),
    }[schedule]
    return type(optimizer).from_config(optimizer.get_config() | {"learning_rate": falling})
