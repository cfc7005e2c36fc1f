"""Adversarial losses: what each player minimises, as functions of a `Duel`."""

from keras_gan.losses.adversarial import (
    AdversarialLoss,
    Hinge,
    LeastSquares,
    Minimax,
    NonSaturating,
    Relativistic,
    RelativisticAverage,
    Wasserstein,
)
from keras_gan.losses.divergence import FDivergence
from keras_gan.losses.feature_matching import FeatureMatching
from keras_gan.losses.margin import Margin

__all__ = [
    "AdversarialLoss",
    "FDivergence",
    "FeatureMatching",
    "Hinge",
    "LeastSquares",
    "Margin",
    "Minimax",
    "NonSaturating",
    "Relativistic",
    "RelativisticAverage",
    "Wasserstein",
]
