"""What leaves the house: the averaged generator in float32, and what it is fed with."""

import keras
import numpy as np
import tensorflow as tf

from keras_gan import random
from keras_gan.export import classes


class Generator:
    """The averaged generator of a model, as every format exports it and as the exports are compared with it.

    One that computes in bfloat16 becomes its float32 clone: same weights, no rounding between the layers.

    Args:
        model: a model with `generator_ema`, `prior` and `sample_batch`; where its generator takes `labels` in a way
            that `classes.count` cannot read, an attribute `num_classes` (int) tells their number.

    Raises:
        ValueError: the model has no prior, so that there are no latents to make images from; or no float32 clone can be
            made of it.
    """

    def __init__(self, model):
        if model.prior is None:
            raise ValueError(f"export: {type(model).__name__} has no prior, so it has no latents to make images from.")
        self.title, self.prior, self._model = type(model).__name__, model.prior, model
        self.network = in_float32(model.generator_ema)
        named = [tensor.name for tensor in self.network.inputs]
        self.inputs = named if len(named) > 1 else ["latents"]  # a single input may be called as it likes
        self.num_classes = classes.count(model, self.network)
        self.image_shape = tuple(self.network.output_shape[1:])

    @property
    def makes_pictures(self) -> bool:
        """Whether a PNG file can hold what it makes: no points, and no more than four channels."""
        return len(self.image_shape) == 3 and self.image_shape[-1] <= 4

    def specs(self, batch_size: int | None = None) -> list[tf.TensorSpec]:
        """Shape, dtype and name of every input; `None` leaves the batch size open."""
        inputs = zip(self.inputs, self.network.inputs, strict=True)
        return [tf.TensorSpec((batch_size, *given.shape[1:]), given.dtype, name) for name, given in inputs]

    def serve(self, *values) -> dict:
        """{`images`: float32 tensor} of the inputs, in the order of `specs`."""
        named = dict(zip(self.inputs, values, strict=True))
        images = self.network(named if len(named) > 1 else values[0], training=False)
        return {"images": tf.cast(images, tf.float32)}

    def sample(self, num_images, seed, labels=None) -> dict:
        """{`images`, `latents`}: what the model's `sample` draws, in float32."""
        return self._model.sample_batch(num_images, seed, labels=labels, network=self.network)

    def draw(self, number: int, seed: int) -> dict:
        """{input: array} to be fed with: latents from the prior, as `sample` draws them; all classes in turns.

        The classes come in an order that the seed decides. Where nothing tells how many there are, they are 0 and 1.
        """
        numbers = random.Numbers(seed, 0, "sample")
        drawn = {"latents": self.prior.sample(numbers, number, 0).numpy()}
        in_turns = np.random.default_rng(seed).permutation(self.num_classes or 2)
        others = {spec.name: spec for spec in self.specs(number) if spec.name != "latents"}
        for name, spec in others.items():
            values = np.resize(in_turns, spec.shape) if spec.dtype.is_integer else numbers.normal(spec.shape).numpy()
            drawn[name] = values.astype(spec.dtype.as_numpy_dtype)
        return {name: drawn[name] for name in self.inputs}


def in_float32(network: keras.Model) -> keras.Model:
    """The network itself where all its layers compute in float32, else a clone of it that does."""
    if all(layer.dtype_policy.name == "float32" for layer in network._flatten_layers(include_self=False)):
        return network
    clone = keras.models.clone_model(network, clone_function=_float32_layer, recursive=True)
    clone.set_weights(network.get_weights())
    clone.trainable = False
    _check_is_float32(clone)
    return clone


def _float32_layer(layer):
    return type(layer).from_config(layer.get_config() | {"dtype": "float32"})


def _check_is_float32(network):
    """Raises where a layer inside a layer has kept its own dtype."""
    for layer in network._flatten_layers(include_self=False):
        if layer.compute_dtype != "float32" and not isinstance(layer, keras.layers.InputLayer):
            raise ValueError(
                f"export: {type(layer).__name__} '{layer.name}' computes in {layer.compute_dtype} even in the float32 "
                "clone of the generator. Build the layer that holds it so that its config decides the dtype of both."
            )
