"""What is wrong with a game's settings, said before anything runs: what was passed, what was expected, the repair."""

import warnings

import numpy as np
import tensorflow as tf

from keras_gan.penalties import Every


def check_whole(owner, minimum, **numbers):
    """Whole numbers, none below the minimum."""
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < minimum:
            raise ValueError(f"{owner}: {name}={number!r}; expected a whole number of at least {minimum}.")


def check_weights(owner, **weights):
    """Numbers that multiply a term, none below 0."""
    for name, weight in weights.items():
        if not weight >= 0:
            raise ValueError(f"{owner}: {name}={weight!r}; expected 0 or more, it multiplies a term.")


def check_parts(owner, argument, parts, kinds, example):
    """Objects of the right kind, not their names or classes."""
    for part in parts:
        if not isinstance(part, kinds):
            raise TypeError(f"{owner}: {argument} holds {part!r}; expected an object such as {example}.")


def check_lazy(owner, penalties, discriminator, replicas):
    """Inside the branch of a lazy penalty replicas cannot talk to each other."""
    synchronized = [layer for layer in discriminator._flatten_layers() if getattr(layer, "synchronized", False)]
    for penalty in penalties if replicas > 1 else ():
        if isinstance(penalty, Every) and (penalty.penalty.needs_batch or synchronized):
            why = f"its layer '{synchronized[0].name}' averages" if synchronized else "this penalty averages"
            raise ValueError(
                f"{owner}: Every({penalty.interval}, {type(penalty.penalty).__name__}), {replicas} replicas: {why} "
                "over the global minibatch, which cannot be done inside its branch. Compute the penalty at every step, "
                "or build the discriminator with normalization='layer' or None."
            )


def warn_unless_undecided(owner, augmentations, loss):
    """How sure a critic is cannot be told by scores of which only differences mean something."""
    for augmentation in augmentations if loss.undecided is None else ():
        if augmentation.needs_undecided:
            warnings.warn(
                f"{owner}: {type(augmentation).__name__} follows how sure the critic is of real images, and the scores "
                f"of {type(loss).__name__} do not tell: no score of theirs stands for a critic that is undecided. Use "
                "augmentation=keras_gan.augmentations.DiffAugment(), or a loss such as 'non_saturating' or 'hinge'.",
                stacklevel=4,
            )


def check_ownership(owner, players, variables):
    """Every trainable variable has exactly one player, hence exactly one optimiser."""
    owners = {}
    for player, owned in players.items():
        for variable in owned:
            if id(variable) in owners:
                raise ValueError(
                    f"{owner}: the variable '{variable.path}' belongs to both players {owners[id(variable)]!r} and "
                    f"{player!r}; expected one. Do not share layers between the generator and the discriminator."
                )
            owners[id(variable)] = player
    orphans = [variable.path for variable in variables if id(variable) not in owners]
    if orphans:
        raise ValueError(f"{owner}: no player trains {', '.join(orphans)}; set trainable=False on what must not move.")


def check_optimizers(owner, optimizers):
    """One optimiser instance for each player, and none that hides state from the strategy."""
    instances = list(optimizers.values())
    if len({id(optimizer) for optimizer in instances}) < len(instances):
        names = " and ".join(f"{player}_optimizer" for player in optimizers)
        raise ValueError(
            f"{owner}: {names} are one instance; their moments would mix. Make one for each: "
            "compile(d_optimizer=keras.optimizers.Adam(2e-4), g_optimizer=keras.optimizers.Adam(2e-4))."
        )
    for player, optimizer in optimizers.items():
        if optimizer.gradient_accumulation_steps and tf.distribute.get_strategy().num_replicas_in_sync > 1:
            raise ValueError(
                f"{owner}: {player}_optimizer accumulates gradients, which Keras cannot do under a strategy "
                "(merge_call). Raise the batch size instead: every replica takes its share of it."
            )


def check_scope(owner, strategy, variables):
    """All weights live where the strategy can mirror them: made inside its scope."""
    outside = [v.path for v in variables if not strategy.extended.variable_created_in_scope(v.value)]
    if strategy.num_replicas_in_sync > 1 and outside:
        raise ValueError(
            f"{owner}: {', '.join(outside[:3])} were made outside the strategy's scope, so each replica would have its "
            "own. Build networks, penalties and model, and call compile, inside `with strategy.scope():`."
        )
