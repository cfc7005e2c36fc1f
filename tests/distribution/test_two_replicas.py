"""Two replicas train what one would have trained, with the model's own random numbers."""

import keras
import numpy as np
import pytest
from small import players, same_start

from keras_gan import data, metrics
from keras_gan.models.gan import GAN
from keras_gan.models.wgan import WGAN
from keras_gan.models.wgan_gp import WGANGP
from keras_gan.penalties import DRAGAN, R1, R2, Every

GAMES = {
    "batch normalisation": lambda: GAN(*players()),
    "a mean inside the loss and inside the penalty": lambda: GAN(
        *players(normalization=None), adversarial_loss="relativistic_average", penalties=[DRAGAN(), R1()]
    ),
    "mixed images and critic steps": lambda: WGANGP(*players(normalization="layer"), n_critic=2),
    "clipped weights": lambda: WGAN(*players(normalization="layer"), n_critic=2),
    "lazy penalties and reused fakes": lambda: GAN(
        *players(normalization=None), penalties=[Every(2, R1()), Every(3, R2())], reuse_fakes=True
    ),
}


def by_plain_descent():
    """Where a gradient is zero but for rounding (a relativistic critic's last bias), Adam would follow the noise."""
    return {"d_optimizer": keras.optimizers.SGD(0.1), "g_optimizer": keras.optimizers.SGD(0.1)}


def train(make, minibatches, **compiled):
    model = same_start(make)
    model.compile(**compiled)
    history = model.fit(minibatches, epochs=2, steps_per_epoch=3, verbose=0)
    return model, history.history


@pytest.mark.parametrize("game", GAMES)
def test_two_replicas_equal_one(game, two_replicas, images):
    minibatches = data.Minibatches(images, batch_size=8, seed=0)
    optimizers = by_plain_descent if "a mean" in game else dict
    one, logs_of_one = train(GAMES[game], minibatches, **optimizers())
    with two_replicas.scope():
        two, logs_of_two = train(GAMES[game], minibatches, **optimizers())
    for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    for name in logs_of_one:
        np.testing.assert_allclose(logs_of_one[name], logs_of_two[name], atol=1e-5, rtol=1e-5)


def test_several_steps_in_one_execution_change_nothing(two_replicas, images):
    minibatches = data.Minibatches(images, batch_size=8, seed=0)
    with two_replicas.scope():
        single, _ = train(GAMES["mixed images and critic steps"], minibatches)
        several, _ = train(GAMES["mixed images and critic steps"], minibatches, steps_per_execution=2)
    for a, b in zip(single.get_weights(), several.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_gradients_are_clipped_after_they_are_summed(two_replicas, images):
    minibatches = data.Minibatches(images, batch_size=8, seed=0)

    def clipped(**how):
        return {"d_optimizer": keras.optimizers.SGD(0.1, **how), "g_optimizer": keras.optimizers.SGD(0.1, **how)}

    for how in ({"global_clipnorm": 0.05}, {"clipvalue": 0.01}, {"clipnorm": 0.02}):
        one, _ = train(GAMES["batch normalisation"], minibatches, **clipped(**how))
        with two_replicas.scope():
            two, _ = train(GAMES["batch normalisation"], minibatches, **clipped(**how))
        for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5)


def test_what_was_built_outside_the_scope_is_refused(two_replicas):
    outside = players()
    with two_replicas.scope(), pytest.raises(ValueError, match="outside the strategy's scope"):
        GAN(*outside).compile()


def test_a_batch_that_the_replicas_cannot_share_is_refused(two_replicas, images):
    with two_replicas.scope():
        model = GAN(*players())
        model.compile()
    with pytest.raises(ValueError, match="7 images.*2 equal shares.*such as 6"):
        model.fit(images, batch_size=7, verbose=0)


def test_gradient_accumulation_is_refused(two_replicas):
    with two_replicas.scope():
        model = GAN(*players())
        with pytest.raises(ValueError, match="accumulates.*batch size"):
            model.compile(d_optimizer=keras.optimizers.Adam(gradient_accumulation_steps=2))


def test_compiling_by_xla_is_refused_under_several_replicas(two_replicas):
    with two_replicas.scope():
        model = GAN(*players())
        with pytest.raises(ValueError, match="jit_compile under a strategy"):
            model.compile(jit_compile=True)


def test_samples_evaluation_and_saving_are_those_of_one_replica(two_replicas, images, tmp_path):
    minibatches = data.Minibatches(images, batch_size=8, seed=0)
    one, _ = train(GAMES["batch normalisation"], minibatches)
    with two_replicas.scope():
        two, _ = train(GAMES["batch normalisation"], minibatches)
    np.testing.assert_allclose(one.sample(5, seed=1), two.sample(5, seed=1), atol=1e-5)
    scores, same = one.evaluate(minibatches), two.evaluate(minibatches)
    for name in scores:
        assert same[name] == pytest.approx(scores[name], abs=1e-5)
    two.save(tmp_path / "two.keras")
    loaded = keras.saving.load_model(tmp_path / "two.keras")
    np.testing.assert_allclose(loaded.sample(5, seed=1), one.sample(5, seed=1), atol=1e-5)


@pytest.mark.parametrize(("normalization", "penalty"), [(None, DRAGAN), ("batch", R1)])
def test_lazy_penalties_that_need_the_global_minibatch_are_refused(two_replicas, normalization, penalty):
    with two_replicas.scope():
        model = GAN(*players((16, 16, 1), normalization=normalization), penalties=[Every(2, penalty())])
        with pytest.raises(ValueError, match="at every step"):
            model.compile()


def test_held_out_batches_are_cut_or_refused(two_replicas, images):
    with two_replicas.scope():
        model = GAN(*players())
        model.compile()
    with pytest.raises(ValueError, match="2 equal shares"):
        model.evaluate(images, batch_size=9)


def test_metrics_of_two_replicas_are_those_of_one(two_replicas, images):
    chosen = lambda: [metrics.KernelDistance("pixels"), metrics.PrecisionRecall("pixels", k=2)]  # noqa: E731
    one = same_start(lambda: GAN(*players()))
    one.compile(metrics=chosen())
    with two_replicas.scope():
        two = same_start(lambda: GAN(*players()))
        two.compile(metrics=chosen())
    minibatches = data.Minibatches(images, batch_size=16)
    found, expected = two.evaluate(minibatches), one.evaluate(minibatches)
    assert "KD[pixels]" in expected and found == pytest.approx(expected, rel=1e-4, abs=1e-6)
