"""Tables that are built over several sittings: each finished run is one JSON line of a file, and is not run again."""

import json
import pathlib

import numpy as np


class Runs:
    """The finished runs of a table.

    Args:
        filepath: of the JSON lines; made with the first run that ends.
        key: names of the fields that tell one run from another.
    """

    def __init__(self, filepath, *key):
        self.filepath, self.key = pathlib.Path(filepath), key
        lines = self.filepath.read_text().splitlines() if self.filepath.exists() else []
        self.records = [json.loads(line) for line in lines]

    def has(self, *values):
        """Whether the run with these values of the key is done."""
        return any(tuple(record[name] for name in self.key) == values for record in self.records)

    def add(self, record):
        """Keeps a run that has ended."""
        self.filepath.parent.mkdir(parents=True, exist_ok=True)
        with self.filepath.open("a") as file:
            file.write(json.dumps(record) + "\n")
        self.records.append(record)

    def where(self, **values):
        """The runs with these values, in the order of their seeds."""
        found = [record for record in self.records if all(record[name] == value for name, value in values.items())]
        return sorted(found, key=lambda record: record.get("seed", 0))


def mean_and_error(values, decimals):
    """`"7.80 ± .10"`: the mean of runs and its standard error, which a single run does not have."""
    values = np.asarray(values, "float64")
    error = f" ± {values.std(ddof=1) / np.sqrt(len(values)):.{decimals}f}" if len(values) > 1 else ""
    return f"{values.mean():.{decimals}f}{error}"
