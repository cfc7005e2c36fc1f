"""Further outputs of a discriminator: what it says beside its scores, from the features it has already."""

import keras

from keras_gan.models import wiring
from keras_gan.networks import parts


def features_of(discriminator, layer: str | None = None):
    """The tensor of a discriminator's features.

    Args:
        discriminator: functional `keras.Model`.
        layer: str, name of the layer whose output they are. Defaults to `None`: the input of the last `Dense`.

    Returns:
        `KerasTensor` `(batch, ...)`.

    Raises:
        ValueError: no layer of that name; no `Dense` layer at all.
    """
    if layer is not None:
        known = [each.name for each in discriminator.layers]
        if layer not in known:
            raise ValueError(f"the discriminator has no layer {layer!r}; its layers are {', '.join(known)}.")
        return discriminator.get_layer(layer).output
    dense = [each for each in discriminator.layers if _is_dense(each)]
    if not dense:
        raise ValueError(
            "the discriminator has no Dense layer whose input would be its features; name the layer whose output they "
            f"are, one of {', '.join(each.name for each in discriminator.layers)}."
        )
    return dense[-1].input


def _is_dense(layer):
    """A Dense layer, or a wrapper around one (spectral normalisation)."""
    return isinstance(getattr(layer, "layer", layer), keras.layers.Dense)


def with_outputs(discriminator, **tensors):
    """The same discriminator, saying more: same inputs, same layers, `scores` and these.

    Args:
        discriminator: functional `keras.Model`, images → scores, or a dict with `scores`.
        **tensors: {name: `KerasTensor` made from the discriminator's own}; `scores` replaces the old ones.

    Returns:
        functional `keras.Model`, images → dict.
    """
    inputs = {tensor.name: tensor for tensor in discriminator.inputs} if len(discriminator.inputs) > 1 else None
    said = wiring.said_by(discriminator) | tensors
    return keras.Model(inputs or discriminator.inputs[0], said, name=discriminator.name)


def with_linear(discriminator, name: str, units: int):
    """The same discriminator with one more output: linear in its features, in a float32 layer of that name.

    Args:
        discriminator: functional `keras.Model`; one that has the output is taken as it is.
        name: str, of the output and of its layer: `classes`, `codes`.
        units: int, size of the output.

    Returns:
        functional `keras.Model`, images → dict.

    Raises:
        ValueError: the discriminator has that output, of another size.
    """
    said = wiring.said_by(discriminator)
    if name in said:
        if said[name].shape[-1] != units:
            raise ValueError(f"the discriminator's {name!r} are of size {said[name].shape[-1]}; expected {units}.")
        return discriminator
    head = keras.layers.Dense(units, dtype=parts.output_dtype(), name=name)
    return with_outputs(discriminator, **{name: head(features_of(discriminator))})
