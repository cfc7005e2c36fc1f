"""Data: minibatches in an order that (seed, epoch) alone decides, from names, folders, files and arrays."""

from keras_gan.data import augment, batching, builtin, folders, mixtures
from keras_gan.data.batching import Minibatches, images_of
from keras_gan.data.loading import load, names
from keras_gan.data.semi_supervised import few_labels
from keras_gan.data.splitting import split

__all__ = [
    "Minibatches",
    "augment",
    "batching",
    "builtin",
    "few_labels",
    "folders",
    "images_of",
    "load",
    "mixtures",
    "names",
    "split",
]
