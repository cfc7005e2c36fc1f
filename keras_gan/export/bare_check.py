"""Runs an export where there is no keras_gan: `python -I bare_check.py EXPORT INPUTS.npz OUTPUTS.npz`.

Arrays of both files are called `<number>/<signature>/<name>`: one number for each call.
"""

import os
import pathlib
import runpy
import sys

import numpy as np


def main(export, inputs, outputs):
    """Loads the export, makes every call, keeps what it gives."""
    functions = runpy.run_path(str(pathlib.Path(__file__).with_name("runtimes.py")))["load"](export)
    calls = {}
    for key, value in np.load(inputs).items():
        call, _, name = key.rpartition("/")
        calls.setdefault(call, {})[name] = value
    made = {call: functions[call.partition("/")[2]](**arguments) for call, arguments in calls.items()}
    np.savez(outputs, **{f"{call}/{name}": value for call, results in made.items() for name, value in results.items()})


if __name__ == "__main__":
    sys.modules["keras_gan"] = None  # whoever imports it now gets an ImportError
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main(*sys.argv[1:])
