"""Where weights of others lie: a folder on this machine, else the network; never without their checksum."""

import dataclasses
import hashlib
import os
import pathlib

import keras

from keras_gan.data.tfds_images import unreachable

VARIABLE = "KERAS_GAN_WEIGHTS"
CACHE_VARIABLE = "KERAS_GAN_CACHE"
# Where other tools put the same files.
_OTHER_FOLDERS = ("~/.keras/models", "~/.cache/torch/hub/checkpoints")


@dataclasses.dataclass(frozen=True)
class WeightsFile:
    """A public file of weights.

    Args:
        owner: str, the extractor that needs it.
        names: tuple of str, names under which it is found; the first is that of the download.
        url: str, where it is downloaded from.
        algorithm: `"sha256"` or `"md5"`, of the checksum that its publisher names.
        checksum: str, hex, or `None`: not checked.
        megabytes: int, its size.
    """

    owner: str
    names: tuple[str, ...]
    url: str
    algorithm: str
    checksum: str | None
    megabytes: int

    def path(self, given=None) -> pathlib.Path:
        """Where the file lies, its checksum checked; downloaded where it lies nowhere.

        Args:
            given: path of the file. Defaults to the folder that KERAS_GAN_WEIGHTS names, else `weights` in
                `cache_folder()`, else where Keras and PyTorch keep theirs, else the download.

        Raises:
            FileNotFoundError: nowhere, and no network.
            ValueError: another checksum.
        """
        if given is not None:
            path = pathlib.Path(given).expanduser()
            if not path.is_file():
                raise FileNotFoundError(f"{self.owner}: {path} is no file; expected {self.names[0]}. Check weights=.")
        else:
            path = self._found() or self._downloaded()
        return self._checked(path)

    def is_here(self) -> bool:
        """Whether the file lies on this machine; its checksum is not looked at."""
        return self._found() is not None

    def _found(self):
        places = (folder / name for folder in [weights_folder(), *_others()] for name in self.names)
        return next((place for place in places if place.is_file()), None)

    def _downloaded(self):
        if reason := unreachable(self.url):
            raise FileNotFoundError(self._how_to_get(reason))
        try:
            path = keras.utils.get_file(
                self.names[0], self.url, cache_subdir=str(weights_folder()), file_hash=self.checksum,
                hash_algorithm=self.algorithm,
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 Keras raises a bare Exception where the network fails
            raise FileNotFoundError(self._how_to_get(error)) from error
        return pathlib.Path(path)

    def _checked(self, path):
        checksum = self.checksum and checksum_of(path, self.algorithm)
        if checksum != self.checksum:
            raise ValueError(
                f"{self.owner}: {path} has the {self.algorithm} checksum {checksum}; expected {self.checksum}. It is "
                f"another file, or was cut short: download {self.url} again."
            )
        return path

    def _how_to_get(self, reason):
        return (
            f"{self.owner}: its weights {self.names[0]} ({self.megabytes} MB, {self.algorithm} {self.checksum}) lie "
            f"neither in {weights_folder()} nor where Keras and PyTorch keep theirs; no download either: {reason}. "
            f"Get {self.url} where there is a network and put it there, or set {VARIABLE} to its folder. Without it, "
            "use a classifier of your data ('mnist-cnn', 'fashion-mnist-cnn', 'digits-cnn'), a model of your own, or "
            "'pixels': their distances are numbers of their own, and no FID."
        )


def cache_folder() -> pathlib.Path:
    """Where this package keeps what it made or downloaded: KERAS_GAN_CACHE, else `~/.cache/keras_gan`."""
    return pathlib.Path(os.environ.get(CACHE_VARIABLE) or "~/.cache/keras_gan").expanduser()


def weights_folder() -> pathlib.Path:
    """Where weights of others are looked for first: KERAS_GAN_WEIGHTS, else `weights` in `cache_folder()`."""
    folder = os.environ.get(VARIABLE)
    return pathlib.Path(folder).expanduser() if folder else cache_folder() / "weights"


def checksum_of(path, algorithm="sha256") -> str:
    """Hex checksum of a file's contents."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _others():
    return [pathlib.Path(folder).expanduser() for folder in _OTHER_FOLDERS]
