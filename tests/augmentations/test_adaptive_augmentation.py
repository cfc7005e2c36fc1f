"""ADA: how p moves, is saved and resumed, and how often what happens."""

import warnings

import numpy as np
import pytest
import tensorflow as tf

from keras_gan import GAN, losses, networks
from keras_gan.augmentations import AdaptiveAugmentation, DiffAugment, adaptive, geometry
from keras_gan.duel import Duel
from keras_gan.random import Numbers, drawing_from

LOGITS = losses.NonSaturating()


def observe(augmentation, *means, images=10, loss=LOGITS):
    """Shows it minibatches of whose real scores so many more are above the loss' undecided one than below it."""
    for mean in means:
        scores = np.where(np.arange(images) < images * (1 + mean) / 2, 0.1, -5.0) + loss.undecided
        real = tf.constant(scores[:, None], tf.float32)
        augmentation.observe(Duel(lambda images, augment=True: {"scores": images}, real, real, None), loss)


def test_p_rises_where_the_critic_is_sure_and_falls_where_it_is_not():
    augmentation = AdaptiveAugmentation(initial_p=0.5, speed_kimg=1.0)
    observe(augmentation, 1.0, 1.0, 1.0, 1.0)
    assert float(augmentation.p) == pytest.approx(0.5 + 40 / 1000)
    observe(augmentation, 0.4, 0.6, 0.6, 0.4)
    assert float(augmentation.p) == pytest.approx(0.5)
    observe(augmentation, 0.6, 0.6, 0.6, 0.6)
    assert float(augmentation.p) == pytest.approx(0.5)


@pytest.mark.parametrize("loss", [losses.LeastSquares(), losses.FDivergence("kl"), losses.NonSaturating(0.2)])
def test_the_critic_is_sure_above_the_score_at_which_the_loss_leaves_it_undecided(loss):
    augmentation = AdaptiveAugmentation(initial_p=0.5, speed_kimg=1.0, interval=1)
    observe(augmentation, 0.4, loss=loss)  # all scores of LeastSquares are above 0
    assert float(augmentation.p) == pytest.approx(0.5 - 10 / 1000)
    observe(augmentation, 0.8, loss=loss)
    assert float(augmentation.p) == pytest.approx(0.5)


@pytest.mark.parametrize("loss", ["wasserstein", "relativistic", "relativistic_average"])
def test_a_loss_that_leaves_no_score_undecided_warns_with_the_repair(loss):
    with pytest.warns(UserWarning, match="GAN: AdaptiveAugmentation follows .*DiffAugment.*'non_saturating'"):
        game(adversarial_loss=loss)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        game(adversarial_loss="hinge")
        GAN(*players(), adversarial_loss=loss, augmentation=[DiffAugment()])


def test_a_pack_counts_as_the_images_it_holds():
    gan, images = game(packing=4), np.zeros((16, 4, 4, 1), "float32") - 0.5
    gan.fit(images, batch_size=8, verbose=0)  # two minibatches, and p rises by their images
    assert float(gan.augmentations[0].p) == pytest.approx(0.016)


def test_p_moves_at_the_end_of_an_interval_only_by_the_mean_of_all_its_minibatches():
    augmentation = AdaptiveAugmentation(initial_p=0.5, speed_kimg=1.0, interval=3)
    observe(augmentation, 1.0, 1.0)
    assert float(augmentation.p) == 0.5
    observe(augmentation, -1.0)
    assert float(augmentation.p) == pytest.approx(0.5 - 30 / 1000)
    observe(augmentation, 1.0, 1.0)
    assert float(augmentation.p) == pytest.approx(0.5 - 30 / 1000)


def test_p_goes_from_0_to_1_in_so_many_images_and_stays_between():
    augmentation = AdaptiveAugmentation(speed_kimg=0.5, interval=1)
    observe(augmentation, *[1.0] * 49)
    assert float(augmentation.p) == pytest.approx(0.98, abs=1e-5)
    observe(augmentation, *[1.0] * 3)
    assert float(augmentation.p) == 1.0
    observe(augmentation, *[-1.0] * 60)
    assert float(augmentation.p) == 0.0


def players(packing=1):
    size = {"image_shape": (4, 4, 1), "units": 4, "num_layers": 1}
    return networks.mlp.generator(latent_dim=2, **size), networks.mlp.discriminator(packing=packing, **size)


def game(packing=1, **arguments):
    augmentation = AdaptiveAugmentation(target=-1.0, speed_kimg=1.0, interval=2)  # below every r: p rises
    gan = GAN(*players(packing), augmentation=augmentation, **arguments)
    gan.compile()
    return gan


def test_p_is_logged_saved_and_resumed(tmp_path):
    gan, images = game(), np.random.default_rng(0).uniform(-1, 1, (48, 4, 4, 1)).astype("float32")
    logs = gan.fit(images, batch_size=8, epochs=1, verbose=0).history  # six minibatches: p moves three times
    p = [0, 0.016, 0.016, 0.032, 0.032, 0.048]
    gan.save_weights(tmp_path / "game.weights.h5")
    assert logs["d_augmentation_p"] == [pytest.approx(np.mean(p), rel=1e-4)]
    again = game()
    again.load_weights(tmp_path / "game.weights.h5")
    for each in (gan, again):
        assert float(each.augmentations[0].p) == pytest.approx(0.048)
        each.fit(images[:24], batch_size=8, verbose=0)
        assert float(each.augmentations[0].p) == pytest.approx(0.064)
        assert float(each.augmentations[0].minibatches) == 1


def test_two_replicas_move_p_by_the_signs_and_the_number_of_all_images(two_replicas):
    with two_replicas.scope():
        augmentation = AdaptiveAugmentation(initial_p=0.5, speed_kimg=1.0, interval=1)

    @tf.function
    def of_a_share(scores):
        shares = tf.split(scores, 2)
        share = shares[0] if tf.distribute.get_replica_context().replica_id_in_sync_group == 0 else shares[1]
        duel = Duel(lambda images, augment=True: {"scores": images}, share, share, None)
        augmentation.observe(duel, LOGITS)

    two_replicas.run(of_a_share, args=(tf.constant([[1.0], [1.0], [-1.0], [1.0]]),))  # r = ½: below the target
    assert augmentation.p.numpy() == pytest.approx(0.5 - 4 / 1000)
    two_replicas.run(of_a_share, args=(tf.constant([[1.0], [1.0], [1.0], [1.0]]),))
    assert augmentation.p.numpy() == pytest.approx(0.5)


def test_at_p_0_an_image_is_exactly_itself():
    for channels in (1, 3, 4):
        images = np.random.default_rng(0).uniform(-1, 1, (4, 7, 6, channels)).astype("float32")
        with drawing_from(Numbers(seed=0)):
            np.testing.assert_array_equal(AdaptiveAugmentation()(images, training=True), images)


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_every_change_happens_with_its_probability(p):
    images = tf.zeros((5000, 8, 8, 3))
    with drawing_from(Numbers(seed=0)):
        changes = [(float(probability), float(np.mean(np.abs(matrix - np.eye(len(matrix[0]))).max((1, 2)) > 1e-6)))
                   for make in (adaptive._movements, adaptive._colours)
                   for probability, matrix in make(images, tf.constant(p))]  # fmt: skip
    probabilities, moving = zip(*changes, strict=True)
    rotation = 1 - np.sqrt(1 - p)
    np.testing.assert_allclose(probabilities, [p, p, p, p, rotation, p, rotation, p, *[p] * 5], atol=1e-6)
    # half of the flips do nothing, a quarter of the turns, and a quarter of the moves by up to one pixel
    expected = [1 / 2, 3 / 4, 3 / 4, 1, 1, 1, 1, 1, 1, 1, 1 / 2, 1, 1]
    np.testing.assert_allclose(moving, expected, atol=0.03)


def test_gates_open_with_their_probability_one_by_one():
    images, n = tf.zeros((5000, 4, 4, 1)), 3
    flip = geometry.flipped(tf.ones(5000, tf.bool))
    with drawing_from(Numbers(seed=0)):
        composed = adaptive._composed(images, [(0.2, flip)] * n).numpy()
    flipped = composed[:, 0, 0] < 0
    odd = 3 * 0.2 * 0.8**2 + 0.2**3
    assert flipped.mean() == pytest.approx(odd, abs=0.02)


def test_deviations_are_the_papers():
    images = tf.zeros((20000, 16, 16, 3))
    with drawing_from(Numbers(seed=0)):
        movements, colours = (dict(enumerate(matrix for _, matrix in make(images, tf.constant(0.5))))
                              for make in (adaptive._movements, adaptive._colours))  # fmt: skip
    whole, size, stretch, part = (movements[i].numpy() for i in (2, 3, 5, 7))
    assert np.abs(whole[:, :2, 2]).max() == 2
    np.testing.assert_array_equal(whole, whole.round())
    assert np.log2(size[:, 0, 0]).std() == pytest.approx(0.2, rel=0.03)
    np.testing.assert_allclose(size[:, 0, 0], size[:, 1, 1])
    assert np.log2(stretch[:, 0, 0]).std() == pytest.approx(0.2, rel=0.03)
    np.testing.assert_allclose(stretch[:, 0, 0] * stretch[:, 1, 1], 1, rtol=1e-5)
    np.testing.assert_allclose(part[:, :2, 2].std(0), 2, rtol=0.03)
    assert colours[0][:, 0, 3].numpy().std() == pytest.approx(0.2, rel=0.03)
    assert np.log2(colours[1][:, 0, 0]).std() == pytest.approx(0.5, rel=0.03)


def test_images_that_are_not_square_are_never_turned_on_their_side():
    with drawing_from(Numbers(seed=0)):
        _, (_, turns) = adaptive._movements(tf.zeros((500, 4, 6, 1)), tf.constant(0.5))[:2]
    np.testing.assert_array_equal(np.unique(turns[:, 0, 0]), [-1, 1])
    np.testing.assert_array_equal(turns[:, 0, 1], 0)


def test_it_refuses_numbers_out_of_range_and_points():
    for argument, value in (("target", 1.5), ("interval", 0), ("speed_kimg", 0.0), ("initial_p", -0.1)):
        with pytest.raises(ValueError, match=f"AdaptiveAugmentation: {argument}={value}; expected"):
            AdaptiveAugmentation(**{argument: value})
    with pytest.raises(ValueError, match="expected images"):
        AdaptiveAugmentation()(tf.zeros((4, 2)), training=True)
