"""For a generator that stands still, D approaches p / (p + q), and its value -2 log 2 + 2 JSD(p‖q)."""

import numpy as np
import pytest

from keras_gan.data.mixtures import NormalMixture
from keras_gan.models.gan import GAN
