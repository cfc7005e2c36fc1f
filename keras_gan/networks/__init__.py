"""Networks: functions that return Functional models, one family per file.

A generator's input is named `latents`, a discriminator's `images`; a generator of images ends in
tanh, a discriminator in raw scores `(batch, 1)`, high where it believes the image real.
"""

from keras_gan.networks import dcgan, mlp

__all__ = ["dcgan", "mlp"]
