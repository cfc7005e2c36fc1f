"""Penalties on the critic: functions of a `Duel`, each with its weight inside."""

from keras_gan.penalties.gradient import DRAGAN, R1, R2, GradientPenalty, Penalty
from keras_gan.penalties.schedule import Every

__all__ = ["DRAGAN", "R1", "R2", "Every", "GradientPenalty", "Penalty"]
