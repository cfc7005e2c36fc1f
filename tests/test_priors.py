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


def info_codes():
    return priors.InfoCodes(noise_dim=3, categories=(4, 2), num_continuous=2)


def test_codes_follow_the_noise_uniform_over_their_values():
    prior = info_codes()
    latents = prior.sample(Numbers(0), 40_000).numpy()
    assert (latents.shape, latents.dtype, prior.dim) == ((40_000, 11), np.float32, 11)
    np.testing.assert_allclose(latents[:, :3].std(axis=0), 1.0, atol=0.02)
    (four, two), continuous = prior.split(latents[:, prior.noise_dim :])
    for one_hot, values in ((four, 4), (two, 2)):
        assert one_hot.shape == (40_000, values) and set(np.unique(one_hot)) == {0.0, 1.0}
        np.testing.assert_array_equal(one_hot.sum(axis=1), 1.0)
        np.testing.assert_allclose(one_hot.mean(axis=0), 1 / values, atol=0.01)
    assert 0.999 < np.abs(continuous).max() < 1.0
    np.testing.assert_allclose(continuous.std(axis=0), 1 / np.sqrt(3), atol=0.01)
    independent = np.corrcoef(np.stack([latents[:, 0], four[:, 0], two[:, 0], *continuous.T]))
    np.testing.assert_allclose(independent, np.eye(5), atol=0.02)


def test_codes_of_a_later_latent_are_those_of_the_whole():
    whole = info_codes().sample(Numbers(1, 2), 10)
    np.testing.assert_allclose(info_codes().sample(Numbers(1, 2), 4, first=6), whole[6:], atol=1e-6, rtol=0)


def test_codes_are_exchanged_and_all_else_stays():
    prior = info_codes()
    latents = prior.sample(Numbers(0), 5)
    changed = prior.with_codes(latents, categorical=[3, 0], continuous=[[0.5, -1.0]])
    (four, two), continuous = prior.split(changed[:, 3:])
    np.testing.assert_array_equal(four, np.tile([0, 0, 0, 1], (5, 1)))
    np.testing.assert_array_equal(two, np.tile([1, 0], (5, 1)))
    np.testing.assert_array_equal(continuous, np.tile([0.5, -1.0], (5, 1)))
    np.testing.assert_array_equal(changed[:, :3], latents[:, :3])
    np.testing.assert_array_equal(prior.with_codes(latents), latents)
    np.testing.assert_array_equal(prior.with_codes(latents, continuous=0.0)[:, :9], latents[:, :9])


def test_any_kind_of_codes_may_be_missing():
    assert priors.InfoCodes(0, (3,), 0).sample(Numbers(0), 2).shape == (2, 3)
    assert priors.InfoCodes(2, (), 1).sample(Numbers(0), 2).shape == (2, 3)


@pytest.mark.parametrize("wrong", [(-1, (2,), 0), (2, (1,), 0), (2, (2,), -1), (2, (), 0)])
def test_impossible_codes_are_refused(wrong):
    with pytest.raises(ValueError, match="InfoCodes: .*expected"):
        priors.InfoCodes(*wrong)


@pytest.mark.parametrize("codes", [[4, 0], [0, 2], [-1, 0]])
def test_a_code_that_there_is_not_is_refused(codes):
    with pytest.raises(ValueError, match=r"InfoCodes: codes from .*expected 0 ≤ code < \(4, 2\)"):
        info_codes().with_codes(np.zeros((3, 11)), categorical=codes)


def test_the_configuration_of_codes_makes_equal_ones():
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(info_codes()))
    assert (copy.noise_dim, copy.categories, copy.num_continuous) == (3, (4, 2), 2)
