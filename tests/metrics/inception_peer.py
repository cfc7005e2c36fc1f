"""Run by test_inception_peer.py in a process of its own: PyTorch and TensorFlow cannot be loaded in the same one.

Usage: inception_peer.py folder. Reads state.npz and images.npz there, writes the state dict in both formats of
PyTorch (zip.pth, old.pth), and what torch-fidelity makes of the images (answers.npz).
"""

import pathlib
import sys

import numpy as np
import torch
from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

folder = pathlib.Path(sys.argv[1])
state = {name: torch.tensor(array) for name, array in np.load(folder / "state.npz").items()}
torch.save(state, folder / "zip.pth")
torch.save(state, folder / "old.pth", _use_new_zipfile_serialization=False)
network = FeatureExtractorInceptionV3("peer", ["2048", "logits_unbiased"], str(folder / "zip.pth"))
answers = {}
for name, images in np.load(folder / "images.npz").items():
    features, logits = network(torch.tensor(images.transpose(0, 3, 1, 2)))
    answers[f"{name}.features"] = features.numpy()
    answers[f"{name}.probabilities"] = torch.softmax(logits, 1).numpy()
np.savez(folder / "answers.npz", **answers)
