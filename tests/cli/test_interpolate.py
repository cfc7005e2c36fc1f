"""`keras-gan interpolate`: rows as a picture, a loop as a film."""

import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan import latent, pictures
from keras_gan.cli.main import main


def test_a_picture_goes_among_the_runs_samples(run_of_its_own, capsys):
    assert main(["interpolate", str(run_of_its_own), "--rows", "3", "--steps", "5", "--seed", "4"]) == 0
    target = run_of_its_own / "samples/interpolation-4.png"
    assert capsys.readouterr().out == f"3 rows of 5 images, from seed 4 to seed 5: {target}\n"
    images = latent.interpolate(keras_gan.load(run_of_its_own), (4, 5), rows=3, steps=5)
    expected = pictures.grid(images.reshape(15, *images.shape[2:]), columns=5)
    assert np.array_equal(np.asarray(Image.open(target)), expected)


def test_a_film_passes_four_seeds_and_comes_back(run_of_its_own, tmp_path, capsys):
    target = tmp_path / "walk.gif"
    words = ["--rows", "4", "--steps", "3", "--method", "lerp", "--out", str(target)]
    assert main(["interpolate", str(run_of_its_own / "model.keras"), *words]) == 0
    assert "4 images in 8 frames, from seed 0 to seed 3 and back" in capsys.readouterr().out
    frames = latent.walk(keras_gan.load(run_of_its_own), num_images=4, steps=3, method="lerp")
    with Image.open(target) as film:
        assert film.n_frames == 8
        film.seek(5)
        shown = np.asarray(film.convert("RGB"))
    np.testing.assert_array_equal(shown, pictures.grid(frames[5], min_side=256))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("runs/none", "Runs here: runs/dcgan-digits-0"),
        ("runs/dcgan-digits-0 --rows 0", "--rows 0, --steps 10: expected at least 1 row and 2 steps"),
        ("runs/dcgan-digits-0 --out walk.gif --steps 1", "--rows 16, --steps 1: expected"),
        ("runs/dcgan-digits-0 --out walk.jpg", "expected a file ending in .png, .gif or .mp4"),
        ("runs/dcgan-digits-0 --method slurp", "invalid choice: 'slurp'"),
        ("runs/dcgan-digits-0 --labels 1", "takes latents only"),
        ("", "interpolate: the following arguments are required: RUN. See keras-gan interpolate --help."),
    ],
)
def test_what_is_wrong_is_said(run_of_its_own, capsys, words, said):
    assert main(["interpolate", *words.split()]) == 2
    assert said in capsys.readouterr().err
