"""`keras-gan sample`: one grid or single files, the same for the same seed."""

import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan.cli.main import main


def test_a_grid_goes_among_the_runs_samples(run_of_its_own, capsys):
    assert main(["sample", str(run_of_its_own), "-n", "5", "--seed", "3"]) == 0
    target = run_of_its_own / "samples/seed-3.png"
    assert str(target) in capsys.readouterr().out
    expected = keras_gan.pictures.grid(keras_gan.load(run_of_its_own).sample(5, seed=3))
    assert np.array_equal(np.asarray(Image.open(target)), expected)


def test_single_files_hold_one_image_each(run_of_its_own, tmp_path):
    words = ["sample", str(run_of_its_own / "model.keras"), "-n", "3", "--single", "--out", str(tmp_path / "single")]
    assert main(words) == 0
    files = sorted((tmp_path / "single").iterdir())
    assert [path.name for path in files] == ["00000.png", "00001.png", "00002.png"]
    images = keras_gan.load(run_of_its_own).sample(3)
    for path, image in zip(files, keras_gan.pixels.to_uint8(images), strict=True):
        assert np.array_equal(np.asarray(Image.open(path)), image[..., 0])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("runs/none", "runs/none does not exist; expected a run's folder, a .keras file, or a trained generator; "),
        (
            "runs/none",
            ". Runs here: runs/dcgan-digits-0",
        ),
        ("runs/dcgan-digits-0 -n 0", "expected both at least 1"),
        ("runs/dcgan-digits-0 -n many", "invalid int value: 'many'"),
        ("runs/dcgan-digits-0 --out a.jpg", "a grid is one .png file"),
        ("runs/dcgan-digits-0 --labels 1", "takes latents only"),
        ("", "RUN"),
    ],
)
def test_what_is_wrong_is_said(run_of_its_own, capsys, words, said):
    assert main(["sample", *words.split()]) == 2
    assert said in capsys.readouterr().err


def test_load_says_what_it_cannot_read(run_of_its_own, tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        keras_gan.load(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError, match="is not a run"):
        keras_gan.load(run_of_its_own / "samples")
    with pytest.raises(ValueError, match="is no .keras file"):
        keras_gan.load(run_of_its_own / "run.json")
    model = run_of_its_own / "model.keras"
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 255
    model.write_bytes(content)
    with pytest.raises(ValueError, match="is damaged"):
        keras_gan.load(run_of_its_own)
    model.unlink()
    with pytest.raises(FileNotFoundError, match="has not ended.*keras-gan train --resume"):
        keras_gan.load(run_of_its_own)


def test_a_loaded_model_trains_on(run_of_its_own):
    model = keras_gan.load(run_of_its_own)
    model.fit(keras_gan.data.load("digits", batch_size=64), epochs=1, steps_per_epoch=1, verbose=0)
    assert model.steps_done == 9
