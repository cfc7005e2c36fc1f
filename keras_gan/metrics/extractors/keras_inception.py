"""Keras' own Inception v3: a good set of features, and not the one of FID."""

import keras

from keras_gan.metrics.extractors import resize as resizing
from keras_gan.metrics.extractors.extractor import Extractor, fingerprint_of_weights, in_float32, rgb
from keras_gan.metrics.extractors.weights_file import WeightsFile

_NAME = "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
_URL = f"https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/{_NAME}"
MD5 = "bcbd6486424b2319ff4ef7d526e38f63"


class KerasInception(Extractor):
    """Features of `keras.applications.InceptionV3`, trained on ImageNet: `(batch, 2048)`.

    For comparisons among one's own runs where only Keras' file is at hand. Its distances are no FID: weights, pooling
    and resizing are others.

    Args:
        weights: path of Keras' file. Defaults to the folder that KERAS_GAN_WEIGHTS names, else
            `~/.cache/keras_gan/weights`, else `~/.keras/models`, else the download (88 MB).
        md5: hex checksum of the file; `None` takes any. Defaults to the one in Keras' source.

    Raises:
        FileNotFoundError: no file and no network.
        ValueError: another checksum.
    """

    name = "keras-inception"
    recipe = "uint8, antialias to 299x299, x / 127.5 - 1, mean of the last map"

    def __init__(self, weights=None, *, md5: str | None = MD5):
        super().__init__()
        path = WeightsFile(self.name, (_NAME,), _URL, "md5", md5, 88).path(weights)
        with in_float32():
            self.network = keras.applications.InceptionV3(include_top=False, weights=str(path), pooling="avg")
        self.fingerprint = fingerprint_of_weights(self.network.weights)

    def extract(self, images):
        values = resizing.to_size(resizing.to_bytes(rgb(images, self.name)), (299, 299), "antialias")
        return {"features": self.network(values / 127.5 - 1.0, training=False)}
