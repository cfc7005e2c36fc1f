"""The versions of an exported generator, loaded by TensorFlow alone: nothing of what trained it is needed."""

import json
import pathlib

import numpy as np
import tensorflow as tf
from google.protobuf import json_format
from tensorflow.core.protobuf import saved_model_pb2

from keras_gan import run_folder
from keras_gan.serving.limits import Refused, short

DEFAULT_SIGNATURE = "serving_default"
_SAVED_MODEL = "saved_model.pb"
_NOTE = pathlib.PurePath("assets.extra/generator.json")  # what an export of this package says of itself


class Signature:
    """One function of a SavedModel, from arrays to arrays.

    Args:
        name: str.
        function: concrete function from `tf.saved_model.load`.

    Attributes:
        inputs, outputs: {name: `tf.TensorSpec`}.
        is_batchable: bool, whether requests can be joined: the first axis of all inputs and outputs counts images.
    """

    def __init__(self, name: str, function):
        self.name, self._function = name, function
        self.inputs = function.structured_input_signature[1]
        self.outputs = function.structured_outputs
        self.is_batchable = bool(self.inputs) and all(map(_is_batch, [*self.inputs.values(), *self.outputs.values()]))

    def __call__(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        given = {name: tf.constant(value, self.inputs[name].dtype) for name, value in inputs.items()}
        return {name: value.numpy() for name, value in self._function(**given).items()}

    def warm_up(self, num_images: int):
        """Runs once, so that the first client does not wait for what TensorFlow prepares on first use."""
        if not self.is_batchable and "num_images" not in self.inputs:  # not one of this package's
            return
        size = num_images if self.is_batchable else 1
        shapes = {name: [size if axis is None else axis for axis in spec.shape] for name, spec in self.inputs.items()}
        zeros = {name: np.zeros(shape) for name, shape in shapes.items()}
        self(zeros if self.is_batchable else zeros | {"num_images": np.ones(())})


def _is_batch(spec):
    return spec.shape.rank is not None and spec.shape.rank > 0 and spec.shape[0] is None


class Version:
    """One version of a model, loaded.

    Args:
        number: int.
        folder: where its SavedModel lies.
    """

    def __init__(self, number: int, folder: pathlib.Path):
        self.number = number
        self._loaded = tf.saved_model.load(str(folder))  # kept: variables live no longer than what loaded them
        self.signatures = {name: Signature(name, each) for name, each in self._loaded.signatures.items()}
        self.signature_defs = _signature_defs(folder)
        note = folder / _NOTE
        self.note = json.loads(note.read_text()) if note.exists() else {}

    def signature(self, name: str | None) -> Signature:
        """The signature that a request names; `None`: the default one."""
        name = name or DEFAULT_SIGNATURE
        if name not in self.signatures:
            raise Refused(400, f'Serving signature name: "{short(name)}" not found in signature def')
        return self.signatures[name]

    def describe(self) -> dict:
        """What a page needs to ask for images; `None` where the export does not say."""
        serve = self.signatures.get("serve", self.signatures.get(DEFAULT_SIGNATURE))
        latents, images = (serve.inputs.get("latents"), serve.outputs.get("images")) if serve else (None, None)
        return {
            "signatures": sorted(self.signatures),
            "latent_dim": latents.shape[-1] if latents is not None else None,
            "prior": self.note.get("prior"),
            "image_shape": list(images.shape[1:]) if images is not None else None,
            "is_conditional": serve is not None and "labels" in serve.inputs,
            "num_classes": self.note.get("num_classes"),
        }


def _signature_defs(folder):
    """{name: SignatureDef as JSON}, as the file says, in the form TensorFlow Serving gives it."""
    saved_model = saved_model_pb2.SavedModel()
    saved_model.ParseFromString((folder / _SAVED_MODEL).read_bytes())
    found = saved_model.meta_graphs[0].signature_def
    options = {"preserving_proto_field_name": True, "always_print_fields_with_no_presence": True}
    return {name: json_format.MessageToDict(found[name], **options) for name in sorted(found)}


class Model:
    """All versions of one exported generator.

    Args:
        name: str, what clients call it.
        versions: {number: `Version`}.
        labels: {label: number}, names for versions, such as `{"stable": 1}`. Defaults to none.
    """

    def __init__(self, name: str, versions: dict[int, Version], labels: dict[str, int] | None = None):
        self.name, self.versions, self.labels = name, dict(sorted(versions.items())), labels or {}
        if missing := sorted(set(self.labels.values()) - set(self.versions)):
            raise ValueError(f"labels name versions {missing}, the export holds {list(self.versions)}.")

    def check_name(self, name: str):
        """Raises `Refused` where a client asks for another model."""
        if name != self.name:
            raise Refused(404, f"Servable not found for request: Latest({short(name)})")

    def version(self, number: str | None = None, label: str | None = None) -> Version:
        """The version that a request names; by default the latest."""
        if label is not None:
            if label not in self.labels:
                raise Refused(404, f"Unrecognized servable version label: {short(label)}")
            return self.versions[self.labels[label]]
        if number is None:
            return self.versions[max(self.versions)]
        if not number.isdecimal() or len(number) > 18 or int(number) not in self.versions:
            raise Refused(404, f"Servable not found for request: Specific({self.name}, {short(number)})")
        return self.versions[int(number)]

    def describe(self) -> dict:
        """Name, versions and what the latest one takes and gives, as JSON."""
        latest = self.version()
        numbers = {"versions": list(self.versions), "default_version": latest.number, "labels": self.labels}
        return {"name": self.name} | numbers | latest.describe()


def load(path, name: str | None = None, labels: dict[str, int] | None = None) -> Model:
    """Loads every version of an export.

    Args:
        path: folder of numbered versions, one such version, or a run's folder.
        name: str or `None`: that of the run, or of the folder of versions.
        labels: as for `Model`.

    Raises:
        FileNotFoundError: nothing there that could be served.
        ValueError: a version that TensorFlow cannot load.
    """
    default_name, folders = find(path)
    versions = {number: _loaded(number, folder) for number, folder in folders.items()}
    return Model(name or default_name, versions, labels)


def find(path) -> tuple[str, dict[int, pathlib.Path]]:
    """(a name, {number: folder}) of the SavedModels at `path`."""
    path = pathlib.Path(path)
    whole = path.resolve()
    if (path / _SAVED_MODEL).exists():
        is_numbered = whole.name.isdecimal()
        return (_name(whole.parent), {int(whole.name): path}) if is_numbered else (whole.name, {1: path})
    for folder in (path, run_folder.RunFolder(path).export.parent):
        found = {n: each for n, each in run_folder.versions(folder).items() if (each / _SAVED_MODEL).exists()}
        if found:
            return _name(whole), found
    raise FileNotFoundError(
        f"serve: {path} holds no export; expected a folder of versions such as {path}/1/{_SAVED_MODEL}, one version, "
        "or a run's folder. Make one: keras-gan export RUN."
    )


def _name(folder):
    """That of the run where the folder is the export of one, else its own."""
    run = run_folder.RunFolder(folder.parent)
    return run.path.name if run.is_claimed() and folder == run.export.parent else folder.name


def _loaded(number, folder):
    try:
        return Version(number, folder)
    except (OSError, ValueError, tf.errors.OpError, json_format.Error) as error:
        raise ValueError(f"serve: version {number} in {folder} cannot be loaded: {error}") from error
