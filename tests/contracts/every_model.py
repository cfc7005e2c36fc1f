"""Small models of every catalogue entry, for the contracts; a new entry is tested by being in the catalogue."""

import inspect

import keras
import numpy as np

from keras_gan import catalog, data
from keras_gan.cli import parts

SMALL = {"image_shape": (8, 8, 1), "latent_dim": 4, "filters": 4, "units": 8}
NUM_CLASSES = 3

# What an entry needs beyond that.
SIZES = {"infogan": {"latent_dim": 16}}  # the codes alone take 12

# One entry for each flow of data and each kind of statistics: the thorough contract runs on these by default.
FLOWS = ["dcgan", "wgan", "wgangp", "unrolled_gan", "acgan", "catgan", "progressive_gan", "ada"]

# A value that is not the default for every argument of every model; an argument without one fails the round trip.
OTHER = {
    "adversarial_loss": "hinge",
    "n_critic": 2,
    "reuse_fakes": True,
    "ema_decay": 0.9,
    "ema_start": 3,
    "ema_ramp": None,
    "seed": 7,
    "name": "other",
    "label_smoothing": 0.1,
    "real_target": 0.9,
    "fake_target": -1.0,
    "generator_target": 0.5,
    "weight_clip": 0.5,
    "gradient_penalty": 3.0,
    "one_sided": True,
    "divergence": "alpha",
    "alpha": 0.5,
    "non_saturating": False,
    "unroll_steps": 1,
    "fade_steps": 2,
    "stable_steps": 1,
    "m_plus": 0.8,
    "m_minus": 0.2,
    "down_weight": 0.4,
    "gamma": 2.0,
    "num_classes": NUM_CLASSES + 1,
    "class_weight": 0.5,
    "average_discriminator": False,
    "categories": [2],
    "num_continuous": 1,
    "info_weight": 0.5,
    "continuous_weight": 0.2,
    "learned_variance": True,
}

OTHER_OF = {
    "acgan": {"num_classes": NUM_CLASSES},
    "feature_matching": {"feature_layer": "features"},
    "improved_gan": {"feature_layer": "dense_0"},
}


def network(builder, **options):
    """The builder's network, as small as its arguments allow; a critic of the contracts has no batch statistics."""
    known = inspect.signature(builder).parameters
    return builder(**{name: value for name, value in (SMALL | options).items() if name in known})


def make(variant, options=None, /, **arguments):
    """A small model of the entry, with the same first weights at each call; not compiled."""
    keras.utils.set_random_seed(0)
    entry = catalog.entry(variant)
    networks = {
        role: network(
            catalog.resolve(dotted),
            **SIZES.get(variant, {}),
            **settings(entry, role),
            **classes(entry, role),
            **(options or {}),
        )
        for role, dotted in entry.networks.items()
    }
    return catalog.resolve(entry.model)(**networks, **(own_parts(entry) | classes(entry, "model") | arguments))


def own_parts(entry):
    """Losses, penalties and augmentations that the catalogue names."""
    named = {name: kind for name, kind in parts.KINDS.items() if name in entry.defaults}
    return {
        name: [parts.make(text, kind) for text in entry.defaults[name]]
        if kind.many
        else parts.make(entry.defaults[name], kind)
        for name, kind in named.items()
    }


def settings(entry, role):
    """What the catalogue says of a network, but for its size."""
    said = {name.partition(".")[2]: value for name, value in entry.defaults.items() if name.startswith(f"{role}.")}
    return {name: value for name, value in said.items() if name not in SMALL}


def classes(entry, whom):
    return {"num_classes": NUM_CLASSES} if whom in entry.classes_for else {}


def compiled(name, options=None, arguments=None, **compiling):
    model = make(name, options, **(arguments or {}))
    model.compile(**compiling)
    return model


def minibatches(name, batch_size=8, number=48):
    """What the entry's `fit` takes."""
    kind = catalog.entry(name).data
    images = np.random.default_rng(0).uniform(-1, 1, (number, *SMALL["image_shape"])).astype("float32")
    if kind == "images":
        return data.Minibatches(images, batch_size=batch_size, seed=0)
    labelled = data.Minibatches((images, np.arange(number) % NUM_CLASSES), batch_size=batch_size, seed=0)
    return labelled if kind == "labelled" else data.few_labels(labelled, 2 * NUM_CLASSES, seed=0)


def state(model):
    """Every number that training goes on from."""
    return [np.asarray(weight) for weight in (*model.weights, *model.optimizer.variables, model.means.totals)]
