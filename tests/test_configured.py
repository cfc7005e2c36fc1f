"""A constructor's arguments are a part's configuration."""

import keras
import numpy as np
import pytest

from keras_gan import configured, losses, penalties, priors
from keras_gan.configured import Configured, from_name, nearest, snake_case
from keras_gan.penalties import R1, Every, Penalty


class Part(Configured):
    """A user's part, outside the package."""

    def __init__(self, first, second: float = 2.0, *, third="c", **more):
        self.all = {"first": first, "second": second, "third": third, **more}


class Child(Part):
    """Without a constructor of its own."""


@keras.saving.register_keras_serializable("tests")
class UsersPenalty(Penalty):
    """Registered in the user's own package."""

    def __init__(self, weight=1.0):
        self.weight = weight


@keras.saving.register_keras_serializable("tests")
class AllDefaults(Configured, keras.Model):
    """All arguments have defaults: Keras' own configuration would hold those, and lose what was passed."""

    def __init__(self, gamma=1.0, mode="a", **options):
        super().__init__(**options)
        self.gamma, self.mode = gamma, mode
        self.dense = keras.layers.Dense(2)
        self.dense.build((None, 3))
        self.built = True

    def call(self, inputs):
        return self.gamma * self.dense(inputs)


@pytest.mark.parametrize(
    "part",
    [Part(1, 5.0, third="x", fourth=4), Part(first=1, second=5.0, fourth=4, third="x")],
    ids=["positional", "keyword"],
)
def test_arguments_are_noted_however_they_were_passed(part):
    assert part.get_config() == {"first": 1, "second": 5.0, "third": "x", "fourth": 4}
    assert Part.from_config(part.get_config()).all == part.all


def test_defaults_are_noted_too():
    assert Part(1).get_config() == {"first": 1, "second": 2.0, "third": "c"}
    assert Child("f", 3.0).get_config() == {"first": "f", "second": 3.0, "third": "c"}


def test_parts_inside_parts_are_made_again():
    copy = Part.from_config(Part([R1(3.0), None], more={"prior": priors.Uniform(4)}).get_config())
    penalty, nothing = copy.all["first"]
    assert (type(penalty), penalty.gamma, nothing) == (R1, 3.0, None)
    assert copy.all["more"]["prior"].dim == 4
    assert Every.from_config(Every(16, R1(3.0)).get_config()).penalty.gamma == 3.0


def test_a_model_whose_arguments_all_have_defaults_keeps_what_was_passed(tmp_path):
    model = AllDefaults(7.0, mode="b", name="mine")
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert (loaded.gamma, loaded.mode, loaded.name) == (7.0, "b", "mine")
    images = np.ones((2, 3), "float32")
    np.testing.assert_array_equal(loaded(images), model(images))
    assert AllDefaults().get_config() == {"gamma": 1.0, "mode": "a"}


def test_every_part_is_registered_under_the_package_that_defines_it():
    assert keras.saving.get_registered_name(R1) == "keras_gan>R1"
    assert keras.saving.get_registered_name(Part) == f"{Part.__module__.split('.')[0]}>Part"
    assert keras.saving.get_registered_name(UsersPenalty) == "tests>UsersPenalty"


def test_a_users_part_round_trips_by_its_registration():
    lazy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(Every(4, UsersPenalty(5.0))))
    assert type(lazy.penalty) is UsersPenalty and lazy.penalty.weight == 5.0
    config = keras.saving.serialize_keras_object(Part(Part(1)))
    copy = keras.saving.deserialize_keras_object(config)
    assert type(copy.all["first"]) is Part


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: R1(gama=3.0), "R1: got an unexpected keyword argument 'gama'. Its arguments: gamma."),
        (lambda: R1(3.0, 4.0), "R1: too many positional arguments. Its arguments: gamma."),
        (lambda: Part(), "Part: missing a required argument: 'first'. Its arguments: first, second, third."),
        (lambda: losses.Hinge(label_smoothing=0.1), "Hinge: got label_smoothing; it takes no arguments."),
        (lambda: losses.Hinge(0.1), "Hinge: too many positional arguments. Its arguments: none."),
    ],
    ids=["unknown", "too many", "missing", "none taken", "none taken by place"],
)
def test_a_wrong_argument_raises_and_names_those_there_are(make, message):
    with pytest.raises(TypeError) as error:
        make()
    assert str(error.value) == message


def test_a_name_makes_a_part_and_a_part_is_handed_on():
    assert isinstance(from_name("r1", penalties, "penalty"), R1)
    part = R1(3.0)
    assert from_name(part, penalties, "penalty") is part


@pytest.mark.parametrize("word", ["adversarial_loss", "keras", "Hinge", "hinges", "", "mean"])
def test_what_names_no_part_raises(word):
    with pytest.raises(ValueError, match=f"^unknown loss '{word}'; (nearest|known): .*") as error:
        from_name(word, losses, "loss")
    assert "adversarial_loss" not in str(error.value).split(";")[1]  # the base of all losses is none


def test_the_nearest_names_are_said_or_else_all():
    assert nearest("hinje", ["hinge", "minimax"]) == "; nearest: hinge"
    assert nearest("xyz", ["minimax", "hinge"]) == "; known: hinge, minimax"


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("Hinge", "hinge"),
        ("LeastSquares", "least_squares"),
        ("R1", "r1"),
        ("WGANGP", "wgangp"),
        ("GradientPenalty", "gradient_penalty"),
        ("DRAGAN", "dragan"),
    ],
)
def test_class_names_in_snake_case(name, snake):
    assert snake_case(name) == snake
    assert configured.snake_case is snake_case
