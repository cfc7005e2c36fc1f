"""Layers that Keras lacks, or has in a form that a GAN cannot use; one per file.

Noise and dropout come from here, never from Keras: its layers hold a `SeedGenerator`, which gives
every replica the same numbers and starts anew after a resume.
"""

from keras_gan.layers.capsules import PrimaryCapsules, RoutedCapsules
from keras_gan.layers.class_scores import ClassScores
from keras_gan.layers.conditional_batch_normalization import ConditionalBatchNormalization
from keras_gan.layers.dropout import Dropout
from keras_gan.layers.equalized import EqualizedConv2D, EqualizedDense
from keras_gan.layers.fade import Fade
from keras_gan.layers.gaussian_noise import GaussianNoise
from keras_gan.layers.layer_normalization import LayerNormalization
from keras_gan.layers.minibatch_discrimination import MinibatchDiscrimination
from keras_gan.layers.minibatch_standard_deviation import MinibatchStandardDeviation
from keras_gan.layers.pack import Pack
from keras_gan.layers.pixel_normalization import PixelNormalization
from keras_gan.layers.self_attention import SelfAttention
from keras_gan.layers.spectral_normalization import SpectralNormalization
from keras_gan.layers.upsample import Upsample

__all__ = [
    "ClassScores",
    "ConditionalBatchNormalization",
    "Dropout",
    "EqualizedConv2D",
    "EqualizedDense",
    "Fade",
    "GaussianNoise",
    "LayerNormalization",
    "MinibatchDiscrimination",
    "MinibatchStandardDeviation",
    "Pack",
    "PixelNormalization",
    "PrimaryCapsules",
    "RoutedCapsules",
    "SelfAttention",
    "SpectralNormalization",
    "Upsample",
]
