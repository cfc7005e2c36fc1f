"""How real an image is, told by the logits of its classes."""

from typing import Literal, get_args

import keras
from keras import ops

from keras_gan.words import nearest

Form = Literal["extra_class", "sum", "certainty"]


@keras.saving.register_keras_serializable(package="keras_gan")
class ClassScores(keras.layers.Layer):
    """The score of an image (high = real) that its class logits `ℓ` imply.

        "extra_class"   logsumexp(ℓ_1..ℓ_K) - ℓ_{K+1}   the last class holds the generated images
        "sum"           logsumexp(ℓ_1..ℓ_K)             the same with ℓ_{K+1} = 0
        "certainty"     Σ_k p_k log p_k                 minus the entropy of p = softmax(ℓ), in [-log K, 0]

    Of the first two, `σ(score)` is the probability that the image is of one of the K classes, so that every loss and
    every penalty of scores applies to a classifier. The third is the order in which CatGAN sees images: real where it
    is sure of the class.

    Args:
        form: str, one of the above. Defaults to `"sum"`.
        **kwargs: Keras' own, as `name` and `dtype`.

    Call arguments:
        logits: tensor `(batch, ..., K)`, of `"extra_class"` `(batch, ..., K + 1)`.

    Returns:
        tensor `(batch, ..., 1)`.

    Raises:
        ValueError: an unknown form.

    Example:

    >>> ClassScores("extra_class")(keras.ops.convert_to_tensor([[2.0, -100.0, 1.5]])).numpy()
    array([[0.5]], dtype=float32)

    Reference:
    - [Odena, 2016](https://arxiv.org/abs/1606.01583) (the extra class).
    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), section 5 (the sum).
    - [Springenberg, 2016](https://arxiv.org/abs/1511.06390), section 3.1 (certainty).
    """

    def __init__(self, form: Form = "sum", **kwargs):
        super().__init__(**kwargs)
        known = get_args(Form)
        if form not in known:
            raise ValueError(f"ClassScores: unknown form {form!r}{nearest(str(form), known)}.")
        self.form = form

    def call(self, logits):
        if self.form == "extra_class":
            return ops.logsumexp(logits[..., :-1], axis=-1, keepdims=True) - logits[..., -1:]
        if self.form == "sum":
            return ops.logsumexp(logits, axis=-1, keepdims=True)
        log_p = ops.log_softmax(logits, axis=-1)
        return ops.sum(ops.exp(log_p) * log_p, axis=-1, keepdims=True)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], 1)

    def get_config(self):
        return {**super().get_config(), "form": self.form}
