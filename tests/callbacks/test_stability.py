"""Runs that fail are named, stopped or taken back; a healthy one is left alone, bit for bit."""

import json
import math
import warnings

import keras
import numpy as np
import pytest
from small import players, point_players, same_start

from keras_gan import data
from keras_gan.callbacks import Resume, RunManifest, Stability, Thresholds
from keras_gan.callbacks.diagnosis import REMEDIES
from keras_gan.data.mixtures import ring
from keras_gan.models.gan import GAN
from keras_gan.models.wgan_gp import WGANGP
from keras_gan.networks import mlp
from keras_gan.penalties import R1, Every

POINTS = ring(2000, 0, std=0.05)


def adam(rate):
    return keras.optimizers.Adam(rate, beta_1=0.5)


def fit(make, rates, images, *callbacks, epochs, steps=20):
    """A model trained with a look after every 20 steps."""
    model = same_start(make)
    model.compile(*map(adam, rates), steps_per_execution=steps)
    minibatches = data.Minibatches(np.concatenate([images] * 64)[: 2 * steps * 32], batch_size=32)
    model.fit(minibatches, epochs=epochs, steps_per_epoch=steps, verbose=0, callbacks=list(callbacks))
    return model


def on_points(**game):
    return lambda: GAN(mlp.generator((2,), 4, units=32), mlp.discriminator((2,), units=32), **game)


def digits(count, held_out=300):
    every = next(iter(data.load("digits", split="all", batch_size=1797).at(0))).numpy()
    return every[:count], every[-held_out:]


def on_digits(**game):
    return lambda: GAN(mlp.generator((8, 8, 1), 8, units=32), mlp.discriminator((8, 8, 1), units=256), **game)


def named(stability):
    return {finding.name for finding in stability.findings}


# --- names ------------------------------------------------------------------------------------------------------------


def watched(make, rates, images, held_out=None, **settings):
    stability = Stability(images, held_out)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit(make, rates, images, stability, **settings)
    return stability


def test_a_generator_far_ahead_of_its_discriminator_collapses():
    stability = watched(on_points(), (1e-4, 1e-2), POINTS, epochs=12)
    assert "mode collapse" in named(stability)
    assert stability.looks[-1].diversity < 0.3


def test_a_discriminator_far_ahead_saturates():
    assert named(watched(on_digits(), (2e-3, 5e-5), digits(1400)[0], epochs=5)) == {"discriminator saturation"}


def test_the_minimax_generator_saturates_against_it():
    stability = watched(on_digits(adversarial_loss="minimax"), (2e-3, 5e-5), digits(1400)[0], epochs=5)
    assert named(stability) == {"discriminator saturation", "generator saturation"}


def test_a_discriminator_of_few_images_learns_them_by_heart():
    stability = watched(on_digits(), (2e-3, 1e-3), *digits(20), epochs=9)
    assert "discriminator overfitting" in named(stability)


def test_learning_rates_far_too_high_diverge():
    assert named(watched(on_points(), (1.0, 1.0), POINTS, epochs=4)) == {"divergence"}


def test_in_health_nothing_is_said():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        images, held_out = digits(1400)
        stability = Stability(images, held_out)
        fit(on_digits(penalties=[R1(0.3)]), (1e-3, 1e-3), images, stability, epochs=8)
    assert stability.findings == [] and len(stability.looks) == 9


# --- watching ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def points():
    return np.random.default_rng(0).normal(size=(48, 2)).astype("float32")


def small():
    model = same_start(
        lambda: GAN(mlp.generator((2,), 2, units=8, num_layers=1), mlp.discriminator((2,), num_layers=1))
    )
    model.compile(run_eagerly=True)
    return model


def test_a_watched_run_is_the_same_bit_for_bit(images):
    def run(*callbacks):
        model = same_start(lambda: GAN(*players(), penalties=[Every(3, R1())]))
        model.compile()
        model.fit(images, batch_size=8, epochs=2, verbose=0, callbacks=list(callbacks))
        return model.get_weights()

    for a, b in zip(run(), run(Stability(images, images[:20], interval=2)), strict=True):
        np.testing.assert_array_equal(a, b)


def test_looks_come_every_so_many_epochs_and_steps_and_are_logged(points):
    stability = Stability(points, every=2, interval=3)
    history = small().fit(points, batch_size=12, epochs=4, verbose=0, callbacks=[stability]).history
    assert [look.step for look in stability.looks] == [0, 3, 6, 8, 11, 14, 16]
    assert [look.epoch for look in stability.looks] == [0, 0, 1, 2, 2, 3, 4]
    assert history["stability_diversity"] == [stability.looks[i].diversity for i in (3, 6)]
    assert "stability_overfitting" not in history


def test_they_reach_the_history_of_the_run(tmp_path, points):
    small().fit(points, verbose=0, callbacks=[Stability(points), RunManifest(tmp_path)])
    assert "stability_accuracy" in (tmp_path / "history.csv").read_text().splitlines()[0]


def test_a_trouble_is_told_once_and_again_when_it_returns(points):
    model, stability = small(), Stability(points, patience=1, thresholds=Thresholds(diversity=1e-6))
    first = model.generator.get_weights()

    def wobble(epoch, logs):
        model.generator.set_weights([0 * weight if epoch in (1, 2, 4) else weight for weight in first])

    callbacks = [keras.callbacks.LambdaCallback(on_epoch_end=wobble), stability]
    with pytest.warns(UserWarning, match="mode collapse after epoch") as told:
        model.fit(points, batch_size=48, epochs=6, verbose=0, callbacks=callbacks)
    assert [finding.epoch for finding in stability.findings] == [2, 5]
    assert len([each for each in told if "Stability" in str(each.message)]) == 2


def test_an_interrupted_run_goes_on_with_what_was_seen(tmp_path, points):
    def run(epochs, *folder):
        stability = Stability(points)
        model.fit(points, epochs=epochs, verbose=0, callbacks=[stability, *map(Resume, folder)])
        return stability

    model = small()
    expected = run(4).looks
    model = small()
    first = run(2, tmp_path).looks
    model = small()  # another process
    resumed = run(4, tmp_path)
    assert resumed.looks == expected and resumed.looks[:3] == first
    assert type(json.loads((tmp_path / "stability.json").read_text())["course"][-1]["weights"]) is float


def test_looks_from_after_the_checkpoint_are_forgotten_and_a_lost_memory_begins_anew(tmp_path, points):
    small().fit(points, epochs=3, verbose=0, callbacks=[Stability(points), Resume(tmp_path)])
    newest, older = Resume(tmp_path).checkpoints()
    for broken, steps in ((newest / "checkpoint.json", [0, 1, 2, 3]), (tmp_path / "stability.json", [3, 4])):
        broken.write_text("{")
        stability = Stability(points)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            small().fit(points, epochs=steps[-1], verbose=0, callbacks=[stability, Resume(tmp_path)])
        assert [look.step for look in stability.looks] == steps


def test_a_look_is_plain_floats(points):
    stability = Stability(points)
    small().fit(points, verbose=0, callbacks=[stability])
    assert {type(value) for value in stability.looks[-1].numbers.values()} == {float}


# --- acting -----------------------------------------------------------------------------------------------------------


class Ruin(keras.callbacks.Callback):
    """Sets the discriminator's last layer to a value, after some epochs or steps."""

    def __init__(self, value, epochs=(), steps=()):
        super().__init__()
        self.value, self.epochs, self.steps, self.weights = value, epochs, steps, []

    def on_train_batch_end(self, batch, logs=None):
        if self.model.steps_done in self.steps:
            self.ruin()

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append(self.model.get_weights())
        if epoch + 1 in self.epochs:
            self.ruin()

    def ruin(self):
        kernel = self.model.discriminator.layers[-1].kernel
        kernel.assign(0 * kernel + self.value)


def test_it_stops_and_says_why(points):
    model, stability = small(), Stability(points, action="stop")
    with pytest.warns(UserWarning, match="divergence after epoch 2, step 2: .* Try: lower both learning rates"):
        model.fit(points, epochs=5, verbose=0, callbacks=[Ruin(1e9, epochs=[2]), stability])
    assert model.epochs_done == 2


def test_a_value_that_is_not_finite_is_named_and_still_raised(points):
    stability = Stability(points)
    with pytest.warns(UserWarning, match="divergence"), pytest.raises(FloatingPointError, match="d_loss"):
        small().fit(points, batch_size=24, verbose=0, callbacks=[stability, Ruin(math.nan, steps=[1])])
    assert "became nan" in stability.findings[0].evidence
    assert stability.findings[0].remedy == REMEDIES["divergence"]


def taken_back(model, points, ruin, folder, epochs=4, keep=2, interval=None, **settings):
    stability = Stability(points, action="rollback", **settings)
    callbacks = [ruin, stability, Resume(folder, keep=keep, interval=interval)]
    with pytest.warns(UserWarning, match="divergence"):
        model.fit(points, batch_size=24, epochs=epochs, verbose=0, callbacks=callbacks)
    assert all(np.isfinite(weight).all() for weight in model.get_weights())
    assert all(finding.name == "divergence" for finding in stability.findings)
    return stability


def rates(model):
    return [float(optimizer.learning_rate) for optimizer in model.optimizer.of.values()]


def without_position(model, weights):
    return [w for w, v in zip(weights, model.weights, strict=True) if v.name not in ("step", "epoch", "epoch_start")]


def test_it_goes_back_to_the_checkpoint_from_before_the_trouble(tmp_path, points):
    model, ruin = small(), Ruin(1e9, epochs=[3])
    stability = taken_back(model, points, ruin, tmp_path, epochs=3, keep=1)
    assert stability.rollbacks == 1 and model.position == (3, 0) and model.steps_done == 6
    # the look after epoch 2, in which all was well, came before the checkpoint of that epoch and after that of epoch 1
    now = without_position(model, model.get_weights())
    for a, b in zip(now, without_position(model, ruin.weights[0]), strict=True):
        np.testing.assert_array_equal(a, b)
    assert sorted(path.name for path in tmp_path.glob("0*")) == ["00001-0000000", "00003-0000000"]


def test_an_exploded_run_trains_on_with_a_smaller_rate_from_the_beginning_if_need_be(tmp_path):
    model = same_start(on_digits(penalties=[R1(0.3)]))
    model.compile(adam(0.5), adam(0.5), steps_per_execution=10)
    images = digits(1400)[0]
    stability = Stability(images, action="rollback", lr_factor=0.002)
    with pytest.warns(UserWarning, match="divergence"):
        history = model.fit(
            images, epochs=5, steps_per_epoch=10, verbose=0, callbacks=[stability, Resume(tmp_path)]
        ).history
    assert stability.rollbacks == 1 and model.position == (5, 0) and model.steps_done == 50
    assert rates(model) == pytest.approx([0.001, 0.001])
    assert stability.looks[-1].weights < 2 and stability.looks[-1].margin < 100
    assert history["d_loss"][0] > 1000 and history["d_loss"][-1] < 5


def test_so_does_one_whose_loss_was_not_finite(tmp_path, points):
    model = small()
    stability = taken_back(model, points, Ruin(math.nan, steps=[1]), tmp_path)
    assert stability.rollbacks == 1 and model.position == (4, 0)
    assert rates(model) == pytest.approx([1e-4, 1e-4])
    history = model.history.history["d_loss"]
    assert math.isnan(history[0]) and np.isfinite(history[1:]).all()  # the first epoch lost all its steps


def test_weights_that_would_be_saved_as_nan_are_taken_back_too(tmp_path, points):
    model = small()
    stability = taken_back(model, points, Ruin(math.nan, steps=[3]), tmp_path, interval=1)
    assert stability.rollbacks == 1 and "hold NaN" in stability.findings[0].evidence
    assert model.position == (4, 0)


def test_a_run_taken_back_and_then_killed_resumes_behind_the_trouble(tmp_path, points):
    taken_back(small(), points, Ruin(1e9, epochs=[2]), tmp_path, epochs=2)
    resumed = small()
    resumed.fit(points, batch_size=24, epochs=3, verbose=0, callbacks=[Resume(tmp_path)])
    assert rates(resumed) == pytest.approx([1e-4, 1e-4])
    assert resumed.position == (3, 0) and np.abs(resumed.discriminator.layers[-1].kernel).max() < 10


def test_rollbacks_are_counted_over_interruptions(tmp_path, points):
    taken_back(small(), points, Ruin(1e9, epochs=[2]), tmp_path, epochs=2, max_rollbacks=1)
    model = small()
    stability = taken_back(model, points, Ruin(1e9, epochs=[3]), tmp_path, epochs=9, max_rollbacks=1)
    assert stability.rollbacks == 1 and model.epochs_done == 3  # it stopped


def test_after_so_many_rollbacks_it_stops(tmp_path, points):
    model = small()
    stability = taken_back(model, points, Ruin(1e9, epochs=[2, 3, 4]), tmp_path, epochs=9, max_rollbacks=2)
    assert stability.rollbacks == 2 and model.epochs_done == 4 and len(stability.findings) == 3


# --- what is refused --------------------------------------------------------------------------------------------------


def test_a_rollback_needs_checkpoints_and_rates_that_can_be_lowered(tmp_path, points):
    stability = Stability(points, action="rollback")
    with pytest.raises(ValueError, match="Resume among the callbacks"):
        small().fit(points, verbose=0, callbacks=[stability])
    model = GAN(*point_players())
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-3, 100)), run_eagerly=True)
    with pytest.raises(ValueError, match="schedule sets d_optimizer's learning rate"):
        model.fit(points, verbose=0, callbacks=[stability, Resume(tmp_path)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"action": "panic"}, "action='panic'; known: rollback, stop, warn"),
        ({"patience": 0}, "patience=0"),
        ({"interval": 0}, "interval=0"),
        ({"lr_factor": 1.5}, "lr_factor=1.5"),
    ],
)
def test_what_cannot_be_is_said_at_once(points, settings, said):
    with pytest.raises(ValueError, match=said):
        Stability(points, **settings)


# --- a Wasserstein critic's value -------------------------------------------------------------------------------------


def test_the_critics_value_tells_when_to_stop():
    """It rises from 0 with the critic, falls with the samples' improvement, and ends the run when it falls no more."""
    stop = keras.callbacks.EarlyStopping(monitor="d_wasserstein", mode="min", patience=4, start_from_epoch=2)
    model = fit(lambda: WGANGP(*point_players(units=32), n_critic=2), (2e-3, 2e-3), POINTS, stop, epochs=40)
    values = model.history.history["d_wasserstein"]
    assert 5 < len(values) < 40
    assert min(values[2:]) == min(values[2:-4])
    assert max(values[:5]) > 2 * min(values[2:])
