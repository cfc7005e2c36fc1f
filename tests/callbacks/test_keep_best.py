"""The best by a metric is kept, and a worse one never takes its place."""

import json

import keras
import numpy as np
import pytest
from small import same_start

from keras_gan import data
from keras_gan.callbacks import KeepBest, Resume
from keras_gan.models.gan import GAN
from keras_gan.networks import mlp


class Says(keras.callbacks.Callback):
    """Logs a given value after each epoch, under a name that an evaluation would give."""

    def __init__(self, *values, name="val_kid"):
        super().__init__()
        self.values, self.name, self.weights = values, name, []

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append(self.model.generator.get_weights()[0])
        if self.values[epoch] is not None:
            logs[self.name] = self.values[epoch]


@pytest.fixture
def points():
    return np.random.default_rng(0).normal(size=(24, 2)).astype("float32")


def small():
    model = same_start(lambda: GAN(mlp.generator((2,), 2, num_layers=1), mlp.discriminator((2,), num_layers=1)))
    model.compile(run_eagerly=True)
    return model


def trained(says, best, points, *more):
    model = small()
    minibatches = data.Minibatches(points, batch_size=24)
    model.fit(minibatches, epochs=len(says.values), verbose=0, callbacks=[says, best, *more])
    return model


def kept(path):
    return keras.saving.load_model(path).generator.get_weights()[0]


@pytest.mark.parametrize(
    ("mode", "values", "best"), [("min", (5, 2, 3), 1), ("max", (5, 7, 6), 1), ("min", (1, 2, 1), 0)]
)
def test_the_best_epoch_is_kept(tmp_path, points, mode, values, best):
    says = Says(*values)
    trained(says, KeepBest(tmp_path / "best.keras", "val_kid", mode), points)
    np.testing.assert_array_equal(kept(tmp_path / "best.keras"), says.weights[best])
    record = json.loads((tmp_path / "best.keras.json").read_text())
    assert record == {"monitor": "val_kid", "mode": mode, "value": values[best], "epoch": best + 1}
    assert {path.name for path in tmp_path.iterdir()} == {"best.keras", "best.keras.json"}


def test_epochs_without_evaluation_and_values_that_are_no_number_pass(tmp_path, points):
    says = Says(None, float("nan"), 4, None)
    trained(says, KeepBest(tmp_path / "best.keras", "val_kid"), points)
    np.testing.assert_array_equal(kept(tmp_path / "best.keras"), says.weights[2])


def test_a_resumed_run_does_not_overwrite_what_was_better(tmp_path, points):
    path = tmp_path / "best.keras"
    first = Says(1)
    trained(first, KeepBest(path, "val_kid"), points, Resume(tmp_path / "c"))
    trained(Says(0, 5), KeepBest(path, "val_kid"), points, Resume(tmp_path / "c"))
    np.testing.assert_array_equal(kept(path), first.weights[0])
    assert json.loads((tmp_path / "best.keras.json").read_text())["epoch"] == 1


def test_a_new_run_begins_anew(tmp_path, points):
    trained(Says(1), KeepBest(tmp_path / "best.keras", "val_kid"), points)
    trained(Says(5), KeepBest(tmp_path / "best.keras", "val_kid"), points)
    assert json.loads((tmp_path / "best.keras.json").read_text())["value"] == 5


def test_a_real_metric_of_evaluate_is_monitored(tmp_path, points):
    model = small()
    best = KeepBest(tmp_path / "best.keras", "val_fake_score", "max")
    history = model.fit(points, epochs=3, verbose=0, validation_data=points, callbacks=[best]).history
    assert best.best == pytest.approx(max(history["val_fake_score"]))


def test_an_unknown_name_is_told_with_the_near_ones(tmp_path, points):
    with pytest.raises(ValueError, match="nothing is logged as 'd_los'; nearest: d_loss"):
        trained(Says(1), KeepBest(tmp_path / "best.keras", "d_los"), points)
    with pytest.raises(ValueError, match="nothing is logged as 'val_fid'; nearest: .*val_kid"):
        trained(Says(1), KeepBest(tmp_path / "best.keras", "val_fid"), points)


def test_a_run_that_was_never_evaluated_is_told_at_its_end(tmp_path, points):
    with pytest.warns(UserWarning, match="val_kid was never logged.*validation_data"):
        trained(Says(None, None), KeepBest(tmp_path / "best.keras", "val_kid"), points)


def test_what_cannot_be_is_said_at_once(tmp_path):
    with pytest.raises(ValueError, match="mode='lowest'"):
        KeepBest(tmp_path / "best.keras", "val_kid", "lowest")
    with pytest.raises(ValueError, match="ends in .keras"):
        KeepBest(tmp_path / "best.h5", "val_kid")
