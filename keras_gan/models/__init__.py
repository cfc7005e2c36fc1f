"""Models: the two ground floors, and one paper per file. Nothing is imported before it is used."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "acgan": ["ACGAN"],
        "adversarial_model": ["AdversarialModel"],
        "capsule_gan": ["CapsuleGAN"],
        "catgan": ["CatGAN"],
        "conditional_gan": ["ConditionalGAN"],
        "dcgan": ["DCGAN"],
        "f_gan": ["FGAN"],
        "feature_matching": ["FeatureMatchingGAN"],
        "gan": ["GAN"],
        "generative_model": ["GenerativeModel"],
        "improved_gan": ["ImprovedGAN"],
        "infogan": ["InfoGAN"],
        "lsgan": ["LSGAN"],
        "progressive_gan": ["ProgressiveGAN"],
        "projection_gan": ["ProjectionGAN"],
        "r3gan": ["R3GAN"],
        "sagan": ["SAGAN"],
        "semi_supervised": ["SemiSupervisedGAN"],
        "sgan": ["SGAN"],
        "sngan": ["SNGAN"],
        "trained_generator": ["TrainedGenerator"],
        "unrolled_gan": ["UnrolledGAN"],
        "wgan": ["WGAN"],
        "wgan_gp": ["WGANGP"],
    },
)
