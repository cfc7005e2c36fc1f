"""What there is to train, as one literal table: name → model, networks, defaults, paper, example.

Models and networks are named as `module:attribute`, so that reading the table imports neither.
"""

import dataclasses
import pkgutil
from typing import Literal

from keras_gan.words import nearest

VARIANT, DATASET = "dcgan", "digits"  # what `keras-gan train` trains, on what, when nothing is said

DATASETS = {  # what the command line assumes of a data set
    "digits": {"image_size": 16, "epochs": 100},
}

RECIPES = {  # what it assumes of a variant on a data set, where that was tried out
    # 1,442 images are soon known by heart: R1 and no batch statistics keep the critic smooth, so it may learn fast.
    ("dcgan", "digits"): {
        "discriminator.normalization": None,
        "penalties": ["every(4, r1(0.3))"],
        "d_optimizer": "adam(1e-3, beta_1=0.5)",
        "g_optimizer": "adam(1e-3, beta_1=0.5)",
        "reuse_fakes": True,
        "steps_per_execution": 11,
        "epochs": 200,
    },
}


@dataclasses.dataclass(frozen=True)
class Entry:
    """One variant.

    Args:
        name: str, what the command line calls it.
        model: str, its class as `module:attribute`.
        networks: {argument of the model's constructor: builder as `module:function`}.
        summary: str, one line.
        authors, year, arxiv: the paper; `arxiv` is its number there.
        defaults: {setting: value} of the command line, where it differs from the signatures' own.
        data: what `fit` takes: `"images"`, `"labelled"` (images, labels), or `"semi_supervised"`
            ((images, labels), unlabelled images).
        classes_for: who is told the number of classes: arguments of `networks`, `"model"` for the constructor itself.
        example: str, path of the script that shows it.
    """

    name: str
    model: str
    networks: dict[str, str]
    summary: str
    authors: str
    year: int
    arxiv: str
    defaults: dict = dataclasses.field(default_factory=dict)
    example: str = ""
    data: Literal["images", "labelled", "semi_supervised"] = "images"
    classes_for: tuple[str, ...] = ()

    @property
    def paper(self) -> str:
        """`Goodfellow et al., 2014`."""
        return f"{self.authors}, {self.year}"

    @property
    def family(self) -> str:
        """The module of its networks, as `--networks` names it: `dcgan`."""
        return next(iter(self.networks.values())).partition(":")[0].rpartition(".")[2]


_MLP = {"generator": "keras_gan.networks.mlp:generator", "discriminator": "keras_gan.networks.mlp:discriminator"}
_DCGAN = {"generator": "keras_gan.networks.dcgan:generator", "discriminator": "keras_gan.networks.dcgan:discriminator"}
_NARROW = {"generator.filters": 32, "discriminator.filters": 32}

ENTRIES = (
    Entry(
        name="gan",
        model="keras_gan.models.gan:GAN",
        networks=_MLP,
        summary="dense layers; any loss, any penalties",
        authors="Goodfellow et al.",
        year=2014,
        arxiv="1406.2661",
        defaults={"generator.units": 256, "discriminator.units": 256},
        example="examples/gan.py",
    ),
    Entry(
        name="dcgan",
        model="keras_gan.models.dcgan:DCGAN",
        networks=_DCGAN,
        summary="convolutions, batch normalisation: begin here",
        authors="Radford et al.",
        year=2016,
        arxiv="1511.06434",
        defaults=_NARROW,
        example="examples/dcgan.py",
    ),
    Entry(
        name="lsgan",
        model="keras_gan.models.lsgan:LSGAN",
        networks=_DCGAN,
        summary="scores regressed on targets",
        authors="Mao et al.",
        year=2017,
        arxiv="1611.04076",
        defaults=_NARROW,
        example="examples/lsgan.py",
    ),
    Entry(
        name="wgan",
        model="keras_gan.models.wgan:WGAN",
        networks=_DCGAN,
        summary="earth mover's distance, clipped weights",
        authors="Arjovsky et al.",
        year=2017,
        arxiv="1701.07875",
        defaults=_NARROW,
        example="examples/wgan.py",
    ),
    Entry(
        name="wgangp",
        model="keras_gan.models.wgan_gp:WGANGP",
        networks=_DCGAN,
        summary="earth mover's distance, critic's slope near 1",
        authors="Gulrajani et al.",
        year=2017,
        arxiv="1704.00028",
        defaults=_NARROW | {"discriminator.normalization": "layer"},
        example="examples/wgan_gp.py",
    ),
)


def names() -> list[str]:
    """The variants' names, in the order of the table."""
    return [entry.name for entry in ENTRIES]


def entry(name: str) -> Entry:
    """The variant of that name; case, dashes and underscores do not matter.

    Raises:
        ValueError: there is none; the nearest names are said.

    Example:

    >>> entry("WGAN-GP").paper
    'Gulrajani et al., 2017'
    """
    key = name.lower().replace("-", "").replace("_", "")
    for candidate in ENTRIES:
        if candidate.name.replace("_", "") == key:
            return candidate
    raise ValueError(f"unknown variant {name!r}{nearest(key, names())}. `keras-gan list` shows them all.")


def resolve(dotted: str):
    """The class or function that `module:attribute` names, imported now."""
    return pkgutil.resolve_name(dotted)
