"""The training step: whose weights move, how often, on what, and what is told of it."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from small import players, point_players, same_start

from keras_gan import data, layers, random
from keras_gan.models.gan import GAN
from keras_gan.models.wgan import WGAN
from keras_gan.penalties import R1, Every, GradientPenalty


def test_every_critic_step_sees_a_fresh_minibatch(images):
    seen = []

    class Watching(GAN):
        def discriminator_terms(self, batch):
            tf.py_function(lambda x: seen.append(x.numpy()), [batch["images"]], [])
            return super().discriminator_terms(batch)

    model = Watching(*players(), n_critic=3)
    model.compile(run_eagerly=True)
    model.fit(data.Minibatches(images, batch_size=8, seed=0), epochs=1, verbose=0)
    assert [batch.shape for batch in seen] == [(8, 8, 8, 1)] * 6
    assert len({batch.tobytes() for batch in seen}) == 6
    in_order = np.concatenate(list(data.Minibatches(images, batch_size=8, seed=0)))
    np.testing.assert_array_equal(np.concatenate(seen), in_order)


def test_one_step_of_the_bar_is_one_generator_step(images):
    model = WGAN(*players(), n_critic=2)
    model.compile()
    model.fit(images, batch_size=8, epochs=2, verbose=0)
    assert model.steps_done == 2 * (6 // 2)
    assert int(model.optimizer.of["g"].iterations) == 6
    assert int(model.optimizer.of["d"].iterations) == 12


def test_the_means_are_those_of_all_steps_whatever_steps_per_execution(images):
    def history(**compiled):
        model = same_start(lambda: GAN(*players(), penalties=[R1()]))
        model.compile(**compiled)
        return model.fit(images, batch_size=8, epochs=2, verbose=0).history

    one, four = history(), history(steps_per_execution=4)
    assert set(one) == {"d_loss", "d_adversarial", "d_r1", "g_loss"}
    for name in one:
        np.testing.assert_allclose(one[name], four[name], rtol=1e-5)
    np.testing.assert_allclose(np.add(one["d_adversarial"], one["d_r1"]), one["d_loss"], rtol=1e-5)


def test_two_penalties_of_one_kind_are_both_logged_and_both_counted(images):
    model = GAN(*players(), penalties=[R1(1.0), R1(2.0)])
    model.compile()
    logs = model.fit(images, batch_size=16, verbose=0).history
    np.testing.assert_allclose(2 * np.array(logs["d_r1"]), logs["d_r1_2"], rtol=1e-5)


def test_the_logs_average_over_critic_steps(images):
    model = GAN(*players(), penalties=[Every(2, R1(1.0))], n_critic=2)
    model.compile(d_optimizer=keras.optimizers.SGD(0.0), g_optimizer=keras.optimizers.SGD(0.0))
    logs = model.fit(images, batch_size=24, verbose=0).history
    plain = GAN(model.generator, model.discriminator, penalties=[R1(1.0)], n_critic=2)
    plain.compile(d_optimizer=keras.optimizers.SGD(0.0), g_optimizer=keras.optimizers.SGD(0.0))
    expected = plain.fit(images, batch_size=24, verbose=0).history
    np.testing.assert_allclose(logs["d_r1"], expected["d_r1"], rtol=0.3)  # another half of the images
    assert logs["d_r1"][0] > 0


def test_regularisers_of_a_network_join_its_players_loss(images):
    generator, _ = point_players()
    points = keras.Input((2,))
    scores = keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L2(0.5))(points)
    model = GAN(generator, keras.Model(points, scores))
    model.compile(d_optimizer=keras.optimizers.SGD(0.0), g_optimizer=keras.optimizers.SGD(0.0))
    logs = model.fit(np.zeros((16, 2), "float32"), batch_size=8, verbose=0).history
    kernel = model.discriminator.layers[-1].kernel.numpy()
    np.testing.assert_allclose(logs["d_regularization"], 0.5 * (kernel**2).sum(), rtol=1e-5)
    np.testing.assert_allclose(np.add(logs["d_adversarial"], logs["d_regularization"]), logs["d_loss"], rtol=1e-5)


def test_weights_of_the_wgan_critic_stay_clipped_and_only_those(images):
    model = WGAN(*players(normalization="layer"), weight_clip=0.02, n_critic=1)
    model.compile(d_optimizer=keras.optimizers.RMSprop(1e-2), g_optimizer=keras.optimizers.RMSprop(1e-2))
    model.fit(images, batch_size=16, epochs=2, verbose=0)
    clipped = np.concatenate([v.numpy().ravel() for v in model.discriminator.trainable_variables])
    assert 0.0199 < np.abs(clipped).max() <= 0.02
    assert max(np.abs(v.numpy()).max() for v in model.generator.trainable_variables) > 0.02


def test_the_generator_step_with_reused_fakes_equals_the_separate_form(images):
    """The oracle: G is stepped on latents of the last critic step, generated again, against the updated critic."""

    class Separate(GAN):
        def train_step(self, data):
            with random.drawing_from(self.numbers()):
                batch = self.read(data)
                batch["latents"] = self.latents(batch)
                batch["fake"] = self.generator(batch["latents"], training=True)
                d = self.minimize("d", self.discriminator_terms, batch)
                del batch["fake"]
                g = self.minimize("g", self.generator_terms, batch)
            self.step.assign_add(1)
            self.means.update_state(d | g)

        def generate(self, batch, training=True):
            return self.generator(batch["latents"], training=True)

    def trained(cls, **arguments):
        model = same_start(lambda: cls(*players(normalization=None), ema_decay=None, **arguments))
        model.compile(run_eagerly=True)
        model.fit(images, batch_size=16, epochs=2, verbose=0)
        return model

    # layer normalisation of G would do, batch normalisation updates its statistics once less when fakes are reused
    reused, separate = trained(GAN, reuse_fakes=True), trained(Separate)
    for a, b in zip(reused.trainable_variables, separate.trainable_variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), atol=1e-6)


def test_the_average_follows_its_formula():
    model = GAN(*point_players(), ema_decay=0.9, ema_start=1, ema_ramp=4.0)
    weight, average = model.generator.trainable_variables[0], model.generator_ema.variables[0]
    expected, value = None, None
    for step in range(6):
        value = np.random.default_rng(step).normal(size=weight.shape).astype("float32")
        weight.assign(value)
        model.step.assign(step)
        model.average()
        t = step - 1
        decay = min(0.9, (1 + t) / (4.0 + t)) if t >= 0 else 0.0
        expected = value if expected is None else decay * expected + (1 - decay) * value
        np.testing.assert_allclose(average.numpy(), expected, rtol=1e-5, atol=1e-6)


def test_without_an_average_the_generator_itself_samples():
    model = GAN(*point_players(), ema_decay=None)
    assert model.generator_ema is model.generator


def test_samples_do_not_depend_on_how_many_are_drawn_at_once():
    model = GAN(*point_players())
    ten = model.sample(10, seed=3)
    np.testing.assert_allclose(model.sample(10, seed=3, batch_size=4), ten, atol=1e-6)
    np.testing.assert_allclose(model.sample(6, seed=3), ten[:6], atol=1e-6)
    assert np.abs(model.sample(10, seed=4) - ten).min() > 0


def test_learning_rate_callbacks_reach_both_optimisers(images):
    model = GAN(*players())
    model.compile()
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 1e-5)
    model.fit(images, batch_size=16, verbose=0, callbacks=[schedule])
    rates = [float(optimizer.learning_rate) for optimizer in model.optimizer.of.values()]
    np.testing.assert_allclose(rates, [1e-5, 1e-5])


def test_metrics_are_fed_held_out_images_and_samples_of_the_average(images):
    @keras.saving.register_keras_serializable("tests")
    class MeanGap(keras.metrics.Metric):
        def __init__(self, name="gap", **kwargs):
            super().__init__(name=name, **kwargs)
            self.mean = keras.metrics.Mean()

        def update_state(self, real, fake):
            self.mean.update_state(tf.reduce_mean(real) - tf.reduce_mean(fake))

        def result(self):
            return self.mean.result()

        def reset_state(self):
            self.mean.reset_state()

    model = GAN(*players())
    model.compile(metrics=[MeanGap()])
    history = model.fit(images, batch_size=16, verbose=0, validation_data=images[:16] * 0 - 0.25)
    assert history.history["val_gap"][0] == pytest.approx(-0.25 - model.sample(4000).mean(), abs=0.05)
    assert {"val_real_score", "val_fake_score", "val_gap"} <= set(history.history)


def test_a_metric_of_several_numbers_logs_each(images):
    @keras.saving.register_keras_serializable("tests")
    class Extremes(keras.metrics.Metric):
        def update_state(self, real, fake):
            pass

        def result(self):
            return {"low": tf.constant(1.0), "high": tf.constant(2.0)}

    model = GAN(*players())
    model.compile(metrics=[Extremes()])
    scores = model.evaluate(images, batch_size=16)
    assert (scores["low"], scores["high"]) == (1.0, 2.0)
    assert set(scores) == {"low", "high", "real_score", "fake_score"}


def test_labels_travel_to_networks_that_ask_for_them(images):
    labels = np.arange(48) % 3
    z, y = keras.Input((4,), name="latents"), keras.Input((), dtype="int32", name="labels")
    hidden = keras.layers.Concatenate()([z, keras.layers.Embedding(3, 4)(y)])
    made = keras.layers.Reshape((8, 8, 1))(keras.layers.Dense(64, activation="tanh")(hidden))
    x, y2 = keras.Input((8, 8, 1), name="images"), keras.Input((), dtype="int32", name="labels")
    judged = keras.layers.Concatenate()([keras.layers.Flatten()(x), keras.layers.Embedding(3, 4)(y2)])
    model = GAN(keras.Model([z, y], made), keras.Model([x, y2], keras.layers.Dense(1)(judged)), penalties=[R1()])
    model.compile()
    model.fit(images, labels, batch_size=16, verbose=0)
    zeros, ones = (model.sample(5, labels=np.full(5, label)) for label in (0, 1))
    assert zeros.shape == (5, 8, 8, 1)
    assert np.abs(zeros - ones).max() > 0


def seen_by(model, dataset, **fitting):
    """The first value of every minibatch that training shows, in order."""
    seen = []
    read = model.read

    def watching(given):
        batch = read(given)
        if tf.is_tensor(batch["images"]):
            tf.py_function(lambda x: seen.append((float(x[0, 0]), len(x))), [batch["images"]], [])
        return batch

    model.compile(run_eagerly=True)
    model.read = watching
    model.fit(dataset, verbose=0, **fitting)
    return seen[1:]  # the first is the look at the data


def numbered(count, batch_size):
    points = np.repeat(np.arange(count, dtype="float32")[:, None], 2, axis=1)
    return tf.data.Dataset.from_tensor_slices(points).batch(batch_size)


def test_a_data_set_that_repeats_goes_on_from_epoch_to_epoch():
    seen = seen_by(GAN(*point_players()), numbered(10, 1).repeat(), steps_per_epoch=3, epochs=4)
    assert [value for value, _ in seen] == [*range(10), 0, 1]


def test_a_last_smaller_minibatch_is_filled_up_from_the_next_pass():
    seen = seen_by(GAN(*point_players()), numbered(10, 4), epochs=2)
    assert seen == [(0, 4), (4, 4), (8, 4), (2, 4), (6, 4), (0, 4)]


def test_a_last_smaller_minibatch_does_not_disturb_critic_steps():
    model = GAN(*point_players(), n_critic=2)
    model.compile()
    model.fit(numbered(42, 8), epochs=2, verbose=0)
    assert model.steps_done == 2 * (6 // 2)
    assert np.isfinite(list(model.evaluate(numbered(42, 8)).values())).all()


def test_sequential_networks_train_save_and_are_told_apart(tmp_path):
    dense = keras.layers.Dense
    generator = keras.Sequential([keras.Input((2,)), dense(4, "relu"), dense(3)])
    discriminator = keras.Sequential([keras.Input((3,)), dense(4, "relu"), dense(1)])
    with pytest.raises(ValueError, match="keras.io"):
        GAN(discriminator, generator)
    model = GAN(generator, discriminator, penalties=[R1()])
    model.save(tmp_path / "uncompiled.keras")
    model.compile()
    model.fit(np.ones((16, 3), "float32"), batch_size=8, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.sample(3), model.sample(3))


def test_an_augmentation_that_is_a_layer_works_in_training():
    model = GAN(*point_players(), augmentation=layers.GaussianNoise(5.0))
    points = tf.zeros((4, 2))
    look = model.critic({"images": points})
    assert np.abs(look(points)["scores"] - look(points, augment=False)["scores"]).max() > 0.01
    np.testing.assert_array_equal(model.critic({}, training=False)(points)["scores"], model.discriminator(points))


def test_images_in_double_precision_train_with_penalties(images):
    model = WGAN(*players(normalization=None), penalties=[R1(), GradientPenalty()], n_critic=1)
    model.compile()
    model.fit(tf.data.Dataset.from_tensor_slices(images.astype("float64")).batch(16), verbose=0)
    assert model.steps_done == 3
