"""Images on the way from one latent to another, and from one class to another."""

import numpy as np
import tensorflow as tf

from keras_gan import random
from keras_gan.latent import curves
from keras_gan.priors import Normal, Uniform

_BATCH = 64  # images made at once


def interpolate(
    model,
    seeds=(0, 1),
    *,
    rows: int = 8,
    latents=None,
    steps: int = 10,
    method: str | None = None,
    labels=None,
    closed: bool = False,
):
    """Rows of images, each on the way from one image of `model.sample` to another, and on.

    Row i begins with image i of `model.sample(rows, seeds[0])` and ends with that of `model.sample(rows, seeds[-1])`.
    Smooth rows speak for a generator that has learned; jumps between few images for one that has remembered.

    Args:
        model: whatever has a `prior` and makes images when called on latents: a trained GAN.
        seeds: sequence of at least 2 ints, the stations of the way. Defaults to `(0, 1)`.
        rows: int ≥ 1. Defaults to `8`.
        latents: float array `(stations, rows, dim)` in place of seeds. Defaults to `None`.
        steps: int ≥ 2, images from one station to the next, those at the stations counted. Defaults to `10`.
        method: `"slerp"` or `"lerp"`. Defaults to slerp for a `Normal` prior, to lerp for any other.
        labels: int array `(rows,)`, the class of each row, for a conditional generator. Defaults to `None`.
        closed: bool, go back to the first station without repeating it. Defaults to `False`.

    Returns:
        float32 array `(rows, frames, height, width, channels)` in [-1, 1]: see `curves.path` for the number of frames.
        As a picture: `pictures.grid(images.reshape(-1, *images.shape[2:]), columns=images.shape[1])`.

    Raises:
        ValueError: a model without a prior, too few stations, rows or steps, labels of another number than rows,
            slerp for latents of a cube, which it would leave.

    Example:

    >>> import keras_gan
    >>> from keras_gan import networks
    >>> generator = networks.mlp.generator((8, 8, 1), latent_dim=2, units=8)
    >>> gan = keras_gan.GAN(generator, networks.mlp.discriminator((8, 8, 1), units=8))
    >>> interpolate(gan, rows=3, steps=5).shape
    (3, 5, 8, 8, 1)
    """
    if latents is None:
        latents = np.stack([latents_of(model, rows, seed) for seed in seeds])
    latents = np.asarray(latents)
    if latents.ndim != 3:
        raise ValueError(f"interpolate: latents of shape {latents.shape}; expected (stations, rows, dim).")
    on_the_way = curves.path(latents, steps, method=_method(model, method), closed=closed)
    inputs = {"latents": np.swapaxes(on_the_way, 0, 1)}
    if labels is not None:
        inputs["labels"] = _repeated(labels, *inputs["latents"].shape[:2])
    return _images(model, inputs)


def walk(model, seeds=(0, 1, 2, 3), *, num_images: int = 16, steps: int = 20, method: str | None = None, labels=None):
    """The frames of a film that runs in a loop: `num_images` images change at once, from seed to seed and back.

    Args:
        model, seeds, steps, method, labels: as for `interpolate`.
        num_images: int ≥ 1, images in each frame. Defaults to `16`.

    Returns:
        float32 array `(frames, num_images, height, width, channels)`, `len(seeds) · (steps - 1)` frames. As a film:
        `save_video([pictures.grid(frame) for frame in frames], "walk.gif")`.
    """
    images = interpolate(model, seeds, rows=num_images, steps=steps, method=method, labels=labels, closed=True)
    return np.swapaxes(images, 0, 1)


def between_classes(model, first, second, *, rows: int = 8, steps: int = 10, seed: int = 0):
    """Rows of images on the way from one class to another, each row with one latent all along.

    For generators that take their class as numbers that can be mixed: an input `embedding`, or `labels` as floats,
    one number per class. Between class numbers (int labels) there is nothing.

    Args:
        model: as for `interpolate`, with `generator_ema`.
        first, second: int, a class, where `labels` are floats; or float arrays `(width,)`, what the input takes.
        rows: int ≥ 1. Defaults to `8`.
        steps: int ≥ 2. Defaults to `10`.
        seed: int, decides the latents. Defaults to `0`.

    Returns:
        float32 array `(rows, steps, height, width, channels)` in [-1, 1].

    Raises:
        ValueError: a generator without such an input; a class or a vector that the input does not take.
    """
    condition = _mixable(model)
    ends = [_as_vector(value, condition) for value in (first, second)]
    vectors = curves.path(ends, steps, method="lerp")
    latents = latents_of(model, rows, seed)
    inputs = {
        "latents": np.repeat(latents[:, None], steps, axis=1),
        condition.name: np.repeat(vectors[None], rows, axis=0),
    }
    return _images(model, inputs)


def latents_of(model, num_images: int, seed: int = 0):
    """The latents of `model.sample(num_images, seed)`: float32 `(num_images, dim)`."""
    if model.prior is None:
        raise ValueError(f"{type(model).__name__} makes images from images, so there are no latents to walk between.")
    return model.prior.sample(random.Numbers(seed, 0, "sample"), num_images, first=0).numpy()


def _method(model, method):
    if method == "slerp" and isinstance(model.prior, Uniform):
        raise ValueError("interpolate: slerp leaves the cube of a Uniform prior; expected latents in it. Use lerp.")
    return method or ("slerp" if isinstance(model.prior, Normal) else "lerp")


def _repeated(labels, rows, frames):
    labels = np.asarray(labels)
    if len(labels) != rows:
        raise ValueError(f"interpolate: {len(labels)} labels for {rows} rows; expected one class for each row.")
    return np.repeat(labels[:, None], frames, axis=1)


def _images(model, inputs):
    """Images `(rows, frames, ...)` of inputs `(rows, frames, ...)`, a batch at a time."""
    rows, frames = inputs["latents"].shape[:2]
    flat = {name: value.reshape(rows * frames, *value.shape[2:]) for name, value in inputs.items()}
    made = []
    for start in range(0, rows * frames, _BATCH):
        batch = {name: tf.constant(value[start : start + _BATCH]) for name, value in flat.items()}
        made.append(np.asarray(model(batch if len(batch) > 1 else batch["latents"], training=False), np.float32))
    images = np.concatenate(made)
    return images.reshape(rows, frames, *images.shape[1:])


def _mixable(model):
    """The generator's input that says the class in numbers that can be mixed."""
    inputs = {tensor.name: tensor for tensor in model.generator_ema.inputs}
    for name in ("embedding", "labels"):
        if name in inputs and inputs[name].dtype.startswith("float") and len(inputs[name].shape) == 2:
            return inputs[name]
    raise ValueError(
        f"between_classes: the generator takes {', '.join(f'{n} ({t.dtype})' for n, t in inputs.items())}; expected an "
        "input 'embedding', or 'labels' as floats (batch, classes). Use interpolate(model, labels=...) for rows of "
        "one class each."
    )


def _as_vector(value, condition):
    """What the input takes for one image: a class as one-hot vector, a vector as it is."""
    width = condition.shape[-1]
    if np.ndim(value) == 0 and condition.name == "labels" and 0 <= value < width:
        return np.eye(width)[int(value)]
    if np.shape(value) != (width,):
        raise ValueError(
            f"between_classes: {value!r}; expected a vector of {width} numbers, what {condition.name!r} takes"
            + (f", or a class from 0 to {width - 1}." if condition.name == "labels" else ".")
        )
    return np.asarray(value, np.float64)
