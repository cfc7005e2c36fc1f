"""One host's part of a training: `train_on_host.py FOLDER`; `TF_CONFIG` says whether there are others.

At step `TERMINATE_AT`, if that is set, this host gets a SIGTERM.
"""

import os
import pathlib
import signal
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

from keras_gan import data, networks
from keras_gan.callbacks import Resume, RunManifest, SampleGrid
from keras_gan.models.wgan_gp import WGANGP


def main(folder):
    several = "TF_CONFIG" in os.environ
    strategy = tf.distribute.MultiWorkerMirroredStrategy() if several else tf.distribute.get_strategy()
    keras.utils.set_random_seed(0)
    with strategy.scope():
        generator = networks.dcgan.generator((8, 8, 1), 4, filters=4)
        model = WGANGP(generator, networks.dcgan.discriminator((8, 8, 1), filters=4, normalization=None), n_critic=2)
        model.compile(steps_per_execution=2)
    folder = pathlib.Path(folder)
    shared = folder / "run"
    callbacks = [RunManifest(shared), Resume(shared / "checkpoints", interval=2), SampleGrid(shared / "samples", 4)]
    minibatches = data.load("digits", batch_size=32, seed=1)

    def terminate(batch, logs):
        if model.steps_done == int(os.environ.get("TERMINATE_AT", "-1")):
            os.kill(os.getpid(), signal.SIGTERM)

    callbacks.insert(0, keras.callbacks.LambdaCallback(on_train_batch_end=terminate))
    history = model.fit(minibatches, epochs=2, steps_per_epoch=5, callbacks=callbacks, verbose=0).history
    np.savez(folder / f"host-{os.getpid()}.npz", *model.get_weights(), *[np.array(v) for v in history.values()])


if __name__ == "__main__":
    main(sys.argv[1])
