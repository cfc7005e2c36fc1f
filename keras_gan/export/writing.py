"""From a model to an export that stands: options checked, written beside its place, compared, then renamed."""

import contextlib
import dataclasses
import errno
import os
import pathlib
import shutil
import tempfile

from keras_gan.export import card, formats, keras_file, notes, parity, serving
from keras_gan.export.generator import Generator
from keras_gan.words import nearest

NEXT = "next"  # the version after the last one


@dataclasses.dataclass(frozen=True)
class Exported:
    """What was written.

    Args:
        path: the file, or the folder (of the version).
        card: the card beside it.
        report: dict, see `parity.check`.
    """

    path: pathlib.Path
    card: pathlib.Path
    report: dict


def write(
    model,
    filepath,
    format: str = "tf_saved_model",
    *,
    version: int | str | None = None,
    quantize: str | None = None,
    batch_size: int | None = None,
    representative=None,
    min_psnr: float = parity.MIN_PSNR,
    verify: str = "memory",
    name: str | None = None,
    about: str = "",
) -> Exported:
    """Exports a model: what `GenerativeModel.export` does, and how close it came.

    Args:
        model: a model with `generator_ema`, `prior` and `sample_batch`.
        filepath, format, version, quantize, batch_size, representative, min_psnr, verify: as there.
        name: what the card and clients of TensorFlow Serving call it. Defaults to the name of the file, of the folder,
            or of the folder of versions.
        about: Markdown that ends the card: data, training, scores.

    Raises:
        FileExistsError, ImportError, RuntimeError, ValueError: as there; nothing is left behind.
    """
    module = formats.module(format)
    options = _options(module, format, quantize, batch_size, representative)
    if verify not in parity.VERIFY:
        raise ValueError(f"export: unknown verify={verify!r}{nearest(str(verify), parity.VERIFY)}.")
    path = _place(pathlib.Path(filepath), module.SUFFIX, format, version)
    name = name or (path.absolute().parent.name if path.name.isdecimal() else path.name)
    generator = Generator(model)
    if module is keras_file and verify == "process":
        keras_file.check_is_plain(generator.network)
    with staged(path) as beside:
        module.write(generator, beside, **options)
        notes.attach(beside, notes.of(generator))
        if path.name.isdecimal() and not module.SUFFIX:
            serving.write_extras(beside, name)
        report = parity.check(generator, beside, module, quantize=quantize, min_psnr=min_psnr, verify=verify)
        how = {"name": name, "format": formats.canonical(format), "quantize": quantize, "batch_size": batch_size}
        card_of(beside).write_text(card.text(generator, module, beside, how, report, about), encoding="utf-8")
    return Exported(path, card_of(path), report)


def card_of(path: pathlib.Path) -> pathlib.Path:
    """Where the card of an export stands: beside the versions of a model, else beside the file or folder."""
    return path.with_name("card.md" if path.name.isdecimal() else f"{path.name}.card.md")


def _options(module, format, quantize, batch_size, representative):
    """What the format's `write` takes of these; raises where one is not for it."""
    if quantize not in module.BOUNDS:
        known = ", ".join(map(repr, module.BOUNDS))
        raise ValueError(f"export: quantize={quantize!r}; the format {format} takes {known}.")
    if representative is not None and quantize != "int8":
        raise ValueError(f"export: representative= is for quantize='int8', not for quantize={quantize!r}.")
    if formats.canonical(format) == "litert":
        if batch_size is not None and batch_size < 1:
            raise ValueError(f"export: batch_size={batch_size}; expected at least 1, or None for any.")
        return {"quantize": quantize, "batch_size": batch_size, "representative": representative}
    if batch_size is not None:
        raise ValueError(f"export: batch_size={batch_size}; {format} takes any batch size, only litert can freeze it.")
    return {}


def _place(path, suffix, format, version):
    """Where the export goes; raises where that is taken or makes no sense."""
    if suffix and version is not None:
        raise ValueError(f"export: version={version!r}; only tf_saved_model has versions, {format} is one file.")
    if suffix and path.suffix != suffix:
        raise ValueError(f"export: {path}; a {format} export is one {suffix} file, such as {path.with_suffix(suffix)}.")
    if version is not None:
        path = path / str(_number(path, version))
    if path.exists():
        raise _taken(path)
    beside = card_of(path)
    if beside.exists() and not (beside.is_file() and card.MARK in beside.read_text(encoding="utf-8", errors="replace")):
        raise FileExistsError(f"export: {beside} is no card of an export; rename it, or pass another place.")
    return path


def _taken(path):
    return FileExistsError(f"export: {path} exists; pass another place, or version='next' for a folder of versions.")


def _number(folder, version):
    if version == NEXT:
        return serving.next_version(folder)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ValueError(f"export: version={version!r}; expected a whole number of at least 1, or 'next'.")
    return version


@contextlib.contextmanager
def staged(path):
    """A path of the same name in a folder of its own; both it and what is written beside it move when all is well.

    On an error nothing has changed. A card that stood beside is replaced, it tells of the newest version; the
    configuration of a server only where nobody has changed it.
    """
    standing = next(parent for parent in path.absolute().parents if parent.exists())
    folder = pathlib.Path(tempfile.mkdtemp(prefix=".export.", dir=standing))
    try:
        yield folder / path.name
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(folder / path.name, path)
        for written in folder.iterdir():
            target = path.with_name(written.name)
            if written.name == card_of(path).name or not target.exists() or serving.is_as_written(target):
                os.replace(written, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(written, path):
    """Moves the export to its place; raises where something has come there in the meantime."""
    try:
        if written.is_dir():
            os.rename(written, path)
        else:
            path.open("x").close()  # claims the place: only one can
            os.replace(written, path)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.ENOTDIR):
            raise _taken(path) from None
        raise
