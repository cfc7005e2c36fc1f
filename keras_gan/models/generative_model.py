"""The ground floor of every model: its position in training, its random numbers, its loop."""

import math
import warnings

import keras
import numpy as np
import tensorflow as tf

from keras_gan import random
from keras_gan.callbacks.resume import Resume
from keras_gan.callbacks.stability import Stability
from keras_gan.configured import Configured
from keras_gan.models import data_checks, feeding, loop
from keras_gan.models.bookkeeping import Bookkeeping
from keras_gan.models.sampling import Sampling


class GenerativeModel(Sampling, Configured, keras.Model):
    """What every generative model does alike: `fit` with a saved position, `evaluate`, `sample`, `export`.

    A subclass builds its networks in its constructor, sets `self.means` to the `Means` it logs, and says what one
    training step does. It may set `self.prior`, which gives it `sample`.

    Args:
        seed: int, decides every random number of the run, together with the saved step. Defaults to `0`.
        name: str or `None`, as in Keras.
    """

    n_critic = 1

    def __init__(self, *, seed: int = 0, name: str | None = None):
        super().__init__(name=name)
        self.seed = seed
        self.step = self._counter("step")  # training steps since the beginning
        self.epoch = self._counter("epoch")  # epochs that are done
        self.epoch_start = self._counter("epoch_start")  # the step with which the running epoch began
        self.built = True  # the networks are; Keras must not try to call the model on images
        self.run_metrics = ()
        self.steps_per_epoch, self._to_pass_by, self._means_so_far = None, 0, None
        self.data_identity = None  # what `fit` trains on, for the manifest and for `Resume`
        self._stability = None  # who may rescue a step that was not finite

    def _counter(self, name):
        how = {"initializer": "zeros", "aggregation": "only_first_replica"}
        return self.add_weight(shape=(), dtype="int64", trainable=False, name=name, **how)

    # --- position -----------------------------------------------------------------------------------------------

    @property
    def position(self):
        """(epochs done, training steps done of the running epoch): saved with the weights."""
        return self.epochs_done, self.steps_done - int(self.epoch_start.numpy())

    @property
    def epochs_done(self):
        """int: whole epochs since the beginning of the run."""
        return int(self.epoch.numpy())

    @property
    def steps_done(self):
        """int: training steps since the beginning of the run."""
        return int(self.step.numpy())

    def begin_epoch(self, epoch):
        """Moves to the beginning of an epoch; to stay where a checkpoint led, do not call it."""
        self.epoch.assign(epoch)
        self.epoch_start.assign(self.step)

    def go_back(self, filepath):
        """Loads saved weights but stays at its position: the steps to come see other data and draw other numbers.

        Args:
            filepath: a `.weights.h5` file of this model.
        """
        counters = self.step, self.epoch, self.epoch_start
        position = [int(counter.numpy()) for counter in counters]
        self.load_weights(filepath)
        for counter, value in zip(counters, position, strict=True):
            counter.assign(value)

    def numbers(self):
        """The random numbers of the running step, for all its draws: enter with `random.drawing_from`."""
        return random.Numbers(self.seed, tf.convert_to_tensor(self.step.value), "step")  # read once, for all draws

    # --- what a subclass says ------------------------------------------------------------------------------------

    @property
    def image_shape(self):
        """(height, width, channels) of its images, or (dim,) of its points."""
        raise NotImplementedError

    def read(self, data):
        """One minibatch as a dict: `images`, or `(images, labels)`, or a dict with these names."""
        if isinstance(data, dict):
            return dict(data)
        if isinstance(data, (tuple, list)):
            return dict(zip(("images", "labels"), data, strict=False))
        return {"images": data}

    def check_batch(self, batch):
        """Raises where the first minibatch (NumPy arrays) does not fit this model."""
        if "images" not in batch:
            held = sorted(batch)
            raise ValueError(f"{type(self).__name__}: the minibatch holds {held}; expected 'images' among them.")
        data_checks.check_images(type(self).__name__, batch["images"], self.image_shape)

    # --- training ------------------------------------------------------------------------------------------------

    @property
    def metrics(self):
        return [self.means]

    def get_metrics_result(self):
        return self.means.read()

    def fit(
        self,
        x=None,
        y=None,
        *,
        epochs: int = 1,
        batch_size: int | None = None,
        steps_per_epoch: int | None = None,
        callbacks=None,
        validation_data=None,
        validation_freq: int = 1,
        verbose="auto",
    ):
        """Trains for a number of epochs, from where it stands.

        Args:
            x: minibatches (`keras_gan.data.load(...)`, any `tf.data.Dataset` of minibatches), or arrays of images
                float32 in [-1, 1] `(n, height, width, channels)`, or points `(n, dim)`.
            y: labels `(n,)` that belong to arrays `x`, or `None`.
            epochs: int, passes over the data. With a `Resume` callback, counted from the beginning of the run.
            batch_size: int, images of a critic step, for arrays and `keras_gan.data`. Defaults to 64 for arrays.
            steps_per_epoch: int, generator steps of an epoch. Defaults to all: minibatches // n_critic.
            callbacks: list of `keras.callbacks.Callback`.
            validation_data: held-out data for `evaluate`, as `x`; logged as `val_<name>`.
            validation_freq: int, epochs from one evaluation to the next.
            verbose: 0, 1, 2 or "auto", as in Keras.

        Returns:
            `keras.callbacks.History` with the epoch means of every logged value.

        Raises:
            ValueError: the data do not fit the model; nothing has been trained or written then.
            FloatingPointError: a logged value is not finite; raised before any callback can overwrite anything.
        """
        self._assert_compile_called("fit")
        source = self._training_source(x, y, batch_size, steps_per_epoch)
        if validation_data is not None:
            validation_data = self._checked_source(validation_data, None, batch_size, None, shuffle=False)
        callbacks = list(callbacks or [])
        resume, stability = _first(callbacks, Resume), _first(callbacks, Stability)
        resumed = resume is not None and resume.restore(self)
        first_epoch, done = self._begin(resumed)
        last_epoch = first_epoch + epochs if resume is None else epochs
        if first_epoch >= last_epoch:
            return self._nothing_left()
        steps = self.steps_per_epoch
        stream = feeding.from_position(source, first_epoch, done, last_epoch, steps, self.n_critic, resumed)
        if stability is not None:
            stability.resume = resume
        self._stability = stability
        try:
            return super().fit(
                feeding.over_replicas(stream, self.distribute_strategy, self.n_critic),
                epochs=last_epoch,
                initial_epoch=first_epoch,
                steps_per_epoch=steps,
                callbacks=[Bookkeeping(validation_data, validation_freq), *callbacks],
                shuffle=False,
                verbose=verbose,
            )
        finally:  # Keras tells callbacks of no error
            self._stability = None
            if resume is not None:
                resume.give_back_signal()

    def _begin(self, resumed):
        """(epoch, steps done of it) to begin with: where the newest checkpoint stands, or at the next whole epoch."""
        epoch, done = self.position if resumed else (self.epochs_done, 0)
        if not resumed:
            self.begin_epoch(epoch)
        if resumed and self.data_identity is None:
            warnings.warn(
                f"{type(self).__name__}: if the data set shuffles by itself, the resumed epoch has another order.",
                stacklevel=3,
            )
        self._to_pass_by, self._means_so_far = done, np.asarray(self.means.totals)
        return epoch, done

    def pass_by_done_steps(self):
        """Whether the coming steps were done before an interruption: Keras counts them, nothing else happens."""
        if self._to_pass_by == 0:
            return False
        self.means.totals.assign(self._means_so_far)  # Keras has reset them for what it takes for a new epoch
        self._to_pass_by -= min(self.steps_per_execution, self._to_pass_by)
        return True

    def is_rescued(self, error):
        """Whether a `Stability` among the callbacks went back behind a value that is not finite."""
        return self._stability is not None and self._stability.rescue(error)

    def _nothing_left(self):
        print(f"{type(self).__name__}: all {self.epochs_done} epochs of this run are done; raise epochs to go on.")
        self.history = keras.callbacks.History()
        self.history.set_model(self)
        self.history.on_train_begin()
        return self.history

    def _training_source(self, x, y, batch_size, steps_per_epoch):
        """The minibatches that `fit` was given, checked, and their number."""
        owner = type(self).__name__
        if feeding.is_python_iterable(x) and self.n_critic > 1:
            raise ValueError(
                f"{owner}: a Python generator cannot be grouped for n_critic={self.n_critic} without reading ahead; "
                "pass arrays, keras_gan.data.load(...), or a tf.data.Dataset."
            )
        wanted = None if steps_per_epoch is None else steps_per_epoch * self.n_critic
        source = self._checked_source(x, y, batch_size, wanted)
        data_checks.check_number_of_steps(owner, len(source), self.n_critic, steps_per_epoch)
        self.steps_per_epoch = steps_per_epoch or len(source) // self.n_critic
        self.data_identity = feeding.identity(source)
        return source

    def _checked_source(self, x, y, batch_size, wanted, shuffle=True):
        """Minibatches, after a look at the first one."""
        owner = type(self).__name__
        source = feeding.as_minibatches(x, y, batch_size, self.seed, wanted, owner, shuffle)
        first = feeding.first_minibatch(source, self.epochs_done)
        batch = {name: np.asarray(value) for name, value in self.read(first).items()}
        self.check_batch(batch)
        replicas = self.distribute_strategy.num_replicas_in_sync
        data_checks.check_batch_size(owner, len(batch["images"]), replicas)
        return source

    def phase(self):
        """(key, steps): what the coming training steps compute, and for how many of them; each key is traced anew.

        A model whose computation changes with the step says so here, and makes itself ready for it.
        """
        return None, math.inf

    def make_train_function(self, force=False):
        if self.train_function is None or force:
            self.train_function = loop.train_function(self)
        return self.train_function

    # --- evaluation ----------------------------------------------------------------------------------------------

    def evaluate(self, x=None, y=None, *, batch_size: int | None = None, steps: int | None = None):
        """Feeds held-out images and samples to the metrics that `compile` was given.

        Args:
            x, y, batch_size: as in `fit`; arrays are taken in their order. Images that fill no minibatch are left out.
            steps: int or `None`, minibatches to look at. Defaults to all.

        Returns:
            `{name: float}`: the result of every metric and what `test_step` tells besides.
        """
        self._assert_compile_called("evaluate")
        source = self._checked_source(x, y, batch_size, steps, shuffle=False)
        return loop.evaluate(self, source, min(steps or len(source), len(source)))


def _first(callbacks, kind):
    """The first callback of a kind, or `None`."""
    return next((callback for callback in callbacks if isinstance(callback, kind)), None)
