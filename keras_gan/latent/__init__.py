"""Walks through the latent space of a trained model: paths of latents, and their images as rows and as loops."""

from keras_gan.latent.curves import lerp, path, slerp
from keras_gan.latent.interpolate import between_classes, interpolate, walk
from keras_gan.latent.video import save_video

__all__ = ["between_classes", "interpolate", "lerp", "path", "save_video", "slerp", "walk"]
