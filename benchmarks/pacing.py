"""Contenders that train in turns: blocks of steps, interleaved, so that all meet the same weather."""

import platform
import re
import threading
import time
from importlib import metadata
from pathlib import Path

import numpy as np


class Contender:
    """A training loop in a thread of its own, which advances only while it is its turn.

    So a real `fit`, its callbacks and its progress included, can be timed block by block beside others.

    Args:
        name: str.
        train: callable `train(tick)` that trains until `tick(steps)`, to be called after every execution of `steps`
            training steps, returns `False`.
    """

    def __init__(self, name, train):
        self.name, self.seconds = name, []
        self._train, self._error = train, None
        self._turn, self._rest = threading.Semaphore(0), threading.Semaphore(0)
        self._left, self._is_over = 0, False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def block(self, steps):
        """Seconds that the next `steps` training steps take."""
        self._left = steps
        start = time.perf_counter()
        self._turn.release()
        self._rest.acquire()
        if self._error:
            raise self._error
        return time.perf_counter() - start

    def stop(self):
        """Ends the loop, in the middle of its epoch."""
        self._is_over = True
        self._turn.release()
        self._thread.join()

    def _run(self):
        self._turn.acquire()
        try:
            self._train(self._tick)
        except Exception as error:  # told to the thread that waits
            self._error = error
        self._rest.release()

    def _tick(self, steps):
        self._left -= steps
        if self._left > 0:
            return True
        self._rest.release()
        self._turn.acquire()
        return not self._is_over


def interleave(contenders, rounds, steps, warm_up):
    """Times `rounds` blocks of `steps` steps of every contender, the order rotated from round to round."""
    for contender in contenders:
        contender.block(warm_up)
    for number in range(rounds):
        first = number % len(contenders)
        for contender in contenders[first:] + contenders[:first]:
            contender.seconds.append(contender.block(steps) / steps)
    for contender in contenders:
        contender.stop()


def ratio(numerator, denominator, seed, resamples=2000):
    """Median of the ratios of paired blocks, and its 90 % interval by bootstrap over the pairs."""
    ratios = np.asarray(numerator) / np.asarray(denominator)
    chosen = np.random.default_rng(seed).integers(len(ratios), size=(resamples, len(ratios)))
    low, high = np.quantile(np.median(ratios[chosen], axis=1), [0.05, 0.95])
    return {"median": float(np.median(ratios)), "low": float(low), "high": float(high)}


def resident_megabytes():
    """Memory that this process holds, in MB."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def processor():
    """Model name of the CPU, its number of cores, and which of the bfloat16 instructions it has."""
    text = Path("/proc/cpuinfo").read_text()
    flags = set(re.search(r"flags\s*:(.*)", text)[1].split())
    return {
        "model": re.search(r"model name\s*:\s*(.*)", text)[1],
        "cores": text.count("model name"),
        "bfloat16": sorted(flags & {"avx512_bf16", "amx_bf16", "amx_tile"}),
        "vectors": sorted(flags & {"avx2", "avx512f"}),
    }


def versions(*packages):
    """`{package: version}` of what is installed, Python first."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = None
    return found
