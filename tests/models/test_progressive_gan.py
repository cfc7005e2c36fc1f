"""Growing: the step alone decides the schedule, levels change inside one `fit`, nothing jumps or is lost."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import data
from keras_gan.callbacks import Resume
from keras_gan.models.progressive_gan import ProgressiveGAN
from keras_gan.networks import progressive
from keras_gan.penalties import R1

SHAPE = (8, 8, 1)  # two levels, 4 and 8
EAGER = {"run_eagerly": True}  # fewer steps than would repay their tracing


def made(fade_steps=2, stable_steps=2, shape=SHAPE, compiled=None, **game):
    """A small one, with the same first weights at each call; compiled if `compiled` says how."""
    keras.utils.set_random_seed(0)
    players = progressive.generator(shape, 4, filters=2), progressive.discriminator(shape, filters=2)
    model = ProgressiveGAN(*players, fade_steps=fade_steps, stable_steps=stable_steps, **game)
    if compiled is not None:
        model.compile(**compiled)
    return model


def minibatches(number=48):
    images = np.random.default_rng(0).uniform(-1, 1, (number, *SHAPE)).astype("float32")
    return data.Minibatches(images, batch_size=8, seed=0)


def state(model):
    return [np.asarray(weight) for weight in (*model.weights, *model.optimizer.variables, model.means.totals)]


def values(network, only=None):
    return {w.path: w.numpy() for w in network.trainable_variables if only is None or w.path.startswith(only)}


def moved(before, after):
    return {path for path in before if np.any(before[path] != after[path])}


def test_level_and_alpha_follow_from_the_step():
    model = made(fade_steps=3, stable_steps=2, shape=(16, 16, 1))
    assert [model.level_at(step) for step in range(13)] == [0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    alphas = [float(model.alpha_at(tf.constant(step), model.level_at(step))) for step in range(13)]
    np.testing.assert_allclose(alphas, [1, 1, 0.25, 0.5, 0.75, 1, 1, 0.25, 0.5, 0.75, 1, 1, 1])


def test_without_fading_a_level_is_in_at_once():
    model = made(fade_steps=0, stable_steps=3)
    assert [model.level_at(step) for step in (0, 2, 3, 99)] == [0, 0, 1, 1]
    assert float(model.alpha_at(tf.constant(3), 1)) == 1.0


def test_levels_change_inside_one_fit_and_move_only_what_takes_part():
    """Adam with decay would shrink, and with momentum drag, what has no part; here it stays exactly as it was."""
    seen = []

    def look(batch, logs):
        seen.append((values(model.generator), values(model.discriminator), model.sample(2)))

    adams = {f"{player}_optimizer": keras.optimizers.AdamW(1e-3, weight_decay=0.1) for player in "dg"}
    model = made(compiled=EAGER | adams)
    seen.append((values(model.generator), values(model.discriminator), model.sample(2)))
    callback = keras.callbacks.LambdaCallback(on_train_batch_end=look)
    history = model.fit(minibatches(), epochs=1, callbacks=[callback], verbose=0).history
    np.testing.assert_allclose(history["d_level"], (0 + 0 + 1 / 3 + 2 / 3 + 1 + 1) / 6, rtol=1e-5)
    assert all(np.isfinite(logged).all() for logged in history.values())
    for player, later in ((0, ("block_1", "to_rgb_1")), (1, ("block_1", "from_rgb_1"))):
        first, at_4, end = (seen[step][player] for step in (0, 2, 6))
        not_grown = {path for path in first if path.startswith(later)}
        assert moved(first, at_4) == set(first) - not_grown
        assert moved(at_4, end) == set(first)
    for _, _, samples in seen[:3]:  # of the full size from the beginning: at level 0 enlarged ones
        np.testing.assert_array_equal(samples, samples[:, ::2, ::2].repeat(2, 1).repeat(2, 2))
    assert np.abs(np.diff(seen[-1][2], axis=1)[:, ::2]).max() > 1e-3
    assert float(model.generator_ema.get_layer("fade_1").alpha) == 1.0


def test_moments_of_a_level_go_on_when_the_next_one_begins():
    model = made(compiled=EAGER)
    model.fit(minibatches(), steps_per_epoch=2, verbose=0)
    adam = model.optimizer.of["d"]
    moments = {v.path: v.numpy() for v in adam.variables if "velocity" in v.path}
    assert {path for path in moments if np.any(moments[path])} == {path for path in moments if "_1_" not in path}
    adam.learning_rate.assign(0.0)
    model.fit(minibatches(), steps_per_epoch=1, verbose=0)
    gradients_squared = [v.numpy() - 0.99 * moments[v.path] for v in adam.variables if v.path in moments]
    assert min(difference.min() for difference in gradients_squared) > -1e-6
    assert int(adam.iterations) == 1


def test_the_first_step_of_a_level_is_no_larger_than_the_learning_rate():
    model = made(compiled=EAGER)
    model.fit(minibatches(), steps_per_epoch=2, verbose=0)
    for adam in model.optimizer.of.values():
        adam.iterations.assign(1000)  # as if level 0 had trained for long
    before = values(model.generator) | values(model.discriminator)
    model.fit(minibatches(), steps_per_epoch=1, verbose=0)
    after = values(model.generator) | values(model.discriminator)
    steps = {path: np.abs(after[path] - before[path]).max() for path in before}
    new = [step for path, step in steps.items() if "_1" in path.split("/")[0]]
    assert max(new) == pytest.approx(1e-3, rel=1e-2)
    assert max(steps.values()) < 1.01e-3


def falling(updates):
    return keras.optimizers.schedules.PolynomialDecay(1e-3, updates, end_learning_rate=0.0)


def test_a_schedule_goes_on_over_all_levels():
    seen = {"d": [], "g": []}

    def look(batch, logs):
        for player, rates in seen.items():
            rates.append(float(model.optimizer.of[player].learning_rate))

    adams = {"d_optimizer": keras.optimizers.Adam(falling(12)), "g_optimizer": keras.optimizers.Adam(falling(6))}
    model = made(stable_steps=1, compiled=EAGER | adams, n_critic=2, shape=(16, 16, 1))
    images = np.random.default_rng(0).uniform(-1, 1, (96, 16, 16, 1)).astype("float32")
    watch = keras.callbacks.LambdaCallback(on_train_batch_end=look)
    model.fit(data.Minibatches(images, batch_size=8, seed=0), callbacks=[watch], verbose=0)
    assert model.level == 2
    for rates in seen.values():
        np.testing.assert_allclose(rates, [1e-3 * (1 - step / 6) for step in range(1, 7)], atol=1e-9)


def test_saved_and_loaded_a_schedule_stands_where_it_stood(tmp_path):
    model = made(stable_steps=1, compiled=EAGER | {"g_optimizer": keras.optimizers.Adam(falling(6))})
    model.fit(minibatches(), steps_per_epoch=4, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for each in (model, loaded):
        assert float(each.optimizer.of["g"].learning_rate) == pytest.approx(1e-3 / 3)
        each.fit(minibatches(), steps_per_epoch=2, verbose=0)
        assert float(each.optimizer.of["g"].learning_rate) == pytest.approx(0.0, abs=1e-9)
    assert loaded.get_compile_config() == model.get_compile_config()


def test_gone_back_behind_the_beginning_of_a_level_its_first_step_is_no_larger_than_the_learning_rate(tmp_path):
    model = made(compiled=EAGER)
    model.fit(minibatches(), steps_per_epoch=1, verbose=0)
    for adam in model.optimizer.of.values():
        adam.iterations.assign(1000)  # as if level 0 had trained for long
    model.save_weights(tmp_path / "level_0.weights.h5")
    model.fit(minibatches(), steps_per_epoch=3, verbose=0)
    model.go_back(tmp_path / "level_0.weights.h5")
    before = values(model.generator)
    model.fit(minibatches(), steps_per_epoch=1, verbose=0)
    assert model.level == 1
    assert max(np.abs(after - before[path]).max() for path, after in values(model.generator).items()) < 1.01e-3


def test_gradients_are_accumulated_across_a_change_of_level():
    adams = {f"{player}_optimizer": keras.optimizers.Adam(1e-3, gradient_accumulation_steps=2) for player in "dg"}
    model = made(stable_steps=1, compiled=EAGER | adams)
    model.fit(minibatches(), steps_per_epoch=1, verbose=0)
    before = values(model.generator)
    model.fit(minibatches(), steps_per_epoch=1, verbose=0)  # the first of level 1, the second of an accumulation
    assert int(model.optimizer.of["g"].iterations) == 1
    assert 0 < max(np.abs(after - before[path]).max() for path, after in values(model.generator).items()) < 1.01e-3


def test_an_execution_of_several_steps_stops_at_a_change_of_level():
    runs = [made(compiled=how, stable_steps=1) for how in (EAGER, {"steps_per_execution": 3})]
    for model in runs:
        model.fit(minibatches(), steps_per_epoch=3, verbose=0)
    for one, three in zip(*map(state, runs), strict=True):
        np.testing.assert_allclose(one, three, atol=2e-5)


@pytest.mark.parametrize("rate", [lambda: 1e-3, lambda: falling(4)], ids=["constant rate", "schedule"])
@pytest.mark.parametrize(("interval", "last"), [(2, 3), (1, 1)], ids=["amid a fade", "where a level begins"])
def test_killed_and_resumed_equals_uninterrupted(tmp_path, interval, last, rate):
    class Killed(Exception):
        pass

    def die(batch, logs):
        if model.steps_done == last:
            raise Killed

    def compiled():
        adams = {f"{player}_optimizer": keras.optimizers.Adam(rate(), beta_1=0.0, beta_2=0.99) for player in "dg"}
        return made(compiled=EAGER | adams, stable_steps=1, fade_steps=4)

    whole, model, resumed = (compiled() for _ in range(3))
    whole.fit(minibatches(), steps_per_epoch=4, verbose=0)
    with pytest.raises(Killed):
        dying = [Resume(tmp_path, interval=interval), keras.callbacks.LambdaCallback(on_train_batch_end=die)]
        model.fit(minibatches(), steps_per_epoch=4, callbacks=dying, verbose=0)
    resumed.fit(minibatches(), steps_per_epoch=4, callbacks=[Resume(tmp_path)], verbose=0)
    assert float(resumed.generator.get_layer("fade_1").alpha) == pytest.approx(0.6)
    for a, b in zip(state(whole), state(resumed), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.parametrize(("step", "alpha"), [(0, None), (2, 0.25), (4, 0.75), (9, 1.0)])
def test_real_images_are_halved_and_faded_like_generated_ones(step, alpha):
    model = made(fade_steps=3, compiled=EAGER)
    model.step.assign(step)
    model.phase()
    images = np.random.default_rng(0).uniform(-1, 1, (4, *SHAPE)).astype("float32")
    halves = images.reshape(4, 4, 2, 4, 2, 1).mean((2, 4))
    mixed = halves if alpha is None else alpha * images + (1 - alpha) * halves.repeat(2, 1).repeat(2, 2)
    duel = model.duel({"images": tf.constant(images)})
    np.testing.assert_allclose(duel.real, mixed, atol=1e-6)
    assert duel.fake.shape == duel.real.shape


def test_evaluate_judges_images_of_the_full_size_at_every_level():
    model = made(compiled=EAGER)
    assert set(model.evaluate(minibatches())) == {"real_score", "fake_score"}


def test_exported_in_the_middle_it_makes_images_of_the_full_size(tmp_path):
    model = made()
    progressive.grow(model.generator_ema, 1, 0.5)
    model.export(tmp_path / "export")
    images = tf.saved_model.load(tmp_path / "export").signatures["sample"](
        num_images=tf.constant(3), seed=tf.constant(1, tf.int64)
    )["images"]
    assert images.shape == (3, *SHAPE)
    np.testing.assert_allclose(images, model.sample(3, seed=1), atol=1e-5)


def test_other_losses_and_penalties_take_the_place_of_the_papers():
    model = made(adversarial_loss="relativistic", gradient_penalty=None, penalties=[R1(1.0)])
    assert model.d_terms == ("adversarial", "r1")
    papers = made(gradient_penalty=5.0)
    assert papers.d_terms == ("adversarial", "gradient_penalty")
    assert (papers.penalties[0].weight, papers.adversarial_loss.drift) == (5.0, 0.001)


def test_networks_of_different_numbers_of_levels_raise():
    players = progressive.generator((16, 16, 1), 4, filters=2), progressive.discriminator((16, 16, 1), num_layers=1)
    with pytest.raises(ValueError, match="the generator has 3 levels, the discriminator 2"):
        ProgressiveGAN(*players)


@pytest.mark.parametrize("wrong", [{"fade_steps": -1}, {"stable_steps": 0}, {"fade_steps": 0.5}])
def test_steps_that_are_no_counts_raise(wrong):
    with pytest.raises(ValueError, match="ProgressiveGAN: .*_steps=.*; expected a whole number"):
        made(**wrong)
