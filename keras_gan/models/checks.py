"""What is wrong with networks and data, said before anything runs: what was passed, what was expected, the repair."""

import warnings

import keras
import numpy as np
import tensorflow as tf

from keras_gan.penalties import Every

_KERAS_RANDOM_LAYERS = "They draw the same numbers on every replica and are not saved with the model"


def input_called(network, name):
    """The input tensor of that name; a network with a single input may call it as it likes."""
    found = [tensor for tensor in network.inputs if tensor.name == name]
    return found[0] if found else network.inputs[0]


def feed(network, name, values, training):
    """Calls a network on those of the named `values` that its inputs ask for.

    Args:
        network: functional `keras.Model`.
        name: str, what its input is where there is only one, whatever it is called.
        values: dict of tensors; names it does not ask for are left out.
        training: bool.
    """
    if len(network.inputs) == 1:
        return network(values[name], training=training)
    missing = [tensor.name for tensor in network.inputs if tensor.name not in values]
    if missing:
        raise ValueError(
            f"the network '{network.name}' takes {', '.join(missing)}, the minibatch holds {sorted(values)}; "
            "give fit (images, labels), or a dict with these names."
        )
    return network({tensor.name: values[tensor.name] for tensor in network.inputs}, training=training)


def check_networks(owner, generator, discriminator):
    """Two networks, built, in the right order, of fitting shapes; the discriminator gives scores, not probabilities."""
    for argument, network in (("generator", generator), ("discriminator", discriminator)):
        _check_is_built(owner, argument, network)
    _check_has_input(owner, generator, "latents")
    _check_has_input(owner, discriminator, "images")
    if _looks_swapped(generator, discriminator):
        raise ValueError(
            f"{owner}: the first network takes images and gives scores, so it is the discriminator; expected "
            f"{owner}(generator, discriminator). keras.io's examples have the other order."
        )
    _check_shapes(owner, generator, discriminator)
    check_gives_scores(owner, discriminator)


def _check_is_built(owner, argument, network):
    if not isinstance(network, keras.Model):
        raise TypeError(f"{owner}: {argument}={network!r}; expected a keras.Model, e.g. from keras_gan.networks.")
    if not network.built or not getattr(network, "inputs", None):
        raise ValueError(
            f"{owner}: the {argument} '{network.name}' is not built, so its weights do not exist yet. Make it a "
            "functional model: keras.Model(keras.Input(shape), outputs), or give a Sequential a keras.Input first."
        )


def _looks_swapped(generator, discriminator):
    made, judged = _first_output(generator).shape[1:], input_called(discriminator, "images").shape[1:]
    turned = _first_output(discriminator).shape[1:] == input_called(generator, "images").shape[1:]
    return made != judged and turned


def _first_output(network):
    """The images of a generator; the scores of a discriminator."""
    outputs = network.outputs[0] if isinstance(network, keras.Sequential) else network.output
    if isinstance(outputs, dict):
        return outputs.get("scores", next(iter(outputs.values())))
    return network.outputs[0]


def _check_shapes(owner, generator, discriminator):
    made, judged = _first_output(generator).shape[1:], input_called(discriminator, "images").shape[1:]
    if made != judged:
        raise ValueError(
            f"{owner}: the generator makes images of shape {made}, the discriminator takes {judged}; expected the "
            "same (height, width, channels). Build both with one image_shape."
        )
    outputs = None if isinstance(discriminator, keras.Sequential) else discriminator.output
    if isinstance(outputs, dict) and "scores" not in outputs:
        raise ValueError(f"{owner}: the discriminator returns {sorted(outputs)}; expected 'scores' among them.")


def _check_has_input(owner, network, name):
    if len(network.inputs) > 1 and name not in [tensor.name for tensor in network.inputs]:
        raise ValueError(
            f"{owner}: the network '{network.name}' has inputs {[tensor.name for tensor in network.inputs]}; expected "
            f"{name!r} among them: the names say what to feed. Use keras.Input(shape, name={name!r})."
        )


def check_latents(owner, prior, generator):
    """The prior draws latents of the size that the generator takes."""
    size = input_called(generator, "latents").shape[-1]
    if prior.dim != size:
        raise ValueError(
            f"{owner}: the prior draws latents of size {prior.dim}, the generator takes {size}; expected the same. "
            f"Use {type(prior).__name__}({size}), or build the generator with latent_dim={prior.dim}."
        )


def check_gives_scores(owner, discriminator):
    """A discriminator that ends in a sigmoid would make every loss here wrong, silently."""
    squashed = _squashed_by(_first_output(discriminator))
    if squashed:
        raise ValueError(
            f"{owner}: the discriminator ends in a {squashed}; expected scores (logits, high = real). "
            "Remove the activation of its last layer: the losses apply the sigmoid themselves, and stay finite."
        )


def _squashed_by(tensor):
    """Name of the sigmoid or softmax that made a tensor, seen through models, reshaping and linear activations."""
    operation, node, _ = tensor._keras_history
    if isinstance(operation, keras.Model):
        return _squashed_by(_first_output(operation))
    activation = getattr(operation, "activation", None)
    if activation in (keras.activations.sigmoid, keras.activations.hard_sigmoid, keras.activations.softmax):
        return activation.__name__
    name = type(operation).__name__
    if name in ("Sigmoid", "HardSigmoid", "Softmax"):
        return name.lower()
    is_linear = name == "Activation" and activation is keras.activations.linear
    if is_linear or isinstance(operation, (keras.layers.Flatten, keras.layers.Reshape)):
        return _squashed_by(operation._inbound_nodes[node].input_tensors[0])
    return None


def check_whole(owner, minimum, **numbers):
    """Whole numbers, none below the minimum."""
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < minimum:
            raise ValueError(f"{owner}: {name}={number!r}; expected a whole number of at least {minimum}.")


def check_parts(owner, argument, parts, kinds, example):
    """Objects of the right kind, not their names or classes."""
    for part in parts:
        if not isinstance(part, kinds):
            raise TypeError(f"{owner}: {argument} holds {part!r}; expected an object such as {example}.")


def check_regularizers(owner, networks):
    """Weights may be regularised, activities not: a network is called in many places, and each would count."""
    for network in networks:
        for layer in network._flatten_layers(include_self=False):
            if getattr(layer, "activity_regularizer", None) is not None:
                raise ValueError(
                    f"{owner}: the layer '{layer.name}' has an activity_regularizer, which a game calls on real, "
                    "generated and mixed images alike. Use a kernel_regularizer, or write a penalty."
                )


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


def check_policies(owner, networks):
    """float32 or mixed_bfloat16, the same for every player."""
    policies = {name: _policies(network) for name, network in networks.items()}
    for name, found in policies.items():
        refused = found & {"float16", "mixed_float16", "bfloat16"}
        if refused:
            reason = "its weights are too coarse to move" if "bfloat16" in refused else "small gradients vanish in it"
            raise ValueError(
                f"{owner}: the {name} has the dtype policy {refused.pop()!r}: {reason}. Set "
                "keras.config.set_dtype_policy('mixed_bfloat16') before building the networks."
            )
    mixed = {name for name, found in policies.items() if "mixed_bfloat16" in found}
    if mixed and mixed != set(policies):
        raise ValueError(
            f"{owner}: only {', '.join(sorted(mixed))} computes in mixed_bfloat16; expected one policy for all "
            "players. Set the policy before building the first network."
        )


def _policies(network):
    return {layer.dtype_policy.name for layer in network._flatten_layers(include_self=False)}


def warn_of_foreign_random_layers(owner, networks):
    """Keras' own dropout and noise layers hold a `SeedGenerator`: neither replicas nor a resumed run agree on it."""
    for name, network in networks.items():
        found = sorted({type(layer).__name__ for layer in network._flatten_layers() if _holds_seed_generator(layer)})
        if found:
            warnings.warn(
                f"{owner}: the {name} has layers that hold a keras.random.SeedGenerator: {', '.join(found)}. "
                f"{_KERAS_RANDOM_LAYERS}. Use keras_gan.layers.Dropout or GaussianNoise.",
                stacklevel=3,
            )


def _holds_seed_generator(layer):
    return isinstance(getattr(layer, "seed_generator", None), keras.random.SeedGenerator)


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


def check_batch_size(owner, images, replicas):
    """The share of a replica is a whole number of images."""
    if images % replicas:
        raise ValueError(
            f"{owner}: a minibatch of {images} images cannot be cut into {replicas} equal shares, one for each "
            f"replica. Use a batch size that {replicas} divides, such as {max(images // replicas, 1) * replicas}."
        )


def check_number_of_steps(owner, minibatches, n_critic, steps_per_epoch):
    """An epoch holds at least one training step, and as many as were asked for."""
    steps = minibatches // n_critic
    if steps_per_epoch is not None:
        check_whole(owner, 1, steps_per_epoch=steps_per_epoch)
    if steps < 1:
        raise ValueError(
            f"{owner}: {minibatches} minibatches an epoch, but one training step takes n_critic={n_critic}. "
            "Use a smaller batch_size, more images, or a smaller n_critic."
        )
    if steps_per_epoch is not None and steps_per_epoch > steps:
        raise ValueError(
            f"{owner}: steps_per_epoch={steps_per_epoch}, but the data give {steps} steps of n_critic={n_critic} "
            "minibatches; lower it, or raise epochs."
        )


def check_images(owner, images, expected_shape):
    """The first minibatch: float, finite, in [-1, 1] (rank 4; points of rank 2 are unbounded), of the right shape."""
    shape = tuple(images.shape[1:])
    if images.ndim not in (2, 4):
        raise ValueError(
            f"{owner}: images of shape {tuple(images.shape)}; expected (batch, height, width, channels), or points "
            "(batch, dim). Grayscale images want a channel axis: images[..., None]."
        )
    if shape != tuple(expected_shape):
        raise ValueError(
            f"{owner}: images of shape {shape}, the discriminator takes {tuple(expected_shape)}; build the networks "
            f"with image_shape={shape}, or load the data with image_size and channels."
        )
    if images.dtype.kind != "f":
        raise ValueError(
            f"{owner}: images are {images.dtype}; expected float32 in [-1, 1]. Use keras_gan.pixels.from_uint8(images)."
        )
    if not np.isfinite(images).all():
        raise ValueError(f"{owner}: the images hold NaN or infinite values; find them with np.isfinite(images).")
    if len(shape) == 3:
        _check_range(owner, images)


def _check_range(owner, images):
    low, high = float(images.min()), float(images.max())
    if low < -1.001 or high > 1.001:
        span = "[0, 255]" if low >= 0 and high <= 255 else f"[{low:.3g}, {high:.3g}]"
        raise ValueError(f"{owner}: images lie in {span}; expected [-1, 1]. Use keras_gan.pixels.from_uint8(images).")
    if low >= 0:
        warnings.warn(
            f"{owner}: no value of the first minibatch is below 0, so the images seem to lie in [0, 1]; expected "
            "[-1, 1]. Use images * 2 - 1.",
            stacklevel=4,
        )
