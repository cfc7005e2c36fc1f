"""The unrolled game: its gradient, what it leaves alone, and the plain game at K = 0."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import data, losses, networks, random
from keras_gan.layers import SpectralNormalization
from keras_gan.models.gan import GAN
from keras_gan.models.unrolled_gan import UnrolledGAN
from keras_gan.penalties import R1, Every

POINTS = data.mixtures.ring(96, seed=0, modes=3, std=0.2)
MINIBATCH = {"images": tf.constant(POINTS[:16])}
STEPS = 2  # K of the tests


def players(regularizer=None):
    """A smooth pair for points, with the same first weights at each call."""
    keras.utils.set_random_seed(0)
    generator = networks.mlp.generator((2,), latent_dim=1, units=3, num_layers=1, activation="tanh")
    discriminator = networks.mlp.discriminator((2,), units=4, num_layers=2, activation="tanh")
    for variable in discriminator.trainable_variables:
        variable.regularizer = regularizer
    return generator, discriminator


def trained(model, steps=2, run_eagerly=True, **optimizers):
    """After some steps, so that no moment is 0."""
    model.compile(**({"g_optimizer": keras.optimizers.SGD(0.05)} | optimizers), run_eagerly=run_eagerly)
    model.fit(data.Minibatches(POINTS, batch_size=16, seed=0), steps_per_epoch=steps, verbose=0)
    return model


def drawing():
    """The same random numbers at each call."""
    return random.drawing_from(random.Numbers(0, 0, "test"))


def generator_gradient(model):
    """(G's objective, its gradient as one vector)."""
    with drawing(), model._recording("g") as tape:
        (value,) = model.generator_terms(dict(MINIBATCH)).values()
    gradients = tape.gradient(value, [variable.value for variable in model.variables_of("g")])
    return float(value), np.concatenate([np.ravel(gradient) for gradient in gradients])


OPTIMIZERS = {
    "descent": lambda: keras.optimizers.SGD(0.3),
    "momentum": lambda: keras.optimizers.SGD(0.2, momentum=0.8),
    "nesterov": lambda: keras.optimizers.SGD(0.2, momentum=0.8, nesterov=True, global_clipnorm=0.3),
    "adam": lambda: keras.optimizers.Adam(0.05, beta_1=0.5),
    "adamw": lambda: keras.optimizers.AdamW(
        keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5), weight_decay=0.1, clipnorm=0.1
    ),
}
VALUES = {  # what G minimises at the end of the K steps
    "minimax": lambda r, f: -tf.reduce_mean(tf.nn.softplus(-r)) - tf.reduce_mean(tf.nn.softplus(f)),
    "non_saturating": lambda r, f: tf.reduce_mean(tf.nn.softplus(-f)),
}


def mlp(weights, x):
    """Kernels and biases in turn; tanh between them."""
    for kernel, bias in zip(weights[::2], weights[1::2], strict=True):
        x = x @ kernel + bias
        x = x if bias is weights[-1] else tf.tanh(x)
    return x


def d_loss(weights, real, fake):
    """Cross-entropy, R1 with γ = 0.3, and 0.01 Σw²."""
    with tf.GradientTape() as tape:
        tape.watch(real)
        real_scores = mlp(weights, real)
    slope = tape.gradient(real_scores, real)
    entropy = tf.reduce_mean(tf.nn.softplus(-real_scores)) + tf.reduce_mean(tf.nn.softplus(mlp(weights, fake)))
    squares = tf.add_n([tf.reduce_sum(weight**2) for weight in weights])
    return entropy + 0.15 * tf.reduce_mean(tf.reduce_sum(slope**2, axis=1)) + 0.01 * squares


def reference(model, value, latents):
    """shift of G's weights → G's objective, in float64: D's weights really move, by Keras' own optimiser."""
    player = {name: [variable.numpy() for variable in model.variables_of(name)] for name in "dg"}
    variables = [keras.Variable(weight, dtype="float64") for weight in player["d"]]
    optimizer = type(model.optimizer.of["d"]).from_config(model.optimizer.of["d"].get_config())
    optimizer.build(variables)
    slots = [slot.numpy() for slot in model.optimizer.of["d"].variables]
    real, latents = (tf.cast(values, tf.float64) for values in (MINIBATCH["images"], latents))

    def objective(shift):
        pieces = np.split(shift, np.cumsum([weight.size for weight in player["g"]])[:-1])
        fake = mlp([w + piece.reshape(w.shape) for w, piece in zip(player["g"], pieces, strict=True)], latents)
        for variable, start in zip([*variables, *optimizer.variables], [*player["d"], *slots], strict=True):
            variable.assign(start)
        for _ in range(STEPS):
            with tf.GradientTape() as tape:
                weights = [tf.convert_to_tensor(variable) for variable in variables]
                loss = d_loss(weights, real, fake)
            optimizer.apply(tape.gradient(loss, weights), variables)
        weights = [tf.convert_to_tensor(variable) for variable in variables]
        return float(value(mlp(weights, real), mlp(weights, fake)))

    return objective


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_generators_gradient_through_k_steps_agrees_with_finite_differences(optimizer):
    loss = "non_saturating" if optimizer == "momentum" else "minimax"
    pair = players(keras.regularizers.L2(0.01))
    model = UnrolledGAN(*pair, unroll_steps=STEPS, adversarial_loss=loss, penalties=[R1(0.3)])
    trained(model, d_optimizer=OPTIMIZERS[optimizer]())
    with drawing():
        objective = reference(model, VALUES[loss], model.latents(MINIBATCH))
    found, gradient = generator_gradient(model)
    assert found == pytest.approx(objective(np.zeros_like(gradient)), rel=1e-6)
    for direction in np.random.default_rng(0).normal(size=(3, len(gradient))):
        slope = (objective(1e-5 * direction) - objective(-1e-5 * direction)) / 2e-5
        assert gradient @ direction == pytest.approx(slope, rel=1e-4, abs=1e-5 * float(np.linalg.norm(gradient)))
    model.unroll_steps = 0  # and it is another gradient than that of the plain game
    assert np.abs(generator_gradient(model)[1] - gradient).max() > 0.01 * np.abs(gradient).max()


def batch_normalized(units=4):
    images = keras.Input((2,), name="images")
    x = keras.layers.BatchNormalization(synchronized=True)(SpectralNormalization(keras.layers.Dense(units))(images))
    return keras.Model(images, keras.layers.Dense(1)(keras.layers.Activation("tanh")(x)), name="discriminator")


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"run_eagerly": True}, id="eager"),
        pytest.param({}, id="graph"),
        pytest.param({"jit_compile": True}, id="xla", marks=pytest.mark.slow),
    ],
)
def test_the_generators_step_leaves_the_discriminator_as_it_was(how):
    # XLA cannot compile the third derivative of a branch, so the lazy penalty is not lazy there.
    penalty = R1(0.3) if how.get("jit_compile") else Every(2, R1(0.3))
    model = UnrolledGAN(players()[0], batch_normalized(), unroll_steps=2, penalties=[penalty])
    model.compile(d_optimizer=keras.optimizers.Adam(0.05), g_optimizer=keras.optimizers.SGD(0.1), **how)
    own = [*model.discriminator.weights, *model.optimizer.of["d"].variables]
    own += [] if how.get("jit_compile") else [penalty.counter]
    before, weights = [variable.numpy() for variable in own], model.generator.get_weights()
    step = tf.function(
        lambda: model.minimize("g", model.generator_terms, MINIBATCH), jit_compile=how.get("jit_compile")
    )
    with drawing():
        logs = model.minimize("g", model.generator_terms, MINIBATCH) if how.get("run_eagerly") else step()
    assert np.isfinite(logs["g_loss"])
    for old, variable in zip(before, own, strict=True):
        np.testing.assert_array_equal(old, variable.numpy(), err_msg=variable.path)
    assert any(np.any(a != b) for a, b in zip(weights, model.generator.get_weights(), strict=True))


def test_without_unrolled_steps_it_is_the_plain_game():
    plain, unrolled = (
        trained(game(*players(), **arguments), d_optimizer=keras.optimizers.Adam(0.01))
        for game, arguments in ((GAN, {"adversarial_loss": "minimax"}), (UnrolledGAN, {"unroll_steps": 0}))
    )
    for a, b in zip(plain.get_weights(), unrolled.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_weight_that_never_had_a_gradient_gives_the_generator_a_finite_one():
    generator, discriminator = players()
    first = discriminator.layers[1]
    first.set_weights([first.get_weights()[0] * 0, first.get_weights()[1] * 0])
    model = UnrolledGAN(generator, discriminator, unroll_steps=STEPS)
    model.compile(d_optimizer=keras.optimizers.Adam(0.01), g_optimizer=keras.optimizers.SGD(0.1))
    assert np.isfinite(generator_gradient(model)[1]).all()  # D answers 0 everywhere, and every moment is 0


def test_latents_are_drawn_once_for_all_steps():
    model = UnrolledGAN(*players(), unroll_steps=3)
    model.compile(run_eagerly=True)
    seen = []
    critic_terms = model.discriminator_terms

    def watching(batch):
        seen.append(batch["fake"].numpy())
        return critic_terms(batch)

    model.discriminator_terms = watching
    generator_gradient(model)
    assert len(seen) == 3
    assert all(np.array_equal(seen[0], each) for each in seen)


def test_two_replicas_foresee_what_one_does(two_replicas):
    def run():
        model = UnrolledGAN(*players(), unroll_steps=1)
        clipped = keras.optimizers.Adam(0.01, beta_1=0.5, global_clipnorm=0.5)
        return trained(model, run_eagerly=False, d_optimizer=clipped).get_weights()

    one = run()
    with two_replicas.scope():
        two = run()
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_an_optimiser_that_cannot_be_differentiated_raises():
    model = UnrolledGAN(*players())
    with pytest.raises(ValueError, match="d_optimizer is RMSprop, .* expected one of SGD, Adam, AdamW. Use keras"):
        model.compile(d_optimizer="rmsprop")
    with pytest.raises(ValueError, match="d_optimizer with amsgrad cannot be differentiated"):
        model.compile(d_optimizer=keras.optimizers.Adam(amsgrad=True))
    UnrolledGAN(*players(), unroll_steps=0).compile(d_optimizer="rmsprop")
    model.compile(g_optimizer="rmsprop")


def test_fewer_than_no_steps_raise():
    with pytest.raises(ValueError, match="UnrolledGAN: unroll_steps=-1; expected a whole number of at least 0"):
        UnrolledGAN(*players(), unroll_steps=-1)


@pytest.mark.parametrize(
    ("loss", "zero_sum"),
    [
        (losses.Minimax(0.1), True),
        (losses.Wasserstein(), True),
        (losses.Wasserstein(drift=0.1), False),
        (losses.FDivergence("pearson"), True),
        (losses.FDivergence("pearson", non_saturating=True), False),
        (losses.NonSaturating(), False),
        (losses.Hinge(), False),
    ],
)
def test_a_zero_sum_loss_says_so(loss, zero_sum):
    assert loss.zero_sum is zero_sum
