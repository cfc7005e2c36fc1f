from . import (
    callbacks,
    catalog,
    data,
    export,
    layers,
    losses,
    models,
    networks,
    penalties,
    pictures,
    pixels,
    priors,
    random,
)
from .loading import load
from .models import DCGAN, GAN, LSGAN, WGAN, WGANGP

__version__: str

__all__ = [
    "DCGAN",
    "GAN",
    "LSGAN",
    "WGAN",
    "WGANGP",
    "__version__",
    "callbacks",
    "catalog",
    "data",
    "export",
    "layers",
    "load",
    "losses",
    "models",
    "networks",
    "penalties",
    "pictures",
    "pixels",
    "priors",
    "random",
]
