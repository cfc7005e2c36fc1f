"""What every variant's training is told: the settings that belong to no model and to no network."""

import dataclasses
from typing import Literal

from keras_gan import catalog


@dataclasses.dataclass
class Data:
    """Data

    Args:
        dataset: a name (`digits`, `mnist`, ...), a folder of images, or an .npy or .npz file.
        image_size: pixels of each side, or [height, width]; by default the images' own.
        channels: 1, 3 or 4; by default the images' own.
        split: part of the data to train on.
        num_images: so many images or points only; by default all.
        num_labels: so many images keep their labels, for a variant that learns from a few.
        data_dir: folder of prepared tensorflow-datasets; by default $TFDS_DATA_DIR.
        batch_size: images that each critic step sees.
    """

    dataset: str = catalog.DATASET
    image_size: int | tuple[int, int] | None = None
    channels: int | None = None
    split: str = "train"
    num_images: int | None = None
    num_labels: int = 100
    data_dir: str | None = None
    batch_size: int = 64


@dataclasses.dataclass
class Training:
    """Training

    Args:
        epochs: passes over the data, counted from the beginning of the run.
        steps_per_epoch: generator steps of an epoch; by default all the data.
        seed: decides first weights, order of the data and all random numbers.
        networks: family of networks, such as dcgan or mlp; by default the variant's own.
        latent_dim: size of the generator's noise vector.
        lr_schedule: learning rates over the whole run: as they are, or falling to 0.
    """

    epochs: int = 20
    steps_per_epoch: int | None = None
    seed: int = 0
    networks: str | None = None
    latent_dim: int = 64
    lr_schedule: Literal["constant", "linear", "cosine"] = "constant"


@dataclasses.dataclass
class Computing:
    """Computing

    Args:
        precision: number format of the layers; weights stay float32.
        strategy: mirrored (all GPUs of this computer), multiworker (all computers of TF_CONFIG) or tpu; by default one
            device.
        jit_compile: compile the training step by XLA.
        steps_per_execution: training steps between two looks at the losses; more is faster for small networks.
        deterministic: equal runs give equal bits, some operations slower.
    """

    precision: Literal["float32", "mixed_bfloat16"] = "float32"
    strategy: Literal["mirrored", "multiworker", "tpu"] | None = None
    jit_compile: bool = False
    steps_per_execution: int = 1
    deterministic: bool = False


@dataclasses.dataclass
class Keeping:
    """What is kept

    Args:
        every: epochs between two sample grids and two checkpoints; by default so many that a run has about 20.
        keep: checkpoints to keep.
        checkpoint_interval: training steps between further checkpoints.
        num_samples: images in each sample grid.
    """

    every: int | None = None
    keep: int = 2
    checkpoint_interval: int | None = None
    num_samples: int = 64


@dataclasses.dataclass
class Invocation:
    """This call

    Args:
        config: YAML file of settings, such as a run's config.yaml; what is said besides it counts more.
        out: the run's folder; by default runs/<variant>-<dataset>-<seed>.
        resume: go on with the run in that folder, with its own settings.
        verbose: show TensorFlow's messages, and where an error came from.
    """

    config: str | None = None
    out: str | None = None
    resume: bool = False
    verbose: bool = False


GROUPS = (Data, Training, Computing, Keeping)  # what a run's config.yaml holds, beside the model and the networks
