"""Bad input: a clear error that names what was passed and the repair, before anything moves."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from small import players, point_players

from keras_gan import losses, networks
from keras_gan.callbacks import Resume
from keras_gan.layers import SpectralNormalization
from keras_gan.models.acgan import ACGAN
from keras_gan.models.catgan import CatGAN
from keras_gan.models.gan import GAN
from keras_gan.models.improved_gan import ImprovedGAN
from keras_gan.models.infogan import InfoGAN
from keras_gan.models.sgan import SGAN
from keras_gan.models.wgan import WGAN
from keras_gan.models.wgan_gp import WGANGP
from keras_gan.penalties import R1, Every, GradientPenalty, Roth
from keras_gan.priors import Normal


def fit(images, make=lambda: GAN(*players()), **arguments):
    model = make()
    model.compile()
    before = model.get_weights()
    try:
        return model.fit(images, verbose=0, **{"batch_size": 16} | arguments)
    except Exception:
        for old, new in zip(before, model.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)
        raise


def test_bytes_are_refused_with_the_repair(images):
    dataset = tf.data.Dataset.from_tensor_slices(((images + 1) * 127.5).astype("uint8")).batch(16)
    with pytest.raises(ValueError, match="uint8.*from_uint8"):
        fit(dataset)


def test_values_up_to_255_are_refused_with_the_repair(images):
    with pytest.raises(ValueError, match=r"\[0, 255\].*from_uint8"):
        fit((images + 1) * 127.5)


def test_values_in_the_unit_interval_warn(images):
    with pytest.warns(UserWarning, match=r"\[0, 1\].*\* 2 - 1"):
        fit(np.abs(images))


def test_nan_in_the_data_is_refused(images):
    images[3, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        fit(images)
    with pytest.raises(ValueError, match="NaN"):
        fit(tf.data.Dataset.from_tensor_slices(images).batch(16))


def test_no_data_are_refused(images):
    with pytest.raises(ValueError, match="no data"):
        fit(None)
    with pytest.raises(ValueError, match="empty"):
        fit(tf.data.Dataset.from_tensor_slices(images[:0]).batch(16))
    with pytest.raises(ValueError, match="0 images|empty"):
        fit(images[:0])
    with pytest.raises(ValueError, match="empty"):
        fit(iter([]), steps_per_epoch=1)
    with pytest.raises(ValueError, match="steps_per_epoch"):
        fit(iter([images[:16]]))


def test_fewer_images_than_a_minibatch_are_refused(images):
    with pytest.raises(ValueError, match="10 images.*batch_size=16"):
        fit(images[:10])


def test_fewer_minibatches_than_critic_steps_are_refused(images):
    with pytest.raises(ValueError, match="3 minibatches.*n_critic=5"):
        fit(images, make=lambda: WGAN(*players()))


def test_more_steps_than_the_data_give_are_refused(images):
    with pytest.raises(ValueError, match="steps_per_epoch=4.*3 steps"):
        fit(images, steps_per_epoch=4)


def test_wrong_rank_and_wrong_channels_are_refused(images):
    with pytest.raises(ValueError, match="rank|channel axis"):
        fit(images[..., 0])
    with pytest.raises(ValueError, match=r"\(8, 8, 3\).*\(8, 8, 1\)"):
        fit(np.repeat(images, 3, axis=-1))


def test_an_endless_data_set_wants_a_number_of_steps(images):
    with pytest.raises(ValueError, match="steps_per_epoch"):
        fit(tf.data.Dataset.from_tensor_slices(images).batch(16).repeat())


def test_a_python_generator_cannot_be_grouped(images):
    with pytest.raises(ValueError, match="generator.*n_critic=5"):
        fit((images[:16] for _ in range(10)), make=lambda: WGAN(*players()))


def test_a_python_generator_trains_where_each_step_takes_one_minibatch(images):
    history = fit((images[16 * i : 16 * i + 16] for i in range(3)), steps_per_epoch=3)
    assert np.isfinite(history.history["d_loss"]).all()
    assert history.model.steps_done == 3


def test_a_keras_pydataset_trains_epoch_after_epoch(images):
    class Thirds(keras.utils.PyDataset):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return images[16 * index : 16 * index + 16]

    assert fit(Thirds(), epochs=2).model.steps_done == 6


@pytest.mark.parametrize(
    ("make", "who"),
    [
        (lambda *both: GAN(*both, penalties=[R1(), Roth()]), "GAN: .*packs of 2 images, and the penalty roth"),
        (lambda *both: GAN(*both, penalties=[Every(4, Roth())]), "GAN: .*the penalty roth"),
        (lambda _, d: ACGAN(networks.mlp.generator((2,), 2, num_classes=3), d), "ACGAN: .*packs of 2"),
        (lambda _, d: InfoGAN(networks.mlp.generator((2,), 16), d), "InfoGAN: .*packs of 2"),
        (lambda *both: SGAN(*both, num_classes=3), "SGAN: .*packs of 2 images, and a classifier"),
        (lambda *both: ImprovedGAN(*both, num_classes=3), "ImprovedGAN: .*packs of 2"),
        (lambda *both: CatGAN(*both, num_classes=3), "CatGAN: .*packs of 2"),
    ],
)
def test_packs_are_refused_where_each_image_counts(make, who):
    with pytest.raises(ValueError, match=f"{who}.*packing=1"):
        make(networks.mlp.generator((2,), 2, units=8), networks.mlp.discriminator((2,), units=8, packing=2))


def test_networks_of_other_shapes_are_refused():
    generator, _ = players((16, 16, 1))
    _, discriminator = players((8, 8, 1))
    with pytest.raises(ValueError, match=r"\(16, 16, 1\).*\(8, 8, 1\)"):
        GAN(generator, discriminator)


def test_latents_of_another_size_are_refused():
    with pytest.raises(ValueError, match="size 7.*takes 4"):
        GAN(*players(), prior=Normal(7))


def test_networks_in_the_order_of_keras_io_are_refused():
    generator, discriminator = players()
    with pytest.raises(ValueError, match="keras.io"):
        GAN(discriminator, generator)


def test_a_latent_dim_is_refused_with_the_reason():
    generator, discriminator = players()
    with pytest.raises(TypeError, match="latent_dim is not an argument"):
        GAN(generator, discriminator, 64)
    with pytest.raises(TypeError, match="latent_dim is not an argument"):
        GAN(discriminator=discriminator, generator=generator, latent_dim=64)


def test_networks_that_are_not_built_are_refused():
    generator, discriminator = players()
    with pytest.raises(ValueError, match="not built.*keras.Input"):
        GAN(keras.Sequential([keras.layers.Dense(3)]), discriminator)
    with pytest.raises(TypeError, match="expected a keras.Model"):
        GAN(generator, "discriminator")


def nested(features):
    inner = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, activation="sigmoid")])
    return inner(features)


SQUASHED = {
    "dense": lambda x: keras.layers.Dense(1, activation="sigmoid")(x),
    "activation": lambda x: keras.layers.Activation("sigmoid")(x),
    "nested": nested,
    "spectrally normalised": lambda x: SpectralNormalization(keras.layers.Dense(1, activation="sigmoid"))(x),
    "operation": lambda x: keras.ops.sigmoid(x),
    "flattened": lambda x: keras.layers.Flatten()(keras.layers.Activation("sigmoid")(x)),
    "wrapped": lambda x: keras.layers.TimeDistributed(keras.layers.Activation("linear"))(keras.ops.sigmoid(x[:, None])),
    "linear head": lambda x: keras.layers.Activation("linear")(keras.layers.Activation("sigmoid")(x)),
    "softmax": lambda x: keras.layers.Dense(2, activation="softmax")(x),
}


@pytest.mark.parametrize("last", SQUASHED)
def test_a_discriminator_that_ends_in_a_sigmoid_is_refused(last):
    generator, _ = players()
    images = keras.Input((8, 8, 1))
    features = keras.layers.Dense(1)(keras.layers.Flatten()(images))
    with pytest.raises(ValueError, match="(sigmoid|softmax); expected scores"):
        GAN(generator, keras.Model(images, SQUASHED[last](features)))
    GAN(generator, keras.Model(images, keras.layers.Activation("tanh")(features)))  # a bounded score is no probability


def test_one_optimiser_for_both_players_is_refused():
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="one instance"):
        GAN(*players()).compile(adam, adam)


def test_a_variable_of_both_players_is_refused():
    images = keras.Input((2,))
    shared = keras.layers.Dense(2)
    with pytest.raises(ValueError, match="belongs to both players"):
        GAN(keras.Model(images, shared(images)), keras.Model(images, keras.layers.Dense(1)(shared(images)))).compile()


def test_a_variable_of_no_player_is_refused():
    model = GAN(*point_players())
    model.orphan = keras.layers.Dense(1)
    model.orphan.build((None, 2))
    with pytest.raises(ValueError, match="no player trains"):
        model.compile()


def test_keras_arguments_say_where_they_live():
    with pytest.raises(TypeError, match="adversarial_loss"):
        GAN(*point_players()).compile(loss="binary_crossentropy")
    with pytest.raises(TypeError, match="d_optimizer"):
        GAN(*point_players()).compile(optimizer="adam")


def test_unknown_losses_name_the_nearest():
    with pytest.raises(ValueError, match="wasserstein"):
        GAN(*point_players(), adversarial_loss="waserstein")


def test_unknown_arguments_are_refused():
    with pytest.raises(TypeError, match="lamda"):
        WGANGP(*point_players(), lamda=10.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: GAN(*point_players(), n_critic=0),
        lambda: GAN(*point_players(), n_critic=1.5),
        lambda: GAN(*point_players(), ema_start=-1),
        lambda: GAN(*point_players(), ema_ramp=-5.0),
        lambda: GAN(*point_players(), ema_decay=1.0),
        lambda: WGAN(*point_players(), weight_clip=-1.0),
        lambda: WGANGP(*point_players(), gradient_penalty=-1.0),
        lambda: R1(-1.0),
        lambda: GradientPenalty(float("nan")),
        lambda: Every(0, R1()),
        lambda: Resume("nowhere", keep=0),
    ],
)
def test_numbers_out_of_their_range_are_refused(make):
    with pytest.raises(ValueError, match="expected"):
        make()


@pytest.mark.parametrize("policy", ["mixed_float16", "bfloat16", "float16"])
def test_coarse_policies_are_refused(policy):
    keras.config.set_dtype_policy(policy)
    try:
        model = GAN(*point_players())
    finally:
        keras.config.set_dtype_policy("float32")
    with pytest.raises(ValueError, match="mixed_bfloat16"):
        model.compile()


def test_players_of_different_policies_are_refused():
    generator, _ = players()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        _, discriminator = players()
    finally:
        keras.config.set_dtype_policy("float32")
    with pytest.raises(ValueError, match="one policy for all players"):
        GAN(generator, discriminator).compile()


def test_layers_with_a_seed_generator_warn():
    generator, _ = point_players()
    images = keras.Input((2,))
    discriminator = keras.Model(images, keras.layers.Dense(1)(keras.layers.Dropout(0.5)(images)))
    with pytest.warns(UserWarning, match="Dropout.*keras_gan.layers.Dropout"):
        GAN(generator, discriminator).compile()


def test_a_training_that_diverges_stops_before_anything_is_overwritten(images, tmp_path):
    model = GAN(*players())
    model.compile(d_optimizer=keras.optimizers.SGD(1e30), g_optimizer=keras.optimizers.SGD(1e30))
    written = []
    note = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: written.append(epoch))
    with pytest.raises(FloatingPointError, match="became|hold NaN"):
        model.fit(images, epochs=3, batch_size=16, verbose=0, callbacks=[note, Resume(tmp_path)])
    assert written in ([], [0])
    assert all(np.isfinite(np.asarray(v)).all() for v in model.optimizer.iterations.numpy().reshape(-1))
    assert not list(tmp_path.glob("*-*")), "a model of infinite weights was saved"


def test_fit_without_compile_says_so(images):
    with pytest.raises(ValueError, match="compile"):
        GAN(*players()).fit(images)


def test_a_term_that_was_not_declared_is_refused(images):
    class WithSecretTerm(GAN):
        def generator_terms(self, batch):
            return super().generator_terms(batch) | {"secret": tf.constant(1.0)}

    with pytest.raises(ValueError, match="secret"):
        fit(images, make=lambda: WithSecretTerm(*players()))


def test_a_network_that_asks_for_what_the_batch_does_not_hold_says_so(images):
    generator, _ = players()
    x, y = keras.Input((8, 8, 1), name="images"), keras.Input((), dtype="int32", name="labels")
    judged = keras.layers.Concatenate()([keras.layers.Flatten()(x), keras.layers.Embedding(3, 4)(y)])
    discriminator = keras.Model([x, y], keras.layers.Dense(1)(judged))
    with pytest.raises(ValueError, match=r"takes labels.*\(images, labels\)"):
        fit(images, make=lambda: GAN(generator, discriminator))


def test_inputs_without_the_names_that_feed_them_are_refused():
    generator, _ = players()
    x, y = keras.Input((8, 8, 1)), keras.Input((1,))
    scores = keras.layers.Dense(1)(keras.layers.Concatenate()([keras.layers.Flatten()(x), y]))
    with pytest.raises(ValueError, match="'images' among them"):
        GAN(generator, keras.Model([x, y], scores))


@pytest.mark.parametrize(
    "parts",
    [
        {"penalties": ["r1"]},
        {"penalties": [R1]},
        {"adversarial_loss": losses.Hinge},
        {"adversarial_loss": keras.losses.BinaryCrossentropy()},
        {"prior": 64},
    ],
)
def test_parts_that_are_no_parts_are_refused_with_an_example(parts):
    with pytest.raises(TypeError, match="expected an object such as keras_gan"):
        GAN(*point_players(), **parts)


@pytest.mark.parametrize("steps", [0, -1, 1.5])
def test_a_number_of_steps_that_is_none_is_refused(images, steps):
    with pytest.raises((ValueError, TypeError), match="steps_per_epoch"):
        fit(images, steps_per_epoch=steps)


def test_a_dict_without_images_is_refused(images):
    with pytest.raises(ValueError, match="expected 'images'"):
        fit({"image": images})


def test_activity_regularisers_are_refused():
    generator, _ = point_players()
    points = keras.Input((2,))
    scores = keras.layers.Dense(1, activity_regularizer="l2")(points)
    with pytest.raises(ValueError, match="kernel_regularizer"):
        GAN(generator, keras.Model(points, scores))


def test_held_out_data_are_checked_before_anything_is_trained(images):
    with pytest.raises(ValueError, match=r"\(8, 8, 3\)"):
        fit(images, validation_data=np.repeat(images, 3, axis=-1))
    model = GAN(*players())
    model.compile()
    with pytest.raises(ValueError, match=r"\[0, 255\]"):
        model.evaluate((images + 1) * 127.5)


def test_data_that_end_too_early_are_an_error_and_no_epoch_of_zeros(images):
    model = GAN(*players())
    model.compile()
    with pytest.warns(UserWarning), pytest.raises(ValueError, match="data ended after 0 of 3 steps of epoch 2"):
        model.fit((images[:16] for _ in range(3)), steps_per_epoch=3, epochs=3, verbose=0)
    assert model.position == (1, 0)


def test_a_metric_that_is_undefined_is_logged_and_training_goes_on(images):
    @keras.saving.register_keras_serializable("tests")
    class Undefined(keras.metrics.Mean):
        def update_state(self, real, fake):
            super().update_state(np.nan)

    model = GAN(*players())
    model.compile(metrics=[Undefined(name="undefined")])
    logs = model.fit(images, batch_size=16, epochs=2, verbose=0, validation_data=images).history
    assert np.isnan(logs["val_undefined"]).all() and model.epochs_done == 2


def test_held_out_scores_that_are_not_finite_stop_training(images):
    model = GAN(*players())
    model.compile()
    broken = [np.full_like(weight, np.nan) for weight in model.generator_ema.get_weights()]
    model.ema_start = 100
    model.averages["generator"].set_weights(broken)
    model.average = lambda: None  # the average alone is broken
    with pytest.raises(FloatingPointError, match="fake_score"):
        model.fit(images, batch_size=16, epochs=2, verbose=0, validation_data=images)
