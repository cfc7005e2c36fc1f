"""Augmentations of what the critic sees: differentiable, inside the critic, a part of the game."""

from keras_gan.augmentations.adaptive import AdaptiveAugmentation
from keras_gan.augmentations.augmentation import Augmentation
from keras_gan.augmentations.diff_augment import DiffAugment
from keras_gan.augmentations.instance_noise import InstanceNoise

__all__ = ["AdaptiveAugmentation", "Augmentation", "DiffAugment", "InstanceNoise"]
