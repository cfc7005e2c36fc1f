"""From vital signs to names: each trouble by its own signs, none in health, and none before it has lasted."""

from dataclasses import replace

import pytest

from keras_gan.callbacks.diagnosis import REMEDIES, Thresholds, diagnose, symptoms
from keras_gan.callbacks.vital_signs import VitalSigns

HEALTHY = VitalSigns(
    epoch=1,
    step=100,
    accuracy=0.8,
    margin=0.7,
    d_pull=0.9,
    g_pull=0.6,
    d_gradient=3.0,
    g_gradient=2.0,
    reach=50.0,
    diversity=0.9,
    overfitting=0.05,
    recognition=0.52,
    weights=1.1,
)
SATURATED = {"accuracy": 1.0, "margin": 14.0}
TROUBLE = {
    "mode collapse": {"diversity": 0.04},
    "discriminator saturation": SATURATED | {"d_pull": 0.004},
    "generator saturation": SATURATED | {"g_pull": 0.004},
    "discriminator overfitting": {"recognition": 0.9, "overfitting": 0.8},
    "divergence": {"weights": 80.0},
}


def names(looks, **settings):
    return [finding.name for finding in diagnose(looks, **settings)]


def course(*signs):
    """Looks that follow a healthy one."""
    return [HEALTHY, *(replace(HEALTHY, **each) for each in signs)]


@pytest.mark.parametrize("name", TROUBLE)
def test_each_trouble_has_its_own_name(name):
    assert names(course(*[TROUBLE[name]] * 3)) == [name]
    assert set(TROUBLE) == set(REMEDIES)


def test_health_has_none():
    assert names(course(*[{}] * 20)) == []


@pytest.mark.parametrize("name", [name for name in TROUBLE if name != "divergence"])
def test_what_passes_is_not_named(name):
    trouble = TROUBLE[name]
    assert names(course(trouble, trouble)) == []
    assert names(course(trouble, trouble, {}, trouble)) == []
    assert names(course(trouble, trouble, trouble, {})) == []
    assert names(course(trouble, trouble), patience=2) == [name]


def test_divergence_is_named_at_once_and_hides_what_follows_from_it():
    ruin = {"weights": 80.0, "diversity": 0.0, "d_pull": 0.0, **SATURATED}
    assert names(course(ruin)) == ["divergence"]
    assert names(course({"d_gradient": float("nan")})) == ["divergence"]
    assert names(course({"margin": -2e6})) == ["divergence"]


def test_a_young_generator_that_differs_more_at_every_look_has_not_collapsed():
    young = [{"diversity": value} for value in (0.002, 0.02, 0.05, 0.09, 0.12)]
    looks = course(*young)[1:]
    assert names(looks) == []
    assert names(looks[::-1]) == ["mode collapse"]


def test_a_generator_that_never_differed_has_collapsed():
    assert names(course(*[{"diversity": 0.0}] * 4)[1:]) == ["mode collapse"]


def test_a_pull_that_vanishes_is_no_saturation_where_the_discriminator_is_often_wrong():
    assert names(course(*[{"d_pull": 0.001, "g_pull": 0.001}] * 3)) == []


def test_a_generator_that_its_gradient_does_not_reach_is_saturated_in_any_loss():
    assert names(course(*[SATURATED | {"reach": 0.0001}] * 3)) == ["generator saturation"]


def test_one_that_no_gradient_ever_reached_too():
    stuck = SATURATED | {"reach": 0.0}
    assert names(course(*[stuck] * 4)[1:]) == ["generator saturation"]


def test_without_held_out_images_nothing_is_said_of_overfitting():
    assert names(course(*[{"recognition": None, "overfitting": None}] * 3)) == []


def test_images_that_are_recognised_but_still_told_from_samples_are_no_trouble():
    assert names(course(*[{"recognition": 0.9, "overfitting": 0.1}] * 3)) == []


def test_several_troubles_at_once_are_all_named():
    both = TROUBLE["discriminator saturation"] | TROUBLE["generator saturation"]
    assert names(course(*[both] * 3)) == ["discriminator saturation", "generator saturation"]


def test_thresholds_can_be_moved():
    looks = course(*[{"diversity": 0.2}] * 3)
    assert names(looks) == []
    assert names(looks, thresholds=Thresholds(diversity=0.3)) == ["mode collapse"]


def test_a_finding_says_when_what_was_seen_and_what_to_try():
    looks = course(*[{"diversity": 0.04, "epoch": 3, "step": 900}] * 3)
    finding = diagnose(looks)[0]
    assert "samples differ 0.04 times as much as real images" in finding.evidence
    assert str(finding).startswith("mode collapse after epoch 3, step 900: samples differ 0.04")
    assert "packing, minibatch discrimination" in str(finding)


def test_a_single_look_shows_its_symptoms():
    assert list(symptoms(course(TROUBLE["mode collapse"]))) == ["mode collapse"]
    assert symptoms(course({})) == {}
