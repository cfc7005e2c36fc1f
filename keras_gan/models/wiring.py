"""How networks are fed and read: by the names of their inputs."""

import keras


def input_called(network, name):
    """The input tensor of that name; a network with a single input may call it as it likes."""
    found = [tensor for tensor in network.inputs if tensor.name == name]
    return found[0] if found else network.inputs[0]


def first_output(network):
    """The images of a generator; the scores of a discriminator."""
    outputs = said_by(network)
    return outputs.get("scores", next(iter(outputs.values())))


def said_by(network):
    """{name: tensor} of all that a network returns; what is no dict are `scores`."""
    outputs = None if isinstance(network, keras.Sequential) else network.output
    return dict(outputs) if isinstance(outputs, dict) else {"scores": network.outputs[0]}


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
    check_fed(network, values)
    return network({tensor.name: values[tensor.name] for tensor in network.inputs}, training=training)


def check_fed(network, names):
    """Raises where a network of several inputs asks for more than these names."""
    missing = [tensor.name for tensor in network.inputs if tensor.name not in names]
    if len(network.inputs) > 1 and missing:
        raise ValueError(
            f"the network '{network.name}' takes {', '.join(missing)}, the minibatch holds {sorted(names)}; "
            "give fit (images, labels), or a dict with these names."
        )
