"""Films: what is in the file is what was given."""

import sys

import numpy as np
import pytest
from PIL import Image

from keras_gan import latent, pixels

GREY = np.linspace(-1, 1, 5 * 21 * 30).reshape(5, 21, 30, 1).astype("float32")
COLOUR = np.stack([GREY[..., 0], -GREY[..., 0], np.zeros(GREY.shape[:-1])], axis=-1)


def test_a_gif_runs_for_ever_and_holds_every_grey_level(tmp_path):
    path = latent.save_video(GREY, tmp_path / "deep" / "walk.gif", frames_per_second=10)
    with Image.open(path) as film:
        assert (film.n_frames, film.info["loop"], film.info["duration"]) == (5, 0, 100)
        for number, frame in enumerate(pixels.to_uint8(GREY)):
            film.seek(number)
            np.testing.assert_array_equal(np.asarray(film.convert("L")), frame[..., 0])
    assert [file.name for file in path.parent.iterdir()] == ["walk.gif"]


def test_a_gif_in_colour_is_near(tmp_path):
    path = latent.save_video(pixels.to_uint8(COLOUR), tmp_path / "walk.gif")
    with Image.open(path) as film:
        film.seek(4)
        difference = np.asarray(film.convert("RGB")).astype(int) - pixels.to_uint8(COLOUR)[4]
    assert np.abs(difference).mean() < 3


def test_an_mp4_holds_every_frame_of_odd_sizes(tmp_path):
    pytest.importorskip("imageio_ffmpeg", reason="keras-gan[video] is not installed")
    from imageio import v2 as imageio

    path = latent.save_video(COLOUR, tmp_path / "walk.mp4", frames_per_second=20)
    with imageio.get_reader(path) as film:
        frames = np.stack(list(film.iter_data()))
        assert film.get_meta_data()["fps"] == 20
    assert frames.shape == (5, 22, 30, 3)
    assert np.abs(frames[:, :21].astype(int) - pixels.to_uint8(COLOUR)).mean() < 12


def test_mp4_without_its_packages_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)  # as where it is not installed
    with pytest.raises(ImportError, match=r"imageio_ffmpeg.*keras-gan\[video\].*\.gif"):
        latent.save_video(GREY, tmp_path / "walk.mp4")


@pytest.mark.parametrize(
    ("frames", "name", "rate", "said"),
    [
        (GREY, "walk.avi", 15, r"walk\.avi; expected a file ending in \.gif or \.mp4"),
        (GREY[:0], "walk.gif", 15, r"\(0, 21, 30, 1\)"),
        (GREY[:, None], "walk.gif", 15, "keras_gan.pictures.grid"),
        (GREY, "walk.gif", 0, "frames_per_second=0"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(tmp_path, frames, name, rate, said):
    with pytest.raises(ValueError, match=said):
        latent.save_video(frames, tmp_path / name, frames_per_second=rate)
    assert not list(tmp_path.iterdir())
