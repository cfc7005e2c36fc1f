"""The loops over training and evaluation steps, in place of Keras' own.

A plain loop whose logs are read once after it: Keras' own reads them in every step, and does not run under a strategy
with steps_per_execution > 1. A resumed epoch passes by the steps that are done, and a value that is not finite stops
training before any callback sees it.
"""

import numpy as np
import tensorflow as tf

from keras_gan.models import feeding


def train_function(model):
    """What `fit` calls with its iterator: `steps_per_execution` steps, or the fewer that are left of the epoch.

    Returns:
        callable, iterator → {name: float}, the epoch's means so far.
    """
    traced = {}  # what was traced for each phase of the model

    def run_steps(iterator, count):
        while count:
            phase, steps = model.phase()
            if phase not in traced:
                traced[phase] = _step_runner(model)
            steps = min(count, steps)
            traced[phase](iterator, steps)
            count -= steps

    def execute(iterator):
        if not model.pass_by_done_steps():
            left = model.steps_per_epoch - model.position[1]
            run_steps(iterator, min(model.steps_per_execution, left))
        try:
            return finite(model, model.means.read())
        except FloatingPointError as error:
            if not model.is_rescued(error):
                raise
            return model.means.read()

    return execute


def _step_runner(model):
    """callable (iterator, count) that runs `count` training steps, as `compile` said."""
    train_step = model.train_step
    if model.jit_compile:
        train_step = tf.function(train_step, jit_compile=True, reduce_retracing=True, autograph=False)

    def one_step(iterator):
        data = next(iterator)
        # Without this the counters would move once more when the data run out.
        with tf.control_dependencies([x for x in tf.nest.flatten(data) if isinstance(x, tf.Tensor)]):
            model.distribute_strategy.run(train_step, args=(data,))

    if model.run_eagerly:
        return lambda iterator, count: [one_step(iterator) for _ in range(count)]
    if model.steps_per_execution == 1:
        single = tf.function(one_step, reduce_retracing=True, autograph=False)
        return lambda iterator, count: single(iterator)

    @tf.function(reduce_retracing=True, autograph=False)
    def several(iterator, count):
        def body(done):
            one_step(iterator)
            return done + 1

        # one at a time: steps that overlap would read each other's weights
        tf.while_loop(lambda done: done < count, body, [tf.constant(0)], parallel_iterations=1)

    return lambda iterator, count: several(iterator, tf.constant(count))


def evaluate(model, source, steps):
    """Feeds `steps` minibatches of a source to the model's `test_step`.

    Returns:
        {name: float}: what `test_step` tells, and the result of every metric, read once.
    """
    if model.test_function is None:
        model.test_function = _test_function(model)
    for metric in (model.test_means, *model.run_metrics):
        metric.reset_state()
    stream = feeding.over_replicas(source.at(0).take(steps), model.distribute_strategy)
    for index, data in zip(range(steps), stream, strict=False):
        model.test_function(data, tf.constant(index, tf.int64))
    scores = model.test_means.read()
    for metric in model.run_metrics:
        result = metric.result()
        scores |= result if isinstance(result, dict) else {metric.name: result}
    return {name: float(value) for name, value in scores.items()}


def _test_function(model):
    def run(data, index):
        model.distribute_strategy.run(model.test_step, args=(data, index))

    return run if model.run_eagerly else tf.function(run, reduce_retracing=True, autograph=False)


def finite(model, logs):
    """The logs, if every value of them is finite; else training stops, before any callback sees them."""
    wrong = [name for name, value in logs.items() if not np.isfinite(value)]
    if wrong:
        raise FloatingPointError(
            f"{type(model).__name__}: {', '.join(wrong)} became {logs[wrong[0]]} at epoch {model.epochs_done + 1}, "
            f"step {model.steps_done}; training stopped before anything was overwritten. Lower the learning rate, "
            "add a penalty (R1), or resume from the last checkpoint with another seed."
        )
    return logs
