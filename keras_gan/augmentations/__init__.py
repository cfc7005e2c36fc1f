"""Augmentations of what the critic sees: differentiable, inside the critic, a part of the game."""

from keras_gan.augmentations.augmentation import Augmentation

__all__ = ["Augmentation"]
