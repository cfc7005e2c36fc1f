"""How different a set of images is in itself."""

import numpy as np
import pytest

from keras_gan.metrics import pairs
from keras_gan.metrics.diversity import Diversity, default_scales, diversity, diversity_per_class

RNG = np.random.default_rng(0)
SMOOTH = np.clip(np.cumsum(RNG.normal(0, 0.3, (40, 16, 16, 1)), axis=1), -1, 1).astype("float32")
ONE = np.repeat(SMOOTH[:1], 20, axis=0)


def test_a_collapsed_set_has_one_and_a_varied_one_less():
    assert diversity(ONE, num_pairs=50) == pytest.approx(1, abs=1e-12)
    assert 0 <= diversity(SMOOTH, num_pairs=200) < 0.5


def test_of_two_images_it_is_their_ms_ssim():
    first, second = SMOOTH[:1], (SMOOTH[:1] + SMOOTH[1:2]) / 2
    expected = float(pairs.ms_ssim(first, second, scales=3, shrink_window=True)[0])
    assert 0.1 < expected < 0.9
    assert diversity(np.concatenate([first, second]), num_pairs=7) == pytest.approx(expected, rel=1e-9)


def test_half_collapsed_is_the_share_of_equal_pairs():
    images = np.concatenate([ONE, SMOOTH[1:21]])  # 20·19 of 40·39 ordered pairs are of equal images
    i, j = np.triu_indices(40, 1)
    exact = float(np.mean(pairs.ms_ssim(images[i], images[j], scales=3, shrink_window=True)))
    assert diversity(images, num_pairs=4000) == pytest.approx(exact, abs=5 * 0.45 / np.sqrt(4000))
    assert exact > 20 * 19 / (40 * 39)


def test_seed_and_order_move_it_within_its_sampling_error():
    values = [diversity(images, num_pairs=2000, seed=s) for s in range(2) for images in (SMOOTH, SMOOTH[::-1])]
    assert len(set(values)) == 4
    assert np.ptp(values) < 0.03
    assert diversity(SMOOTH, num_pairs=100) == diversity(SMOOTH, num_pairs=100)


def test_a_class_that_has_collapsed_stands_out():
    images, labels = np.concatenate([SMOOTH[:20], ONE]), np.repeat([3, 7], 20)
    order = RNG.permutation(40)
    found = diversity_per_class(images[order], labels[order])
    assert sorted(found) == [3, 7]
    assert found[7] == pytest.approx(1, abs=1e-12) and found[3] < 0.5


@pytest.mark.parametrize(("side", "scales"), [(1, 1), (8, 2), (16, 3), (28, 4), (32, 4), (49, 5), (64, 5), (1024, 5)])
def test_small_images_have_fewer_scales(side, scales):
    assert default_scales((2, side, side + 3, 1)) == scales


def test_the_scores_names_say_at_how_many_scales():
    metric = Diversity(num_pairs=20)
    metric.update_state(SMOOTH, SMOOTH)
    assert metric.result() == {"ms_ssim[3 scales]": diversity(SMOOTH, num_pairs=20)}
    again = Diversity.from_config(Diversity(num_pairs=20, scales=1).get_config())
    again.update_state(SMOOTH, ONE)
    assert list(again.result()) == ["ms_ssim[1 scale]"]


def test_real_images_have_a_value_under_the_name_of_the_generated_ones():
    metric, real = Diversity(num_pairs=20), Diversity().make_statistics()
    real.update(SMOOTH)
    assert metric.real_values(real) == {"ms_ssim[3 scales]": diversity(SMOOTH, num_pairs=20)}


def test_the_split_over_updates_is_irrelevant():
    results = []
    for size in (40, 11):
        metric = Diversity(num_pairs=50, max_images=30)
        for start in range(0, 40, size):
            metric.update_state(SMOOTH[start : start + size], SMOOTH[::-1][start : start + size])
        results.append(metric.result())
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: diversity(SMOOTH[:1]), "1 images.*at least 2"),
        (lambda: diversity(SMOOTH, num_pairs=0), "num_pairs=0"),
        (lambda: diversity_per_class(SMOOTH, np.zeros(3)), r"labels of shape \(3,\); expected one each"),
        (lambda: diversity_per_class(SMOOTH, np.arange(40)), "at least 2 images"),
    ],
)
def test_what_is_wrong_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()
