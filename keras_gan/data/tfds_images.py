"""Image data sets of tensorflow-datasets: from a prepared folder without any network, else downloaded."""

import os
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np

from keras_gan.data.request import Raw
from keras_gan.data.shaping import shaped

VARIABLE = "TFDS_DATA_DIR"
DEFAULT_FOLDER = "~/tensorflow_datasets"
COMMON = ("mnist", "fashion_mnist", "kmnist", "emnist", "cifar10", "cifar100", "svhn_cropped", "stl10", "celeb_a",
          "lfw", "cycle_gan", "oxford_flowers102", "omniglot", "quickdraw_bitmap", "imagenet_resized")  # fmt: skip
PATIENCE = 5.0  # seconds; without this question, a download without a network is tried again for minutes
BATCH = 1000


def folder(data_dir=None) -> Path:
    """Where prepared data sets lie: `data_dir`, else TFDS_DATA_DIR, else the library's own default."""
    return Path(data_dir or os.environ.get(VARIABLE) or DEFAULT_FOLDER).expanduser()


def prepared(data_dir=None) -> list[str]:
    """Names of the prepared image data sets in the folder, told from their files alone."""
    root = folder(data_dir)
    described = [*root.glob("*/*/features.json"), *root.glob("*/*/*/features.json")]
    with_images = [path for path in described if "image_feature.Image" in path.read_text()]
    return sorted({path.parent.parent.relative_to(root).as_posix() for path in with_images})


def is_known(name: str, data_dir=None) -> bool:
    """Whether tensorflow-datasets has code for this name, or it lies prepared in the folder."""
    import tensorflow_datasets as tfds

    known = name.split("/")[0] in tfds.list_builders(with_community_datasets=False)
    return known or name in prepared(data_dir)


def load(
    name: str,
    *,
    split: str = "train",
    image_size: tuple[int, int] | None = None,
    channels: int | None = None,
    num_images: int | None = None,
    data_dir=None,
    download: bool = True,
) -> Raw:
    """All images of a split, in memory.

    Args:
        name: as tensorflow-datasets has it, such as `"mnist"` or `"cycle_gan/horse2zebra"`.
        split: any split of it, such as `"train"`, `"test"`, `"all"`, `"train[:10%]"`. Defaults to `"train"`.
        image_size: `(height, width)`; needed where sizes differ. Defaults to the images' own.
        channels: `1`, `3` or `4`. Defaults to the images' own.
        num_images: int, the first so many (they were shuffled when prepared). Defaults to all.
        data_dir: folder of prepared data sets. Defaults to TFDS_DATA_DIR.
        download: bool; `False` never asks the network. Defaults to `True`.

    Returns:
        images uint8 `(n, height, width, channels)` and int32 labels, or `None` where it has no class labels.

    Raises:
        ValueError: not prepared and not to be downloaded, no images of 8 bits in it, an unknown split, sizes that
            differ without `image_size`.
    """
    import tensorflow_datasets as tfds

    builder = tfds.builder(name, data_dir=str(folder(data_dir)), try_gcs=False)
    check_images(builder, image_size)
    if not builder.data_path.exists():
        prepare(builder, download)
    examples = checked_split(builder, split, num_images)
    wanted = tfds.decode.PartialDecoding({key: True for key in ("image", "label") if key in builder.info.features})
    dataset = builder.as_dataset(split=examples, shuffle_files=False, decoders=wanted)
    return read(dataset, builder.info.splits[examples].num_examples, image_size=image_size, channels=channels)


def prepare(builder, download: bool):
    """Downloads and prepares a data set, if there is a network; fails at once if there is none."""
    reason = "a download was not allowed" if not download else unreachable(address(builder))
    if reason is None:
        try:
            return builder.download_and_prepare()
        except Exception as error:  # noqa: BLE001 of any kind: each data set has a script of its own
            reason = f"its preparation failed ({type(error).__name__}: {error})"
    raise ValueError(
        f"data.load: {builder.name} is not prepared in {Path(builder.data_path).parents[1]}, and {reason}. "
        f"Use load('digits'), which is embedded and needs neither; or prepare it where there is a network "
        f"(python -c \"import tensorflow_datasets as t; t.load('{builder.name}')\"), copy the folder here and set "
        f"{VARIABLE} to it, or pass data_dir=."
    )


def test_split(name: str, data_dir=None) -> str | None:
    """`"test"`, or `"validation"` where that is what there is; `None` without either."""
    import tensorflow_datasets as tfds

    splits = tfds.builder(name, data_dir=str(folder(data_dir)), try_gcs=False).info.splits
    return next((split for split in ("test", "validation") if split in splits), None)


def address(builder) -> str:
    """Where the first file of a data set comes from."""
    urls = [url for url in builder.url_infos if url.startswith("http")]
    return urls[0] if urls else "https://storage.googleapis.com"


def unreachable(url: str) -> str | None:
    """Why the host of this address does not answer within 5 seconds; `None` where it does, whatever it answers."""
    try:
        urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=PATIENCE).close()
    except urllib.error.HTTPError:
        return None
    except OSError as error:
        return f"{url.split('/')[2]} cannot be reached ({error})"
    return None


def check_images(builder, image_size):
    """The data set has 8-bit images, and their shape is known."""
    features = dict(builder.info.features.items())
    feature = features.get("image")
    if feature is None or np.dtype(feature.np_dtype) != np.uint8:
        raise ValueError(
            f"data.load: {builder.name} of tensorflow-datasets has no 8-bit images under 'image'; its features are "
            f"{', '.join(features)}. Read it with tfds.load, and pass arrays to data.load."
        )
    if None in feature.shape and image_size is None:
        raise ValueError(
            f"data.load: images of {builder.name} differ in size (shape {feature.shape}). Pass image_size=64, or "
            "image_size=(height, width)."
        )


def checked_split(builder, split: str, num_images: int | None) -> str:
    """The split in the words of tensorflow-datasets, cut to so many images."""
    try:
        available = builder.info.splits[split].num_examples
    except (KeyError, ValueError) as error:
        raise ValueError(
            f"data.load: {builder.name} has no split {split!r}; expected one of {', '.join(builder.info.splits)}, "
            "or a part such as 'train[:10%]'."
        ) from error
    if num_images is None:
        return split
    if split not in builder.info.splits or not 1 <= num_images <= available:
        raise ValueError(
            f"data.load: num_images={num_images} of split {split!r}, which has {available} images; expected 1 to "
            f"{available}, of one of {', '.join(builder.info.splits)}. Use split='train'."
        )
    return f"{split}[:{num_images}]"


def read(dataset, num_images: int, *, image_size, channels) -> Raw:
    """Decodes examples into one array, so that no second copy of the data is held."""
    has_one_size = None not in dataset.element_spec["image"].shape
    images, labels, start = None, [], 0
    for examples in dataset.batch(BATCH if has_one_size else 1).as_numpy_iterator():
        part = shaped(examples["image"], image_size, channels)
        images = np.empty((num_images, *part.shape[1:]), "uint8") if images is None else images
        images[start : start + len(part)] = part
        labels.extend(examples.get("label", []))
        start += len(part)
    is_labelled = np.shape(labels) == (num_images,)
    return Raw(images, np.array(labels, "int32") if is_labelled else None)
