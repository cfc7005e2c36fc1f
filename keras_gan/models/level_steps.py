"""Optimisers of networks that grow: they count their steps anew with each level, and their schedules go on."""

import keras


@keras.saving.register_keras_serializable(package="keras_gan")
class OverLevels(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate schedule over all steps of a run, for an optimiser that counts those of a level.

    Args:
        schedule: `keras.optimizers.schedules.LearningRateSchedule`, of the whole run.
    """

    def __init__(self, schedule):
        self.schedule, self.before = schedule, None

    def follow(self, optimizer):
        """Keeps the number of the steps before this level among the optimiser's variables: saved and loaded."""
        how = {"dtype": "int64", "aggregation": "only_first_replica", "name": "before"}
        self.before = optimizer.add_variable((), **how)
        optimizer.learning_rate = self

    def __call__(self, step):
        return self.schedule(step if self.before is None else self.before + step)

    def get_config(self):
        return {"schedule": keras.saving.serialize_keras_object(self.schedule)}

    @classmethod
    def from_config(cls, config):
        return cls(keras.saving.deserialize_keras_object(config["schedule"]))


def prepare(optimizer):
    """Lets an optimiser's schedule, if it has one, go on when its steps are counted anew."""
    rate = optimizer._learning_rate  # the public one is its present value
    if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        rate = rate if isinstance(rate, OverLevels) else OverLevels(rate)
        if rate.before is None:
            rate.follow(optimizer)


def count_anew(optimizer):
    """Counts the steps from 0. Adam would else take the empty moments of a new level for settled ones, and move its
    weights by up to (1 - β₁) / √(1 - β₂) times the learning rate."""
    count = optimizer._iterations  # of accumulated gradients the public one is a quotient
    left = count.value % (optimizer.gradient_accumulation_steps or 1)  # amid an accumulation, which goes on
    if isinstance(optimizer._learning_rate, OverLevels):
        optimizer._learning_rate.before.assign_add(count.value - left)
    count.assign(left)
