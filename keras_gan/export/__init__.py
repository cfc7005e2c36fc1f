"""Trained generators on their way out: SavedModel for serving."""

from keras_gan.export import saved_model

__all__ = ["saved_model"]
