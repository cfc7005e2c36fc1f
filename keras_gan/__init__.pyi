from . import (
    callbacks,
    catalog,
    data,
    export,
    latent,
    layers,
    losses,
    metrics,
    models,
    networks,
    penalties,
    pictures,
    pixels,
    priors,
    random,
    reports,
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
    "latent",
    "layers",
    "load",
    "losses",
    "metrics",
    "models",
    "networks",
    "penalties",
    "pictures",
    "pixels",
    "priors",
    "random",
    "reports",
]
