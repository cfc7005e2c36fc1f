"""What every metric has in common: images → features → statistics → number."""

import contextlib
import functools

import keras
import tensorflow as tf

from keras_gan import ops
from keras_gan.configured import Configured
from keras_gan.metrics import extractors
from keras_gan.words import snake_case


class Metric(Configured, keras.metrics.Metric):
    """One score of generated images against real ones, for `compile(metrics=[...])`, for `evaluate` and for reports.

    A subclass says what it `reads`, what is kept of each side (`make_statistics`), and how two sides are compared.
    Statistics live on the host, outside the graph; under a strategy every host keeps those of the global minibatch.

    Args:
        extractor: name, `Extractor`, Keras model or callable that turns images into features: see
            `keras_gan.metrics.extractors.get`. Defaults to the Inception network of FID.
        name: str or `None`.

    Call arguments of `update_state`:
        real, fake: images float32 `(batch, height, width, channels)` in [-1, 1], or points `(batch, dim)`.

    Returns of `result`:
        `{score: float}`.
    """

    reads = "features"  # which output of the extractor; "images": the images themselves, without an extractor
    needs_held_out = False  # whether `compare` takes real images that no network was trained on, too
    words = {}  # {beginning of a score's name: (better, meaning)}, for reports

    def __init__(self, extractor="inception-2015", *, name: str | None = None):
        super().__init__(name=name or snake_case(type(self).__name__))
        self._wanted, self._found, self._sides = extractor, None, None
        # Keras saves the weights of a network that it finds here, and sees none inside an extractor.
        self._network = extractor.model if isinstance(extractor, extractors.FromModel) else None

    # --- what a subclass says ------------------------------------------------------------------------------------

    def make_statistics(self):
        """What is kept of one side: an object with `update(rows)`, `num_images`, `arrays()`."""
        raise NotImplementedError

    def compare(self, real, fake):
        """{score: float} of two sides' statistics; with `needs_held_out`, of three."""
        raise NotImplementedError

    def standard_errors(self, real, fake):
        """{score: float} of what `compare` said last, over other images of both sides; empty where it is not known."""
        return {}

    def real_values(self, real):
        """{score: float} that real images have by themselves, to be read beside those of generated ones."""
        return {}

    @property
    def statistics_key(self):
        """What two metrics must have in common to share statistics; a subclass adds what its statistics depend on."""
        return self.reads, *self.extractor_key, type(self.make_statistics()).__name__

    @property
    def extractor_key(self):
        """What two metrics must have in common to look at the same features; empty for the images themselves."""
        found = self.extractor
        return () if found is None else (found.name, found.recipe, found.fingerprint)

    # --- features ------------------------------------------------------------------------------------------------

    @property
    def extractor(self):
        """The extractor, made when it is first asked for: weights may have to be read, a classifier to be trained."""
        if self._found is None and self.reads != "images":
            with contextlib.nullcontext() if tf.executing_eagerly() else tf.init_scope():
                self._found = self.make_extractor()
        return self._found

    def __dir__(self):
        """Without what makes the extractor: Keras looks at all that is here whenever it saves or loads weights."""
        return [name for name in super().__dir__() if name not in ("extractor", "extractor_key", "statistics_key")]

    def make_extractor(self):
        """The extractor that the constructor was asked for."""
        return extractors.get(self._wanted)

    def score_name(self, word: str, *details: str) -> str:
        """`KD[mnist-cnn]`, `recall[mnist-cnn, k=10]`: named by the features, and by what is not the default."""
        return f"{word}[{', '.join((self.extractor.name, *details))}]"

    def rows(self, outputs):
        """What the statistics are made of, from the extractor's outputs or, for `"images"`, from the images."""
        return outputs if self.reads == "images" else outputs[self.reads]

    # --- as a metric of Keras ------------------------------------------------------------------------------------

    def update_state(self, real, fake):
        if self._sides is None:
            self.reset_state()
        for side, images in (("real", real), ("fake", fake)):
            outputs = images if self.reads == "images" else self.extractor(images)
            rows = ops.gather_batch(tf.cast(self.rows(outputs), tf.float32))
            tf.numpy_function(functools.partial(self._collect, side), [rows, _place_on_host()], [])

    def _collect(self, side, rows, place):
        if place == 0:  # all replicas of a host have gathered the same rows
            self._sides[side].update(rows)

    def reset_state(self):
        _ = self.extractor  # made here, eagerly, and not amid the tracing of a step
        self._sides = {"real": self.make_statistics(), "fake": self.make_statistics()}

    def result(self):
        if self.needs_held_out:
            raise ValueError(
                f"{type(self).__name__} needs held-out images as a third set: use keras_gan.metrics.evaluate."
            )
        if self._sides is None:
            raise ValueError(f"{type(self).__name__}: no images yet; call update_state(real, fake) first.")
        return self.compare(self._sides["real"], self._sides["fake"])


def _place_on_host():
    """Number of this replica among those of its host."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return 0
    resolver = context.strategy.cluster_resolver
    hosts = len(resolver.cluster_spec().as_dict().get("worker", [])) if resolver else 0
    hosts += len(resolver.cluster_spec().as_dict().get("chief", [])) if resolver else 0
    return context.replica_id_in_sync_group % (context.num_replicas_in_sync // max(hosts, 1))
