"""`keras-gan sample RUN`: images from a trained run, as one grid or one file each."""

import pathlib

from keras_gan.cli import drawing, quiet
from keras_gan.cli.arguments import Parser
from keras_gan.cli.errors import UsageError
from keras_gan.cli.help_format import HelpFormatter


def run(argv: list[str]) -> int:
    """Draws, writes, and says where."""
    given = _parser().parse_args(argv)
    path = _checked(given)
    quiet.import_tensorflow(given.verbose)
    from keras_gan import pictures

    model, labels = drawing.load(path, given.labels, given.num_images)
    columns = None
    if labels is not None and not given.labels and not given.single:
        labels, columns = pictures.class_rows(given.num_images, model.drawn_classes)
    num_images = given.num_images if labels is None else len(labels)
    images = model.sample(num_images, given.seed, labels, given.batch_size)
    suffix = "" if given.single else ".png"
    target = pathlib.Path(given.out) if given.out else drawing.default_target(path, f"seed-{given.seed}{suffix}")
    if given.single:
        _save_each(images, target)
    else:
        pictures.save(pictures.grid(images, columns=columns), target)
    rows = "" if columns is None else f", a row of {columns} for each class"
    print(f"{len(images)} images of seed {given.seed}{rows}: {target}")
    return 0


def _parser():
    parser = Parser(
        prog="keras-gan sample",
        usage="keras-gan sample RUN [-n NUM] [--seed SEED] [--out FILE.png | --out FOLDER --single]",
        description="Draws images from the averaged generator of a trained run; the same seed draws the same images.",
        formatter_class=HelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("-n", "--num-images", type=int, default=64, help="number of images")
    add("--out", help="file of the grid, or with --single folder of the images; by default among the run's samples")
    add("--single", action="store_true", help="one PNG file for each image instead of a grid")
    add("--batch-size", type=int, default=64, help="images made at once")
    drawing.add_arguments(parser)
    return parser


def _checked(given):
    """Path of the run, if all that was asked for can be done."""
    if given.num_images < 1 or given.batch_size < 1:
        raise UsageError(f"-n {given.num_images}, --batch-size {given.batch_size}: expected both at least 1.")
    if given.out and not given.single and pathlib.Path(given.out).suffix.lower() != ".png":
        raise UsageError(f"--out {given.out}: a grid is one .png file; with --single it is a folder.")
    return drawing.find(given.run)


def _save_each(images, folder):
    from keras_gan import pictures, pixels

    if images.ndim != 4:
        raise UsageError(f"--single: points of shape {images.shape[1:]} are no images; leave --single out.")
    for i, image in enumerate(pixels.to_uint8(images)):
        pictures.save(image.squeeze(-1) if image.shape[-1] == 1 else image, folder / f"{i:05d}.png")
