"""Penalties on the critic: functions of a `Duel`, each with its weight inside."""

from keras_gan.penalties.consistency import Consistency
from keras_gan.penalties.gradient import DRAGAN, R1, R2, GradientPenalty, Penalty, Roth
from keras_gan.penalties.lecam import LeCam
from keras_gan.penalties.schedule import Every

__all__ = ["DRAGAN", "R1", "R2", "Consistency", "Every", "GradientPenalty", "LeCam", "Penalty", "Roth"]
