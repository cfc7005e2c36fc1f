"""What TensorFlow Serving reads beside a SavedModel: version numbers, warm-up requests, its configuration.

NAME/
    1/                              a SavedModel, with assets.extra/tf_serving_warmup_requests
    2/                              the next one; the server changes over by itself
    models.config                   which model, from where
    batching_parameters.txt         for --enable_batching
"""

import json
import pathlib
import re
import shlex

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from keras_gan import run_folder
from keras_gan.export import notes

MODELS_CONFIG, BATCHING = "models.config", "batching_parameters.txt"
WARMUP = "assets.extra/tf_serving_warmup_requests"  # in the folder of a version
_WARMED_BATCHES = (1, 16)
_MAX_BATCH, _WAIT_MICROSECONDS = 64, 3000


def next_version(folder) -> int:
    """The number after the last version in `folder`, 1 for the first: a server that reads it is not disturbed."""
    return max(run_folder.versions(folder), default=0) + 1


def write_extras(version_folder, name: str):
    """Writes warm-up requests into a SavedModel, and the configuration of TensorFlow Serving beside it.

    Args:
        version_folder: folder of a SavedModel, such as `exports/digits/1`; its signatures tell what to ask for, its
            note how many classes there are.
        name: str, what clients call the model.
    """
    version_folder = pathlib.Path(version_folder)
    warmup = version_folder / WARMUP
    warmup.parent.mkdir(exist_ok=True)
    with tf.io.TFRecordWriter(str(warmup)) as file:
        for request in warmup_requests(version_folder, name):
            file.write(request)
    run_folder.write_text(version_folder.parent / MODELS_CONFIG, models_config(name))
    run_folder.write_text(version_folder.parent / BATCHING, batching_parameters())


def models_config(name: str) -> str:
    """The text of `models.config`: every version is served, from where `docker_line` puts them."""
    return _models_config(json.dumps(name, ensure_ascii=False)[1:-1])  # protocol buffers escape as JSON does


def _models_config(escaped):
    return f"""model_config_list {{
  config {{
    name: "{escaped}"
    base_path: "/models/{escaped}"
    model_platform: "tensorflow"
    model_version_policy {{ all {{}} }}
  }}
}}
"""


def batching_parameters() -> str:
    """The text of `batching_parameters.txt`."""
    return f"""# Joins requests of several clients: --enable_batching --batching_parameters_file=...
# TensorFlow Serving then refuses `sample`: a number of images and a seed cannot be joined.
max_batch_size {{ value: {_MAX_BATCH} }}
batch_timeout_micros {{ value: {_WAIT_MICROSECONDS} }}
max_enqueued_batches {{ value: {_MAX_BATCH} }}
num_batch_threads {{ value: 1 }}
"""


def is_as_written(file) -> bool:
    """Whether `models.config` or `batching_parameters.txt` is as `write_extras` leaves it, not fitted by hand."""
    text = pathlib.Path(file).read_text(encoding="utf-8", errors="replace")
    if found := re.search(r'^    name: "(.*)"$', text, re.MULTILINE):
        return text == _models_config(found[1])
    return text == batching_parameters()


def docker_line(name: str, folder=None) -> str:
    """The command that serves all versions in a folder under `name`, on its machine only, port 8501.

    Args:
        name: str, as in `models.config`.
        folder: of the versions. Defaults to `None`: the one in which the command is called, wherever that lies.
    """
    source = '"$PWD"' if folder is None else shlex.quote(str(pathlib.Path(folder).resolve()))
    return (
        "docker run --rm -p 127.0.0.1:8501:8501 "
        f"--mount type=bind,source={source},target={shlex.quote(f'/models/{name}')},readonly "
        f"tensorflow/serving --model_config_file={shlex.quote(f'/models/{name}/{MODELS_CONFIG}')}"
    )


# --- warm-up ------------------------------------------------------------------------------------------------------


def warmup_requests(version_folder, name: str) -> list[bytes]:
    """`PredictionLog` messages for every signature that takes a batch, in batches of 1 and of 16.

    `sample` is left out: where batching is on, the server could not answer it, and would not load the model.
    """
    requests, num_classes = [], (notes.read(version_folder) or {}).get("num_classes") or 1
    for signature_name, signature in sorted(_signatures(version_folder).items()):
        shapes = [[dim.size for dim in info.tensor_shape.dim] for info in signature.inputs.values()]
        if shapes and all(shape[:1] == [-1] for shape in shapes):
            inputs = {batch: _inputs(signature, batch, num_classes) for batch in _WARMED_BATCHES}
            requests += [_prediction_log(name, signature_name, inputs[batch]) for batch in _WARMED_BATCHES]
    return requests


def _signatures(version_folder):
    """{name: SignatureDef} of what a client can ask for."""
    saved_model = saved_model_pb2.SavedModel()
    saved_model.ParseFromString((pathlib.Path(version_folder) / "saved_model.pb").read_bytes())
    found = saved_model.meta_graphs[0].signature_def
    return {name: found[name] for name in found if not name.startswith("__")}


def _inputs(signature, batch, num_classes):
    """{name: array}: normal latents, all classes in turns."""
    rng = np.random.default_rng(0)
    arrays = {}
    for name, info in signature.inputs.items():
        shape = (batch, *(dim.size for dim in info.tensor_shape.dim[1:]))
        dtype = tf.as_dtype(info.dtype)
        values = rng.standard_normal(shape) if dtype.is_floating else np.resize(np.arange(num_classes), shape)
        arrays[name] = values.astype(dtype.name)
    return arrays


def _prediction_log(name, signature_name, inputs):
    """A PredictionLog in protocol buffers' wire format; its classes come with TensorFlow Serving only.

    PredictionLog.predict_log = 6, PredictLog.request = 1, PredictRequest.model_spec = 1 and .inputs = 2 (a map: entries
    of key = 1, value = 2), ModelSpec.name = 1 and .signature_name = 3.
    """
    spec = _field(1, name.encode()) + _field(3, signature_name.encode())
    entries = b"".join(
        _field(2, _field(1, key.encode()) + _field(2, tf.make_tensor_proto(value).SerializeToString()))
        for key, value in sorted(inputs.items())
    )
    return _field(6, _field(1, _field(1, spec) + entries))


def _field(number, content):
    """A field that holds bytes: its number and kind, how many bytes, the bytes."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number):
    """Seven bits a byte, low ones first; the top bit says that more follow."""
    more = bytearray()
    while number > 127:
        more.append(number & 127 | 128)
        number >>= 7
    return bytes(more) + bytes([number])
