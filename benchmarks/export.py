"""What an export costs and how near it comes: sizes, distances, and one image by LiteRT beside the SavedModel.

    python benchmarks/export.py runs/dcgan-digits-0            # a run's folder, or a .keras file
    python benchmarks/export.py runs/dcgan-digits-0 --quick

Every runtime gets one thread. Calls are timed in blocks that alternate; a ratio is the median over pairs of blocks,
with the 90 % interval of its bootstrap.
"""

import argparse
import os
import pathlib
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from pacing import processor, ratio, versions
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import keras_gan
from keras_gan import export
from keras_gan.export import runtimes
from keras_gan.export.generator import Generator

EXPORTS = {  # name: (file, format, options)
    "SavedModel": ("saved_model", "tf_saved_model", {}),
    "LiteRT, batch 1": ("frozen.tflite", "litert", {"batch_size": 1}),
    "LiteRT, any batch": ("open.tflite", "litert", {}),
    "LiteRT float16": ("float16.tflite", "litert", {"quantize": "float16", "batch_size": 1}),
    "LiteRT dynamic": ("dynamic.tflite", "litert", {"quantize": "dynamic", "batch_size": 1}),
    "LiteRT int8": ("int8.tflite", "litert", {"quantize": "int8", "batch_size": 1}),
    "ONNX": ("graph.onnx", "onnx", {}),
    "Keras": ("generator.keras", "keras", {}),
}
PACKAGES = ("numpy", "tensorflow", "keras", "keras-gan", "ai-edge-litert", "onnxruntime", "tf2onnx")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", help="a run's folder, or a .keras file")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    model = keras_gan.load(options.run)
    console = Console(width=130)
    with tempfile.TemporaryDirectory() as folder:
        done = {
            name: export.write(model, pathlib.Path(folder) / file, format, min_psnr=0.0, **how)
            for name, (file, format, how) in EXPORTS.items()
        }
        console.print(nearness(done))
        inputs = Generator(model).draw(1, seed=0)
        console.print(speed(done, inputs, rounds=5 if options.quick else 40, calls=20 if options.quick else 100))
    console.print(f"{options.run}: {model.generator_ema.count_params():,} weights, {model.image_shape}")
    console.print(f"{processor()}\n{versions(*PACKAGES)}")


def nearness(done):
    """Sizes and distances of every export."""
    table = Table("export", "kB", "largest difference", "bound", "PSNR dB", "kernel distance (floor)")
    for name, exported in done.items():
        report = exported.report
        bound = "-" if report["bound"] is None else f"{report['bound']:g}"
        distances = [f"{key} {value:.2e} ({floor:.2e})" for key, (value, floor) in report.get("distances", {}).items()]
        figures = f"{_bytes(exported.path) / 1000:.0f}", f"{report['largest']:.2g}", bound, f"{report['psnr']:.1f}"
        table.add_row(name, *figures, *map(escape, distances))
    return table


def speed(done, inputs, rounds, calls):
    """Milliseconds of one image, and how many times those of the SavedModel's `serve`."""
    serves = {name: runtimes.load(exported.path, num_threads=1)["serve"] for name, exported in done.items()}
    seconds = {name: [] for name in serves}
    names = list(serves)
    for i in range(rounds + 1):
        for name in names[i % len(names) :] + names[: i % len(names)]:
            seconds[name].append(_block(serves[name], inputs, calls))
    seconds = {name: blocks[1:] for name, blocks in seconds.items()}  # the first one warms up
    table = Table("export", "ms for an image", "of the SavedModel's", "90 %", title="batch 1, one thread")
    for name, blocks in seconds.items():
        found = ratio(blocks, seconds["SavedModel"], seed=0)
        interval = f"{found['low']:.3f} to {found['high']:.3f}"
        table.add_row(name, f"{1000 * np.median(blocks):.3f}", f"{found['median']:.3f}", interval)
    return table


def _block(serve, inputs, calls):
    """Seconds of one call, over a block of them."""
    start = time.perf_counter()
    for _ in range(calls):
        serve(**inputs)
    return (time.perf_counter() - start) / calls


def _bytes(path):
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


if __name__ == "__main__":
    main()
