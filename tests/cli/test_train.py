"""`keras-gan train`, by its run folder: what is there, that it starts the same run, that it goes on."""

import csv
import json
import signal

import numpy as np
import pytest
import yaml
from PIL import Image
from small import players

import keras_gan
from keras_gan import callbacks, data, run_folder
from keras_gan.cli.main import main
from keras_gan.cli.stopping import StopPolitely


def history(folder):
    with (folder / "history.csv").open() as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def test_the_command_succeeds_and_stderr_is_empty(first_run):
    assert (first_run.code, first_run.err) == (0, ""), first_run.err


def test_it_shows_progress_and_says_what_to_type_next(first_run):
    lines = first_run.out.splitlines()
    assert sum(line.startswith("epoch ") and "d_loss" in line and "g_loss" in line for line in lines) == 2
    assert "keras-gan sample runs/dcgan-digits-0 -n 64" in first_run.out
    assert "keras-gan train --resume --out runs/dcgan-digits-0" in first_run.out


def test_the_run_folder_holds_all_that_is_promised(first_run):
    run = first_run.folder / "runs/dcgan-digits-0"
    names = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    assert {"run.json", "config.yaml", "history.csv", "model.keras", "export/1/saved_model.pb"} <= names
    assert {"samples/epoch-00001.png", "samples/epoch-00002.png"} <= names
    assert "checkpoints/00002-0000000/state.weights.h5" in names
    assert not [name for name in names if ".part" in name or "/." in name or name.startswith(".")]
    assert [path.name for path in first_run.folder.iterdir()] == ["runs"]


def test_the_manifest_says_what_ran(first_run):
    manifest = json.loads((first_run.folder / "runs/dcgan-digits-0/run.json").read_text())
    assert (manifest["variant"], manifest["dataset"], manifest["model"]) == ("dcgan", "digits", "DCGAN")
    assert (manifest["state"], manifest["epochs"], manifest["steps"], manifest["seed"]) == ("done", 2, 8, 0)
    assert manifest["command"][:3] == ["keras-gan", "train", "--image-size=8"]


def test_history_holds_a_row_for_each_epoch(first_run):
    rows = history(first_run.folder / "runs/dcgan-digits-0")
    assert [row["epoch"] for row in rows] == [1, 2]
    assert all(np.isfinite(row["d_loss"]) and np.isfinite(row["g_loss"]) for row in rows)


def test_the_model_loads_by_the_folder_and_draws_the_last_grid(first_run):
    run = first_run.folder / "runs/dcgan-digits-0"
    drawn = keras_gan.pictures.grid(keras_gan.load(run).sample(9, seed=0))
    saved = np.asarray(Image.open(run / "samples/epoch-00002.png"))
    assert np.abs(saved.astype(int) - drawn).max() <= 1


def test_config_yaml_starts_the_same_run(first_run, tmp_path):
    run = first_run.folder / "runs/dcgan-digits-0"
    assert main(["train", "--config", str(run / "config.yaml"), "--out", str(tmp_path / "again")]) == 0
    assert yaml.safe_load((tmp_path / "again/config.yaml").read_text()) == yaml.safe_load(
        (run / "config.yaml").read_text()
    )
    for first, again in zip(history(run), history(tmp_path / "again"), strict=True):
        assert again == pytest.approx(first, rel=1e-4)


def test_the_same_folder_is_refused_and_left_alone(run_of_its_own, capsys):
    before = {path: path.stat().st_mtime_ns for path in run_of_its_own.rglob("*")}
    assert main(["train"]) == 2
    said = capsys.readouterr().err
    assert "holds a run already" in said and "--resume" in said and "--out" in said
    assert {path: path.stat().st_mtime_ns for path in run_of_its_own.rglob("*")} == before


def test_resume_goes_on_with_the_runs_own_settings_to_more_epochs(run_of_its_own, capsys):
    before = history(run_of_its_own)
    assert main(["train", "--resume", "--out", str(run_of_its_own), "--epochs", "3"]) == 0
    after = history(run_of_its_own)
    assert [row["epoch"] for row in after] == [1, 2, 3] and after[:2] == before
    assert yaml.safe_load((run_of_its_own / "config.yaml").read_text())["epochs"] == 3
    assert list(run_folder.versions(run_of_its_own / "export")) == [1, 2]
    assert "going on in" in capsys.readouterr().out


def test_resume_refuses_other_settings_and_shows_them(run_of_its_own, capsys):
    words = ["train", "--resume", "--out", str(run_of_its_own), "--epochs", "3", "--n-critic", "2"]
    config = (run_of_its_own / "config.yaml").read_text()
    assert main(words) == 2
    assert "n_critic: saved 1, now 2" in capsys.readouterr().err
    assert (run_of_its_own / "config.yaml").read_text() == config
    assert main(["train", "wgan", *words[1:]]) == 2
    assert "holds a run of dcgan, not of wgan" in capsys.readouterr().err


def test_resume_refuses_another_end_of_a_falling_learning_rate(run_of_its_own, capsys):
    config = run_of_its_own / "config.yaml"
    config.write_text(config.read_text().replace("lr_schedule: constant", "lr_schedule: linear"))
    assert main(["train", "--resume", "--epochs", "3"]) == 2
    assert "falls over the whole run of 2 epochs" in capsys.readouterr().err


def test_resume_with_nothing_left_writes_no_second_export(run_of_its_own, capsys):
    assert main(["train", "--resume"]) == 0
    assert "all 2 epochs of this run are done" in capsys.readouterr().out
    assert list(run_folder.versions(run_of_its_own / "export")) == [1]


def test_many_settings_together_train(tmp_path, capsys):
    words = """train gan --dataset ring --num-images 400 --epochs 1 --steps-per-epoch 3 --latent-dim 2 --n-critic 2
    --lr-schedule cosine --adversarial-loss hinge --prior uniform(2) --penalties r1(1) every(2,r2(1))
    --d-optimizer sgd(1e-3) --generator.units 8
    --discriminator.units 8 --ema-decay none --steps-per-execution 3 --num-samples 9"""
    assert main([*words.split(), "--out", str(tmp_path / "run")]) == 0
    assert "points of dimension 2" in capsys.readouterr().out
    assert set(history(tmp_path / "run")[0]) == {"epoch", "d_loss", "d_adversarial", "d_r1", "d_r2", "g_loss"}
    model = keras_gan.load(tmp_path / "run")
    assert model.n_critic == 2 and model.prior.get_config() == {"dim": 2} and len(model.penalties) == 2
    d_optimizer, g_optimizer = model.optimizer.of["d"], model.optimizer.of["g"]
    assert float(d_optimizer.learning_rate) == pytest.approx(0.0, abs=1e-9)  # at the end of its 6 updates
    assert float(g_optimizer.learning_rate) == pytest.approx(0.0, abs=1e-9)  # and of its 3


class _CtrlC(keras_gan.callbacks.SampleGrid):
    """Presses Ctrl-C in the second step."""

    def on_epoch_end(self, epoch, logs=None):
        pass

    def on_train_batch_begin(self, batch, logs=None):
        if batch == 1:
            signal.raise_signal(signal.SIGINT)


def test_ctrl_c_ends_the_step_and_saves(tmp_path, images):
    gan = keras_gan.DCGAN(*players())
    gan.compile()
    stopping, resume = StopPolitely(), callbacks.Resume(tmp_path / "checkpoints")
    before = signal.getsignal(signal.SIGINT)
    gan.fit(data.Minibatches(images, batch_size=8), epochs=3, callbacks=[_CtrlC(tmp_path), resume, stopping], verbose=0)
    assert stopping.was_asked and gan.position == (0, 2)
    assert [path.name for path in resume.checkpoints()] == ["00000-0000002"]
    assert signal.getsignal(signal.SIGINT) is before
