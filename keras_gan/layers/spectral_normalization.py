"""Spectral normalisation that leaves the kernel alone and lets the gradient through the norm."""

import contextlib

import keras
from keras import layers, ops

# The axis of a kernel that runs over its outputs: the rows of the paper's matrix W, (outputs, everything else).
_OUTPUT_AXES = {
    layers.Dense: -1,
    layers.Conv1D: -1,
    layers.Conv2D: -1,
    layers.Conv2DTranspose: -2,
    layers.Embedding: -1,
}
_SMALLEST = 1e-12  # a kernel of zeros has no direction; it stays as it is


@keras.saving.register_keras_serializable(package="keras_gan")
class SpectralNormalization(keras.layers.Wrapper):
    """Divides a layer's kernel by its largest singular value, so that the layer stretches no input.

    With the kernel as a matrix W `(outputs, everything else)`,

        v = Wᵀu / ‖Wᵀu‖,   in training u ← Wv / ‖Wv‖ and v anew (`power_iterations` times),   σ = uᵀWv

    the layer uses `Ŵ = W / σ`. u is saved with the model; W itself is never overwritten. u and v are constants for the
    gradient, σ is not: `∂L/∂W = (∂L/∂Ŵ - ⟨∂L/∂Ŵ, Ŵ⟩ uvᵀ) / σ`, as in the paper.

    For all kernels of a critic with the hinge loss (SNGAN, SAGAN), and of SAGAN's generator. It bounds the norm of the
    kernel as a matrix, which for a convolution bounds its slope up to a factor of its size. Where a gradient penalty
    holds the slope already, it is not needed. Use it in place of `keras.layers.SpectralNormalization`, which writes
    W / σ over the kernel in every training call, and gives σ no gradient.

    A training step calls a critic several times: on real, on generated, perhaps on mixed images, and once more for the
    generator. Every one of these calls moves u by one iteration, in the branch of a lazy penalty too, while W stays:
    each sees a σ at least as near to the true one as the call before. Replicas compute the same u from the same W.
    Outside training u stays, so that W alone decides the outputs.

    Args:
        layer: `Dense`, `Conv1D`, `Conv2D`, `Conv2DTranspose` or `Embedding`, not yet built or of the same dtype.
        power_iterations: int ≥ 1, iterations in each training call. Defaults to `1`.
        dtype: dtype policy of the wrapper and of the layer. Defaults to `None`: the layer's own.
        **kwargs: Keras' own, as `name`.

    Call arguments:
        inputs: what the layer takes.
        training: bool.

    Returns:
        What the layer gives.

    Raises:
        ValueError: `power_iterations` below 1.
        TypeError: a layer of another kind.

    Example:

    >>> layer = SpectralNormalization(keras.layers.Conv2D(8, 3, padding="same"))
    >>> layer(keras.ops.ones((2, 4, 4, 3))).shape
    TensorShape([2, 4, 4, 8])

    Reference:
    - [Miyato et al., 2018](https://arxiv.org/abs/1802.05957), equations 8 to 12, algorithm 1.
    """

    def __init__(self, layer: keras.layers.Layer, power_iterations: int = 1, *, dtype=None, **kwargs):
        _check(layer, power_iterations)
        super().__init__(layer, dtype=layer.dtype_policy if dtype is None else dtype, **kwargs)
        if layer.dtype_policy != self.dtype_policy:
            layer.dtype_policy = self.dtype_policy
        self.power_iterations = power_iterations

    def build(self, input_shape=None):
        super().build(input_shape)
        self.u = self.add_weight(
            shape=(self._kernel.shape[_output_axis(self.layer)],),
            initializer=keras.initializers.RandomNormal(),
            trainable=False,
            autocast=False,
            aggregation="none",  # each replica writes its own: in a branch they cannot meet
            name="u",
        )

    @property
    def _kernel(self):
        return next(weight for weight in self.layer.weights if weight.name in ("kernel", "embeddings"))

    def call(self, inputs, training=False):
        kernel = ops.convert_to_tensor(self._kernel, dtype=self.variable_dtype)
        with _standing_for(self._kernel, kernel / self._norm(kernel, training)):
            return self.layer(inputs)

    def _norm(self, kernel, training):
        """σ of the kernel; a training call moves u."""
        matrix = _matrix(kernel, _output_axis(self.layer))
        u, v = self._singular_vectors(ops.stop_gradient(matrix), self.power_iterations if training else 0)
        if training:
            self.u.assign(u)
        sigma = ops.sum(u * ops.matmul(matrix, v))
        return ops.where(sigma > _SMALLEST, sigma, ops.ones_like(sigma))

    def _singular_vectors(self, matrix, iterations):
        """u after so many iterations, and the v that is best for it."""
        u = _direction(self.u.value)  # at the start, and in an averaged network, it is no unit vector
        v = _direction(ops.matmul(u, matrix))
        for _ in range(iterations):
            u = _direction(ops.matmul(matrix, v), otherwise=u)
            v = _direction(ops.matmul(u, matrix))
        return u, v

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def get_config(self):
        return {**super().get_config(), "power_iterations": self.power_iterations}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        layer = keras.saving.deserialize_keras_object(config["layer"], custom_objects=custom_objects)
        return cls(**{**config, "layer": layer})


@contextlib.contextmanager
def _standing_for(variable, value):
    """Inside, `value` is what `variable` is read as; what an outer scope says of other variables holds on."""
    with keras.StatelessScope([(variable, value)], initialize_variables=False) as scope:
        if scope.original_scope is not None:
            scope.state_mapping = scope.original_scope.state_mapping | scope.state_mapping
        yield


def _matrix(kernel, output_axis):
    """The kernel as `(outputs, everything else)`."""
    rows = ops.moveaxis(kernel, output_axis, 0)
    return ops.reshape(rows, (rows.shape[0], -1))


def _direction(vector, otherwise=0.0):
    """The unit vector of the same direction; `otherwise` where there is none."""
    length = ops.norm(vector)
    return ops.where(length > _SMALLEST, vector / ops.maximum(length, _SMALLEST), otherwise)


def _output_axis(layer):
    return next((axis for kind, axis in _OUTPUT_AXES.items() if isinstance(layer, kind)), None)


def _check(layer, power_iterations):
    if not isinstance(power_iterations, int) or power_iterations < 1:
        raise ValueError(f"SpectralNormalization: power_iterations={power_iterations!r}; expected an integer ≥ 1.")
    if _output_axis(layer) is None:
        known = ", ".join(kind.__name__ for kind in _OUTPUT_AXES)
        raise TypeError(
            f"SpectralNormalization: layer={layer!r}; expected a layer whose kernel is one matrix: {known}."
        )
