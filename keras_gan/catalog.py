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
    # 22 minibatches an epoch are too few for five critic steps each at the papers' rates.
    ("sngan", "digits"): {"n_critic": 1, "epochs": 200},
    ("projection_gan", "digits"): {
        "n_critic": 1,
        "d_optimizer": "adam(1e-3, beta_1=0.0, beta_2=0.9)",
        "g_optimizer": "adam(1e-3, beta_1=0.0, beta_2=0.9)",
    },
    # Their maps have sides of 28, 14 and 7, where others have 8.
    ("sagan", "mnist"): {"generator.attention": 14, "discriminator.attention": 14},
    ("sagan", "fashion_mnist"): {"generator.attention": 14, "discriminator.attention": 14},
    # The last of three levels begins with step 1,200 of 3,520.
    ("progressive_gan", "digits"): {
        "fade_steps": 400,
        "stable_steps": 400,
        "ema_decay": 0.99,
        "steps_per_execution": 11,
        "epochs": 160,
    },
}


@dataclasses.dataclass(frozen=True)
class Entry:
    """One variant.

    Args:
        name: str, what the command line calls it.
        group: str, with which others it stands together.
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
    group: str
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


_OF = "keras_gan.networks"
_MLP, _DCGAN, _RESNET, _PROGRESSIVE = (
    {"generator": f"{_OF}.{family}:generator", "discriminator": f"{_OF}.{family}:discriminator"}
    for family in ("mlp", "dcgan", "resnet", "progressive")
)
_CAPSULE = {"generator": f"{_OF}.dcgan:generator", "discriminator": f"{_OF}.capsule:discriminator"}

_UNITS = {"generator.units": 256, "discriminator.units": 256}
_NARROW = {"generator.filters": 32, "discriminator.filters": 32}
_NO_NORM = {"discriminator.normalization": None}
_SPECTRAL = {"discriminator.normalization": "spectral"}
_SUMMED = {"discriminator.pooling": "sum"}
_BOTH = ("generator", "discriminator")

_FIRST, _DISTANCES, _COLLAPSE = "The first games", "Other distances", "Against collapse"
_STRONGER, _CLASSES, _LABELS, _GROWN = "Stronger games", "Classes and codes", "Few labels", "Other networks"

ENTRIES = (
    Entry(
        name="gan",
        group=_FIRST,
        model="keras_gan.models.gan:GAN",
        networks=_MLP,
        summary="dense layers; any loss, any penalties",
        authors="Goodfellow et al.",
        year=2014,
        arxiv="1406.2661",
        defaults=_UNITS,
        example="examples/gan.py",
    ),
    Entry(
        name="dcgan",
        group=_FIRST,
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
        group=_DISTANCES,
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
        name="fgan",
        group=_DISTANCES,
        model="keras_gan.models.f_gan:FGAN",
        networks=_DCGAN,
        summary="any f-divergence, by its conjugate",
        authors="Nowozin et al.",
        year=2016,
        arxiv="1606.00709",
        defaults=_NARROW | _NO_NORM,
        example="examples/f_gan.py",
    ),
    Entry(
        name="wgan",
        group=_DISTANCES,
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
        group=_DISTANCES,
        model="keras_gan.models.wgan_gp:WGANGP",
        networks=_DCGAN,
        summary="earth mover's distance, critic's slope near 1",
        authors="Gulrajani et al.",
        year=2017,
        arxiv="1704.00028",
        defaults=_NARROW | {"discriminator.normalization": "layer"},
        example="examples/wgan_gp.py",
    ),
    Entry(
        name="minibatch_discrimination",
        group=_COLLAPSE,
        model="keras_gan.models.gan:GAN",
        networks=_DCGAN,
        summary="the critic sees how alike its minibatch is",
        authors="Salimans et al.",
        year=2016,
        arxiv="1606.03498",
        defaults=_NARROW | _NO_NORM | {"discriminator.minibatch": "discrimination"},
        example="examples/minibatch_discrimination.py",
    ),
    Entry(
        name="feature_matching",
        group=_COLLAPSE,
        model="keras_gan.models.feature_matching:FeatureMatchingGAN",
        networks=_DCGAN,
        summary="the generator matches means of the critic's features",
        authors="Salimans et al.",
        year=2016,
        arxiv="1606.03498",
        defaults=_NARROW | _NO_NORM,
        example="examples/feature_matching.py",
    ),
    Entry(
        name="pacgan",
        group=_COLLAPSE,
        model="keras_gan.models.gan:GAN",
        networks=_DCGAN,
        summary="the critic judges several images at once",
        authors="Lin et al.",
        year=2018,
        arxiv="1712.04086",
        defaults=_NARROW | _NO_NORM | {"discriminator.packing": 2},
        example="examples/pacgan.py",
    ),
    Entry(
        name="unrolled_gan",
        group=_COLLAPSE,
        model="keras_gan.models.unrolled_gan:UnrolledGAN",
        networks=_MLP,
        summary="the generator foresees the critic's next steps",
        authors="Metz et al.",
        year=2017,
        arxiv="1611.02163",
        defaults=_UNITS,
        example="examples/unrolled_gan.py",
    ),
    Entry(
        name="roth_gan",
        group=_COLLAPSE,
        model="keras_gan.models.gan:GAN",
        networks=_DCGAN,
        summary="instance noise in closed form",
        authors="Roth et al.",
        year=2017,
        arxiv="1705.09367",
        defaults=_NARROW | _NO_NORM | {"penalties": ["roth(0.1)"]},
        example="examples/roth.py",
    ),
    Entry(
        name="r3gan",
        group=_STRONGER,
        model="keras_gan.models.r3gan:R3GAN",
        networks=_RESNET,
        summary="relativistic pairs, slope flat on both sides",
        authors="Huang et al.",
        year=2024,
        arxiv="2501.05441",
        defaults=_NARROW | _NO_NORM | {"generator.normalization": None},
        example="examples/r3gan.py",
    ),
    Entry(
        name="sngan",
        group=_STRONGER,
        model="keras_gan.models.sngan:SNGAN",
        networks=_RESNET,
        summary="hinge loss, spectrally normalised critic",
        authors="Miyato et al.",
        year=2018,
        arxiv="1802.05957",
        defaults=_NARROW | _SPECTRAL | _SUMMED,
        example="examples/sngan.py",
    ),
    Entry(
        name="sagan",
        group=_STRONGER,
        model="keras_gan.models.sagan:SAGAN",
        networks=_RESNET,
        summary="self-attention in both players",
        authors="Zhang et al.",
        year=2019,
        arxiv="1805.08318",
        defaults=_NARROW
        | _SPECTRAL
        | _SUMMED
        | {"generator.spectral": True, "generator.attention": 8, "discriminator.attention": 8},
        example="examples/sagan.py",
    ),
    Entry(
        name="lecam_gan",
        group=_STRONGER,
        model="keras_gan.models.gan:GAN",
        networks=_DCGAN,
        summary="scores held near the other side's average, for few images",
        authors="Tseng et al.",
        year=2021,
        arxiv="2104.03310",
        defaults=_NARROW | _NO_NORM | {"adversarial_loss": "hinge", "penalties": ["le_cam()", "r1(1)"]},
        example="examples/lecam.py",
    ),
    Entry(
        name="crgan",
        group=_STRONGER,
        model="keras_gan.models.gan:GAN",
        networks=_DCGAN,
        summary="scores that do not mind small changes of the image",
        authors="Zhang et al.",
        year=2020,
        arxiv="1910.12027",
        defaults=_NARROW | _NO_NORM | {"penalties": ["consistency(augmentation=diff_augment('translation'))"]},
        example="examples/consistency.py",
    ),
    Entry(
        name="diff_augment",
        group=_STRONGER,
        model="keras_gan.models.gan:GAN",
        networks=_DCGAN,
        summary="the critic sees changed images only, for few of them",
        authors="Zhao et al.",
        year=2020,
        arxiv="2006.10738",
        defaults=_NARROW | _NO_NORM | {"augmentation": ["diff_augment()"], "penalties": ["r1(1)"]},
        example="examples/diff_augment.py",
    ),
    Entry(
        name="ada",
        group=_STRONGER,
        model="keras_gan.models.gan:GAN",
        networks=_DCGAN,
        summary="augmentation as strong as overfitting asks for",
        authors="Karras et al.",
        year=2020,
        arxiv="2006.06676",
        defaults=_NARROW | _NO_NORM | {"augmentation": ["adaptive_augmentation()"], "penalties": ["r1(1)"]},
        example="examples/adaptive_augmentation.py",
    ),
    Entry(
        name="conditional_gan",
        group=_CLASSES,
        model="keras_gan.models.conditional_gan:ConditionalGAN",
        networks=_DCGAN,
        summary="the label reaches both players",
        authors="Mirza and Osindero",
        year=2014,
        arxiv="1411.1784",
        defaults=_NARROW,
        example="examples/conditional_gan.py",
        data="labelled",
        classes_for=_BOTH,
    ),
    Entry(
        name="acgan",
        group=_CLASSES,
        model="keras_gan.models.acgan:ACGAN",
        networks=_DCGAN,
        summary="the critic names the class, too",
        authors="Odena et al.",
        year=2017,
        arxiv="1610.09585",
        defaults=_NARROW,
        example="examples/acgan.py",
        data="labelled",
        classes_for=("generator",),
    ),
    Entry(
        name="projection_gan",
        group=_CLASSES,
        model="keras_gan.models.projection_gan:ProjectionGAN",
        networks=_DCGAN,
        summary="score and class meet in an inner product",
        authors="Miyato and Koyama",
        year=2018,
        arxiv="1802.05637",
        defaults=_NARROW
        | _SPECTRAL
        | {"discriminator.conditioning": "projection", "generator.conditioning": "batch_norm"},
        example="examples/projection_gan.py",
        data="labelled",
        classes_for=_BOTH,
    ),
    Entry(
        name="infogan",
        group=_CLASSES,
        model="keras_gan.models.infogan:InfoGAN",
        networks=_DCGAN,
        summary="codes that find out for themselves what they mean",
        authors="Chen et al.",
        year=2016,
        arxiv="1606.03657",
        defaults=_NARROW,
        example="examples/infogan.py",
    ),
    Entry(
        name="sgan",
        group=_LABELS,
        model="keras_gan.models.sgan:SGAN",
        networks=_DCGAN,
        summary="classes from few labels, and one for generated images",
        authors="Odena",
        year=2016,
        arxiv="1606.01583",
        defaults=_NARROW | _NO_NORM,
        example="examples/sgan.py",
        data="semi_supervised",
        classes_for=("model",),
    ),
    Entry(
        name="improved_gan",
        group=_LABELS,
        model="keras_gan.models.improved_gan:ImprovedGAN",
        networks=_MLP,
        summary="classes from few labels, by feature matching",
        authors="Salimans et al.",
        year=2016,
        arxiv="1606.03498",
        defaults=_UNITS | {"generator.normalization": "batch", "discriminator.dropout": 0.3},
        example="examples/improved_gan.py",
        data="semi_supervised",
        classes_for=("model",),
    ),
    Entry(
        name="catgan",
        group=_LABELS,
        model="keras_gan.models.catgan:CatGAN",
        networks=_DCGAN,
        summary="sure of real images, undecided on generated ones",
        authors="Springenberg",
        year=2016,
        arxiv="1511.06390",
        defaults=_NARROW | _NO_NORM,
        example="examples/catgan.py",
        data="semi_supervised",
        classes_for=("model",),
    ),
    Entry(
        name="progressive_gan",
        group=_GROWN,
        model="keras_gan.models.progressive_gan:ProgressiveGAN",
        networks=_PROGRESSIVE,
        summary="networks that grow while they train",
        authors="Karras et al.",
        year=2018,
        arxiv="1710.10196",
        defaults=_NARROW | {"generator.max_filters": 32, "discriminator.max_filters": 32},
        example="examples/progressive_gan.py",
    ),
    Entry(
        name="capsule_gan",
        group=_GROWN,
        model="keras_gan.models.capsule_gan:CapsuleGAN",
        networks=_CAPSULE,
        summary="a critic of capsules, routed by agreement",
        authors="Jaiswal et al.",
        year=2018,
        arxiv="1802.06167",
        defaults=_NARROW,
        example="examples/capsule_gan.py",
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
