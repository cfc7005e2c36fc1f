"""Sections of `metrics.py`: neighbours against the libraries that count them, and Parzen windows against the papers."""

import json
import statistics
import subprocess
import sys
import time

import numpy as np
from rich.table import Table

from keras_gan import data
from keras_gan.metrics import parzen as windows

NUM_IMAGES, NUM_FEATURES = 10_000, 512
CALLS = {  # what each contender does with float32 `real` and `fake`, after its import
    "keras_gan": ("from keras_gan.metrics.neighbours import prdc", "prdc(real, fake, k=5)"),
    "prdc": ("from prdc import compute_prdc", "compute_prdc(real, fake, nearest_k=5)"),
    "prdc in float64": (
        "from prdc import compute_prdc",
        "compute_prdc(real.astype('d'), fake.astype('d'), nearest_k=5)",
    ),
    "torch-fidelity": (
        "import torch; from torch_fidelity.metric_prc import prc_features_to_metric",
        "prc_features_to_metric(torch.tensor(fake), torch.tensor(real), prc_neighborhood=5, prc_batch_size=10_000, "
        "save_cpu_ram=True, verbose=False)",
    ),
}
CHILD = """
import json, pathlib, re, time
import numpy as np
{imports}

held = lambda word: int(re.search(word + r":\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024
random = np.random.default_rng(0)
real, fake = (scale * random.normal(size=({n}, {d})).astype("float32") for scale in (1.0, 0.97))
before, begun = held("VmRSS"), time.perf_counter()
scores = {call}
seconds = time.perf_counter() - begun
print(json.dumps(dict(scores={{k: float(v) for k, v in scores.items()}}, seconds=seconds, mb=held("VmHWM") - before)))
"""
PUBLISHED = {"the first training images": "243", "train": "243", "k-means": "313"}  # Theis et al., 2016, table 1


def neighbours(rounds: int = 3) -> list[Table]:
    """The four scores, seconds and peak memory of each contender, in processes of their own that take turns."""
    runs = {name: [] for name in CALLS}
    for _ in range(rounds):
        for name, (imports, call) in CALLS.items():
            code = CHILD.format(imports=imports, call=call, n=NUM_IMAGES, d=NUM_FEATURES)
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            runs[name].append(json.loads(done.stdout.splitlines()[-1]))
    words = ("precision", "recall", "density", "coverage")
    table = Table("", *words, "seconds", "peak MB", title=f"{NUM_IMAGES} x {NUM_FEATURES} on either side, k = 5")
    for name, found in runs.items():
        scores = [f"{found[0]['scores'][word]:.6f}" if word in found[0]["scores"] else "" for word in words]
        seconds, peak = (statistics.median(run[key] for run in found) for key in ("seconds", "mb"))
        table.add_row(name, *scores, f"{seconds:.1f}", f"{peak:.0f}")
    return [table]


def parzen(num_samples: int = 10_000) -> list[Table]:
    """Real MNIST images and k-means centroids in the protocol of the first GAN paper, which takes 10,000 samples."""
    train, test = (_whole("mnist", split) for split in ("train", "test"))
    begun = time.perf_counter()
    found = {"the first training images": windows.parzen_log_likelihood(train[:num_samples], train[50_000:], test)}
    middle = time.perf_counter()
    found |= windows.parzen_references(train[:50_000], train[50_000:], test, num_samples=num_samples)
    title = f"Parzen-window log-likelihood, MNIST: {num_samples} samples; published with 10,000"
    table = Table("samples", "nats", "sigma", "published", title=title)
    for name, score in found.items():
        table.add_row(name, f"{score.mean:.1f} ± {score.standard_error:.1f}", f"{score.sigma:.3f}", PUBLISHED[name])
    table.add_row("GAN of the paper", "", "", "225 ± 2")
    table.caption = f"one score: {middle - begun:.0f} s; both references: {time.perf_counter() - middle:.0f} s"
    return [table]


def _whole(name, split):
    return np.concatenate([b.numpy() for b in data.load(name, split=split, batch_size=1000, shuffle=False)])
