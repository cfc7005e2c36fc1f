"""`keras-gan interpolate RUN`: images on the way from one latent to another, as rows or as a film in a loop."""

import pathlib

from keras_gan.cli import drawing, quiet
from keras_gan.cli.arguments import Parser
from keras_gan.cli.errors import UsageError
from keras_gan.cli.help_format import HelpFormatter

_FILMS = (".gif", ".mp4")
_FILM_SIDE = 256  # pixels at least; a GIF of twice that has megabytes
_STATIONS = 4  # seeds that a film passes before it is back
_DEFAULTS = {"picture": {"rows": 8, "steps": 10}, "film": {"rows": 16, "steps": 20}}


def run(argv: list[str]) -> int:
    """Walks, writes, and says where."""
    given = _parser().parse_args(argv)
    path, target = _checked(given)
    quiet.import_tensorflow(given.verbose)
    draw = _film if target.suffix.lower() in _FILMS else _picture
    print(f"{draw(given, path, target)}: {target}")
    return 0


def _parser():
    parser = Parser(
        prog="keras-gan interpolate",
        usage="keras-gan interpolate RUN [--rows NUM] [--steps NUM] [--seed SEED] [--out FILE.png|.gif|.mp4]",
        description="Walks from the images of one seed to those of the next. A .png shows a row for each image; a .gif "
        f"or .mp4 shows all of them change at once, past {_STATIONS} seeds and back, in a loop.",
        formatter_class=HelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--rows", type=int, help="rows of the picture, 8 by default; images in each frame of a film, 16 by default")
    add("--steps", type=int, help="images from one seed to the next, both ends counted: 10, in a film 20 by default")
    add(
        "--method",
        choices=["slerp", "lerp"],
        metavar="{slerp,lerp}",
        help="round the origin, or straight; by default as suits the prior",
    )
    add("--out", help="file to write; by default a .png among the run's samples")
    drawing.add_arguments(parser)
    return parser


def _checked(given):
    """(path of the run, file to write), if all that was asked for can be done."""
    path = drawing.find(given.run)
    target = pathlib.Path(given.out) if given.out else drawing.default_target(path, f"interpolation-{given.seed}.png")
    if target.suffix.lower() not in (".png", *_FILMS):
        raise UsageError(f"--out {given.out}: expected a file ending in .png, {' or '.join(_FILMS)}.")
    for name, default in _DEFAULTS["film" if target.suffix.lower() in _FILMS else "picture"].items():
        setattr(given, name, default if getattr(given, name) is None else getattr(given, name))
    if given.rows < 1 or given.steps < 2:
        raise UsageError(f"--rows {given.rows}, --steps {given.steps}: expected at least 1 row and 2 steps.")
    return path, target


def _picture(given, path, target):
    from keras_gan import latent, pictures

    model, labels = drawing.load(path, given.labels, given.rows)
    seeds = given.seed, given.seed + 1
    images = latent.interpolate(model, seeds, rows=given.rows, steps=given.steps, method=given.method, labels=labels)
    _check_are_images(path, images.shape[2:])
    pictures.save(pictures.grid(images.reshape(-1, *images.shape[2:]), columns=given.steps), target)
    return f"{given.rows} rows of {given.steps} images, from seed {seeds[0]} to seed {seeds[1]}"


def _film(given, path, target):
    from keras_gan import latent, pictures

    _check_can_write(target)
    model, labels = drawing.load(path, given.labels, given.rows)
    seeds = range(given.seed, given.seed + _STATIONS)
    frames = latent.walk(model, seeds, num_images=given.rows, steps=given.steps, method=given.method, labels=labels)
    _check_are_images(path, frames.shape[2:])
    latent.save_video([pictures.grid(frame, min_side=_FILM_SIDE) for frame in frames], target)
    return f"{given.rows} images in {len(frames)} frames, from seed {seeds[0]} to seed {seeds[-1]} and back"


def _check_can_write(target):
    from keras_gan.latent import video

    try:
        video.check_can_write(target)
    except ImportError as error:
        raise UsageError(str(error)) from None


def _check_are_images(path, shape):
    if len(shape) != 3:
        raise UsageError(
            f"the generator of {path} makes points of shape {shape}; expected images. See keras-gan sample."
        )
