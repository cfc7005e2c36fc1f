"""How many classes a conditional generator knows."""

import keras

LABELS = "labels"


def count(model, network) -> int | None:
    """The number of classes: what `model.num_classes` says, else the size of what `network` makes of its `labels`.

    Args:
        model: whose attribute `num_classes` (int) goes first, where it has one: for a network that turns labels into
            numbers in a way of its own.
        network: functional `keras.Model`; read are `Embedding`, `CategoryEncoding` and `keras.ops.one_hot`.

    Returns:
        int, or `None` where the network takes no labels, or where nothing tells.
    """
    labels = [tensor for tensor in network.inputs if tensor.name == LABELS]
    return (getattr(model, "num_classes", None) or _reached_by(labels[0], network)) if labels else None


def _reached_by(labels, network):
    """The size of the first operation of a known kind that labels run into; operations stand in order."""
    reached = {id(labels)}
    for operation in network.operations:
        for node in operation._inbound_nodes:
            fed = [i for i, tensor in enumerate(node.input_tensors) if id(tensor) in reached]
            if fed and (size := _size(operation, fed[0])):
                return size
            reached.update(id(tensor) for tensor in node.output_tensors if fed)
    return None


def _size(operation, position):
    operation = getattr(operation, "layer", operation)  # what a wrapper wraps
    if isinstance(operation, keras.layers.Embedding):
        return operation.input_dim
    if isinstance(operation, keras.layers.CategoryEncoding):
        return operation.num_tokens
    if isinstance(operation, keras.Model) and position < len(getattr(operation, "inputs", None) or []):
        return _reached_by(operation.inputs[position], operation)
    return getattr(operation, "num_classes", None)  # of one_hot
