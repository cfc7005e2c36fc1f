"""What a newcomer's first command makes."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

import keras_gan
from keras_gan import data
from keras_gan.cli.main import main


@pytest.mark.slow
def test_the_default_run_makes_readable_digits_of_every_class(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["train"]) == 0
    images, labels = next(iter(data.load("digits", image_size=16, batch_size=1797, split="all", labels=True)))
    reader = KNeighborsClassifier(5).fit(images.numpy().reshape(len(images), -1), labels.numpy())
    samples = keras_gan.load("runs/dcgan-digits-0").sample(1000, seed=1)
    votes = reader.predict_proba(samples.reshape(1000, -1))
    assert votes.max(axis=1).mean() >= 0.9
    assert np.bincount(votes.argmax(axis=1), minlength=10).min() >= 30
