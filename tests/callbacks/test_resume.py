"""Killed and resumed equals never interrupted; what cannot be resumed is refused, and nothing is lost."""

import json
import os
import pathlib
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest
from small import players, point_players, same_start

from keras_gan import data
from keras_gan.callbacks import Resume, RunManifest, SampleGrid
from keras_gan.models.gan import GAN
from keras_gan.models.wgan_gp import WGANGP
from keras_gan.penalties import R1, Every

SCRIPT = pathlib.Path(__file__).with_name("train_and_die.py")
NEVER = 10**6


def start(folder, variant, die_at, epochs=3):
    arguments = [sys.executable, str(SCRIPT), str(folder), variant, str(die_at), str(epochs)]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finish(process):
    _, errors = process.communicate(timeout=300)
    return process.returncode, errors


def check_killed_equals_uninterrupted(tmp_path, variant, die_at):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    both = start(whole, variant, NEVER), start(killed, variant, die_at)
    (code, errors), (killed_code, _) = finish(both[0]), finish(both[1])
    assert code == 0, errors
    assert killed_code == -signal.SIGKILL
    assert not (killed / "final.npz").exists()
    code, errors = finish(start(killed, variant, NEVER))
    assert code == 0, errors
    a, b = np.load(whole / "final.npz"), np.load(killed / "final.npz")
    assert len(a.files) > 30
    for name in a.files:
        np.testing.assert_array_equal(a[name], b[name])
    assert (whole / "history.csv").read_text() == (killed / "history.csv").read_text()
    assert len((whole / "history.csv").read_text().splitlines()) == 4


def test_a_run_killed_amid_an_epoch_and_resumed_equals_the_uninterrupted_one(tmp_path):
    check_killed_equals_uninterrupted(tmp_path, "wgan_gp", die_at=9)  # the last checkpoint is at step 7 or 8


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "die_at"), [("lazy", 7), ("lazy", 10), ("relativistic", 3), ("wgan_gp", 2)])
def test_so_do_other_games_killed_elsewhere(tmp_path, variant, die_at):
    check_killed_equals_uninterrupted(tmp_path, variant, die_at)


@pytest.fixture
def minibatches(images):
    return data.Minibatches(images, batch_size=8, seed=0)


def trained(folder, minibatches, epochs, make=lambda: GAN(*players(), penalties=[Every(2, R1())]), **resume):
    model = same_start(make)
    model.compile()
    model.fit(minibatches, epochs=epochs, verbose=0, callbacks=[RunManifest(folder), Resume(folder / "c", **resume)])
    return model


def test_more_epochs_go_on_where_the_run_ended(tmp_path, minibatches):
    trained(tmp_path / "a", minibatches, 1)
    resumed, whole = trained(tmp_path / "a", minibatches, 3), trained(tmp_path / "b", minibatches, 3)
    assert resumed.position == (3, 0)
    for a, b in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert (tmp_path / "a/history.csv").read_text() == (tmp_path / "b/history.csv").read_text()


def test_a_finished_run_trains_no_step_more(tmp_path, minibatches, capsys):
    model = trained(tmp_path, minibatches, 1)
    again = trained(tmp_path, minibatches, 1)
    assert again.steps_done == model.steps_done == 6
    assert "raise epochs" in capsys.readouterr().out


def test_only_the_last_checkpoints_are_kept_and_none_half_written(tmp_path, minibatches):
    trained(tmp_path, minibatches, 3, interval=2, keep=2)
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == ["00002-0000004", "00003-0000000"]


@pytest.mark.parametrize("damage", ["state.weights.h5", "checkpoint.json"])
def test_a_damaged_checkpoint_falls_back_to_the_one_before_it(tmp_path, minibatches, damage):
    trained(tmp_path, minibatches, 2)
    newest = max((tmp_path / "c").iterdir())
    (newest / damage).write_bytes((newest / damage).read_bytes()[:-20])
    with pytest.warns(UserWarning, match="damaged; going back"):
        resumed = trained(tmp_path, minibatches, 2)
    whole = trained(tmp_path / "whole", minibatches, 2)
    for a, b in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: GAN(*players(), penalties=[Every(3, R1())]), r"interval: saved 2, now 3"),
        (lambda: GAN(*players(), penalties=[Every(2, R1(1.0))]), r"gamma: saved 10.0, now 1.0"),
        (lambda: WGANGP(*players()), "model: saved 'GAN', now 'WGANGP'"),
        (lambda: GAN(*players(latent_dim=5), penalties=[Every(2, R1())]), "generator.*saved 4, now 5"),
    ],
)
def test_other_settings_are_refused_with_the_difference(tmp_path, minibatches, make, named):
    trained(tmp_path, minibatches, 1)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match=named):
        trained(tmp_path, minibatches, 2, make=make)
    assert files == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_other_data_or_another_batch_size_are_refused(tmp_path, minibatches, images):
    trained(tmp_path, minibatches, 1)
    with pytest.raises(ValueError, match="batch_size: saved 8, now 16"):
        trained(tmp_path, minibatches.batched(16), 2)
    with pytest.raises(ValueError, match="fingerprint"):
        trained(tmp_path, data.Minibatches(images[::-1].copy(), batch_size=8, seed=0), 2)


def test_sigterm_saves_at_the_end_of_the_running_step(tmp_path, minibatches):
    model = same_start(lambda: GAN(*players()))
    model.compile()

    def terminate(batch, logs):
        if model.steps_done == 8:
            os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    kill = keras.callbacks.LambdaCallback(on_train_batch_end=terminate)
    model.fit(minibatches, epochs=5, verbose=0, callbacks=[kill, RunManifest(tmp_path), Resume(tmp_path / "c")])
    assert signal.getsignal(signal.SIGTERM) == before
    assert max(path.name for path in (tmp_path / "c").iterdir()) in ("00001-0000002", "00001-0000003")
    assert json.loads((tmp_path / "run.json").read_text())["state"] == "stopped"
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 2


def test_weights_that_are_not_finite_are_never_saved(tmp_path, minibatches):
    model = trained(tmp_path, minibatches, 1)
    good = {path: path.read_bytes() for path in (tmp_path / "c").rglob("*") if path.is_file()}
    resume = Resume(tmp_path / "c")
    resume.set_model(model)
    resume.restore(model)
    model.generator.trainable_variables[0].assign(model.generator.trainable_variables[0] * np.nan)
    with pytest.raises(FloatingPointError, match="NaN"):
        resume.save()
    assert good == {path: path.read_bytes() for path in (tmp_path / "c").rglob("*") if path.is_file()}


def test_a_foreign_data_set_warns_that_its_order_is_not_repeated(tmp_path, images):
    import tensorflow as tf

    def run(epochs, stop_at=None):
        model = same_start(lambda: GAN(*players()))
        model.compile()
        stop = lambda batch, logs: setattr(model, "stop_training", model.steps_done == stop_at)  # noqa: E731
        callbacks = [Resume(tmp_path, interval=1), keras.callbacks.LambdaCallback(on_train_batch_end=stop)]
        dataset = tf.data.Dataset.from_tensor_slices(images).shuffle(48).batch(8)
        model.fit(dataset, epochs=epochs, verbose=0, callbacks=callbacks)
        return model

    run(2, stop_at=2)
    with pytest.warns(UserWarning, match="another order"):
        resumed = run(2)
    assert resumed.position == (2, 0)
    assert resumed.steps_done == 12


def test_another_number_of_steps_or_another_map_is_refused(tmp_path, minibatches):
    trained(tmp_path, minibatches, 1)
    model = same_start(lambda: GAN(*players(), penalties=[Every(2, R1())]))
    model.compile()
    with pytest.raises(ValueError, match="steps_per_epoch: saved 6, now 3"):
        model.fit(minibatches, epochs=2, steps_per_epoch=3, verbose=0, callbacks=[Resume(tmp_path / "c")])

    def turned(images):
        return -images

    with pytest.raises(ValueError, match="turned"):
        trained(tmp_path, minibatches.map(turned), 2)


def test_checkpoints_written_after_damaged_ones_are_kept(tmp_path, minibatches):
    trained(tmp_path, minibatches, 4)
    for checkpoint in list((tmp_path / "c").iterdir()):
        (checkpoint / "checkpoint.json").write_text("{")
    with pytest.warns(UserWarning, match="damaged"):
        assert trained(tmp_path, minibatches, 2).position == (2, 0)
    names = {path.name for path in (tmp_path / "c").iterdir()}
    assert {"00001-0000000", "00002-0000000"} <= names
    assert len([name for name in names if "damaged" in name]) == 2


def test_a_training_that_fails_gives_sigterm_back(tmp_path, minibatches):
    before = signal.getsignal(signal.SIGTERM)

    def fail(epoch, logs):
        raise RuntimeError

    model = GAN(*players())
    model.compile()
    fails = keras.callbacks.LambdaCallback(on_epoch_end=fail)
    with pytest.raises(RuntimeError):
        model.fit(minibatches, verbose=0, callbacks=[Resume(tmp_path), fails])
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_manifest_of_another_run_is_not_overwritten(tmp_path, minibatches):
    trained(tmp_path, minibatches, 2)
    files = {name: (tmp_path / name).read_bytes() for name in ("run.json", "history.csv")}
    model = WGANGP(*players(), n_critic=1)
    model.compile()
    with pytest.raises(ValueError, match="RunManifest.*another run"):
        model.fit(minibatches, epochs=1, verbose=0, callbacks=[RunManifest(tmp_path)])
    assert files == {name: (tmp_path / name).read_bytes() for name in files}


def test_checkpoints_come_every_so_many_epochs_and_at_the_end(tmp_path, minibatches):
    trained(tmp_path, minibatches, 5, every=2, keep=9)
    assert sorted(path.name[:5] for path in (tmp_path / "c").iterdir()) == ["00002", "00004", "00005"]


def test_what_a_killed_process_half_wrote_is_cleared(tmp_path, minibatches):
    half = tmp_path / "c/.00001-0000000.abcd"
    half.mkdir(parents=True)
    trained(tmp_path, minibatches, 1)
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["00001-0000000"]


def test_the_end_of_training_has_a_grid_in_any_case(tmp_path, minibatches):
    model = GAN(*players())
    model.compile()
    model.fit(minibatches, epochs=3, steps_per_epoch=1, verbose=0, callbacks=[SampleGrid(tmp_path, 4, every=2)])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch-00002.png", "epoch-00003.png"]


def test_endless_data_go_on_behind_what_the_interrupted_run_saw(tmp_path):
    import tensorflow as tf

    points = np.repeat(np.arange(12, dtype="float32")[:, None], 2, axis=1)
    endless = tf.data.Dataset.from_tensor_slices(points).batch(1).repeat()

    def run(epochs):
        model = same_start(lambda: GAN(*point_players()))
        model.compile()
        model.fit(endless, epochs=epochs, steps_per_epoch=3, verbose=0, callbacks=[Resume(tmp_path / str(epochs))])
        return model

    whole = run(2)
    run(1)
    (tmp_path / "1").rename(tmp_path / "first")
    (tmp_path / "2").rename(tmp_path / "whole")
    (tmp_path / "first").rename(tmp_path / "2")
    with pytest.warns(UserWarning, match="another order"):
        resumed = run(2)
    for a, b in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
