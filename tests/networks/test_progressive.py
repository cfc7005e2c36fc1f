"""Networks that grow: a stage is what the whole network is there, and nothing jumps."""

import keras
import numpy as np
import pytest

from keras_gan.layers import EqualizedConv2D
from keras_gan.networks import dcgan, progressive

SHAPE, LEVELS = (16, 16, 2), 3


@pytest.fixture(scope="module")
def players():
    keras.utils.set_random_seed(0)
    return progressive.generator(SHAPE, 4, filters=3), progressive.discriminator(SHAPE, filters=3)


def some_latents(number=4):
    return np.random.default_rng(0).normal(size=(number, 4)).astype("float32")


def some_images(level, number=4):
    side = 4 << level
    return np.random.default_rng(1).uniform(-1, 1, (number, side, side, SHAPE[-1])).astype("float32")


def resized(images, level, function):
    """Images after `function` halved or enlarged them between a level and the last one."""
    for _ in range(LEVELS - 1 - level):
        images = function(images)
    return images


def grow(players, level, alpha):
    for player in players:
        progressive.grow(player, level, alpha)


@pytest.mark.parametrize("level", range(LEVELS))
@pytest.mark.parametrize("alpha", [0.3, 1.0])
def test_a_stage_makes_and_judges_what_the_whole_network_does(players, level, alpha):
    grow(players, level, alpha)
    generator, discriminator = players
    made = progressive.stage(generator, level)(some_latents())
    np.testing.assert_allclose(resized(made, level, progressive.enlarged), generator(some_latents()), atol=1e-6)
    images = some_images(LEVELS - 1)
    scores = progressive.stage(discriminator, level)(resized(images, level, progressive.halved))
    np.testing.assert_allclose(scores, discriminator(images), atol=1e-6)
    assert np.std(scores) > 1e-3


@pytest.mark.parametrize("level", range(1, LEVELS))
def test_a_new_level_begins_as_the_one_below_and_ends_as_itself_alone(players, level):
    generator, discriminator = players
    images, latents = some_images(level), some_latents()
    grow(players, level, 0.0)
    below = progressive.enlarged(progressive.stage(generator, level - 1, fading=False)(latents))
    np.testing.assert_allclose(progressive.stage(generator, level)(latents), below, atol=1e-6)
    below = progressive.stage(discriminator, level - 1, fading=False)(progressive.halved(images))
    np.testing.assert_allclose(progressive.stage(discriminator, level)(images), below, atol=1e-6)
    grow(players, level, 1.0)
    for player, given in ((generator, latents), (discriminator, images)):
        alone = progressive.stage(player, level, fading=False)(given)
        np.testing.assert_allclose(progressive.stage(player, level)(given), alone, atol=1e-6)


def test_a_stage_holds_the_weights_of_its_levels_only_and_they_are_the_networks_own(players):
    generator, discriminator = players
    for player in players:
        own = {id(weight) for weight in player.weights}
        held = progressive.stage(player, 1).weights
        assert {id(weight) for weight in held} < own
        assert not [weight.path for weight in held if weight.path.startswith(("block_2", "to_rgb_2", "from_rgb_2"))]
    last = [progressive.stage(player, LEVELS - 1, fading=False) for player in players]
    assert not [w.path for w in last[0].weights if w.path.startswith(("fade", "to_rgb_0", "to_rgb_1"))]
    assert not [w.path for w in last[1].weights if w.path.startswith(("fade", "from_rgb_0", "from_rgb_1"))]


def test_a_network_that_nobody_grows_has_all_its_levels():
    generator = progressive.generator(SHAPE, 4, filters=3)
    alone = progressive.stage(generator, LEVELS - 1, fading=False)
    np.testing.assert_allclose(generator(some_latents()), alone(some_latents()), atol=1e-6)


def test_levels_of_28_pixels_begin_at_7():
    generator, discriminator = progressive.generator((28, 28, 1)), progressive.discriminator((28, 28, 1))
    assert progressive.num_levels(generator) == progressive.num_levels(discriminator) == 3
    assert [progressive.stage(generator, level).output_shape[1] for level in range(3)] == [7, 14, 28]
    assert [progressive.stage(discriminator, level).input_shape[1] for level in range(3)] == [7, 14, 28]


def test_widths_double_up_to_the_largest():
    convolutions = [layer for layer in progressive.generator((32, 32, 1), filters=8, max_filters=32).layers
                    if isinstance(layer, EqualizedConv2D) and layer.name.endswith("conv_1")]  # fmt: skip
    assert [layer.filters for layer in convolutions] == [32, 16, 8]
    assert progressive.generator((8, 8, 1), filters=8, num_layers=1).get_layer("block_0_conv").filters == 16


def test_statistics_of_the_minibatch_can_be_left_out(players):
    images = some_images(LEVELS - 1)
    alone = progressive.discriminator(SHAPE, filters=3, minibatch=None)
    np.testing.assert_allclose(alone(images)[:1], alone(images[:1]), atol=1e-6)
    assert np.abs(players[1](images)[:1] - players[1](images[:1])).max() > 1e-4


def test_halved_takes_means_and_enlarged_copies():
    images = some_images(1)
    np.testing.assert_allclose(progressive.halved(images)[0, 1, 0], images[0, 2:4, 0:2].mean((0, 1)), rtol=1e-5)
    np.testing.assert_array_equal(progressive.enlarged(images), images.repeat(2, 1).repeat(2, 2))


def test_what_has_no_levels_or_not_that_one_raises():
    with pytest.raises(ValueError, match="'discriminator' has no levels; expected one of keras_gan.networks.progress"):
        progressive.num_levels(dcgan.discriminator((16, 16, 1), filters=4))
    with pytest.raises(ValueError, match="stage: level=2; 'generator' has levels 0 to 1"):
        progressive.stage(progressive.generator((8, 8, 1), filters=2), 2)
    with pytest.raises(ValueError, match="image of 6x6 pixels; expected even sides"):
        progressive.generator((6, 6, 1))
