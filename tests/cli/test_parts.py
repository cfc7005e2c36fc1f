"""Losses, penalties, priors and optimisers as text."""

import keras
import pytest

from keras_gan import augmentations, losses, penalties
from keras_gan.cli import parts
from keras_gan.cli.errors import UsageError

LOSS, PENALTY = parts.KINDS["adversarial_loss"], parts.KINDS["penalties"]


def test_a_name_is_the_part_with_its_defaults():
    assert parts.make("hinge", LOSS).get_config() == losses.Hinge().get_config()


def test_arguments_are_written_as_in_python():
    loss = parts.make("least_squares(1, -1, generator_target=0.5)", LOSS)
    assert (loss.real_target, loss.fake_target, loss.generator_target) == (1, -1, 0.5)


def test_a_part_may_stand_within_a_part():
    penalty = parts.make("every(16, r1(gamma=2))", PENALTY)
    assert isinstance(penalty, penalties.Every) and isinstance(penalty.penalty, penalties.R1)
    assert (penalty.interval, penalty.penalty.gamma) == (16, 2)


def test_the_inner_part_may_be_of_another_kind():
    penalty = parts.make("consistency(5, augmentation=diff_augment('translation'))", PENALTY)
    assert isinstance(penalty.augmentation, augmentations.DiffAugment) and penalty.weight == 5
    loss = parts.make("feature_matching(hinge)", LOSS)
    assert isinstance(loss.adversarial_loss, losses.Hinge)


def test_strings_are_arguments_too():
    assert parts.make("gradient_penalty(5, location='real')", PENALTY).location == "real"


def test_optimizers_are_those_of_keras():
    optimizer = parts.make("adam(1e-3, beta_1=0.5)", parts.OPTIMIZER)
    assert isinstance(optimizer, keras.optimizers.Adam) and optimizer.beta_1 == 0.5


def test_base_classes_are_no_choice():
    assert "penalty" not in PENALTY.choices() and "adversarial_loss" not in LOSS.choices()
    assert set(PENALTY.choices()) >= {"r1", "r2", "dragan", "every", "gradient_penalty"}


@pytest.mark.parametrize("text", ["r1; r2", "r1.gamma", "__import__('os')", "r1(open('x'))", "lambda: 1", "3"])
def test_nothing_but_parts_is_called(text):
    with pytest.raises(UsageError):
        parts.make(text, PENALTY)
