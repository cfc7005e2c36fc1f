"""One image file or array in, bytes of the shape that was asked for out."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
MODES = {1: "L", 3: "RGB", 4: "RGBA"}
GRAYSCALE = ("1", "L", "I", "F")


def read(path: Path, *, size: tuple[int, int] | None = None, channels: int | None = None) -> np.ndarray:
    """Decodes an image file; of an animation the first frame, turned upright as its EXIF data say.

    Args:
        path: the file: whatever PIL reads.
        size: `(height, width)`: the shorter side is resized (antialiased bicubic), then the centre is cut out.
            Defaults to the image's own.
        channels: `1` (luminance), `3` (transparency over white) or `4`. Defaults to the image's own.

    Returns:
        uint8 `(height, width, channels)`; 16-bit grayscale is scaled to 8 bits.

    Raises:
        ValueError: a file that cannot be decoded; it is named.
    """
    try:
        with Image.open(path) as opened:
            image = eight_bits(ImageOps.exif_transpose(opened))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(
            f"data.load: {path} cannot be decoded as an image ({error}). Repair it, or remove it from the folder."
        ) from error
    image = converted(image, channels or own_channels(image))
    return as_array(image if size is None else resized(image, size))


def header(path: Path) -> tuple[int, int]:
    """`(height, width)` of an image file, upright, without decoding it."""
    try:
        with Image.open(path) as image:
            turned = image.getexif().get(0x0112, 1) >= 5
            width, height = image.size
    except (OSError, UnidentifiedImageError, SyntaxError) as error:
        raise ValueError(
            f"data.load: {path} is not an image ({error}). Repair it, or remove it from the folder."
        ) from error
    return (width, height) if turned else (height, width)


def own_channels(image: Image.Image) -> int:
    """1 for grayscale, 4 where there is transparency, else 3."""
    if image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info:
        return 4
    return 1 if image.mode in GRAYSCALE else 3


def eight_bits(image: Image.Image) -> Image.Image:
    """16-bit and float grayscale as 8-bit; other images unchanged (and decoded)."""
    image.load()
    if image.mode.startswith("I"):
        return Image.fromarray(from_sixteen_bits(np.asarray(image)))
    if image.mode == "F":
        return Image.fromarray(from_unit_interval(np.asarray(image)))
    return image


def from_sixteen_bits(values: np.ndarray) -> np.ndarray:
    """0..65535 to 0..255; PIL's own conversion cuts off at 255."""
    if values.min() < 0 or values.max() > 65535:
        raise ValueError(f"values in {values.min()}..{values.max()}; expected 16 bits, 0..65535")
    return np.rint(values / 257.0).astype("uint8")


def from_unit_interval(values: np.ndarray) -> np.ndarray:
    """[0, 1] to 0..255."""
    if not (values.min() >= 0 and values.max() <= 1):  # NaN fails too
        raise ValueError(f"float values in {values.min()}..{values.max()}; expected 0..1")
    return np.rint(values * 255.0).astype("uint8")


def converted(image: Image.Image, channels: int) -> Image.Image:
    """The image with 1, 3 or 4 channels; where transparency is given up, white lies behind it."""
    if channels < 4 and own_channels(image) == 4:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert(MODES[channels])


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Shorter side to the size, antialiased, then the centre."""
    height, width = size
    if (image.height, image.width) == (height, width):
        return image
    return ImageOps.fit(image, (width, height), method=Image.Resampling.BICUBIC, centering=(0.5, 0.5))


def as_array(image: Image.Image) -> np.ndarray:
    """uint8 `(height, width, channels)`, the channel axis also for grayscale."""
    array = np.asarray(image, "uint8")
    return array[..., None] if array.ndim == 2 else array


def reshaped(array: np.ndarray, *, size: tuple[int, int] | None, channels: int | None) -> np.ndarray:
    """One uint8 image `(h, w, c)` as `read` would give it: resized, cropped and with these channels."""
    image = Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array)
    image = converted(image, channels or array.shape[-1])
    return as_array(image if size is None else resized(image, size))
