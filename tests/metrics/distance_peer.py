"""Run by test_distance_peers.py in a process of its own: PyTorch and TensorFlow cannot be loaded in the same one.

Usage: distance_peer.py folder. Reads rows.npz and cases.json there, and writes what torch-fidelity makes of them
(answers.json).
"""

import json
import pathlib
import sys

import numpy as np
import torch
from torch_fidelity import metric_fid, metric_isc, metric_kid


def fid(num_real, num_fake):
    sides = torch.tensor(ROWS["real"][:num_real]), torch.tensor(ROWS["fake"][:num_fake])
    statistics = [metric_fid.fid_features_to_statistics(rows) for rows in sides]
    return metric_fid.fid_statistics_to_metric(*statistics, False)[metric_fid.KEY_METRIC_FID]


def kid(kind, **arguments):
    sides = [torch.tensor(ROWS[side].astype(kind)) for side in ("real", "fake")]
    return metric_kid.kid_features_to_metric(*sides, verbose=False, **arguments)[metric_kid.KEY_METRIC_KID_MEAN]


def inception_score(rows, splits, shuffle):
    scores = metric_isc.isc_features_to_metric(torch.tensor(ROWS[rows]), splits, shuffle=shuffle)
    return scores[metric_isc.KEY_METRIC_ISC_MEAN], scores[metric_isc.KEY_METRIC_ISC_STD]


FUNCTIONS = {"fid": fid, "kid": kid, "inception_score": inception_score}
folder = pathlib.Path(sys.argv[1])
ROWS = np.load(folder / "rows.npz")
cases = json.loads((folder / "cases.json").read_text())
answers = {name: FUNCTIONS[function](**arguments) for name, (function, arguments) in cases.items()}
(folder / "answers.json").write_text(json.dumps(answers))
