"""Callbacks for `fit`: sample grids, resuming, the run's manifest, trouble called by its name, the best model."""

from keras_gan.callbacks.diagnosis import Thresholds
from keras_gan.callbacks.evaluator import Evaluator
from keras_gan.callbacks.keep_best import KeepBest
from keras_gan.callbacks.resume import Resume
from keras_gan.callbacks.run_manifest import RunManifest
from keras_gan.callbacks.sample_grid import SampleGrid
from keras_gan.callbacks.stability import Stability

__all__ = ["Evaluator", "KeepBest", "Resume", "RunManifest", "SampleGrid", "Stability", "Thresholds"]
