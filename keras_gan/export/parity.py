"""Is what was exported what was trained? Each export is loaded again by its bare runtime and held against the model."""

import io
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import tensorflow as tf
from PIL import Image

from keras_gan import pixels
from keras_gan.export import runtimes

BATCHES = (1, 3, 64)  # images of a call
VERIFY = ("memory", "process")
MIN_PSNR = 30.0  # dB, of an export whose numbers have 8 bits

_BARE_CHECK = pathlib.Path(__file__).with_name("bare_check.py")
_DEFAULT = "serving_default"
_SEED = 7
_COMPARED = 512  # images on each side of the kernel distance


def check(generator, path, format_module, *, quantize=None, min_psnr=MIN_PSNR, verify="memory") -> dict:
    """Compares an export with the generator in memory.

    Args:
        generator: `keras_gan.export.generator.Generator`.
        path: the export.
        format_module: module of its format, for signatures and bounds.
        quantize: word the export was quantised by, or `None`.
        min_psnr: float, dB, bound of what has no other: images in [-1, 1] of 8-bit networks. Defaults to `30.0`.
        verify: `"memory"`: the runtime runs in this process; `"process"`: in one of its own, which cannot import
            keras_gan.

    Returns:
        dict: `differences` {batch size: largest difference of any number, in [-1, 1]; of points beyond that range,
        relative to the largest coordinate}, `largest` of them, `bound` (`None` for 8 bits), `psnr` in dB (`inf` where
        nothing differs), `min_psnr`, `verify`, and for quantised ones `distances` {score name: (of the export's images
        from the model's, of the model's own from other latents)}.

    Raises:
        RuntimeError: the export is over its bound, or its runtime fails.
    """
    with tf.device("CPU:0"):  # the other runtimes know no GPU, whose convolutions may be of less than float32
        cases = _cases(generator, _asked(generator, format_module))
        given = [(signature, inputs) for _, signature, inputs, _ in cases]
        made = (run_apart if verify == "process" else run_here)(path, given)
    report = _compared(cases, made) | {"bound": format_module.BOUNDS[quantize], "min_psnr": None, "verify": verify}
    if report["bound"] is None:
        report["min_psnr"] = min_psnr
    _judge(report, quantize)
    if quantize is not None:
        report["distances"] = _distances(generator, path)
    return report


# --- running it --------------------------------------------------------------------------------------------------


def run_here(path, calls) -> list[dict]:
    """What the export gives for a list of (signature, {input: array}), by its runtime in this process."""
    try:
        functions = runtimes.load(path)
        return [functions[signature](**inputs) for signature, inputs in calls]
    except ImportError:  # no runtime: the message says how to get it
        raise
    except Exception as error:  # each runtime has its own kinds
        said = f"{type(error).__name__}: {error}"
        raise RuntimeError(f"export: its runtime fails; nothing was written:\n{said}") from error


def run_apart(path, calls) -> list[dict]:
    """As `run_here`, in a process in which keras_gan cannot be imported."""
    with tempfile.TemporaryDirectory() as folder:
        inputs, outputs = pathlib.Path(folder) / "inputs.npz", pathlib.Path(folder) / "outputs.npz"
        named = {f"{i}/{signature}": arguments for i, (signature, arguments) in enumerate(calls)}
        np.savez(inputs, **{f"{call}/{name}": value for call in named for name, value in named[call].items()})
        command = [sys.executable, "-I", str(_BARE_CHECK), str(path), str(inputs), str(outputs)]
        environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if done.returncode != 0:
            said = done.stderr[-2000:]
            raise RuntimeError(f"export: it does not run in a process without keras_gan; nothing was written:\n{said}")
        made = dict(np.load(outputs).items())
    return [{key.rpartition("/")[2]: made[key] for key in made if key.rpartition("/")[0] == call} for call in named]


# --- what is expected --------------------------------------------------------------------------------------------


def _asked(generator, format_module):
    """Names of all signatures; a SavedModel has one more, for those who name none."""
    return [*format_module.signatures(generator), *([] if format_module.SUFFIX else [_DEFAULT])]


def _cases(generator, signatures):
    """(batch size, signature, inputs, expected outputs) of every call."""
    return [(batch, signature, *_case(generator, signature, batch)) for batch in BATCHES for signature in signatures]


def _case(generator, signature, batch):
    given = generator.draw(batch, _SEED)
    served = {name: values.numpy() for name, values in generator.serve(*map(tf.constant, given.values())).items()}
    if signature in ("serve", _DEFAULT):
        return given, served
    if signature == "serve_png":
        return given, {"png_bytes": served["images"]}
    asked = {"num_images": np.int32(batch), "seed": np.int64(_SEED)}
    labels = {name: values for name, values in given.items() if name == "labels"}
    drawn = generator.sample(**{name: tf.constant(value) for name, value in (asked | labels).items()})
    return asked | labels, {name: values.numpy() for name, values in drawn.items()}


# --- how far apart -----------------------------------------------------------------------------------------------


def _compared(cases, made):
    differences, errors, peak = dict.fromkeys(BATCHES, 0.0), [], 2.0
    for (batch, signature, _, expected), outputs in zip(cases, made, strict=True):
        for name, values in expected.items():
            if name not in outputs:
                given = ", ".join(outputs) or "nothing"
                raise RuntimeError(f"export: '{signature}' gives {given}, and no {name}; nothing was written.")
            got = outputs[name]
            difference = largest_difference(values, got) if name != "png_bytes" else _difference_of_png(values, got)
            differences[batch] = max(differences[batch], difference)
        if signature == "serve":
            errors.append(np.square(outputs["images"].astype("float64") - expected["images"]).ravel())
            peak = max(peak, float(np.ptp(expected["images"])))
    error = float(np.mean(np.concatenate(errors)))
    psnr = float("inf") if error == 0 else float(10 * np.log10(peak**2 / error))
    return {"differences": differences, "largest": max(differences.values()), "psnr": psnr}


def largest_difference(expected, got):
    """The largest one; infinite for another shape or NaN."""
    if got.shape != expected.shape or got.dtype != expected.dtype:
        return float("inf")
    difference = float(np.abs(got - expected).max() / max(1.0, np.abs(expected).max()))
    return difference if np.isfinite(difference) else float("inf")


def _difference_of_png(images, png):
    """By how much pixels leave the grey level they are rounded to; one level up or down may be a rounding."""
    pictures = np.stack([np.asarray(Image.open(io.BytesIO(data))) for data in png.tolist()])
    levels = pixels.to_uint8(images).astype(int)
    off = np.abs(pictures.reshape(levels.shape) - levels).max()
    return 0.0 if off <= 1 else float(off / 127.5)


def _judge(report, quantize):
    if report["bound"] is not None and not report["largest"] <= report["bound"]:
        raise RuntimeError(
            f"export: numbers differ from the model's by {report['largest']:.2g}, more than {report['bound']}; "
            "nothing was written."
        )
    if report["min_psnr"] is not None and not report["psnr"] >= report["min_psnr"]:
        raise RuntimeError(
            f"export: quantize={quantize!r} leaves a PSNR of {report['psnr']:.1f} dB to the model's images, less than "
            f"{report['min_psnr']} dB; nothing was written. Use quantize='float16', or min_psnr= to allow it."
        )


def _distances(generator, path):
    """{score name: (squared kernel distance of the export's images from the model's, of the model's own)}."""
    from keras_gan import metrics

    def of_model(inputs):
        return generator.serve(*map(tf.constant, inputs.values()))["images"].numpy()

    serve = runtimes.load(path)["serve"]
    first, second = (_in_parts(generator.draw(_COMPARED, seed)) for seed in (1, 2))
    model, other = ([of_model(inputs) for inputs in parts] for parts in (first, second))
    export = [serve(**inputs)["images"] for inputs in second]
    distances = [metrics.KernelDistance("pixels" if model[0].ndim == 4 else "points") for _ in range(2)]
    for distance, generated in zip(distances, (export, other), strict=True):
        for real, fake in zip(model, generated, strict=True):
            distance.update_state(real, fake)
    of_export, floor = (distance.result() for distance in distances)
    return {name: (float(of_export[name]), float(floor[name])) for name in of_export}


def _in_parts(inputs, size=64):
    return [
        {name: values[first : first + size] for name, values in inputs.items()} for first in range(0, _COMPARED, size)
    ]
