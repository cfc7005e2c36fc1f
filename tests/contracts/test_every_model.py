"""What every model must pass, each entry of the catalogue, with its own random numbers."""

import dataclasses
import inspect

import keras
import numpy as np
import pytest
from contracts.every_model import FLOWS, OTHER, OTHER_OF, compiled, make, minibatches, state

import keras_gan
from keras_gan import catalog
from keras_gan.callbacks.vital_signs import Probe
from keras_gan.configured import Configured

NAMES = catalog.names()
every_model = pytest.mark.parametrize("name", NAMES)
thorough = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in FLOWS else pytest.mark.slow) for name in NAMES]
)


def trained(name, steps=2, **how):
    model = compiled(name, **how)
    history = model.fit(minibatches(name), epochs=1, steps_per_epoch=min(steps, 6 // model.n_critic), verbose=0)
    return model, history.history


@every_model
def test_it_trains_and_everything_it_logs_is_finite(name):
    model, history = trained(name, arguments={"n_critic": 2}, steps=3)
    assert {"d_loss", "g_loss"} <= set(history)
    assert all(np.isfinite(values).all() for values in history.values())
    iterations = {player: int(optimizer.iterations) for player, optimizer in model.optimizer.of.items()}
    assert iterations == {"d": 6, "g": 3}


@thorough
def test_each_player_moves_only_its_own_weights(name):
    for player, frozen in {"d": "g_optimizer", "g": "d_optimizer"}.items():
        model = compiled(name, arguments={"n_critic": 1}, **{frozen: keras.optimizers.SGD(0.0)})
        model.fit(minibatches(name), steps_per_epoch=1, verbose=0)  # WGAN's first clip moves what nobody learned
        before = {id(v): v.numpy() for v in model.trainable_variables}
        model.fit(minibatches(name), steps_per_epoch=2, verbose=0)
        moved = {v.path for v in model.trainable_variables if np.any(before[id(v)] != v.numpy())}
        own = {v.path for v in model.variables_of(player)}
        assert moved, f"{player} moved nothing"
        assert moved <= own


@thorough
def test_saved_and_loaded_it_makes_the_same_images_and_trains_on_alike(name, tmp_path):
    model, _ = trained(name, arguments={"n_critic": 1})
    model.save(tmp_path / "model.keras")
    loaded = keras_gan.load(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.sample(4, seed=1), model.sample(4, seed=1))
    for a, b in zip(state(model), state(loaded), strict=True):
        np.testing.assert_array_equal(a, b)
    for each in (model, loaded):
        each.fit(minibatches(name), steps_per_epoch=2, verbose=0)
    for a, b in zip(state(model), state(loaded), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@every_model
def test_its_configuration_keeps_every_argument(name):
    model_class = catalog.resolve(catalog.entry(name).model)
    others = OTHER | OTHER_OF.get(name, {})
    accepted = [argument for argument in others if _accepts(model_class, argument)]
    model = make(name, **{argument: others[argument] for argument in accepted})
    again = model_class.from_config(model.get_config())
    for argument in accepted:
        assert again.__arguments__[argument] == others[argument]
    unknown = set(_own_arguments(model_class)) - set(others) - {"generator", "discriminator"} - PARTS
    assert not unknown, f"give {unknown} a value in OTHER, so that the round trip covers it"


PARTS = {"penalties", "augmentation", "prior"}  # objects: their own contracts cover them


def _own_arguments(model_class):
    parameters = list(inspect.signature(model_class.__init__).parameters.values())[1:]
    return [p.name for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD]


def _accepts(model_class, argument):
    """Whether the constructor takes it: itself, or by handing it on; what a preset fixes it refuses."""
    fixed = {"adversarial_loss"} if "adversarial_loss" not in _own_arguments(model_class) else set()
    classes = [c for c in model_class.__mro__ if issubclass(c, Configured) and "__init__" in vars(c)]
    return argument not in fixed and any(argument in _own_arguments(c) for c in classes)


@thorough
def test_graph_eager_and_xla_train_alike(name):
    graph, eager, xla = (
        trained(name, arguments={"n_critic": 2}, **how) for how in ({}, {"run_eagerly": True}, {"jit_compile": True})
    )
    for other in (eager, xla):
        for a, b in zip(graph[0].get_weights(), other[0].get_weights(), strict=True):
            np.testing.assert_allclose(a, b, atol=2e-5)
        for key in graph[1]:
            np.testing.assert_allclose(graph[1][key], other[1][key], rtol=1e-4, atol=1e-5)


@thorough
def test_two_replicas_equal_one(name, two_replicas):
    # By plain descent: Adam would follow the rounding where a gradient is zero.
    def run():
        optimizers = {player: keras.optimizers.SGD(0.05) for player in ("d_optimizer", "g_optimizer")}
        return trained(name, steps=3, arguments={"n_critic": 2}, **optimizers)

    one, logs = run()
    with two_replicas.scope():
        two, logs_of_two = run()
    for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    for key in logs:
        np.testing.assert_allclose(logs[key], logs_of_two[key], rtol=1e-4, atol=1e-5)


@thorough
def test_it_trains_in_mixed_precision(name):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model, history = trained(name)
    finally:
        keras.config.set_dtype_policy("float32")
    assert all(np.isfinite(values).all() for values in history.values())
    assert model.sample(2).dtype == np.float32
    assert {v.dtype for v in model.trainable_variables} == {"float32"}


@thorough
def test_stability_can_watch_it(name):
    model, _ = trained(name)
    signs = Probe(model, minibatches(name), num_images=8)()
    numbers = [value for value in dataclasses.asdict(signs).values() if value is not None]
    assert np.isfinite(numbers).all()
    assert signs.d_gradient > 0 and signs.g_gradient > 0
