"""The Inception score: its bounds, its definition, and what decides it when images come in a stream."""

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.metrics.extractors import FromModel
from keras_gan.metrics.inception_score import InceptionScore, Probabilities, inception_score, split_of

LOGITS = 2 * np.random.default_rng(0).normal(size=(503, 7))
ROWS = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)


def taken(*blocks, splits=10, seed=0):
    probabilities = Probabilities(splits, seed)
    for block in blocks:
        probabilities.update(block)
    return probabilities


def by_definition(rows):
    return np.exp(np.mean(np.sum(rows * np.log(rows / rows.mean(axis=0)), axis=1)))


def test_one_split_is_the_definition_and_blind_to_order():
    assert inception_score(taken(ROWS, splits=1)) == pytest.approx((by_definition(ROWS), 0.0))
    assert inception_score(taken(ROWS[300:], ROWS[:300], splits=1)).value == pytest.approx(
        by_definition(ROWS), rel=1e-12
    )


def test_splits_are_scored_apart():
    splits = split_of(np.arange(len(ROWS)), 10)
    scores = [by_definition(ROWS[splits == split]) for split in range(10)]
    assert inception_score(taken(ROWS)) == pytest.approx((np.mean(scores), np.std(scores)), rel=1e-12)


def test_cutting_the_stream_changes_nothing():
    whole = inception_score(taken(ROWS))
    assert inception_score(taken(*np.array_split(ROWS, 17))) == pytest.approx(whole, rel=1e-12)
    assert inception_score(taken(*ROWS[:, None])) == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize("classes", [np.arange(1000) % 10, np.arange(1000) // 100], ids=["in turn", "in blocks"])
def test_ten_sure_classes_score_almost_ten_in_whatever_order_they_come(classes):
    assert inception_score(taken(np.eye(10)[classes], splits=1)).value == pytest.approx(10)
    assert 9 < inception_score(taken(np.eye(10)[classes])).value < 10


def test_bounds():
    unsure, one = np.full((50, 5), 0.2), np.eye(5)[np.zeros(50, int)]
    for rows in (unsure, one):
        assert inception_score(taken(rows)) == pytest.approx((1.0, 0.0))


def test_splits_are_equally_large_and_decided_by_place_and_seed():
    splits = split_of(np.arange(95), 10)
    assert set(np.bincount(splits)) == {9, 10}
    np.testing.assert_array_equal(split_of(np.arange(40, 50), 10), splits[40:50])
    assert (split_of(np.arange(95), 10, seed=1) != splits).any()


def test_it_comes_back_from_arrays_and_goes_on():
    found = Probabilities.from_arrays(taken(ROWS[:97], seed=3).arrays())
    found.update(ROWS[97:])
    assert found.num_images == 503 and found.num_features == 7
    assert inception_score(found) == pytest.approx(inception_score(taken(ROWS, seed=3)), rel=1e-12)


@pytest.mark.parametrize(
    "rows, message",
    [
        (LOGITS, "values from -.*softmax"),
        (ROWS * 1.01, "sums of rows from 1.01 to 1.01"),
        (np.zeros((0, 7)), "expected"),
        (ROWS[:, :3], "sums of rows"),
        (np.eye(3), "rows of 3 numbers; expected 7"),
        (np.full((2, 7), np.nan), "NaN"),
    ],
)
def test_what_are_no_probabilities_is_refused(rows, message):
    probabilities = taken(ROWS[:5]) if "expected 7" in message else Probabilities()
    with pytest.raises(ValueError, match=message):
        probabilities.update(rows)


def test_fewer_images_than_splits_are_refused():
    for probabilities in (Probabilities(), taken(ROWS[:9])):
        with pytest.raises(ValueError, match="images in 10 splits.*splits=1"):
            inception_score(probabilities)
    with pytest.raises(ValueError, match="splits=0"):
        Probabilities(splits=0)
    with pytest.raises(ValueError, match="empty"):
        Probabilities().arrays()


def test_the_metric_scores_the_generated_images():
    classifier = FromModel(lambda x: {"features": x, "probabilities": tf.nn.softmax(x)}, name="mine")
    metric = InceptionScore(classifier, splits=5)
    metric.update_state(np.zeros((4, 7), "float32"), LOGITS[:300].astype("float32"))
    metric.update_state(np.zeros((4, 7), "float32"), LOGITS[300:].astype("float32"))
    assert metric.result() == {"IS[mine]": pytest.approx(inception_score(taken(ROWS, splits=5)).value, rel=1e-5)}


def test_the_metric_wants_a_classifier():
    with pytest.raises(ValueError, match="'points' gives features and no probabilities"):
        InceptionScore("points").update_state(np.zeros((4, 7), "float32"), np.zeros((4, 7), "float32"))
