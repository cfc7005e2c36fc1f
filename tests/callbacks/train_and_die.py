"""A training of its own process: `train_and_die.py FOLDER VARIANT DIE_AT [EPOCHS]`, for tests that kill it.

Trains `EPOCHS` (3) epochs of 5 steps with a checkpoint every 2 steps; after step `DIE_AT` it is killed by SIGKILL.
Writes `final.npz` with every weight of the model and of its optimisers where it lives to the end.
"""

import os
import pathlib
import signal
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

from keras_gan import data, losses, networks, penalties
from keras_gan.callbacks import Resume, RunManifest
from keras_gan.models.gan import GAN
from keras_gan.models.wgan_gp import WGANGP

tf.config.experimental.enable_op_determinism()
keras.utils.set_random_seed(0)


def players(normalization):
    generator = networks.dcgan.generator((8, 8, 1), 4, filters=4)
    return generator, networks.dcgan.discriminator((8, 8, 1), filters=4, normalization=normalization)


VARIANTS = {
    "lazy": lambda: GAN(*players("batch"), penalties=[penalties.Every(3, penalties.R1())], reuse_fakes=True),
    "wgan_gp": lambda: WGANGP(*players("layer"), n_critic=2, gradient_penalty=5.0),
    "other": lambda: WGANGP(*players("layer"), n_critic=2, gradient_penalty=7.0),
    "relativistic": lambda: GAN(*players(None), adversarial_loss=losses.RelativisticAverage()),
}


def main(folder, variant, die_at, epochs="3"):
    folder = pathlib.Path(folder)
    model = VARIANTS[variant]()
    schedule = keras.optimizers.schedules.CosineDecay(1e-3, 40)
    model.compile(keras.optimizers.Adam(schedule, beta_1=0.5), keras.optimizers.Adam(1e-3), steps_per_execution=2)
    minibatches = data.load("digits", batch_size=32, seed=1)

    def die(batch, logs):
        if model.steps_done >= int(die_at):
            os.kill(os.getpid(), signal.SIGKILL)

    callbacks = [RunManifest(folder), Resume(folder / "checkpoints", interval=2)]
    callbacks.append(keras.callbacks.LambdaCallback(on_train_batch_end=die))
    model.fit(minibatches, epochs=int(epochs), steps_per_epoch=5, callbacks=callbacks, verbose=0)
    weights = [*model.weights, *model.optimizer.variables, model.means.totals]
    np.savez(folder / "final.npz", *[np.asarray(weight) for weight in weights])


if __name__ == "__main__":
    main(*sys.argv[1:])
