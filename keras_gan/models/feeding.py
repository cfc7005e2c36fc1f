"""From what `fit` is given to what one training step eats."""

import itertools

import keras
import numpy as np
import tensorflow as tf

from keras_gan.data.batching import Minibatches, untuned


class ForeignDataset:
    """Any other source of minibatches, with the part of `Minibatches` that training needs.

    Its own shuffle draws anew at each pass, so that a resumed run does not see again what the interrupted one saw. A
    last, smaller minibatch of images, or of images and labels, is filled up from the next pass. One that holds more,
    such as labelled images and others, is left out: its tensors need not end together.

    Args:
        dataset: `tf.data.Dataset` of minibatches.
        num_minibatches: int, those of an epoch.
        first: a minibatch, to look at and for its size.
        is_endless: bool, epochs follow each other in one pass, as those of a data set that repeats or of a generator.
    """

    def __init__(self, dataset, num_minibatches, first, is_endless=False):
        self.dataset, self.first, self.is_endless = dataset, first, is_endless
        self._length, self._sizes = num_minibatches, _sizes(first).numpy().tolist()

    def __len__(self):
        return self._length

    def at(self, epoch, skip=0):
        """The whole minibatches of one pass from number `skip` on; `epoch` has no say in their order."""
        return self._whole(self.dataset).skip(skip)

    def stream(self, skip):
        """Minibatches for as long as training asks for them, from number `skip` on."""
        endless = self.dataset if self.is_endless else self.dataset.repeat()
        return self._whole(endless).skip(skip)

    def _whole(self, dataset):
        """Minibatches of the size of the first one."""
        size, *others = self._sizes
        if len(tf.nest.flatten(self.first)) == len(self._sizes) <= 2 and others in ([], [size]):
            return dataset.rebatch(size, drop_remainder=True)
        return dataset.filter(lambda *element: tf.reduce_all(_sizes(element) == self._sizes))


def _sizes(element):
    """int tensor: how many each tensor of a minibatch holds, but for scalars."""
    return tf.concat([tf.shape(tensor)[:1] for tensor in tf.nest.flatten(element)], axis=0)


def as_minibatches(x, y, batch_size, seed, steps, owner, shuffle=True):
    """What `fit` and `evaluate` take, as an object with `at(epoch, skip)` and a length in minibatches.

    Args:
        x: `Minibatches`, `tf.data.Dataset` of minibatches, array or nested tuple/dict of arrays, or a Python
            iterable of minibatches (`keras.utils.PyDataset` or generator).
        y: labels or targets that belong to arrays `x`, or `None`.
        batch_size: int or `None` (64, or all where they are fewer), for arrays only.
        seed: int, decides the order of arrays.
        steps: int or `None`, minibatches of an epoch, where the data do not say.
        owner: str, who asks, for errors.
        shuffle: bool, whether arrays are drawn in another order each epoch. Defaults to `True`.

    Raises:
        ValueError: nothing in it, or an endless data set without a number of steps.
    """
    if x is None:
        raise ValueError(f"{owner}: no data. Pass images, e.g. keras_gan.data.load('digits').")
    if isinstance(x, ForeignDataset):
        return x
    if isinstance(x, Minibatches):
        if batch_size not in (None, x.batch_size):
            return x.batched(batch_size)
        return x
    if isinstance(x, tf.data.Dataset):
        count, first = _count(x, steps, owner), next(iter(x), None)
        if first is None:
            raise ValueError(f"{owner}: the data set is empty; expected at least one minibatch.")
        return ForeignDataset(x, count, first, is_endless=int(x.cardinality()) == tf.data.INFINITE_CARDINALITY)
    if isinstance(x, (np.ndarray, tf.Tensor, tuple, list, dict)):
        elements = x if y is None else (x, y)
        arrays = tf.nest.map_structure(np.asarray, elements)
        batch_size = batch_size or max(1, min(64, len(tf.nest.flatten(arrays)[0])))
        return Minibatches(arrays, batch_size=batch_size, seed=seed, shuffle=shuffle)
    return _from_python(x, steps, owner)


def identity(source):
    """What tells these data and their order from others, as JSON; `None` for data that shuffle by themselves."""
    if not isinstance(source, Minibatches):
        return None
    order = {"batch_size": source.batch_size, "seed": source.seed, "shuffle": source.shuffle, "maps": source.maps}
    return {"fingerprint": source.fingerprint, "num_images": source.num_images} | order


def is_python_iterable(x):
    """Whether Python, not TensorFlow, makes the minibatches."""
    return x is not None and not isinstance(x, (Minibatches, tf.data.Dataset, np.ndarray, tf.Tensor, tuple, list, dict))


def first_minibatch(source, epoch):
    """The first minibatch of an epoch, without losing it."""
    return source.first if isinstance(source, ForeignDataset) else next(iter(source.at(epoch)))


def _from_python(iterable, steps, owner):
    is_endless = not isinstance(iterable, keras.utils.PyDataset)
    if not is_endless:
        steps, passes = steps or len(iterable), lambda: map(iterable.__getitem__, range(len(iterable)))
        first = next(passes(), None)
    elif steps is None:
        raise ValueError(f"{owner}: a Python generator does not know its length. Pass steps_per_epoch.")
    else:
        iterator = iter(iterable)
        first = next(iterator, None)
        rest = itertools.chain([first], iterator)
        passes = lambda: rest  # noqa: E731  every pass goes on where the last one ended
    if first is None:
        raise ValueError(f"{owner}: the data set is empty; expected at least one minibatch.")
    spec = tf.nest.map_structure(lambda array: tf.TensorSpec((None, *array.shape[1:]), array.dtype), first)
    dataset = tf.data.Dataset.from_generator(passes, output_signature=spec)
    return ForeignDataset(dataset, steps, first, is_endless)


def _count(dataset, steps, owner):
    """Minibatches of one pass; a data set that does not know is read through once, unless `steps` says."""
    known = int(dataset.cardinality())
    if known == tf.data.INFINITE_CARDINALITY:
        if steps is None:
            raise ValueError(f"{owner}: the data set repeats for ever. Pass steps_per_epoch, or remove its .repeat().")
        return steps
    if known == tf.data.UNKNOWN_CARDINALITY:
        return steps if steps is not None else int(dataset.reduce(np.int64(0), lambda count, _: count + 1))
    return known


def from_position(source, epoch, step, last_epoch, steps, n_critic, resumed):
    """All that is left to train on, as one stream of training steps.

    Args:
        source: what `as_minibatches` gave.
        epoch, step: where to begin: epoch, and training steps of it that are done.
        last_epoch: int, the epoch not to begin any more.
        steps: int, training steps of an epoch.
        n_critic: int, minibatches that a training step takes.
        resumed: bool, whether another process trained the epochs before: endless data pass by what it saw.

    Returns:
        `tf.data.Dataset`: minibatches, or for n_critic > 1 groups of them `(n_critic, batch, ...)`.
    """
    if isinstance(source, Minibatches):
        stream = source.at(epoch, step * n_critic).take((steps - step) * n_critic)
        others = tf.data.Dataset.range(epoch + 1, last_epoch).flat_map(lambda e: source.at(e).take(steps * n_critic))
        stream = stream.concatenate(others)
    else:
        done = epoch * steps + step if source.is_endless and resumed else step
        stream = source.stream(done * n_critic).take(((last_epoch - epoch) * steps - step) * n_critic)
    stream = stream.batch(n_critic, drop_remainder=True) if n_critic > 1 else stream
    # Of unknown length to Keras, which would count the steps that a resumed epoch skips against it.
    stream = tf.data.Dataset.range(1).flat_map(lambda _: stream)
    return untuned(stream) if isinstance(source, Minibatches) else stream


def over_replicas(stream, strategy, n_critic=1):
    """Cuts every minibatch of the stream into the shares of the replicas, in their order.

    Explicit cutting instead of automatic sharding: replica r of R takes the r-th part of each of the n_critic
    minibatches of a step, so that R replicas train on what one would have trained on.
    """
    replicas = strategy.num_replicas_in_sync
    if replicas == 1:
        return stream.prefetch(2)

    def pipeline(context):
        local = replicas // context.num_input_pipelines
        mine = slice(context.input_pipeline_id * local, (context.input_pipeline_id + 1) * local)

        def cut(*elements):
            elements = elements if isinstance(stream.element_spec, tuple) else elements[0]
            return tf.nest.map_structure(lambda tensor: _shares(tensor, replicas, grouped=n_critic > 1)[mine], elements)

        return stream.map(cut).unbatch().prefetch(2 * local)

    return strategy.distribute_datasets_from_function(pipeline)


def _shares(tensor, replicas, grouped):
    """`(batch, ...)` → `(replicas, share, ...)`, `(n_critic, batch, ...)` → `(replicas, n_critic, share, ...)`."""
    axis = 1 if grouped else 0
    lead, rest = tensor.shape[:axis], tensor.shape[axis + 1 :]
    cut = tf.reshape(tensor, (*lead, replicas, -1, *rest))
    return tf.transpose(cut, (1, 0, *range(2, len(cut.shape)))) if grouped else cut
