"""Models: the two ground floors, and one paper per file. Nothing is imported before it is used."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "adversarial_model": ["AdversarialModel"],
        "dcgan": ["DCGAN"],
        "gan": ["GAN"],
        "generative_model": ["GenerativeModel"],
        "lsgan": ["LSGAN"],
        "trained_generator": ["TrainedGenerator"],
        "wgan": ["WGAN"],
        "wgan_gp": ["WGANGP"],
    },
)
