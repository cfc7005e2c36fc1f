"""`keras-gan sample RUN`: images from a trained run, as one grid or one file each."""

import argparse
import pathlib

from keras_gan import run_folder
from keras_gan.cli import quiet
from keras_gan.cli.errors import UsageError
from keras_gan.cli.help_format import HelpFormatter


def run(argv: list[str]) -> int:
    """Draws, writes, and says where."""
    given = _parser().parse_args(argv)
    _check(given)
    quiet.import_tensorflow(given.verbose)
    images = _images(given)
    target = pathlib.Path(given.out) if given.out else default_target(pathlib.Path(given.run), given.seed, given.single)
    if given.single:
        _save_each(images, target)
    else:
        _save_grid(images, target)
    print(f"{len(images)} images of seed {given.seed}: {target}")
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UsageError(f"sample: {message}. See keras-gan sample --help.")


def _parser():
    parser = _Parser(
        prog="keras-gan sample",
        usage="keras-gan sample RUN [-n NUM] [--seed SEED] [--out FILE.png | --out FOLDER --single]",
        description="Draws images from the averaged generator of a trained run; the same seed draws the same images.",
        formatter_class=HelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("run", metavar="RUN", help="a run's folder, or a .keras file")
    add("-n", "--num-images", type=int, default=64, help="number of images")
    add("--seed", type=int, default=0, help="which images")
    add("--out", help="file of the grid, or with --single folder of the images; by default among the run's samples")
    add("--single", action="store_true", help="one PNG file for each image instead of a grid")
    add("--labels", type=int, nargs="+", help="classes for a conditional generator, repeated over the images")
    add("--batch-size", type=int, default=64, help="images made at once")
    add("--verbose", action="store_true", help="show TensorFlow's messages, and where an error came from")
    return parser


def _check(given):
    if given.num_images < 1 or given.batch_size < 1:
        raise UsageError(f"-n {given.num_images}, --batch-size {given.batch_size}: expected both at least 1.")
    if not pathlib.Path(given.run).exists():
        raise UsageError(f"{given.run} does not exist; expected a run's folder or a .keras file.{_runs_here()}")
    if given.out and not given.single and pathlib.Path(given.out).suffix.lower() != ".png":
        raise UsageError(f"--out {given.out}: a grid is one .png file; with --single it is a folder.")


def _runs_here():
    """The runs that could have been meant."""
    found = sorted(manifest.parent for manifest in pathlib.Path("runs").glob(f"*/{run_folder.MANIFEST}"))
    return f" Runs here: {', '.join(map(str, found[:5]))}." if found else ""


def _images(given):
    from keras_gan.loading import load

    model = load(given.run)
    names = [tensor.name for tensor in model.generator_ema.inputs]
    if given.labels and "labels" not in names:
        raise UsageError(f"--labels: the generator of {given.run} takes {', '.join(names)} only; leave them out.")
    if "labels" in names and not given.labels:
        raise UsageError(f"the generator of {given.run} takes labels: pass --labels 0, or --labels 0 1 2 ...")
    return model.sample(given.num_images, given.seed, _repeated(given.labels, given.num_images), given.batch_size)


def _repeated(labels, num_images):
    import numpy as np

    return np.resize(np.asarray(labels, "int32"), num_images) if labels else None


def default_target(path: pathlib.Path, seed: int, single: bool) -> pathlib.Path:
    """Among the samples of the run, or beside the `.keras` file."""
    stem = f"seed-{seed}" if single else f"seed-{seed}.png"
    return run_folder.RunFolder(path).samples / stem if path.is_dir() else path.with_name(f"{path.stem}-{stem}")


def _save_grid(images, target):
    from keras_gan import pictures

    pictures.save(pictures.grid(images), target)


def _save_each(images, folder):
    from keras_gan import pictures, pixels

    if images.ndim != 4:
        raise UsageError(f"--single: points of shape {images.shape[1:]} are no images; leave --single out.")
    for i, image in enumerate(pixels.to_uint8(images)):
        pictures.save(image.squeeze(-1) if image.shape[-1] == 1 else image, folder / f"{i:05d}.png")
