"""What every augmentation of `keras_gan.augmentations` must keep: a new one is tested here by being in `__all__`."""

import derivatives
import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_gan import augmentations
from keras_gan.random import Numbers, drawing_from

# Arguments at which something happens to images, none at its default.
ARGUMENTS = {
    "AdaptiveAugmentation": {"target": 0.3, "interval": 2, "speed_kimg": 1.0, "initial_p": 0.7},
    "DiffAugment": {"policy": ["cutout", "color", "translation"]},
    "InstanceNoise": {"stddev": 0.3, "anneal_steps": 10},
}
IMAGE_SHAPES = [(8, 8, 1), (6, 8, 3), (7, 5, 4)]
NAMES = [name for name in augmentations.__all__ if name != "Augmentation"]

every_augmentation = pytest.mark.parametrize("name", NAMES)
of_every_shape = pytest.mark.parametrize("image_shape", IMAGE_SHAPES, ids=str)


def make(name):
    return getattr(augmentations, name)(**ARGUMENTS.get(name, {}))


def some_images(image_shape=(8, 8, 3), number=6):
    return tf.constant(np.random.default_rng(0).uniform(-1, 1, (number, *image_shape)), tf.float32)


def in_training(augmentation, images, step=0):
    with drawing_from(Numbers(seed=1, step=step)):
        return augmentation(images, training=True)


@every_augmentation
@of_every_shape
def test_it_changes_images_in_training_and_nothing_outside(name, image_shape):
    augmentation, images = make(name), some_images(image_shape)
    np.testing.assert_array_equal(augmentation(images, training=False), images)
    changed = in_training(augmentation, images)
    assert changed.shape == images.shape
    assert changed.dtype == "float32"
    assert np.abs(changed - images).max() > 0.1
    assert np.abs(changed - in_training(augmentation, images, step=1)).max() > 0.1


@every_augmentation
def test_every_image_is_changed_in_its_own_way(name):
    same = tf.repeat(some_images(number=1), 6, axis=0)
    changed = in_training(make(name), same).numpy()
    assert len(np.unique(changed.round(4), axis=0)) >= 4


@every_augmentation
def test_it_does_the_same_in_eager_mode_and_by_xla(name):
    augmentation, images = make(name), some_images()
    compiled = tf.function(
        lambda images: in_training(augmentation, images),
        input_signature=[tf.TensorSpec((None, *images.shape[1:]))],
        jit_compile=True,
    )
    np.testing.assert_allclose(compiled(images), in_training(augmentation, images), atol=2e-4)


@every_augmentation
def test_two_replicas_do_to_their_shares_what_one_does_to_all(name, two_replicas):
    images = some_images()
    with two_replicas.scope():
        augmentation = make(name)

    @tf.function
    def of_a_share():
        index = tf.distribute.get_replica_context().replica_id_in_sync_group
        return in_training(augmentation, images[3 * index : 3 * index + 3])

    shares = two_replicas.experimental_local_results(two_replicas.run(of_a_share))
    np.testing.assert_allclose(np.concatenate(shares), in_training(make(name), images), atol=1e-5)


@every_augmentation
def test_its_first_and_second_derivatives_agree_with_finite_differences(name):
    augmentation = make(name)

    def change(images):
        with drawing_from(Numbers(seed=1)):
            return augmentation.call(images, training=True)

    images = tf.cast(some_images((6, 6, 3), number=3), tf.float64)
    derivatives.check(change, images, tolerance=1e-4)


@every_augmentation
def test_a_lazy_penalty_goes_through_it_by_xla(name):
    augmentation, images = make(name), some_images((6, 6, 3), number=3)
    kernel = tf.constant(np.random.default_rng(1).normal(size=images.shape[1:]), tf.float32)

    def gradient(due, images):
        def penalty():
            with drawing_from(Numbers(seed=1)), tf.GradientTape() as tape:
                tape.watch(images)
                scores = tf.reduce_sum(tf.sin(kernel * augmentation(images, training=True)), axis=(1, 2, 3))
            return tf.reduce_sum(tape.gradient(scores, images) ** 2)

        with tf.GradientTape() as tape:
            tape.watch(kernel)
            value = tf.cond(due, penalty, lambda: tf.constant(0.0))
        return tape.gradient(value, kernel)

    signature = [tf.TensorSpec((), tf.bool), tf.TensorSpec(images.shape)]  # a game knows the size of its minibatch
    compiled = tf.function(gradient, input_signature=signature, jit_compile=True)
    expected = gradient(tf.constant(True), images)
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(compiled(tf.constant(True), images), expected, rtol=1e-3, atol=1e-3)


@every_augmentation
def test_its_configuration_makes_an_equal_one(name):
    augmentation, images = make(name), some_images()
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(augmentation))
    assert copy.get_config() == augmentation.get_config()
    assert keras.saving.get_registered_name(type(copy)) == f"keras_gan>{name}"
    np.testing.assert_array_equal(in_training(copy, images), in_training(augmentation, images))


@every_augmentation
def test_under_mixed_precision_it_still_computes_in_float32(name):
    images, exact = some_images(), in_training(make(name), some_images())
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        np.testing.assert_array_equal(in_training(make(name), images), exact)
    finally:
        keras.config.set_dtype_policy("float32")


@every_augmentation
def test_it_reports_what_it_declares(name):
    augmentation = make(name)
    assert tuple(augmentation.report()) == augmentation.reports
    assert not augmentation.trainable_variables
