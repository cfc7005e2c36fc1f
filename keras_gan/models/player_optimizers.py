"""The players' optimisers, as the one optimiser that Keras knows of."""

import keras


class PlayerOptimizers(keras.optimizers.MultiOptimizer):
    """A `MultiOptimizer` that knows its optimisers by player, so that schedules, callbacks and saving see them all.

    Args:
        optimizers: `{player: keras optimizer}`.
        variables: `{player: list of its trainable variables}`.
    """

    def __init__(self, optimizers, variables):
        owner = {id(variable): player for player, owned in variables.items() for variable in owned}
        super().__init__(lambda variable: optimizers[owner[id(variable)]], name="players")
        self.of = dict(optimizers)
        for player, optimizer in optimizers.items():
            optimizer.name = f"{player}_optimizer"  # else saved paths depend on a counter of the process
        # Built here, not in the first step: slots made inside a replica's graph are lost to it and to saving.
        self.build([variable for owned in variables.values() for variable in owned])

    def save_own_variables(self, store):
        store["0"] = self.iterations.numpy()  # the optimisers save their own state; MultiOptimizer would repeat it

    def load_own_variables(self, store):
        self.iterations.assign(store["0"])
