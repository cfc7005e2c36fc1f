"""What every adversarial loss must keep: one in `keras_gan.losses.__all__` is tested here, once FACTS knows it."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import losses
from keras_gan.configured import from_name, snake_case
from keras_gan.duel import Duel
from keras_gan.random import Numbers

NAMES = [name for name in losses.__all__ if name != "AdversarialLoss"]
every_loss = pytest.mark.parametrize("name", NAMES)


@dataclass(frozen=True)
class Facts:
    """What the literature says of a loss.

    Args:
        discriminator, generator: NumPy formulas of real and generated scores, and of the constructor's arguments.
        best: formula of the best D's scores from densities p and q, where there is one in closed form.
        others: a value for every argument of the constructor that is not its default.
        undecided: the score of a D that cannot tell; `None`: any is as good.
        paired: whether image i is compared with image i, so that only all pairs show the densities.
    """

    discriminator: Callable
    generator: Callable
    best: Callable | None = None
    others: dict | None = None
    undecided: float | None = 0.0
    paired: bool = False


def _log_sigmoid(scores):
    return -np.logaddexp(0, -scores)


def _cross_entropy(r, f, label_smoothing=0.0):
    target = 1 - label_smoothing
    real = target * _log_sigmoid(r) + (1 - target) * _log_sigmoid(-r)
    return -np.mean(real) - np.mean(_log_sigmoid(-f))


def _log_ratio(p, q, label_smoothing=0.0):
    true = (1 - label_smoothing) * p  # the share of an x whose target is 1
    return np.log(true / (p + q - true))


def _least_squares(r, f, real_target=1.0, fake_target=0.0, generator_target=1.0):
    return np.mean((r - real_target) ** 2) / 2 + np.mean((f - fake_target) ** 2) / 2


def _averages(high, low):
    return -np.mean(_log_sigmoid(high - np.mean(low))) - np.mean(_log_sigmoid(np.mean(high) - low))


def _fenchel(v, alpha):
    """(T, f*(T)) of the KL divergence, whose e^x goes on along its tangent from x = 20; of the α-divergence, α = 2."""
    kl = np.exp(np.minimum(v - 1, 20)) * (1 + np.maximum(v - 1 - 20, 0))
    return v, kl if alpha is None else (np.maximum(1 + v, 0) ** 2 - 1) / 2


def _one_capsule_of_two(right, wrong, m_plus, m_minus, down_weight):
    """Margin loss of two capsules with these logits of their lengths."""
    present = np.maximum(0, m_plus - np.exp(_log_sigmoid(right))) ** 2
    return np.mean(present + down_weight * np.maximum(0, np.exp(_log_sigmoid(wrong)) - m_minus) ** 2)


def _best_margin(p, q, m_plus=0.9, m_minus=0.1, down_weight=0.5):
    """Logit of the best length of the capsule `real`."""
    length = (p * m_plus + q * down_weight * m_minus) / (p + q * down_weight)
    return np.log(length / (1 - length))


FACTS = {
    "Minimax": Facts(
        _cross_entropy,
        lambda r, f, label_smoothing=0.0: np.mean(_log_sigmoid(-f)),
        best=_log_ratio,
        others={"label_smoothing": 0.2},
    ),
    "NonSaturating": Facts(
        _cross_entropy,
        lambda r, f, label_smoothing=0.0: -np.mean(_log_sigmoid(f)),
        best=_log_ratio,
        others={"label_smoothing": 0.2},
    ),
    "LeastSquares": Facts(
        _least_squares,
        lambda r, f, real_target=1.0, fake_target=0.0, generator_target=1.0: np.mean((f - generator_target) ** 2) / 2,
        best=lambda p, q, real_target=1.0, fake_target=0.0, generator_target=1.0: (
            (real_target * p + fake_target * q) / (p + q)
        ),
        others={"real_target": 2.0, "fake_target": -1.0, "generator_target": 1.5},
        undecided=0.5,
    ),
    "Wasserstein": Facts(  # no best one: tests/theory
        lambda r, f, drift=0.0: np.mean(f) - np.mean(r) + drift * np.mean(r**2),
        lambda r, f, drift=0.0: -np.mean(f),
        others={"drift": 0.01},
        undecided=None,
    ),
    "FDivergence": Facts(  # every divergence: tests/losses/test_divergence.py
        lambda r, f, divergence="kl", alpha=None, non_saturating=False: (
            np.mean(_fenchel(f, alpha)[1]) - np.mean(_fenchel(r, alpha)[0])
        ),
        lambda r, f, divergence="kl", alpha=None, non_saturating=False: (
            -np.mean(_fenchel(f, alpha)[not non_saturating])
        ),
        best=lambda p, q, divergence="kl", alpha=None, non_saturating=False: (
            1 + np.log(p / q) if alpha is None else p / q - 1
        ),
        others={"divergence": "alpha", "alpha": 2.0, "non_saturating": True},
        undecided=1.0,
    ),
    "FeatureMatching": Facts(  # more than one feature: tests/losses/test_feature_matching.py
        lambda r, f, adversarial_loss="non_saturating": (
            _cross_entropy(r, f) if adversarial_loss == "non_saturating" else np.mean(f) - np.mean(r)
        ),
        lambda r, f, adversarial_loss="non_saturating": (np.mean(r) - np.mean(f)) ** 2,
        others={"adversarial_loss": "wasserstein"},
    ),
    "Hinge": Facts(
        lambda r, f: np.mean(np.maximum(0, 1 - r)) + np.mean(np.maximum(0, 1 + f)),
        lambda r, f: -np.mean(f),
        best=lambda p, q: np.sign(p - q),
    ),
    "Margin": Facts(
        lambda r, f, m_plus=0.9, m_minus=0.1, down_weight=0.5: (
            _one_capsule_of_two(r, 0.0, m_plus, m_minus, down_weight)
            + _one_capsule_of_two(0.0, f, m_plus, m_minus, down_weight)
        ),
        lambda r, f, m_plus=0.9, m_minus=0.1, down_weight=0.5: _one_capsule_of_two(f, 0, m_plus, m_minus, down_weight),
        best=_best_margin,
        undecided=_best_margin(1.0, 1.0),
        others={"m_plus": 0.95, "m_minus": 0.15, "down_weight": 0.3},
    ),
    "Relativistic": Facts(
        lambda r, f: -np.mean(_log_sigmoid(r - f)),
        lambda r, f: -np.mean(_log_sigmoid(f - r)),
        best=lambda p, q: np.log(p / q),
        undecided=None,
        paired=True,
    ),
    "RelativisticAverage": Facts(lambda r, f: _averages(r, f), lambda r, f: _averages(f, r), undecided=None),
}


def facts(name):
    if name not in FACTS:
        pytest.fail(
            f"{name} is in keras_gan.losses.__all__ and unknown here: add FACTS[{name!r}] with NumPy formulas of the "
            "discriminator's and the generator's loss, the best D's scores where known, and a value for every argument."
        )
    return FACTS[name]


def variants(name):
    """The loss with its defaults, and with every argument at another value: (arguments, loss)."""
    others = facts(name).others or {}
    return [(arguments, getattr(losses, name)(**arguments)) for arguments in ([{}, others] if others else [{}])]


def critic(images, augment=True):
    """Each image itself is its score, its only feature, and the logit of how real it is; how fake, it says of none."""
    lengths = tf.stack([tf.sigmoid(images), tf.fill(tf.shape(images), 0.5)], axis=-1)
    return {"scores": images, "features": tf.reshape(images, (-1, 1)), "lengths": lengths}


def duel(real_scores, fake_scores):
    """A duel of images that are their scores."""
    real, fake = (tf.constant(scores, tf.float32) for scores in (real_scores, fake_scores))
    return Duel(critic, real, fake, Numbers(seed=0))


def value_and_gradients(player, real_scores, fake_scores):
    """(value, gradient by the real scores, gradient by the generated ones) of one player's loss."""
    real, fake = (tf.constant(scores, tf.float32) for scores in (real_scores, fake_scores))
    with tf.GradientTape() as tape:
        tape.watch([real, fake])
        value = player(duel(real, fake))
    gradients = tape.gradient(value, [real, fake], unconnected_gradients="zero")
    return value.numpy(), *(gradient.numpy() for gradient in gradients)


def some_scores(shape=(6, 1)):
    random = np.random.default_rng(3)
    return random.normal(0.4, 1.5, shape).astype("float32"), random.normal(-0.3, 2.0, shape).astype("float32")


def numerical(formula, r, f, arguments):
    """Central differences of a NumPy formula by each score, in float64."""
    r, f, width = r.astype("float64"), f.astype("float64"), 1e-5
    gradients = []
    for scores in (r, f):
        gradients.append(np.zeros_like(scores))
        for place in np.ndindex(scores.shape):
            centre = scores[place]
            scores[place] = centre + width
            above = formula(r, f, **arguments)
            scores[place] = centre - width
            gradients[-1][place] = (above - formula(r, f, **arguments)) / (2 * width)
            scores[place] = centre
    return gradients


@every_loss
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_value_and_gradient_are_those_of_the_formula(name, player):
    r, f = some_scores()
    formula = getattr(facts(name), player)
    for arguments, loss in variants(name):
        value, by_real, by_fake = value_and_gradients(getattr(loss, player), r, f)
        assert (value.shape, value.dtype) == ((), np.float32)
        exact = formula(r.astype("float64"), f.astype("float64"), **arguments)
        assert value == pytest.approx(exact, rel=1e-6, abs=1e-6)
        expected = numerical(formula, r, f, arguments)
        np.testing.assert_allclose(by_real, expected[0], atol=1e-6)
        np.testing.assert_allclose(by_fake, expected[1], atol=1e-6)


@every_loss
def test_no_score_tells_equal_densities_apart(name):
    undecided = facts(name).undecided or 0.0
    every_pair = np.indices((8, 8)).reshape(2, -1)  # of eight images, real and generated alike

    def discriminator(scores):
        return float(getattr(losses, name)().discriminator(duel(scores[every_pair[0]], scores[every_pair[1]])))

    others = [undecided + np.random.default_rng(i).normal(0, 0.3, 8) for i in range(20)]
    assert min(map(discriminator, others)) >= discriminator(np.full(8, undecided)) - 1e-6


@every_loss
def test_the_score_of_a_discriminator_that_cannot_tell_is_as_said(name):
    known, (r, f) = facts(name), some_scores()
    assert getattr(losses, name)().undecided == known.undecided
    for arguments, loss in variants(name):
        if known.undecided is None:
            drift = {"drift": 0.0} if "drift" in arguments else {}
            moved = known.discriminator(r + 3.0, f + 3.0, **arguments | drift)
            assert moved == pytest.approx(known.discriminator(r, f, **arguments | drift), abs=1e-5)
        elif known.best:
            assert loss.undecided == pytest.approx(known.best(1.0, 1.0, **arguments), abs=1e-12)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in FACTS or FACTS[name].best])
def test_the_discriminators_loss_is_least_where_theory_says(name):
    known = facts(name)
    counts = np.array([1, 2, 5, 4]), np.array([6, 3, 1, 2])  # of real and generated images at four points
    real, fake = (np.repeat(range(4), of_kind) for of_kind in counts)
    if known.paired:
        real, fake = np.repeat(real, 12), np.tile(fake, 12)
    for arguments, loss in variants(name):
        best = known.best(*(of_kind / 12 for of_kind in counts), **arguments)

        def discriminator(scores, loss=loss):
            return float(loss.discriminator(duel(scores[real], scores[fake])))

        for unit in np.eye(4):
            above, below = discriminator(best + 0.03 * unit), discriminator(best - 0.03 * unit)
            assert min(above, below) > discriminator(best) + 1e-6
            assert name == "Hinge" or above == pytest.approx(below, abs=2e-5)  # the hinge has a kink there


@every_loss
def test_the_players_pull_the_generated_scores_in_opposite_directions(name):
    # Undecided scores: between LSGAN's targets and inside the hinge's margins.
    r, f = (np.linspace(*ends, 8, dtype="float32") for ends in ((0.3, 0.8), (0.2, 0.7)))
    loss = getattr(losses, name)()
    _, by_real, by_fake = value_and_gradients(loss.discriminator, r, f)
    assert by_real.max() < -1e-3, "D lifts the real scores"
    assert by_fake.min() > 1e-3, "D presses the generated scores down"
    assert value_and_gradients(loss.generator, r, f)[2].max() < -1e-3, "G lifts the generated scores"


@every_loss
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_scores_of_patches_count_like_scores_of_images(name, player):
    r, f = some_scores((2, 3, 4, 1))
    for _, loss in variants(name):
        of_patches = value_and_gradients(getattr(loss, player), r, f)
        of_images = value_and_gradients(getattr(loss, player), r.reshape(24, 1), f.reshape(24, 1))
        assert of_patches[0] == pytest.approx(of_images[0], rel=1e-6)
        for patches, images in zip(of_patches[1:], of_images[1:], strict=True):
            np.testing.assert_allclose(patches.reshape(24, 1), images, rtol=1e-5, atol=1e-8)


@every_loss
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_extreme_scores_give_exact_values_and_finite_gradients(name, player):
    formula = getattr(facts(name), player)
    for arguments, loss in variants(name):
        for r, f in ((1e4, 1e4), (1e4, -1e4), (-1e4, 1e4), (-1e4, -1e4)):
            r, f = np.array([r, 1.0], "float32"), np.array([f, -1.0], "float32")
            value, by_real, by_fake = value_and_gradients(getattr(loss, player), r, f)
            expected = formula(r.astype("float64"), f.astype("float64"), **arguments)
            assert value == pytest.approx(expected, rel=1e-6, abs=1e-6)
            assert np.isfinite(by_real).all() and np.isfinite(by_fake).all()


@every_loss
def test_graph_and_xla_give_what_eager_gives(name):
    r, f = some_scores()
    for _, loss in variants(name):
        for player in (loss.discriminator, loss.generator):
            eager = value_and_gradients(player, r, f)

            def both(r, f, player=player):
                with tf.GradientTape() as tape:
                    tape.watch([r, f])
                    value = player(Duel(critic, r, f, Numbers(0)))
                return value, tape.gradient(value, [r, f], unconnected_gradients="zero")

            for jit_compile in (False, True):
                value, gradients = tf.function(both, jit_compile=jit_compile)(tf.constant(r), tf.constant(f))
                assert float(value) == pytest.approx(float(eager[0]), rel=1e-5, abs=1e-6)
                np.testing.assert_allclose(gradients[0], eager[1], atol=1e-6)
                np.testing.assert_allclose(gradients[1], eager[2], atol=1e-6)


@every_loss
def test_the_report_says_what_was_announced(name):
    loss = getattr(losses, name)()
    report = loss.report(duel(*some_scores()))
    assert tuple(report) == loss.reports
    assert all(value.shape == () and np.isfinite(value) for value in report.values())


@every_loss
def test_it_needs_all_outputs_that_it_reads_and_no_others(name):
    read = set()

    class Recorded(dict):
        def __getitem__(self, key):
            read.add(key)
            return super().__getitem__(key)

    real, fake = (tf.constant(scores) for scores in some_scores())
    for _, loss in variants(name):
        for look in (loss.discriminator, loss.generator, loss.report):
            look(Duel(lambda images, augment=True: Recorded(critic(images)), real, fake, Numbers(seed=0)))
        assert read - {"scores"} == set(loss.needs)


@every_loss
def test_its_name_in_snake_case_makes_it(name):
    made = from_name(snake_case(name), losses, "loss")
    assert type(made) is getattr(losses, name)
    assert from_name(made, losses, "loss") is made


@every_loss
def test_a_misspelt_name_raises_and_says_the_right_one(name):
    word = snake_case(name)
    with pytest.raises(ValueError, match=rf"unknown loss '{word[:-1]}'; nearest: .*\b{word}\b"):
        from_name(word[:-1], losses, "loss")


@every_loss
def test_its_configuration_makes_an_equal_one(name):
    r, f = some_scores()
    for arguments, loss in variants(name):
        copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
        assert type(copy) is type(loss)
        assert copy.get_config() == loss.get_config()
        for argument, value in arguments.items():
            assert getattr(copy, argument) == value
        assert float(copy.discriminator(duel(r, f))) == float(loss.discriminator(duel(r, f)))
        assert float(copy.generator(duel(r, f))) == float(loss.generator(duel(r, f)))


@every_loss
def test_the_table_gives_every_argument_a_value_that_is_not_its_default(name):
    others = facts(name).others or {}
    parameters = inspect.signature(getattr(losses, name)).parameters
    defaults = {n: p.default for n, p in parameters.items() if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)}
    assert set(others) == set(defaults)
    assert all(others[argument] != default for argument, default in defaults.items())
