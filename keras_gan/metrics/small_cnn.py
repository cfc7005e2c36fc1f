"""One small classifier and one way to train it: for features of small images, and for classification accuracy scores.

The numbers of one recipe are comparable, those of two are not: what is changed here changes `RECIPE`.
"""

import keras
import numpy as np
import tensorflow as tf

from keras_gan.data.batching import untuned
from keras_gan.metrics.extractors.extractor import in_float32

RECIPE = "conv 32, conv 64, dense 128; Adam 0.002 falling to 0, batches of 128, 5 epochs and at least 500 steps"
_BATCH_SIZE, _MIN_EPOCHS, _MIN_STEPS = 128, 5, 500


def network(image_shape, num_classes, seed=0):
    """Images → `{"features": (batch, 128), "probabilities": (batch, num_classes)}`, with reproducible first weights.

    Args:
        image_shape: `(height, width, channels)`, sides of at least 4 pixels.
        num_classes: int ≥ 2.
        seed: int. Defaults to `0`.
    """
    seeds = iter(range(4 * seed, 4 * seed + 4))

    def start():
        return keras.initializers.GlorotUniform(seed=next(seeds))

    with in_float32():
        x = images = keras.Input(image_shape, name="images")
        for filters in (32, 64):
            x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer=start())(x)
            x = keras.layers.MaxPooling2D(2)(x)
        x = keras.layers.Flatten()(x)
        features = keras.layers.Dense(128, activation="relu", kernel_initializer=start(), name="features")(x)
        probabilities = keras.layers.Dense(
            num_classes, activation="softmax", kernel_initializer=start(), name="probabilities"
        )(features)
        return keras.Model(images, {"features": features, "probabilities": probabilities}, name="small_cnn")


def default_epochs(num_images):
    """Epochs after which the recipe has learned: 5 of 60,000 images, more of fewer."""
    return max(_MIN_EPOCHS, -(-_MIN_STEPS // max(num_images // _BATCH_SIZE, 1)))


def train(minibatches, *, seed=0, epochs=None):
    """The small classifier, trained on these images.

    Args:
        minibatches: `keras_gan.data.Minibatches` of `(images, labels)`; labels are integers from 0 on. Batch size and
            seed of its own do not matter.
        seed: int, of the first weights and of the order. Defaults to `0`.
        epochs: int ≥ 1. Defaults to `default_epochs(n)`.

    Returns:
        `keras.Model`, see `network`.

    Raises:
        ValueError: no labels, negative ones, or a single class.
    """
    num_images = minibatches.num_images
    num_classes = _num_classes(minibatches)
    shown = minibatches.batched(min(_BATCH_SIZE, num_images)).reseeded(seed)
    epochs = epochs or default_epochs(num_images)
    steps = epochs * len(shown)
    model = network(shown.element_spec[0].shape[1:], num_classes, seed)
    _compile(model, steps)
    dataset = untuned(tf.data.Dataset.range(epochs).flat_map(shown.at).map(_targets).prefetch(2))
    model.fit(dataset, steps_per_epoch=steps, shuffle=False, verbose=0)  # to Keras it is one epoch
    return model


def accuracy(model, minibatches):
    """Share of images whose most probable class is their label: float in [0, 1].

    Args:
        model: what `train` returns.
        minibatches: `keras_gan.data.Minibatches` of `(images, labels)`; each image counts once.
    """
    hits = 0
    for images, labels in _each_once(minibatches):
        classes = tf.argmax(model(images, training=False)["probabilities"], axis=1, output_type=tf.int32)
        hits += int(tf.reduce_sum(tf.cast(classes == labels, tf.int32)))
    return hits / minibatches.num_images


def _each_once(minibatches):
    for first in range(0, minibatches.num_images, _BATCH_SIZE):
        yield minibatches.elements(tf.range(first, min(first + _BATCH_SIZE, minibatches.num_images), dtype=tf.int64))


def _num_classes(minibatches):
    spec = minibatches.element_spec
    if not isinstance(spec, tuple) or len(spec) != 2 or spec[1].dtype != tf.int32 or spec[1].shape.rank != 1:
        raise ValueError(
            f"classifier: minibatches hold {spec}; expected (images, labels) with integer labels (n,). Use "
            "keras_gan.data.load(..., labels=True), or Minibatches((images, labels))."
        )
    labels = np.concatenate([labels for _, labels in _each_once(minibatches)])
    if labels.min() < 0 or labels.max() < 1:
        raise ValueError(
            f"classifier: labels lie in {labels.min()} to {labels.max()}; expected class numbers 0, 1, ... of at least "
            "two classes. Use numpy.unique(labels, return_inverse=True)[1] for classes with other names."
        )
    return int(labels.max()) + 1


def _compile(model, steps):
    falling = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    loss = {"probabilities": keras.losses.SparseCategoricalCrossentropy(), "features": None}
    model.compile(keras.optimizers.Adam(falling), loss=loss, jit_compile=False)  # XLA on a CPU is slower here


def _targets(images, labels):
    return images, {"probabilities": labels}
