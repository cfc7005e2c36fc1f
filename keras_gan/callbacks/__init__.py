"""Callbacks for `fit`: sample grids, resuming, the run's manifest."""

from keras_gan.callbacks.resume import Resume
from keras_gan.callbacks.run_manifest import RunManifest
from keras_gan.callbacks.sample_grid import SampleGrid

__all__ = ["Resume", "RunManifest", "SampleGrid"]
