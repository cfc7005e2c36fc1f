"""Metrics while a model trains: the same numbers as by hand, in the logs, for the callbacks that follow."""

import keras
import numpy as np
import pytest
from small import players

import keras_gan
from keras_gan import callbacks, metrics


class Seen(keras.callbacks.Callback):
    """What the logs hold after each epoch."""

    def __init__(self):
        super().__init__()
        self.logs = []

    def on_epoch_end(self, epoch, logs=None):
        self.logs.append(dict(logs))


def gan():
    model = keras_gan.GAN(*players(normalization=None))
    model.compile()
    return model


def test_scores_stand_in_the_logs_for_later_callbacks_and_in_the_history(images):
    model, seen = gan(), Seen()
    watch = callbacks.Evaluator(images, [metrics.KernelDistance("pixels")], every=2)
    history = model.fit(images, batch_size=16, epochs=4, callbacks=[watch, seen], verbose=0).history
    assert ["KD[pixels]" in logs for logs in seen.logs] == [False, True, False, True]
    assert history["KD[pixels]"] == [logs["KD[pixels]"] for logs in seen.logs[1::2]]
    by_hand = metrics.kernel_distance(images.reshape(48, -1), model.sample(48).reshape(48, -1)).value
    assert seen.logs[-1]["KD[pixels]"] == pytest.approx(by_hand, rel=1e-4)


def test_the_last_epoch_is_measured_and_the_best_one_kept(images, tmp_path):
    watch = callbacks.Evaluator(images, [metrics.KernelDistance("pixels")], every=2)
    best = callbacks.KeepBest(tmp_path / "best.keras", "KD[pixels]")
    history = gan().fit(images, batch_size=16, epochs=3, callbacks=[watch, best], verbose=0).history
    assert len(history["KD[pixels]"]) == 2 and best.best == min(history["KD[pixels]"])


def test_what_metrics_warn_of_is_said_once(images):
    watch = callbacks.Evaluator(images, [metrics.FrechetDistance("pixels")])
    with pytest.warns(UserWarning, match="Evaluator: .*biased") as said:
        gan().fit(images, batch_size=16, epochs=2, callbacks=[watch], verbose=0)
    assert sum("biased" in str(warning.message) for warning in said) == 1


@pytest.mark.filterwarnings("ignore:Evaluator")
def test_measuring_changes_no_weight(images):
    watched, plain = gan(), gan()
    keras.utils.set_random_seed(0)
    plain.set_weights(watched.get_weights())
    watch = callbacks.Evaluator(images, [metrics.FrechetDistance("pixels")])
    watched.fit(images, batch_size=16, epochs=2, callbacks=[watch], verbose=0)
    plain.fit(images, batch_size=16, epochs=2, verbose=0)
    for a, b in zip(watched.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_what_cannot_be_measured_is_said_before_training(images):
    model = gan()
    watch = callbacks.Evaluator(images, [metrics.KernelDistance("no-such-extractor")])
    with pytest.raises(ValueError, match="unknown extractor"):
        model.fit(images, batch_size=16, callbacks=[watch], verbose=0)
    assert model.steps_done == 0
    with pytest.raises(ValueError, match="every=0"):
        callbacks.Evaluator(images, [], every=0)
