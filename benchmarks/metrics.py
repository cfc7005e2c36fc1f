"""What the metrics agree with, and what they cost, beside the libraries that compute the same.

    python benchmarks/metrics.py                          # every section
    python benchmarks/metrics.py --quick                  # smaller ones, in about a minute
    python benchmarks/metrics.py frechet_speed memory     # some sections

A section is a function that returns tables; it stands in `SECTIONS` with the arguments of its quick run.
"""

import argparse
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import metrics_sections_distances as distances
import metrics_sections_neighbours as neighbours
import metrics_sections_pairs as pairs
from pacing import processor, versions
from rich.console import Console

SECTIONS = {
    distances.agreement: {"number": 600, "num_features": 64},
    distances.frechet_speed: {"rounds": 1, "num_features": 512},
    distances.memory: {"num_images": 5000},
    neighbours.neighbours: {"rounds": 1},
    neighbours.parzen: {"num_samples": 1000},
    pairs.image_pairs: {"rounds": 1},
    pairs.real_images: {"num_images": 500, "num_pairs": 500},
}
PACKAGES = ("numpy", "scipy", "tensorflow", "keras", "keras-gan", "torch", "torch-fidelity", "prdc", "scikit-image")


def main():
    names = {function.__name__: function for function in SECTIONS}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", metavar="section", help=f"of {', '.join(names)}; all by default")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.sections) - set(names):
        parser.error(f"unknown sections {', '.join(sorted(unknown))}; known: {', '.join(names)}")
    console = Console(width=120)
    for name in options.sections or names:
        begun = time.perf_counter()
        for table in names[name](**(SECTIONS[names[name]] if options.quick else {})):
            console.print(table)
        console.print(f"{name}: {time.perf_counter() - begun:.0f} s\n")
    console.print(f"{processor()}\n{versions(*PACKAGES)}")


if __name__ == "__main__":
    main()
