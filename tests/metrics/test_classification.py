"""Classification accuracy scores: what each of the two numbers sees, and what it does not."""

import numpy as np
import pytest

from keras_gan.metrics.classification import classification_accuracy, classification_accuracy_score, gan_test


def stripes(classes, seed, num_images=240):
    """Labelled images `(n, 8, 8, 1)`: noise, and a bright stripe whose row is the class."""
    draw = np.random.default_rng(seed)
    labels = draw.choice(classes, num_images)
    images = draw.uniform(-1, 0, (num_images, 8, 8, 1))
    images[np.arange(num_images), labels * 3] += 1
    return images.astype("float32"), labels


REAL = stripes([0, 1, 2], seed=0)


def test_good_images_are_as_good_as_real_ones_in_both_numbers():
    images, labels = stripes([0, 1, 2], seed=1)
    fake = np.rint((images + 1) * 127.5).astype("uint8"), labels  # bytes are images too
    assert classification_accuracy_score(REAL, fake, epochs=10) == pytest.approx(1, abs=0.02)
    assert gan_test(REAL, fake, epochs=10) == pytest.approx(1, abs=0.02)


def test_a_missing_class_is_seen_by_training_on_generated_images_only():
    fake = stripes([0, 2], seed=1)
    share_of_others = np.mean(REAL[1] != 1)
    assert classification_accuracy_score(REAL, fake, epochs=10) == pytest.approx(share_of_others, abs=0.05)
    assert gan_test(REAL, fake, epochs=10) == pytest.approx(1, abs=0.02)


def test_images_of_other_classes_than_they_were_made_for_teach_nothing():
    images, labels = stripes([0, 1, 2], seed=1)
    assert classification_accuracy_score(REAL, (images, (labels + 1) % 3), epochs=10) <= 0.02


def test_the_seed_decides_the_number_and_where_nothing_is_to_learn_it_is_chance():
    noise = np.random.default_rng(0).uniform(-1, 1, (400, 8, 8, 1)).astype("float32")
    labels = np.arange(400) % 10
    halves = (noise[:200], labels[:200], noise[200:], labels[200:])
    first, again = (classification_accuracy(*halves, seed=3, epochs=3) for _ in range(2))
    assert first == again == pytest.approx(0.1, abs=0.08)


@pytest.mark.parametrize(
    ("fake", "words"),
    [
        ((REAL[0] * 100 + 100, REAL[1]), r"expected \[-1, 1\].*from_uint8"),
        ((REAL[0][:, :4], REAL[1]), r"trained on images \(4, 8, 1\), tested on images \(8, 8, 1\)"),
        ((REAL[0][:, :, 0, 0], REAL[1]), r"expected images \(n, height, width, channels\)"),
        ((REAL[0], REAL[1][1:]), "unequal lengths"),
        (REAL[0], r"fake is a ndarray; expected the pair \(images, labels\)"),
        ((REAL[0], REAL[1] + 5), "have the labels 5, 6, 7, which no real image has"),
        ((REAL[0], np.eye(3)[REAL[1]]), r"labels are float64 of shape \(240, 3\); expected class numbers.*argmax"),
        ((REAL[0], REAL[1] / 1.0), "labels are float64.*astype"),
        ((REAL[0], REAL[1] * 0), "at least two classes"),
    ],
)
def test_what_cannot_be_compared_is_refused(fake, words):
    with pytest.raises((ValueError, TypeError), match=words):
        classification_accuracy_score(REAL, fake)


def test_training_on_real_images_refuses_the_same_labels():
    with pytest.raises(TypeError, match="gan_test: real is a ndarray; expected the pair"):
        gan_test(REAL[0], REAL)
    with pytest.raises(ValueError, match="gan_test: generated images have the labels 5, 6, 7"):
        gan_test(REAL, (REAL[0], REAL[1] + 5))
