"""Networks: functions that return Functional models, one family per file.

A generator's input is named `latents`, a discriminator's `images`; a generator of images ends in
tanh, a discriminator in raw scores `(batch, 1)`, high where it believes the image real. With
`num_classes` both take `labels` too.
"""

from keras_gan.networks import capsule, dcgan, mlp, progressive, resnet

__all__ = ["capsule", "dcgan", "mlp", "progressive", "resnet"]
