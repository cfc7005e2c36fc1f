"""Layers that Keras lacks, or has in a form that a GAN cannot use; one per file.

Noise and dropout come from here, never from Keras: its layers hold a `SeedGenerator`, which gives
every replica the same numbers and starts anew after a resume.
"""

from keras_gan.layers.dropout import Dropout
from keras_gan.layers.gaussian_noise import GaussianNoise
from keras_gan.layers.layer_normalization import LayerNormalization
from keras_gan.layers.upsample import Upsample

__all__ = ["Dropout", "GaussianNoise", "LayerNormalization", "Upsample"]
