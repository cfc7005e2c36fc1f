"""Inception v3 as TensorFlow published it on 5 December 2015: the network that FID, KID and Inception Score mean.

The features of FID are those of this one file. Networks of the same name, Keras' among them, are trained otherwise and
pool otherwise: their distances are other numbers.
"""

import keras
import numpy as np
import tensorflow as tf

from keras_gan.metrics.extractors import resize as resizing
from keras_gan.metrics.extractors import torch_file
from keras_gan.metrics.extractors.extractor import Extractor, in_float32, rgb
from keras_gan.metrics.extractors.weights_file import WeightsFile, checksum_of

SIZE = (299, 299)
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
_FILE = "inception-2015-12-05-6726825d.pth"
_URL = f"https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/weights-{_FILE}"
_EPSILON = 1e-3  # of batch normalisation


class Inception2015(Extractor):
    """Features, and class probabilities, of the Inception network of FID.

    `features` `(batch, 2048)` are the means over the last map (`pool_3`); `probabilities` `(batch, 1008)` are the
    softmax of the logits without their bias, as the Inception Score was first computed.

    Args:
        weights: path of `pt_inception-2015-12-05-6726825d.pth`, the published weights in PyTorch's format (96 MB).
            Defaults to the folder that KERAS_GAN_WEIGHTS names, else `~/.cache/keras_gan/weights`, else where PyTorch
            keeps its downloads, else the download.
        sha256: hex checksum of the file. `None` takes any file of this network; its name is then
            `"inception-unpublished"`, as its distances are no FID. Defaults to the published one.
        resize: `"legacy-tf1"`, what the 2015 graph does and published FIDs mean, or `"antialias"`, clean-fid's; its
            name is then `"inception-2015-antialias"`. Defaults to `"legacy-tf1"`.

    Raises:
        FileNotFoundError: no file and no network; the message says where to get it and where to put it.
        ValueError: another checksum, other weights, an unknown recipe.

    References:
    - [Szegedy et al., 2016](https://arxiv.org/abs/1512.00567), the network.
    - [Heusel et al., 2017](https://arxiv.org/abs/1706.08500), section 3, its use for FID.
    - [Salimans et al., 2016](https://arxiv.org/abs/1606.03498), section 4, the Inception Score.
    """

    def __init__(self, weights=None, *, sha256: str | None = SHA256, resize: str = "legacy-tf1"):
        super().__init__()
        resizing.checked(resize)
        path = self.file(sha256).path(weights)
        self.fingerprint = checksum_of(path)
        self.name = name_of(self.fingerprint, resize)
        self.recipe = f"uint8, {resize} to 299x299, (x - 128) / 128, pool_3"
        self.resize, self.network = resize, filled(torch_file.read(path))

    @staticmethod
    def file(sha256=SHA256) -> WeightsFile:
        """The file of its weights."""
        return WeightsFile("inception-2015", (f"pt_{_FILE}", f"weights-{_FILE}"), _URL, "sha256", sha256, 96)

    def extract(self, images):
        values = resizing.to_size(resizing.to_bytes(rgb(images, self.name)), SIZE, self.resize)
        features, logits = self.network((values - 128.0) / 128.0, training=False)
        return {"features": features, "probabilities": tf.nn.softmax(logits)}


def name_of(fingerprint, resize):
    """`"inception-2015"`, by which scores are called FID, for the published weights and resizing only."""
    if fingerprint != SHA256:
        return "inception-unpublished"
    return "inception-2015" if resize == "legacy-tf1" else f"inception-2015-{resize}"


# A block is a list of branches, which are concatenated; a branch is a list of steps: a pooling, a convolution
# (name, filters, kernel[, stride]), or a list of branches again.


def _block_35(pooled):
    return [
        [("branch1x1", 64, 1)],
        [("branch5x5_1", 48, 1), ("branch5x5_2", 64, 5)],
        [("branch3x3dbl_1", 64, 1), ("branch3x3dbl_2", 96, 3), ("branch3x3dbl_3", 96, 3)],
        ["mean", ("branch_pool", pooled, 1)],
    ]


def _block_17(width):
    wide, high = (1, 7), (7, 1)
    return [
        [("branch1x1", 192, 1)],
        [("branch7x7_1", width, 1), ("branch7x7_2", width, wide), ("branch7x7_3", 192, high)],
        [
            ("branch7x7dbl_1", width, 1), ("branch7x7dbl_2", width, high), ("branch7x7dbl_3", width, wide),
            ("branch7x7dbl_4", width, high), ("branch7x7dbl_5", 192, wide),
        ],
        ["mean", ("branch_pool", 192, 1)],
    ]  # fmt: skip


def _block_8(pooling):
    def forked(name):
        return [[(f"{name}a", 384, (1, 3))], [(f"{name}b", 384, (3, 1))]]

    return [
        [("branch1x1", 320, 1)],
        [("branch3x3_1", 384, 1), forked("branch3x3_2")],
        [("branch3x3dbl_1", 448, 1), ("branch3x3dbl_2", 384, 3), forked("branch3x3dbl_3")],
        [pooling, ("branch_pool", 192, 1)],
    ]


_BLOCKS = {
    "Mixed_5b": _block_35(32),
    "Mixed_5c": _block_35(64),
    "Mixed_5d": _block_35(64),
    "Mixed_6a": [
        [("branch3x3", 384, 3, 2)],
        [("branch3x3dbl_1", 64, 1), ("branch3x3dbl_2", 96, 3), ("branch3x3dbl_3", 96, 3, 2)],
        ["max, stride 2"],
    ],
    "Mixed_6b": _block_17(128),
    "Mixed_6c": _block_17(160),
    "Mixed_6d": _block_17(160),
    "Mixed_6e": _block_17(192),
    "Mixed_7a": [
        [("branch3x3_1", 192, 1), ("branch3x3_2", 320, 3, 2)],
        [
            ("branch7x7x3_1", 192, 1), ("branch7x7x3_2", 192, (1, 7)), ("branch7x7x3_3", 192, (7, 1)),
            ("branch7x7x3_4", 192, 3, 2),
        ],
        ["max, stride 2"],
    ],
    "Mixed_7b": _block_8("mean"),
    "Mixed_7c": _block_8("max"),  # not the paper's: a slip of 2015 that every published FID contains
}  # fmt: skip


def network():
    """The graph without weights: images `(batch, 299, 299, 3)` in [-1, 1) → `pool_3` and logits.

    Batch normalisation is folded into the convolutions: see `filled`.
    """
    with in_float32():
        x = images = keras.Input((*SIZE, 3), name="images")
        x = _convolved(x, "Conv2d_1a_3x3", 32, 3, 2)
        x = _convolved(x, "Conv2d_2a_3x3", 32, 3, padding="valid")
        x = _pooled(_convolved(x, "Conv2d_2b_3x3", 64, 3), "max, stride 2")
        x = _convolved(x, "Conv2d_3b_1x1", 80, 1)
        x = _pooled(_convolved(x, "Conv2d_4a_3x3", 192, 3, padding="valid"), "max, stride 2")
        for name, branches in _BLOCKS.items():
            x = _concatenated(x, name, branches)
        features = keras.layers.GlobalAveragePooling2D(name="pool_3")(x)
        logits = keras.layers.Dense(1008, use_bias=False, kernel_initializer="zeros", name="fc")(features)
        return keras.Model(images, [features, logits], name="inception_2015")


def _concatenated(x, block, branches):
    return keras.layers.Concatenate()([_chained(x, block, steps) for steps in branches])


def _chained(x, block, steps):
    for step in steps:
        if isinstance(step, list):
            x = _concatenated(x, block, step)
        elif isinstance(step, str):
            x = _pooled(x, step)
        else:
            x = _convolved(x, f"{block}.{step[0]}", *step[1:])
    return x


def _convolved(x, name, filters, kernel, stride=1, padding=None):
    """A convolution with rectifier; with a stride of 2 it pads nothing."""
    padding = padding or ("same" if stride == 1 else "valid")
    return keras.layers.Conv2D(
        filters, kernel, stride, padding, activation="relu", kernel_initializer="zeros", name=name
    )(x)  # fmt: skip


def _pooled(x, kind):
    if kind == "max, stride 2":
        return keras.layers.MaxPooling2D(3, 2)(x)
    # At the border, the mean is over the pixels that exist: TensorFlow pads with nothing, not with zeros.
    pooling = {"mean": keras.layers.AveragePooling2D, "max": keras.layers.MaxPooling2D}[kind]
    return pooling(3, 1, padding="same")(x)


def filled(tensors):
    """`network()` with the tensors of the published file: convolutions OIHW, under PyTorch's names."""
    model = network()
    try:
        for layer in model.layers:
            if isinstance(layer, keras.layers.Conv2D):
                layer.set_weights(_folded(tensors, layer.name))
        model.get_layer("fc").set_weights([tensors["fc.weight"].T])
    except KeyError as error:
        raise ValueError(f"inception-2015: the file holds no {error}; expected the Inception network of FID.") from None
    return model


def _folded(tensors, name):
    """Kernel and bias of a convolution together with its batch normalisation."""
    kernel = tensors[f"{name}.conv.weight"].astype("float64")
    scale, offset, mean, variance = (
        tensors[f"{name}.bn.{part}"].astype("float64") for part in ("weight", "bias", "running_mean", "running_var")
    )
    gain = scale / np.sqrt(variance + _EPSILON)
    return [(kernel.transpose(2, 3, 1, 0) * gain).astype("float32"), (offset - mean * gain).astype("float32")]
