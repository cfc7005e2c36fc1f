"""The card of an export, in Markdown: what it is, how it is called, how near it comes to the model."""

import pathlib
import platform
from importlib import metadata

import numpy as np

from keras_gan import __version__
from keras_gan.export import keras_file, serving

MARK = "Written and checked by keras_gan."  # in every card of ours
_KEPT = {None: "float32", "float16": "float16 weights", "dynamic": "int8 weights", "int8": "int8 throughout"}


def text(generator, module, written, how, report, about="") -> str:
    """The card.

    Args:
        generator: `keras_gan.export.generator.Generator`.
        module: of the format.
        written: path of the export, for its size; one whose name is a number is a version.
        how: dict with `name`, `format`, `quantize` and `batch_size`.
        report: dict of `parity.check`.
        about: str, Markdown at the end: data, training, scores.
    """
    written = pathlib.Path(written)
    sizes = {"Size": _size(written), "Versions": _versions(module.PACKAGES)}
    foreign = keras_file.needed_classes(generator.network) if module is keras_file else []
    parts = [
        f"# {how['name']}",
        f"{_what(generator)} as {_format(how)}. {MARK}",
        *([f"Keras loads it where these classes are imported: {', '.join(foreign)}."] if foreign else []),
        "## Signatures",
        _table(("signature", "takes", "gives"), _signatures(generator, module, how["batch_size"])),
        _ranges(generator),
        "## Parity",
        _parity(report),
        "## File",
        _list({"Format": how["format"], **_version(written), **sizes}),
        *(_serving(how["name"]) if _version(written) and not module.SUFFIX else []),
        *([about] if about else []),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _what(generator):
    trained_alone = generator.title == "TrainedGenerator"  # its name says it all
    return "A generator" if trained_alone else f"The averaged generator of a {generator.title}"


def _serving(name):
    return ["## Serving", "TensorFlow Serving, called in this folder:", f"```sh\n{serving.docker_line(name)}\n```"]


def _format(how):
    batch = "any batch size" if how["batch_size"] is None else f"batches of {how['batch_size']}"
    return f"{how['format']}, {_KEPT[how['quantize']]}, {batch}"


def _signatures(generator, module, batch_size):
    n = "n" if batch_size is None else str(batch_size)
    inputs = {spec.name: f"`{spec.name}` {spec.dtype.name} {_shape(n, spec.shape[1:])}" for spec in generator.specs()}
    asked = ["`num_images` int32 ()", "`seed` int64 ()", *(inputs[name] for name in inputs if name == "labels")]
    images = f"`images` float32 {_shape(n, generator.image_shape)}"
    rows = {
        "serve": (", ".join(inputs.values()), images),
        "sample": (", ".join(asked), f"{images}, {inputs['latents']}"),
        "serve_png": (", ".join(inputs.values()), f"`png_bytes` string ({n},)"),
    }
    return [(f"`{name}`", *rows[name]) for name in module.signatures(generator)]


def _shape(n, sizes):
    return f"({', '.join(map(str, (n, *sizes)))}{'' if sizes else ','})"


def _ranges(generator):
    made = "Images lie in [-1, 1], channels last." if len(generator.image_shape) == 3 else "Points are not bounded."
    latents = f"Latents come from {_said(generator.prior)}."
    return f"{made} {latents}"


def _parity(report):
    bound = f"{report['bound']:g}" if report["bound"] is not None else f"PSNR of at least {report['min_psnr']:g} dB"
    facts = {
        "Largest difference from the model in memory": f"{report['largest']:.2g}",
        **{f"at batch size {batch}": f"{value:.2g}" for batch, value in report["differences"].items()},
        "Bound": bound,
        "PSNR": f"{report['psnr']:.1f} dB" if np.isfinite(report["psnr"]) else "nothing differs",
        **_distances(report.get("distances", {})),
        "Checked": {"memory": "by the bare runtime", "process": "in a process without keras_gan"}[report["verify"]],
    }
    return _list(facts)


def _distances(distances):
    return {
        f"{name} of its images from the model's": f"{of_export:.3g}; the model's own from other latents get {floor:.3g}"
        for name, (of_export, floor) in distances.items()
    }


def _version(path):
    return {"Version": path.name} if path.name.isdecimal() else {}


def _size(written):
    files = [written] if written.is_file() else [file for file in written.rglob("*") if file.is_file()]
    return f"{sum(file.stat().st_size for file in files):,} bytes"


def _versions(packages):
    found = {"keras_gan": __version__, "python": platform.python_version()}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:  # such as tensorflow-cpu in place of tensorflow
            continue
    return ", ".join(f"{name} {version}" for name, version in found.items())


def _table(head, rows):
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows))


def _list(facts):
    return "\n".join(f"- {word}: {fact}" for word, fact in facts.items())


def _said(prior):
    """`Normal(64)`, `InfoCodes(noise_dim=52, categories=[10], num_continuous=2)`: the prior as it is made."""
    config = prior.get_config()
    said = [str(prior.dim)] if len(config) == 1 else [f"{name}={value}" for name, value in config.items()]
    return f"{type(prior).__name__}({', '.join(said)})"
