"""Frames as a film: GIF, or MP4."""

import os
import pathlib

import numpy as np
from PIL import Image

from keras_gan import pixels


def save_video(frames, filepath, *, frames_per_second: int = 15):
    """Writes a film: a GIF that runs for ever, or an MP4.

    Args:
        frames: sequence of pictures of one shape `(height, width, 1 or 3)`, uint8 or float in [-1, 1].
        filepath: ends in `.gif` or `.mp4`; for MP4 install `keras-gan[video]`.
        frames_per_second: int from 1 to 50. Defaults to `15`.

    Returns:
        `pathlib.Path` of the film.

    Raises:
        ValueError: no frames, pictures that are none, another kind of file, another number of frames per second.
        ImportError: MP4 without the packages it needs.
    """
    filepath, frames = check_can_write(filepath), _pictures(frames)
    if not 1 <= frames_per_second <= 50:
        raise ValueError(f"save_video: frames_per_second={frames_per_second}; expected 1 to 50.")
    filepath.parent.mkdir(parents=True, exist_ok=True)
    beside = filepath.with_name(f".part.{filepath.name}")
    WRITERS[filepath.suffix.lower()](frames, beside, frames_per_second)
    os.replace(beside, filepath)
    return filepath


def check_can_write(filepath):
    """`filepath` as a path, if such a film can be written here; for those who want to know before they draw."""
    filepath = pathlib.Path(filepath)
    if filepath.suffix.lower() not in WRITERS:
        raise ValueError(f"save_video: {filepath}; expected a file ending in {' or '.join(WRITERS)}.")
    if filepath.suffix.lower() == ".mp4":
        _imageio()
    return filepath


def _pictures(frames):
    """uint8 `(frames, height, width, 3)`."""
    frames = np.asarray(frames)
    if frames.ndim != 4 or len(frames) == 0 or frames.shape[-1] not in (1, 3):
        raise ValueError(
            f"save_video: frames of shape {frames.shape}; expected (frames, height, width, 1 or 3). Lay several images "
            "out in each frame by keras_gan.pictures.grid."
        )
    frames = frames if frames.dtype == np.uint8 else pixels.to_uint8(frames)
    return np.repeat(frames, 3, axis=-1) if frames.shape[-1] == 1 else frames


def _save_gif(frames, filepath, frames_per_second):
    first, *others = (_indexed(frame) for frame in frames)
    duration = 10 * round(100 / frames_per_second)  # the format counts in hundredths of a second
    first.save(filepath, format="GIF", save_all=True, append_images=others, duration=duration, loop=0)


def _indexed(frame):
    """A grey frame keeps every level; a coloured one gets the 256 colours that suit it best."""
    is_grey = (frame == frame[..., :1]).all()
    return Image.fromarray(frame[..., 0]) if is_grey else Image.fromarray(frame).quantize(256, dither=Image.Dither.NONE)


def _save_mp4(frames, filepath, frames_per_second):
    height, width = frames.shape[1:3]
    even = np.pad(frames, [(0, 0), (0, height % 2), (0, width % 2), (0, 0)], mode="edge")  # what the format demands
    with _imageio().get_writer(filepath, format="FFMPEG", fps=frames_per_second, macro_block_size=2) as writer:
        for frame in even:
            writer.append_data(frame)


def _imageio():
    try:
        import imageio.v2
        import imageio_ffmpeg  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f'save_video: .mp4 needs {error.name}: pip install "keras-gan[video]", or write a .gif.'
        ) from None
    return imageio.v2


WRITERS = {".gif": _save_gif, ".mp4": _save_mp4}
