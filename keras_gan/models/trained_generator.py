"""What is left of a trained model when only its images are wanted."""

import keras

from keras_gan.export import classes
from keras_gan.models import network_checks, wiring
from keras_gan.models.generative_model import GenerativeModel
from keras_gan.priors import Normal, Prior


class TrainedGenerator(GenerativeModel):
    """A generator and where its latents come from: draws, interpolates, is measured and exported, but never trained.

    A `.keras` file of it has a tenth of the size of the model it was made of: no discriminator, no optimisers.

    Args:
        generator: functional `keras.Model`, `latents` `(batch, latent_dim)` → images in [-1, 1] (or points).
        prior: `keras_gan.priors` object, where latents come from. Defaults to `Normal(latent_dim)`.
        name: str or `None`.

    Call arguments:
        inputs: latents `(batch, latent_dim)`, or a dict with what the generator takes.

    Returns:
        Images float32 `(batch, height, width, channels)`.

    Raises:
        ValueError: a prior of another dimension than the generator's latents.

    Example:

    >>> from keras_gan import networks
    >>> trained = TrainedGenerator(networks.mlp.generator(image_shape=(2,), latent_dim=2, units=8))
    >>> trained.sample(3, seed=0).shape
    (3, 2)
    """

    def __init__(self, generator: keras.Model, prior: Prior | None = None, *, name: str | None = None):
        super().__init__(name=name)
        self.generator = generator
        self.prior = Normal(wiring.input_called(generator, "latents").shape[-1]) if prior is None else prior
        self.drawn_classes = classes.count(self, generator)
        network_checks.check_latents(type(self).__name__, self.prior, generator)

    @classmethod
    def of(cls, model) -> "TrainedGenerator":
        """That of a trained model with a prior: the same images for the same seeds."""
        return cls(model.generator_ema, model.prior)

    @property
    def generator_ema(self):
        """The generator, as models call it that average theirs."""
        return self.generator

    @property
    def image_shape(self):
        return tuple(self.generator.output_shape[1:])

    def call(self, inputs, training=None):
        return self.generator(inputs, training=False)

    @property
    def metrics(self):
        return []

    def compile(self, *args, **kwargs):
        self._refuse("compile")

    def fit(self, *args, **kwargs):
        self._refuse("fit")

    def evaluate(self, *args, **kwargs):
        self._refuse("evaluate")

    def _refuse(self, method):
        raise TypeError(
            f"{type(self).__name__}.{method}: the discriminator and the optimisers are gone, nothing is left to train. "
            "Start its run again: keras-gan train --config config.yaml; for scores: keras-gan evaluate."
        )
