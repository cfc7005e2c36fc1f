"""What a look measures: against closed forms, by its own definitions, and without a trace."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from small import players, point_players, same_start

from keras_gan.callbacks.vital_signs import Probe, how_often_above, mean_distance, overfitting, some_of
from keras_gan.data import Minibatches
from keras_gan.layers import Dropout
from keras_gan.models.gan import GAN
from keras_gan.penalties import R1, Every


def compiled(make=lambda: GAN(*players(), penalties=[Every(2, R1())]), run_eagerly=True):
    model = same_start(make)
    model.compile(run_eagerly=run_eagerly)
    return model


def test_how_often_one_lies_above_the_other():
    assert how_often_above([1.0, 3.0], [0.0, 2.0]) == 0.75
    assert how_often_above([1.0, 1.0], [1.0]) == 0.5
    assert how_often_above([5.0], [-7.0, 2.0, 4.9]) == 1.0


def test_the_mean_distance_is_that_of_all_pairs():
    square = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]) + 100.0
    assert mean_distance(square) == pytest.approx((4 * 1 + 2 * 2**0.5) / 6, rel=1e-9)
    assert mean_distance(np.ones((5, 2, 2, 1))) == 0


def test_overfitting_is_0_for_alike_and_1_for_images_that_look_generated():
    assert overfitting([4.0, 2.0], [3.0], [-1.0]) == 0
    assert overfitting([3.0], [-1.0], [-1.0]) == 1
    assert overfitting([3.0], [1.0], [-1.0]) == 0.5


def test_of_arrays_a_choice_of_minibatches_their_first(images):
    assert some_of(images, 1000).shape == images.shape
    sorted_images = np.linspace(-1, 1, 100, dtype="float32")[:, None]
    assert np.ptp(some_of(sorted_images, 20)) > 1.5
    pair = some_of((images, np.arange(48)), 8)
    np.testing.assert_array_equal(pair[0], images[pair[1]])
    mapped = Minibatches(images, batch_size=4).map(lambda batch: batch * 0)
    assert not np.any(some_of(mapped, 12)) and len(some_of(mapped, 12)) == 12


def test_the_pulls_of_an_undecided_game_are_those_of_its_loss(images):
    def undecided(loss):
        model = compiled(lambda: GAN(*players(), adversarial_loss=loss))
        model.discriminator.get_layer("scores").kernel.assign(model.discriminator.get_layer("scores").kernel * 0)
        return Probe(model, images)()

    for loss, *pulls in [("non_saturating", 1, 0.5), ("minimax", 1, 0.5), ("wasserstein", 2, 1), ("hinge", 2, 1)]:
        look = undecided(loss)
        assert [look.d_pull, look.g_pull] == pytest.approx(pulls, rel=1e-5)
        assert look.accuracy == 0.5 and look.margin == 0


def test_gradients_are_those_of_the_losses_by_all_weights(images):
    model = compiled(lambda: GAN(*point_players(), adversarial_loss="wasserstein"))
    points = images.reshape(48, -1)[:, :2]
    look = Probe(model, points)()
    expected, batch = {}, {"images": tf.constant(points)}
    for player, terms in (("d", model.discriminator_terms), ("g", model.generator_terms)):
        with tf.GradientTape() as tape:
            value = terms(batch)["adversarial"]
        gradients = tape.gradient(value, [v.value for v in model.variables_of(player)])
        expected[player] = float(tf.linalg.global_norm(gradients))
    # other latents than those of the look: of the same size, not the same
    assert expected["d"] == pytest.approx(look.d_gradient, rel=0.5)
    assert expected["g"] == pytest.approx(look.g_gradient, rel=0.5)
    assert look.g_gradient > 0 and look.reach > 0


def test_samples_are_of_the_current_generator_not_of_the_average(images):
    model = compiled()
    probe = Probe(model, images)
    before = probe()
    model.generator.get_layer("project").kernel.assign(model.generator.get_layer("project").kernel * 0)
    after = probe()
    assert before.diversity > 0.001 and after.diversity < before.diversity / 100
    assert after.weights == before.weights == 1


def test_weights_are_compared_with_the_first_look(images):
    model = compiled()
    probe = Probe(model, images)
    for weight in model.discriminator.trainable_variables:
        weight.assign(3 * weight)
    assert probe().weights == pytest.approx(3, rel=1e-5)


def test_a_look_leaves_no_trace_and_two_looks_are_equal(images):
    def with_dropout():
        generator, discriminator = players()
        x = Dropout(0.5)(discriminator.outputs[0])
        return GAN(generator, keras.Model(discriminator.inputs, x), penalties=[Every(2, R1())])

    model = compiled(with_dropout)
    before = model.get_weights()
    probe = Probe(model, images, images[:10])
    first, second = probe(), probe()
    assert first == second
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_scores_of_patches_count_by_their_mean(images):
    generator, _ = players()
    inputs = keras.Input((8, 8, 1), name="images")
    model = compiled(lambda: GAN(generator, keras.Model(inputs, keras.layers.Conv2D(1, 4, 2)(inputs))))
    look = Probe(model, images, images[:8])()
    assert 0 <= look.accuracy <= 1 and np.isfinite(list(look.numbers.values())).all()


def test_two_replicas_see_what_one_sees(two_replicas, images):
    def look():
        return Probe(compiled(lambda: GAN(*players()), run_eagerly=False), images, images[:16])()

    one = look()
    with two_replicas.scope():
        two = look()
    for name, value in one.numbers.items():
        assert two.numbers[name] == pytest.approx(value, rel=1e-4, abs=1e-6), name


def test_images_that_the_model_cannot_take_are_refused(images):
    with pytest.raises(ValueError, match=r"shape \(4, 4, 1\), the discriminator takes \(8, 8, 1\)"):
        Probe(compiled(), images, images[:, :4, :4])
    with pytest.raises(ValueError, match="from_uint8"):
        Probe(compiled(), 128 + 127 * images)
