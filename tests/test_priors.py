"""Where latents come from."""

import keras
import numpy as np
import pytest

from keras_gan import priors
from keras_gan.random import Numbers

every_prior = pytest.mark.parametrize("prior", [priors.Normal, priors.Uniform])


@every_prior
def test_latents_have_the_moments_of_their_density(prior):
    latents = prior(3).sample(Numbers(0), 40_000).numpy()
    assert (latents.shape, latents.dtype) == ((40_000, 3), np.float32)
    deviation = {priors.Normal: 1.0, priors.Uniform: 1 / np.sqrt(3)}[prior]
    np.testing.assert_allclose(latents.mean(axis=0), 0.0, atol=0.02)
    np.testing.assert_allclose(latents.std(axis=0), deviation, atol=0.02)
    assert (np.abs(latents).max() < 1.0) == (prior is priors.Uniform)
    np.testing.assert_allclose(np.corrcoef(latents.T), np.eye(3), atol=0.02)


@every_prior
def test_the_number_of_the_first_latent_says_where_to_begin(prior):
    whole = prior(5).sample(Numbers(1, 2), 10)
    np.testing.assert_allclose(prior(5).sample(Numbers(1, 2), 4, first=6), whole[6:], atol=1e-6, rtol=0)


@every_prior
@pytest.mark.parametrize("dim", [0, -3])
def test_a_latent_has_at_least_one_dimension(prior, dim):
    with pytest.raises(ValueError, match=f"{prior.__name__}: dim={dim}; expected the size of a latent vector"):
        prior(dim)


@every_prior
def test_its_configuration_makes_an_equal_one(prior):
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(prior(7)))
    assert type(copy) is prior and copy.dim == 7
