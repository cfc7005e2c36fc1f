"""Tables that are built over several sittings: each finished run is one JSON line of a file, and is not run again.

A line tells the versions that made it, not the settings in the script: who changes these begins a new file.
"""

import json
import pathlib

import numpy as np

from keras_gan.callbacks.run_manifest import versions


class Runs:
    """The finished runs of a table.

    Args:
        filepath: of the JSON lines; made with the first run that ends.
        key: names of the fields that tell one run from another.
        how: what all runs of this table have in common, `steps=5000`. It is kept with each, and runs that were made
            otherwise (a try of few steps in the same file) are not seen.
    """

    def __init__(self, filepath, *key, **how):
        self.filepath, self.key, self.how = pathlib.Path(filepath), key, how
        lines = self.filepath.read_text().splitlines() if self.filepath.exists() else []
        self.records = [record for record in map(json.loads, lines) if how.items() <= record.items()]

    def has(self, *values):
        """Whether the run with these values of the key is done."""
        return any(tuple(record[name] for name in self.key) == values for record in self.records)

    def add(self, record):
        """Keeps a run that has ended."""
        self.filepath.parent.mkdir(parents=True, exist_ok=True)
        self.records.append(record | self.how | {"versions": versions()})
        with self.filepath.open("a") as file:
            file.write(json.dumps(self.records[-1]) + "\n")
        brief = {name: value for name, value in self.records[-1].items() if not isinstance(value, (list, dict))}
        print(brief, flush=True)

    def where(self, seeds=None, **values):
        """The runs with these values, of all seeds or those given, in the order of their seeds."""
        found = [record for record in self.records if values.items() <= record.items()]
        found = [record for record in found if seeds is None or record["seed"] in seeds]
        return sorted(found, key=lambda record: record.get("seed", 0))


def checked(samples):
    """Samples, if they are finite; else the game is lost like one whose loss is not: FloatingPointError."""
    if not np.isfinite(samples).all():
        raise FloatingPointError("samples hold NaN or infinity")
    return samples


def check_steps(parser, steps, steps_per_epoch):
    """Ends the script where so many steps are no whole number of epochs."""
    if steps < 1 or steps % steps_per_epoch:
        parser.error(f"--steps {steps}: expected a multiple of {steps_per_epoch}.")


def mean_and_error(values, decimals):
    """`"7.80 ± .10"`: the mean of runs and its standard error, which a single run does not have."""
    values = np.asarray(values, "float64")
    error = f" ± {values.std(ddof=1) / np.sqrt(len(values)):.{decimals}f}" if len(values) > 1 else ""
    return f"{values.mean():.{decimals}f}{error}"


def first_to_last(text):
    """`"0-4"` → the numbers 0 to 4; `"3"` → 3 alone."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)
