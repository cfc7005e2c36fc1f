"""Optimisers whose steps can be differentiated: what Keras' own do, without their operations in place.

They run inside a `keras.StatelessScope`: there `variable.assign` writes into the scope, `variable.value` reads from it,
and when the scope is left every variable is what it was.
"""

import keras
from keras import ops

_SIDE_EFFECTS = ("amsgrad", "gradient_accumulation_steps", "ema_overwrite_frequency", "loss_scale_factor")


def check_optimizer(owner, optimizer):
    """Raises where an optimiser takes steps that `Steps` cannot."""
    known = ", ".join(kind.__name__ for kind in _RULES)
    repair = "Use keras.optimizers.Adam(1e-4, beta_1=0.5), or unroll_steps=0 for the plain game."
    if type(optimizer) not in _RULES:
        raise ValueError(
            f"{owner}: d_optimizer is {type(optimizer).__name__}, whose steps cannot be differentiated here; expected "
            f"one of {known}. {repair}"
        )
    used = [name for name in _SIDE_EFFECTS if getattr(optimizer, name, None)]
    if used:
        raise ValueError(f"{owner}: d_optimizer with {', '.join(used)} cannot be differentiated here. {repair}")


class Steps:
    """The steps of a Keras optimiser, to be taken inside a `keras.StatelessScope`; made outside it.

    Clipping, weight decay, the learning rate's schedule, slots and constraints are the optimiser's own.

    Args:
        optimizer: built `keras.optimizers.SGD`, `Adam` or `AdamW`.
        variables: list of Keras variables, all known to it.
    """

    def __init__(self, optimizer, variables):
        self.optimizer, self.variables = optimizer, variables
        self._indices = [optimizer._get_variable_index(variable) for variable in variables]
        self._decayed = [bool(optimizer.weight_decay) and optimizer._use_weight_decay(each) for each in variables]

    def apply(self, gradients):
        """One step, as `optimizer.apply` takes it, on what the scope holds.

        Args:
            gradients: list of tensors, of the global minibatch.
        """
        optimizer, rule = self.optimizer, _RULES[type(self.optimizer)]
        gradients = optimizer._clip_gradients(gradients)
        rate = ops.convert_to_tensor(optimizer.learning_rate)
        known = zip(self.variables, gradients, self._indices, self._decayed, strict=True)
        for variable, gradient, index, decayed in known:
            if decayed:
                variable.assign(variable.value * (1.0 - optimizer.weight_decay * rate))
            variable.assign(variable.value + rule(optimizer, gradient, index, rate))
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable))
        optimizer.iterations.assign(optimizer.iterations.value + 1)


def _sgd(optimizer, gradient, index, rate):
    step = -rate * gradient
    if not optimizer.momentum:
        return step
    velocity = optimizer.momentums[index]
    velocity.assign(optimizer.momentum * velocity.value + step)
    return optimizer.momentum * velocity.value + step if optimizer.nesterov else velocity.value


def _adam(optimizer, gradient, index, rate):
    mean, square = optimizer._momentums[index], optimizer._velocities[index]
    mean.assign(mean.value + (1.0 - optimizer.beta_1) * (gradient - mean.value))
    square.assign(square.value + (1.0 - optimizer.beta_2) * (ops.square(gradient) - square.value))
    step = ops.cast(optimizer.iterations.value + 1, gradient.dtype)
    rate = rate * ops.sqrt(1.0 - optimizer.beta_2**step) / (1.0 - optimizer.beta_1**step)
    return -rate * mean.value / (_sqrt(square.value) + optimizer.epsilon)


def _sqrt(values):
    """√ with the gradient 0 at 0: a weight that never had a gradient must not give G's an infinite one."""
    positive = values > 0
    return ops.where(positive, ops.sqrt(ops.where(positive, values, 1.0)), 0.0)


_RULES = {keras.optimizers.SGD: _sgd, keras.optimizers.Adam: _adam, keras.optimizers.AdamW: _adam}
