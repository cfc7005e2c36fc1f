"""What every penalty must keep: a new one in `keras_gan.penalties.__all__` is tested here, once FACTS knows it."""

import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import losses, networks, penalties
from keras_gan.duel import Duel
from keras_gan.layers import Fade, GaussianNoise
from keras_gan.models.gan import GAN
from keras_gan.penalties import DRAGAN, R1, R2, Every, GradientPenalty
from keras_gan.random import Numbers

NAMES = [name for name in penalties.__all__ if name != "Penalty"]
every_penalty = pytest.mark.parametrize("name", NAMES)


@dataclass(frozen=True)
class Facts:
    """What the literature says of a penalty.

    Args:
        of_norm: NumPy formula of ‖w‖ and of the constructor's arguments: the penalty of the critic `<w, x>`; `None` for
            one that looks at scores and not at slopes, whose formula stands in a test of its own.
        others: a value for every argument of the constructor that is not its default.
        refused: arguments that raise.
        scored: how often its critic scores real, generated and other images, where the loss has scored both.
        needed: arguments without which it cannot be made.
    """

    of_norm: Callable | None
    others: dict
    refused: tuple
    scored: dict
    needed: dict


def _slope_penalty(norm, weight=10.0, target=1.0, one_sided=False, location="mixed"):
    return weight * (max(0.0, norm - target) if one_sided else norm - target) ** 2


FACTS = {
    "GradientPenalty": Facts(
        _slope_penalty,
        others={"weight": 7.0, "target": 0.5, "one_sided": True, "location": "fake"},
        refused=({"weight": -1.0}, {"weight": float("nan")}, {"target": -0.5}, {"location": "between"}),
        scored={"real": 1, "fake": 1, "other": 1},
        needed={},
    ),
    "DRAGAN": Facts(
        lambda norm, weight=10.0, noise=0.5: weight * (norm - 1) ** 2,
        others={"weight": 3.0, "noise": 0.2},
        refused=({"weight": -1.0}, {"noise": -0.5}),
        scored={"real": 1, "fake": 1, "other": 1},
        needed={},
    ),
    "R1": Facts(
        lambda norm, gamma=10.0: gamma / 2 * norm**2,
        others={"gamma": 3.0},
        refused=({"gamma": -1.0},),
        scored={"real": 1, "fake": 1},
        needed={},
    ),
    "R2": Facts(
        lambda norm, gamma=10.0: gamma / 2 * norm**2,
        others={"gamma": 3.0},
        refused=({"gamma": -1.0},),
        scored={"real": 1, "fake": 1},
        needed={},
    ),
    "Roth": Facts(  # its slopes are weighed by what the critic says: tests/penalties/test_roth.py
        None,
        others={"gamma": 3.0, "decay_rate": 0.1, "decay_steps": 100},
        refused=({"gamma": -1.0}, {"decay_rate": 0.0}, {"decay_rate": 2.0}, {"decay_steps": 0}),
        scored={"real": 1, "fake": 1},
        needed={},
    ),
    "LeCam": Facts(
        None,
        others={"weight": 2.0, "decay": 0.5},
        refused=({"weight": -1.0}, {"decay": 1.0}, {"decay": -0.1}),
        scored={"real": 1, "fake": 1},
        needed={},
    ),
    "Consistency": Facts(
        None,
        others={"weight": 2.0, "augmentation": GaussianNoise(0.4), "real": False, "fake": True},
        refused=({"weight": -1.0}, {"real": False}),
        scored={"real": 1, "fake": 1, "other": 1},
        needed={"augmentation": GaussianNoise(0.2)},
    ),
    "Every": Facts(  # at its first step, where it is computed; in a branch, which scores its images for itself
        lambda norm, interval, penalty: interval * penalty.gamma / 2 * norm**2,
        others={"interval": 16, "penalty": R1(3.0)},
        refused=tuple({"interval": interval, "penalty": R1()} for interval in (0, -2, 2.5)),
        scored={"real": 2, "fake": 1},
        needed={"interval": 4, "penalty": R1()},
    ),
}


of_slopes = pytest.mark.parametrize("name", [name for name in NAMES if name not in FACTS or FACTS[name].of_norm])


def facts(name):
    if name not in FACTS:
        pytest.fail(
            f"{name} is in keras_gan.penalties.__all__ and unknown here: add FACTS[{name!r}] with its value on a "
            "linear critic as a function of ‖w‖, a value for every argument, what it refuses, and how often its critic "
            "scores images."
        )
    return FACTS[name]


def make(name, **arguments):
    return getattr(penalties, name)(**{**facts(name).needed, **arguments})


def variants(name):
    """Arguments: the defaults, and every one at another value."""
    return [facts(name).needed, facts(name).others]


def some_images(shape=(5, 3)):
    random = np.random.default_rng(5)
    return tuple(tf.constant(random.normal(size=shape), tf.float32) for _ in range(2))


def duel(critic, images, step=0):
    """`critic(images)` gives the scores."""
    return Duel(lambda images, augment=True: {"scores": critic(images)}, *images, Numbers(seed=7, step=step))


def directions(*norms):
    """Weights of linear critics on three values, one of each norm."""
    return [norm * np.array([2.0, -1.0, 2.0], "float32") / 3 for norm in norms]


def value_and_gradient(name, arguments, critic, weights, images):
    """The penalty of `critic(weights, images)`, and its gradient by the weights."""
    weights = tf.constant(weights, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(weights)
        value = make(name, **arguments)(duel(lambda images: critic(weights, images), images))
    return value, tape.gradient(value, weights).numpy()


@of_slopes
@pytest.mark.parametrize("w", directions(0.3, 1.7, 4.0), ids=["flat", "steep", "steeper"])
def test_value_and_gradient_on_a_linear_critic_are_those_of_the_formula(name, w):
    def linear(weights, images):
        return tf.linalg.matvec(images, weights)[:, None]

    for arguments in variants(name):
        value, gradient = value_and_gradient(name, arguments, linear, w, some_images())
        assert (value.shape, value.dtype) == ((), tf.float32)
        norm, of_norm = float(np.linalg.norm(w)), facts(name).of_norm
        assert float(value) == pytest.approx(of_norm(norm, **arguments), rel=1e-5, abs=1e-6)
        slope = (of_norm(norm + 1e-6, **arguments) - of_norm(norm - 1e-6, **arguments)) / 2e-6
        np.testing.assert_allclose(gradient, slope * w / norm, rtol=1e-4, atol=1e-4)


@of_slopes
def test_over_patches_it_takes_the_gradient_of_their_sum(name):
    maps = tf.constant(np.random.default_rng(2).normal(size=(2, 2, 3)), tf.float32)  # a linear critic for each patch

    def patches(weights, images):  # (batch, 2, 2, 1)
        return tf.einsum("bi,hwi->bhw", images, maps * weights)[..., None]

    for arguments in variants(name):
        value, gradient = value_and_gradient(name, arguments, patches, np.ones(3), some_images())
        total = tf.reduce_sum(maps, axis=(0, 1)).numpy()
        norm, of_norm = float(np.linalg.norm(total)), facts(name).of_norm
        assert float(value) == pytest.approx(of_norm(norm, **arguments), rel=1e-5, abs=1e-6)
        slope = (of_norm(norm + 1e-6, **arguments) - of_norm(norm - 1e-6, **arguments)) / 2e-6
        np.testing.assert_allclose(gradient, slope * total**2 / norm, rtol=1e-4, atol=1e-4)


def one_critic_of_each_kind():
    """Every shipped family of discriminators with every normalisation that it offers."""
    found = []
    for family in networks.__all__:
        builder = getattr(networks, family).discriminator
        offers = "normalization" in inspect.signature(builder).parameters
        for choice in [{"normalization": kind} for kind in (None, "layer", "batch")] if offers else [{}]:
            found.append(pytest.param(builder, choice, id="-".join([family, *map(str, choice.values())])))
    return found


def scores_of(outputs):
    return outputs["scores"] if isinstance(outputs, dict) else outputs


@every_penalty
@pytest.mark.parametrize(("builder", "choice"), one_critic_of_each_kind())
def test_its_gradient_reaches_every_kernel_and_agrees_with_finite_differences(name, builder, choice):
    known = inspect.signature(builder).parameters
    sizes = {size: number for size, number in {"filters": 3, "units": 6}.items() if size in known}
    keras.utils.set_random_seed(1)
    critic = builder((8, 8, 1), **sizes, **choice)
    for layer in critic.layers:
        if isinstance(layer, Fade):
            layer.alpha.assign(0.75)  # a level that is wholly in leaves the one below no part
    images = [tf.tanh(image) for image in some_images((4, 8, 8, 1))]
    kernels = [weight for weight in critic.trainable_variables if len(weight.shape) > 1]

    def penalty():
        return make(name)(duel(lambda images: scores_of(critic(images, training=True)), images))

    with tf.GradientTape() as tape:
        value = penalty()
    gradients = tape.gradient(value, [kernel.value for kernel in kernels])
    for kernel, gradient in zip(kernels, gradients, strict=True):
        assert gradient is not None, f"{kernel.path} feels nothing"
        length = float(tf.norm(gradient))
        assert length > 1e-4 * float(value), kernel.path
        width = min(1e-3, 1e-3 * float(value) / length)  # changes the penalty by 0.2 %
        assert any(  # a step that meets no kink, and is not lost in rounding
            _slope_along(gradient / length, kernel, penalty, step)
            == pytest.approx(length, rel=0.03, abs=3e-7 * float(value) / step)
            for step in (width, width / 5, width / 25, width / 100)
        ), kernel.path


def _slope_along(direction, kernel, penalty, step):
    """Central difference of `penalty()` as `kernel` moves."""
    centre, values = kernel.numpy(), []
    for sign in (1.0, -1.0):
        kernel.assign(centre + sign * step * direction.numpy())
        values.append(float(penalty()))
    kernel.assign(centre)
    return (values[0] - values[1]) / (2 * step)


class Counting:
    """A linear critic that counts which images it is shown."""

    def __init__(self, real, fake):
        self.images, self.seen = {"real": real, "fake": fake}, {}

    def __call__(self, images):
        shown = next((kind for kind, known in self.images.items() if images is known), "other")
        self.seen[shown] = self.seen.get(shown, 0) + 1
        return tf.reduce_sum(images**2, axis=1, keepdims=True)


@every_penalty
def test_it_shares_the_scores_of_the_loss(name):
    images = some_images()
    critic = Counting(*images)
    game = duel(critic, images)
    losses.Wasserstein().discriminator(game)
    make(name)(game)
    assert critic.seen == facts(name).scored


def test_all_penalties_together_score_each_image_once():
    images = some_images()
    critic = Counting(*images)
    game = duel(critic, images)
    losses.RelativisticAverage().discriminator(game)
    terms = [GradientPenalty(), R1(), R2(), GradientPenalty(location="real"), R1(3.0)]
    assert all(float(term(game)) > 0 for term in terms)
    assert critic.seen == {"real": 1, "fake": 1, "other": 1}


class Looks(keras.layers.Layer):
    """Counts how often the network that it stands in is called."""

    count = 0

    def call(self, inputs):
        self.count += 1
        return inputs


def test_a_training_step_scores_three_minibatches_for_the_critic_and_one_for_the_generator():
    inputs = keras.Input((2,), name="images")
    looks = Looks()
    critic = keras.Model(inputs, keras.layers.Dense(1)(looks(inputs)))
    game = GAN(networks.mlp.generator((2,), 2, units=4), critic, adversarial_loss="wasserstein",
               penalties=[GradientPenalty(), R1(), R2()], n_critic=2)  # fmt: skip
    game.compile(run_eagerly=True)
    looks.count = 0
    game.fit(np.zeros((8, 2), "float32"), batch_size=4, verbose=0)
    assert looks.count == 2 * 3 + 1


def pairs():
    """Every pair of penalties, a penalty with itself too, each under an `Every` of its own."""
    makers = {"mixed": GradientPenalty, "near": DRAGAN, "real": R1, "fake": R2}
    both = itertools.combinations_with_replacement(makers.items(), 2)
    return [pytest.param(first, second, id=f"{a}-{b}") for (a, first), (b, second) in both]


def run_pair(first, second, jit_compile, steps=4):
    """Values and gradients of two lazy penalties beside a loss, step by step."""
    images = some_images((4, 2))
    weights = tf.constant(np.random.default_rng(1).normal(size=(2, 3)), tf.float32)
    terms = [Every(2, first(5.0)), Every(3, second(2.0))]

    def one_step(step, weights):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            game = duel(lambda images: tf.reduce_sum(tf.tanh(images @ weights), axis=1), images, step)
            values = [losses.Wasserstein().discriminator(game), *(term(game) for term in terms)]
            total = tf.add_n(values)
        return tf.stack(values), tape.gradient(total, weights)

    if jit_compile is not None:
        one_step = tf.function(one_step, jit_compile=jit_compile)
    found = [one_step(tf.constant(step, tf.int64), weights) for step in range(steps)]
    return [np.stack(part) for part in zip(*found, strict=True)]


@pytest.mark.parametrize(("first", "second"), pairs())
def test_two_lazy_penalties_agree_in_eager_graph_and_xla(first, second):
    values, gradients = run_pair(first, second, None)
    np.testing.assert_array_equal(values[:, 1] > 0, [True, False, True, False])
    np.testing.assert_array_equal(values[:, 2] > 0, [True, False, False, True])
    for jit_compile in (False, True):
        others = run_pair(first, second, jit_compile)
        np.testing.assert_allclose(others[0], values, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(others[1], gradients, rtol=1e-4, atol=1e-5)


@every_penalty
def test_it_refuses_negative_weights_and_says_which(name):
    for arguments in facts(name).refused:
        argument = next(iter(arguments))
        with pytest.raises(ValueError, match=f"^{name}: {argument}=.*"):
            getattr(penalties, name)(**arguments)


@every_penalty
def test_its_configuration_makes_an_equal_one(name):
    for arguments in variants(name):
        penalty = make(name, **arguments)
        copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(penalty))
        assert type(copy) is type(penalty)
        assert copy.get_config() == penalty.get_config()
        assert copy.name == penalty.name
        critic, images = lambda images: tf.reduce_sum(images**2, axis=1), some_images()
        values = [float(part(duel(critic, images))) for part in (penalty, copy)]
        assert values[0] == values[1] > 0


@every_penalty
def test_the_table_gives_every_argument_a_value_that_is_not_its_default(name):
    parameters = inspect.signature(getattr(penalties, name)).parameters
    assert set(facts(name).others) == set(parameters)
    assert all(facts(name).others[argument] != parameter.default for argument, parameter in parameters.items())
