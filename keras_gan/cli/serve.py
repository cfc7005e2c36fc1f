"""`keras-gan serve EXPORT`: an exported generator over HTTP, by TensorFlow Serving's REST API."""

import contextlib
import pathlib
import tempfile

from keras_gan import pretrained
from keras_gan.cli import quiet
from keras_gan.cli.arguments import Parser
from keras_gan.cli.errors import UsageError
from keras_gan.cli.help_format import HelpFormatter
from keras_gan.words import nearest

_EPILOG = """Clients: keras_gan.export.client, and all that speak TensorFlow Serving's REST API. GET / is a page to look
at images, /v1/models tells what is served, /healthz and /metrics (Prometheus) how it is. SIGTERM ends it after the
requests that are running."""


def run(argv: list[str]) -> int:
    """Loads, warms up, serves until it is told to stop."""
    given = _parser().parse_args(argv)
    _check(given)
    quiet.import_tensorflow(given.verbose)
    try:
        from keras_gan.serving import limits, models
        from keras_gan.serving import run as server
    except ImportError as error:
        raise UsageError(
            f'serve: {error.name.split(".")[0]} is not installed: pip install "keras-gan[serve]".'
        ) from error
    with export_of(given.export) as folder:
        model = models.load(folder, given.name, dict(given.label or []))
    for version in model.versions.values():
        for signature in version.signatures.values():
            signature.warm_up(given.max_batch)
    bounds = limits.Limits(
        max_batch=given.max_batch,
        max_wait=given.max_wait / 1000,
        max_images=given.max_images,
        read_seconds=given.read_timeout,
    )

    def tell(address):
        numbers = ", ".join(map(str, model.versions))
        print(f"{model.name} (version {numbers}) at {address}/v1/models/{model.name}; look at {address}/", flush=True)

    server.run(model, given.host, given.port, bounds, tell, access_log=given.verbose)
    print("stopped.")
    return 0


@contextlib.contextmanager
def export_of(word):
    """The folder that a word names; of a trained generator of this package an export, for as long as it is read."""
    path = pretrained.path_of(word)
    if not pretrained.is_one(path):
        yield path
        return
    from keras_gan.loading import load

    with tempfile.TemporaryDirectory() as folder:
        yield load(path).export(pathlib.Path(folder) / path.name, version=1).parent


def _parser():
    parser = Parser(
        prog="keras-gan serve",
        usage="keras-gan serve EXPORT [--name NAME] [--host HOST] [--port PORT]",
        description="Serves an exported generator over HTTP, to this machine only unless --host says more.",
        epilog=_EPILOG,
        formatter_class=HelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("export", metavar="EXPORT", help="a folder of versions, one version, a run, or a trained generator by name")
    add("--name", help="what clients call the model; by default the folder's name")
    add("--label", action="append", type=_label, metavar="LABEL=VERSION", help="a name for a version; may be repeated")
    add("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 is reached from other machines")
    add("--port", type=int, default=8501, help="port to listen on; 0 takes a free one")
    add("--max-batch", type=int, default=64, help="images that are made together")
    add("--max-wait", type=float, default=3.0, help="milliseconds a request waits for others to join it")
    add("--max-images", type=int, default=1024, help="images one request may ask for")
    add("--read-timeout", type=float, default=10.0, help="seconds a client has to send a request")
    add("--verbose", action="store_true", help="print every request, TensorFlow's messages, and where errors came from")
    return parser


def _label(word):
    label, _, number = word.partition("=")
    if not label or not number.isdecimal():
        raise UsageError(f"--label {word}: expected a name and a version, such as --label stable=1.")
    return label, int(number)


def _check(given):
    if given.max_batch < 1 or given.max_images < 1 or given.max_wait < 0 or given.read_timeout <= 0:
        raise UsageError("--max-batch, --max-images: at least 1; --max-wait: at least 0; --read-timeout: more than 0.")
    if not 0 <= given.port < 65536:
        raise UsageError(f"--port {given.port}: expected 0 to 65535.")
    if given.name is not None and (not given.name or set(given.name) & set("/:")):
        raise UsageError(f"--name {given.name!r}: expected a name without '/' and ':', which stand in addresses.")
    if not pretrained.path_of(given.export).exists():
        names = nearest(given.export, pretrained.names())
        raise UsageError(f"{given.export} does not exist; expected an export, a run or a trained generator{names}.")
