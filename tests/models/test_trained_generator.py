"""What is left of a trained model: it draws the same images, in a small file, and refuses to train."""

import numpy as np
import pytest
from small import players, point_players

import keras_gan
from keras_gan import latent, priors
from keras_gan.models import TrainedGenerator


@pytest.fixture
def gan():
    """A compiled one whose average is not its generator."""
    gan = keras_gan.DCGAN(*players(), prior=priors.Uniform(4))
    gan.compile()
    gan.generator_ema.set_weights([weights * 1.5 for weights in gan.generator.get_weights()])
    return gan


def test_it_draws_what_the_model_draws(gan):
    trained = TrainedGenerator.of(gan)
    assert np.array_equal(trained.sample(5, seed=3), gan.sample(5, seed=3))
    assert np.array_equal(latent.interpolate(trained, rows=2, steps=3), latent.interpolate(gan, rows=2, steps=3))
    assert tuple(trained.image_shape) == (8, 8, 1)


def test_its_file_is_loaded_by_name_of_its_class_and_smaller(gan, tmp_path):
    gan.save(tmp_path / "whole.keras")
    TrainedGenerator.of(gan).save(tmp_path / "small.keras")
    assert (tmp_path / "small.keras").stat().st_size < (tmp_path / "whole.keras").stat().st_size / 2
    loaded = keras_gan.load(tmp_path / "small.keras")
    assert isinstance(loaded, TrainedGenerator) and isinstance(loaded.prior, priors.Uniform)
    assert np.array_equal(loaded.sample(5, seed=3), gan.sample(5, seed=3))


def test_its_export_is_that_of_the_model(gan, tmp_path):
    from keras_gan.export import runtimes

    TrainedGenerator.of(gan).export(tmp_path / "export")
    made = runtimes.load(tmp_path / "export")["sample"](num_images=3, seed=2)
    np.testing.assert_allclose(made["images"], gan.sample(3, seed=2), atol=1e-5)


@pytest.mark.parametrize("method", ["compile", "fit", "evaluate"])
def test_it_cannot_be_trained_and_says_what_can(gan, images, method):
    with pytest.raises(TypeError, match=f"{method}: the discriminator and the optimisers are gone.*keras-gan train"):
        getattr(TrainedGenerator.of(gan), method)(images)


def test_a_prior_of_another_dimension_is_refused():
    generator, _ = point_players()
    with pytest.raises(ValueError, match="the prior draws latents of size 3, the generator takes 2"):
        TrainedGenerator(generator, priors.Normal(3))
