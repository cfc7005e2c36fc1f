"""Games with few labels: each player's terms by NumPy, gradients by finite differences, and the classifier."""

import pathlib

import keras
import numpy as np
import pytest
import tensorflow as tf
from finite_differences import slopes
from small import players, point_players, same_start

import keras_gan
from keras_gan import data, layers, networks
from keras_gan.export import classifier, runtimes
from keras_gan.models.catgan import CatGAN
from keras_gan.models.improved_gan import ImprovedGAN
from keras_gan.models.sgan import SGAN
from keras_gan.random import Numbers, drawing_from

K = 3
every_game = pytest.mark.parametrize("game", [SGAN, ImprovedGAN, CatGAN])


def make(game, **arguments):
    return same_start(lambda: game(*players(normalization=None), num_classes=K, **arguments))


def compiled(game, **arguments):
    model = make(game, **arguments)
    model.compile()
    return model


def labelled_images(number=24):
    images = np.random.default_rng(0).integers(0, 256, (number, 8, 8, 1), dtype="uint8")
    return images, np.arange(number) % K


def few(**how):
    return data.few_labels(labelled_images(), 6, **({"batch_size": 8} | how))


def some_batch():
    real, fake, labelled = np.random.default_rng(1).uniform(-1, 1, (3, 6, 8, 8, 1)).astype("float32")
    batch = {"images": real, "fake": fake, "labelled": labelled[:4], "labels": np.array([0, 2, 1, 2])}
    return {name: tf.constant(value) for name, value in batch.items()}


def terms(model, player, batch):
    method = {"d": model.discriminator_terms, "g": model.generator_terms}[player]
    with drawing_from(Numbers(seed=0)):
        return method(dict(batch))


def loss(model, player, batch):
    return tf.add_n([terms(model, player, batch)[name] for name in model.terms_of(player)])


def logits_of(model, images):
    """All that the scores follow from, the extra class included, in float64."""
    whole = keras.Model(model.discriminator.inputs, model.discriminator.get_layer("class_scores").input)
    return np.asarray(whole(images), "float64")


def log_softmax(logits):
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


def entropy(p):
    return -np.sum(p * np.log(p), axis=-1)


# --- the formulas --------------------------------------------------------------------------------------------------


def test_sgan_is_a_softmax_of_one_class_more():
    model, batch = make(SGAN, class_weight=2.0), some_batch()
    real, fake, labelled = (log_softmax(logits_of(model, batch[name])) for name in ("images", "fake", "labelled"))
    assert real.shape == (6, K + 1)
    told = terms(model, "d", batch)
    not_generated = np.log1p(-np.exp(real[:, -1])).mean()
    assert float(told["adversarial"]) == pytest.approx(-not_generated - fake[:, -1].mean(), rel=1e-5)
    labels = batch["labels"].numpy()
    assert float(told["classes"]) == pytest.approx(-2 * labelled[range(4), labels].mean(), rel=1e-5)
    assert float(told["accuracy"]) == np.mean(labelled[:, :K].argmax(-1) == labels)
    expected = -np.log1p(-np.exp(fake[:, -1])).mean()
    assert float(terms(model, "g", batch)["adversarial"]) == pytest.approx(expected, rel=1e-5)


def test_the_improved_gan_takes_the_sum_of_k_classes_for_real_and_matches_features():
    model, batch = make(ImprovedGAN), some_batch()
    real, fake, labelled = (logits_of(model, batch[name]) for name in ("images", "fake", "labelled"))
    assert real.shape == (6, K)
    told = terms(model, "d", batch)
    z = {name: np.exp(logits).sum(-1) for name, logits in {"real": real, "fake": fake}.items()}
    expected = -np.log(z["real"] / (z["real"] + 1)).mean() - np.log(1 / (z["fake"] + 1)).mean()
    assert float(told["adversarial"]) == pytest.approx(expected, rel=1e-5)
    labels = batch["labels"].numpy()
    assert float(told["classes"]) == pytest.approx(-log_softmax(labelled)[range(4), labels].mean(), rel=1e-5)
    features = [np.asarray(model.discriminator(batch[name])["features"]).mean(0) for name in ("images", "fake")]
    expected = np.sum((features[0] - features[1]) ** 2)
    assert float(terms(model, "g", batch)["adversarial"]) == pytest.approx(expected, rel=1e-4)


def test_catgan_is_sure_of_real_images_and_undecided_on_generated_ones():
    model, batch = make(CatGAN, class_weight=0.5), some_batch()
    real, fake, labelled = (
        np.exp(log_softmax(logits_of(model, batch[name]))) for name in ("images", "fake", "labelled")
    )
    told = terms(model, "d", batch)
    expected = -entropy(real.mean(0)) + entropy(real).mean() - entropy(fake).mean()
    assert float(told["adversarial"]) == pytest.approx(expected, rel=1e-5)
    expected = -0.5 * np.log(labelled[range(4), batch["labels"].numpy()]).mean()
    assert float(told["classes"]) == pytest.approx(expected, rel=1e-5)
    expected = entropy(fake).mean() - entropy(fake.mean(0))
    assert float(terms(model, "g", batch)["adversarial"]) == pytest.approx(expected, rel=1e-4)
    scores = model.critic({}, training=False)(batch["images"])["scores"]
    np.testing.assert_allclose(scores[:, 0], -entropy(real), rtol=1e-5)


@every_game
@pytest.mark.parametrize("player", ["d", "g"])
def test_gradients_agree_with_finite_differences(game, player):
    keras.utils.set_random_seed(2)  # of networks whose slopes are not lost in rounding
    smooth = {"units": 8, "activation": "softplus"}
    networks_ = networks.mlp.generator((2,), 2, **smooth), networks.mlp.discriminator((2,), **smooth)
    model, random = game(*networks_, num_classes=K), np.random.default_rng(2)
    real, labelled = (tf.constant(random.normal(size=(6, 2)), tf.float32) for _ in range(2))
    batch = {"images": real, "labelled": labelled, "labels": tf.constant([0, 1, 2, 2, 1, 0])}
    by_tape, by_differences = slopes(lambda: loss(model, player, batch), model.variables_of(player), seed=1)
    assert abs(by_differences) > 1e-3
    assert by_tape == pytest.approx(by_differences, rel=5e-3)


# --- what it is given ----------------------------------------------------------------------------------------------


def test_labelled_images_may_be_fewer_than_the_others_in_each_of_several_critic_steps():
    model = compiled(ImprovedGAN, n_critic=2)
    logs = model.fit(few(labelled_batch_size=2), epochs=2, verbose=0).history
    assert model.steps_done == 2 and int(model.optimizer.of["d"].iterations) == 4
    assert {"d_adversarial", "d_classes", "d_accuracy", "g_loss"} <= set(logs)
    assert all(np.isfinite(values).all() for values in logs.values())


@pytest.mark.parametrize("known", [3, 8], ids=["fewer labelled", "as many labelled"])
@pytest.mark.parametrize("as_dict", [False, True])
def test_any_data_set_may_show_few_labelled_images_beside_many_others(as_dict, known):
    images, labels = labelled_images(44)
    images = images.astype("float32") / 127.5 - 1
    labelled = tf.data.Dataset.from_tensor_slices((images[:6], labels[:6])).repeat().batch(known)
    unlabelled = tf.data.Dataset.from_tensor_slices(images).batch(8)  # five, and one of four images: left out
    minibatches = tf.data.Dataset.zip(labelled, unlabelled)
    if as_dict:
        minibatches = minibatches.map(lambda labelled, others: dict(zip(NAMES, (*labelled, others), strict=True)))
    seen, model = [], compiled(SGAN, n_critic=2)
    read, model.read = model.read, lambda given: seen.append(read(given)) or seen[-1]
    model.run_eagerly = True
    model.fit(minibatches, epochs=2, verbose=0)
    assert model.steps_done == 6
    for place, batch in enumerate(seen[-12:]):  # before, the first one was looked at
        assert [len(batch[name]) for name in NAMES] == [known, known, 8]
        np.testing.assert_array_equal(batch["images"], images[8 * (place % 5) :][:8])


NAMES = ("labelled", "labels", "images")


def test_labels_that_are_not_one_for_each_labelled_image_are_refused():
    images = np.zeros((8, 8, 8, 1), "float32") - 0.5
    minibatch = {"labelled": images[:3], "labels": np.zeros(2, "int32"), "images": images}
    with pytest.raises(ValueError, match=r"SGAN: labels of shape \(2,\) for 3 images; expected one for each"):
        compiled(SGAN).fit(tf.data.Dataset.from_tensors(minibatch), verbose=0)


def test_where_all_have_a_label_images_and_labels_are_enough():
    model, batch = make(SGAN), some_batch()
    all_labelled = {"images": batch["images"], "fake": batch["fake"], "labels": tf.constant([0, 1, 2, 0, 1, 2])}
    twice = all_labelled | {"labelled": batch["images"]}
    for name, value in terms(model, "d", all_labelled).items():
        assert float(value) == pytest.approx(float(terms(model, "d", twice)[name]), rel=1e-6)
    model.compile()
    model.fit(data.Minibatches(labelled_images(), batch_size=8), verbose=0)


def test_catgan_without_labels_takes_images_alone_and_says_nothing_of_labels():
    model = compiled(CatGAN, class_weight=0.0)
    logs = model.fit(data.Minibatches(labelled_images()[0], batch_size=8), verbose=0).history
    assert not {"d_classes", "d_accuracy"} & set(logs)
    assert {"d_real_entropy", "d_fake_entropy", "d_marginal_entropy"} <= set(logs)


def test_labels_that_do_not_fit_are_refused():
    images, labels = labelled_images()
    for given, said in {
        "images alone": "few_labels",
        "too many classes": "num_classes=3",
        "bytes": r"expected \[-1, 1\]",
    }.items():
        x = {
            "images alone": images.astype("float32") / 127.5 - 1,
            "too many classes": data.few_labels((images, labels * 2), 6, batch_size=8),
            "bytes": data.Minibatches(((images.astype("float32"), labels), images), batch_size=8),
        }[given]
        with pytest.raises(ValueError, match=said):
            compiled(SGAN).fit(x, verbose=0)


def test_arguments_and_networks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="num_classes=1"):
        SGAN(*players(), num_classes=1)
    with pytest.raises(ValueError, match="class_weight=-1"):
        SGAN(*players(), num_classes=K, class_weight=-1)
    generator, _ = players()
    images = keras.Input((8, 8, 1), name="images")
    without_dense = keras.Model(images, keras.layers.Conv2D(1, 8, name="patches")(images))
    with pytest.raises(ValueError, match="no Dense layer"):
        SGAN(generator, without_dense, num_classes=K)


@every_game
def test_networks_that_do_not_fit_are_refused_before_anything_is_built_on_them(game):
    generator, discriminator = players()
    with pytest.raises(ValueError, match="the first network takes images"):
        game(discriminator, generator, num_classes=K)
    conditional = networks.dcgan.generator((8, 8, 1), 4, filters=4, num_classes=K)
    with pytest.raises(ValueError, match="the generator takes labels.*without num_classes"):
        game(conditional, discriminator, num_classes=K)
    with pytest.raises(ValueError, match="class_weight=nan; expected 0 or more"):
        game(generator, discriminator, num_classes=K, class_weight=float("nan"))


@pytest.mark.parametrize(
    "game", [CatGAN, *(pytest.param(game, marks=pytest.mark.slow) for game in (SGAN, ImprovedGAN))]
)
def test_two_replicas_equal_one(game, two_replicas):
    def trained():
        model = make(game, n_critic=2)
        model.compile(keras.optimizers.SGD(0.05), keras.optimizers.SGD(0.05))
        logs = model.fit(few(labelled_batch_size=4), epochs=2, verbose=0, validation_data=few(seed=1)).history
        return model, logs

    one, logs = trained()
    with two_replicas.scope():
        two, logs_of_two = trained()
    for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    for name in logs:
        np.testing.assert_allclose(logs[name], logs_of_two[name], rtol=1e-4, atol=1e-5)


# --- the classifier ------------------------------------------------------------------------------------------------


def trained(game=SGAN, **arguments):
    model = compiled(game, ema_decay=0.5, **arguments)
    model.fit(few(), verbose=0)
    return model


def test_the_classifier_is_the_averaged_discriminators_softmax_over_real_classes():
    model, images = trained(), some_batch()["images"]
    average = model.averages["discriminator"]
    logits = keras.Model(average.inputs, average.get_layer("classes").output)(images).numpy()
    probabilities = model.classify(images, batch_size=4)
    assert probabilities.dtype == np.float32 and probabilities.shape == (6, K)
    np.testing.assert_allclose(probabilities, np.exp(log_softmax(logits)), atol=1e-6)
    np.testing.assert_allclose(model.classifier(images), probabilities, atol=1e-6)
    now = trained(average_discriminator=False)
    assert np.abs(now.classify(images) - probabilities).max() > 1e-5  # the same training, not averaged
    assert set(map(id, now.classifier.variables)) <= set(map(id, now.discriminator.variables))


def test_the_classifier_is_made_once_follows_the_weights_and_adds_none(tmp_path):
    model, images = compiled(SGAN), labelled_images()[0] / np.float32(127.5) - 1
    weights, before = len(model.weights), model.classify(images)
    model.fit(few(), verbose=0)
    after = model.classify(images)
    assert model.classifier is model.classifier and len(model.weights) == weights
    assert np.abs(after - before).max() > 1e-4
    model.save(tmp_path / "model.keras")
    again = compiled(SGAN)
    assert np.abs(again.classify(images) - after).max() > 1e-4
    again.load_weights(tmp_path / "model.keras")
    np.testing.assert_allclose(again.classify(images), after, atol=1e-6)


def test_evaluation_with_labels_tells_what_the_classifier_knows():
    model, (images, labels) = trained(), labelled_images()
    x = images.astype("float32") / 127.5 - 1
    scores, p = model.evaluate(x, labels, batch_size=8), model.classify(x)
    assert scores["accuracy"] == pytest.approx(np.mean(p.argmax(-1) == labels))
    assert scores["cross_entropy"] == pytest.approx(-np.log(p[range(24), labels]).mean(), rel=1e-4)
    assert "accuracy" not in model.evaluate(x, batch_size=8)
    logs = model.fit(few(), verbose=0, validation_data=(x, labels)).history
    assert {"val_accuracy", "val_cross_entropy", "val_real_score"} <= set(logs)


def test_saved_and_loaded_it_classifies_and_trains_on_alike(tmp_path):
    model, images = trained(), some_batch()["images"]
    model.save(tmp_path / "model.keras")
    loaded = keras_gan.load(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.classify(images), model.classify(images))
    for each in (model, loaded):
        each.fit(few(), verbose=0)
    np.testing.assert_allclose(loaded.classify(images), model.classify(images), atol=1e-6)


def test_the_exported_classifier_is_the_one_in_memory(tmp_path):
    model, images = trained(), some_batch()["images"].numpy()
    path = model.export_classifier(tmp_path / "classifier/1")
    assert path == tmp_path / "classifier/1"
    functions = runtimes.load(path)
    for number in (1, 6):
        probabilities = functions["serve"](images=images[:number])["probabilities"]
        np.testing.assert_allclose(probabilities, model.classify(images[:number]), atol=1e-6)
    with pytest.raises(FileExistsError, match="exists"):
        model.export_classifier(path)


def test_an_export_that_differs_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(classifier, "BOUND", -1.0)
    with pytest.raises(RuntimeError, match="differ"):
        trained().export_classifier(tmp_path / "classifier")
    assert list(pathlib.Path(tmp_path).iterdir()) == []


def test_in_mixed_precision_probabilities_are_float32_and_the_export_is_too(tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = trained()
    finally:
        keras.config.set_dtype_policy("float32")
    images = some_batch()["images"].numpy()
    assert model.classify(images).dtype == np.float32
    probabilities = runtimes.load(model.export_classifier(tmp_path / "export"))["serve"](images=images)["probabilities"]
    np.testing.assert_allclose(probabilities, model.classify(images), atol=0.02)


def test_three_labels_are_enough_where_the_points_lie_in_three_heaps():
    random = np.random.default_rng(0)
    labels = np.arange(300) % K
    centres = np.array([[0, 2], [2, -1], [-2, -1]])
    points = (centres[labels] + 0.3 * random.normal(size=(300, 2))).astype("float32")
    model = SGAN(*point_players(units=16), num_classes=K, ema_decay=0.9)
    model.compile(keras.optimizers.Adam(5e-3), keras.optimizers.Adam(5e-3))
    model.fit(data.few_labels((points, labels), 3, batch_size=30), epochs=10, verbose=0)
    assert np.mean(model.classify(points).argmax(-1) == labels) > 0.95


def test_dropout_is_off_where_it_classifies():
    generator, _ = point_players()
    model = SGAN(generator, networks.mlp.discriminator((2,), units=16, dropout=0.5), num_classes=K)
    assert any(isinstance(layer, layers.Dropout) for layer in model.discriminator.layers)
    points = np.random.default_rng(0).normal(size=(8, 2)).astype("float32")
    np.testing.assert_array_equal(model.classify(points), model.classify(points))
