"""What is wrong with networks, said before anything runs: what was passed, what was expected, the repair."""

import warnings

import keras

from keras_gan.layers import Pack, SpectralNormalization
from keras_gan.models import wiring

_KERAS_RANDOM_LAYERS = "They draw the same numbers on every replica and are not saved with the model"


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
    made, judged = wiring.first_output(generator).shape[1:], wiring.input_called(discriminator, "images").shape[1:]
    turned = wiring.first_output(discriminator).shape[1:] == wiring.input_called(generator, "images").shape[1:]
    return made != judged and turned


def _check_has_input(owner, network, name):
    if len(network.inputs) > 1 and name not in [tensor.name for tensor in network.inputs]:
        raise ValueError(
            f"{owner}: the network '{network.name}' has inputs {[tensor.name for tensor in network.inputs]}; expected "
            f"{name!r} among them: the names say what to feed. Use keras.Input(shape, name={name!r})."
        )


def _check_shapes(owner, generator, discriminator):
    made, judged = wiring.first_output(generator).shape[1:], wiring.input_called(discriminator, "images").shape[1:]
    if made != judged:
        raise ValueError(
            f"{owner}: the generator makes images of shape {made}, the discriminator takes {judged}; expected the "
            "same (height, width, channels). Build both with one image_shape."
        )
    said = wiring.said_by(discriminator)
    if "scores" not in said:
        raise ValueError(f"{owner}: the discriminator returns {sorted(said)}; expected 'scores' among them.")


def check_says(owner, discriminator, loss):
    """The discriminator says all that the loss reads."""
    said = wiring.said_by(discriminator)
    for name, repair in loss.needs.items():
        if name not in said:
            raise ValueError(
                f"{owner}: {type(loss).__name__} reads {name!r}, the discriminator '{discriminator.name}' returns "
                f"{', '.join(sorted(said))}. {repair}"
            )


def check_takes_labels(owner, **networks):
    """Each of the networks has the input `labels`."""
    for argument, network in networks.items():
        if "labels" not in _input_names(network):
            raise ValueError(
                f"{owner}: the {argument} '{network.name}' takes {', '.join(_input_names(network))}; expected labels "
                "too. Build it with num_classes=..., the number of classes."
            )


def check_takes_no_labels(owner, *networks):
    """In a game in which the discriminator is to find the class of an image, nobody is told it."""
    for network in networks:
        if "labels" in _input_names(network):
            raise ValueError(
                f"{owner}: the {network.name} takes labels; expected none, as the discriminator has to find the "
                "classes. Build it without num_classes."
            )


def check_unpacked(owner, who, discriminator):
    """Each score judges one image: of a pack nobody knows which of its images a class, a code or a slope belongs to."""
    for layer in discriminator._flatten_layers():
        if isinstance(layer, Pack) and layer.packing > 1:
            raise ValueError(
                f"{owner}: the discriminator '{discriminator.name}' judges packs of {layer.packing} images, and {who} "
                "needs to know what it says of each image. Build it with packing=1; against collapse, "
                "minibatch='standard_deviation' goes with everything."
            )


def warn_if_joined(owner, discriminator):
    """Labels beside the images, before any weights, are no projection; of anything else nobody can tell from here."""
    for operation in discriminator.operations:
        if type(operation).__name__ != "Concatenate":
            continue
        sources = [_source(tensor) for node in operation._inbound_nodes for tensor in node.input_tensors]
        if ("images", False) in sources and "labels" in dict(sources):
            warnings.warn(
                f"{owner}: the discriminator '{discriminator.name}' joins the labels to its images, so this is "
                "ConditionalGAN with the hinge loss. Build it with conditioning='projection'.",
                stacklevel=3,
            )


def _source(tensor):
    """(name of what a tensor was made of, one operation after the other; whether one of them has weights)."""
    has_weights = False
    while True:
        operation, node, _ = tensor._keras_history
        made_of = operation._inbound_nodes[node].input_tensors
        if len(made_of) != 1:
            return tensor.name, has_weights
        tensor, has_weights = made_of[0], has_weights or bool(getattr(operation, "weights", []))


def _input_names(network):
    return [tensor.name for tensor in network.inputs]


def check_latents(owner, prior, generator):
    """The prior draws latents of the size that the generator takes."""
    size = wiring.input_called(generator, "latents").shape[-1]
    if prior.dim != size:
        raise ValueError(
            f"{owner}: the prior draws latents of size {prior.dim}, the generator takes {size}; expected the same. "
            f"Use {type(prior).__name__}({size}), or build the generator with latent_dim={prior.dim}."
        )


def check_gives_scores(owner, discriminator):
    """A discriminator that ends in a sigmoid would make every loss here wrong, silently."""
    squashed = _squashed_by(wiring.first_output(discriminator))
    if squashed:
        raise ValueError(
            f"{owner}: the discriminator ends in a {squashed}; expected scores (logits, high = real). "
            "Remove the activation of its last layer: the losses apply the sigmoid themselves, and stay finite."
        )


def _squashed_by(tensor):
    """Name of the sigmoid or softmax that made a tensor, seen through models, wrappers and what changes no value."""
    operation, node, _ = tensor._keras_history
    if isinstance(operation, keras.Model):
        return _squashed_by(wiring.first_output(operation))
    layer = operation.layer if isinstance(operation, keras.layers.Wrapper) else operation
    activation = getattr(layer, "activation", None)
    if activation in (keras.activations.sigmoid, keras.activations.hard_sigmoid, keras.activations.softmax):
        return activation.__name__
    name = type(layer).__name__
    if name in ("Sigmoid", "HardSigmoid", "Softmax"):
        return name.lower()
    is_linear = name == "Activation" and activation is keras.activations.linear
    if is_linear or isinstance(layer, (keras.layers.Flatten, keras.layers.Reshape)):
        return _squashed_by(operation._inbound_nodes[node].input_tensors[0])
    return None


def check_regularizers(owner, networks):
    """Weights may be regularised, activities not: a network is called in many places, and each would count."""
    for network in networks:
        for layer in network._flatten_layers(include_self=False):
            if getattr(layer, "activity_regularizer", None) is not None:
                raise ValueError(
                    f"{owner}: the layer '{layer.name}' has an activity_regularizer, which a game calls on real, "
                    "generated and mixed images alike. Use a kernel_regularizer, or write a penalty."
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


def warn_unless_normalized(owner, discriminator):
    """A game that counts on a critic of bounded slope cannot see whether it has one, but for its layers."""
    if not any(isinstance(layer, SpectralNormalization) for layer in discriminator._flatten_layers()):
        warnings.warn(
            f"{owner}: no layer of the discriminator '{discriminator.name}' is spectrally normalised, so nothing holds "
            "its scores. Build it with normalization='spectral', or wrap its layers in "
            "keras_gan.layers.SpectralNormalization.",
            stacklevel=3,
        )
