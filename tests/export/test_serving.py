"""What TensorFlow Serving reads: version numbers, warm-up requests, configuration, signatures."""

import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import numpy as np
import pytest
import small_export
import tensorflow as tf
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_encoding
from tensorflow.core.framework import tensor_pb2

from keras_gan.export import serving


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """Folder of version 1, with all that goes beside it."""
    folder = tmp_path_factory.mktemp("export") / "small"
    serving.write_extras(small_export.write(folder / "1"), "small")
    return folder


@pytest.fixture(scope="module")
def prediction_log():
    """The class of PredictionLog, built from the descriptions of tensorflow_serving/apis, not from our bytes."""
    message, string = descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE, descriptor_pb2.FieldDescriptorProto.TYPE_STRING
    file = descriptor_pb2.FileDescriptorProto(name="test/log.proto", package="test", syntax="proto3")
    file.dependency.append(tensor_pb2.DESCRIPTOR.name)

    def add(owner, *fields, repeated=()):
        for name, number, kind, type_name in fields:
            field = owner.field.add(name=name, number=number, type=kind, label=3 if name in repeated else 1)
            if type_name:
                field.type_name = type_name

    spec = file.message_type.add(name="ModelSpec")
    add(spec, ("name", 1, string, ""), ("signature_name", 3, string, ""))
    request = file.message_type.add(name="PredictRequest")
    entry = request.nested_type.add(name="InputsEntry")
    add(entry, ("key", 1, string, ""), ("value", 2, message, ".tensorflow.TensorProto"))
    entry.options.map_entry = True
    fields = ("model_spec", 1, message, ".test.ModelSpec"), ("inputs", 2, message, ".test.PredictRequest.InputsEntry")
    add(request, *fields, repeated=("inputs",))
    add(file.message_type.add(name="PredictLog"), ("request", 1, message, ".test.PredictRequest"))
    add(file.message_type.add(name="PredictionLog"), ("predict_log", 6, message, ".test.PredictLog"))
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("test.PredictionLog"))


def records(export):
    return [record.numpy() for record in tf.data.TFRecordDataset(str(export / "1" / serving.WARMUP))]


def test_warmup_requests_are_answered_by_the_export(export, prediction_log):
    loaded, asked = tf.saved_model.load(str(export / "1")), []
    for record in records(export):
        log = prediction_log.FromString(record)
        assert log.SerializeToString(deterministic=True) == record  # nothing in it that the descriptions do not know
        request = log.predict_log.request
        assert request.model_spec.name == "small"
        inputs = {name: tf.constant(tf.make_ndarray(value)) for name, value in request.inputs.items()}
        outputs = loaded.signatures[request.model_spec.signature_name](**inputs)
        asked.append((request.model_spec.signature_name, len(next(iter(outputs.values())))))
    assert asked == [(name, size) for name in ("serve", "serve_png", "serving_default") for size in (1, 16)]


def test_warmup_requests_are_those_of_tensorflow_serving(export):
    prediction_log_pb2 = pytest.importorskip(
        "tensorflow_serving.apis.prediction_log_pb2", reason="tensorflow-serving-api is not installed"
    )
    requests = [prediction_log_pb2.PredictionLog.FromString(record).predict_log.request for record in records(export)]
    assert {request.model_spec.signature_name for request in requests} == {"serve", "serve_png", "serving_default"}
    assert tf.make_ndarray(requests[1].inputs["latents"]).shape == (16, 4)


def test_a_conditional_generator_is_warmed_up_with_labels(tmp_path, prediction_log):
    folder = small_export.write(tmp_path / "1", conditional=True)
    request = prediction_log.FromString(serving.warmup_requests(folder, "faces")[1]).predict_log.request
    labels = tf.make_ndarray(request.inputs["labels"])
    assert (labels.dtype, labels.tolist()) == (np.int32, [0, 1, 2] * 5 + [0])


def test_a_longer_message_has_a_longer_length():
    assert serving._varint(1) == b"\x01"
    assert serving._varint(300) == b"\xac\x02"
    assert serving._field(6, b"x" * 300)[:3] == b"\x32\xac\x02"


def test_the_next_version_follows_the_last(tmp_path):
    assert serving.next_version(tmp_path / "nothing") == serving.next_version(tmp_path) == 1
    for name in ("1", "9", "10", "latest", "11.part"):
        (tmp_path / name).mkdir()
    (tmp_path / "12").touch()
    assert serving.next_version(tmp_path) == 11


def test_the_configuration_names_what_docker_mounts(export):
    config = (export / serving.MODELS_CONFIG).read_text()
    words = shlex.split(serving.docker_line("small", export))
    mount = dict(pair.partition("=")[::2] for pair in words[words.index("--mount") + 1].split(","))
    assert pathlib.Path(mount["source"]) == export.resolve()
    assert re.search('base_path: "(.*)"', config)[1] == mount["target"] == "/models/small"
    assert re.search(' name: "(.*)"', config)[1] == "small"
    assert words[-1] == f"--model_config_file={mount['target']}/{serving.MODELS_CONFIG}"
    assert "127.0.0.1:8501:8501" in words
    assert config.count("{") == config.count("}") == 4


@pytest.mark.parametrize("name", ['a "b"', "a\nb", "a b$(c)", "é\\n"])
def test_a_name_with_signs_breaks_neither_configuration_nor_command(tmp_path, name):
    lines = serving.models_config(name).splitlines()
    assert len(lines) == len(serving.models_config("small").splitlines())
    quoted = next(line for line in lines if line.startswith("    name: ")).removeprefix("    name: ")
    assert text_encoding.CUnescape(quoted[1:-1]).decode() == name and '"' not in quoted[1:-1].replace('\\"', "")
    words = shlex.split(serving.docker_line(name, tmp_path))
    assert len(words) == 9 and f",target=/models/{name},readonly" in words[words.index("--mount") + 1]


def test_only_what_nobody_has_changed_is_as_written(tmp_path):
    for text in (serving.models_config("a"), serving.models_config('b "c"'), serving.batching_parameters()):
        (tmp_path / "file").write_text(text)
        assert serving.is_as_written(tmp_path / "file")
        for changed in (text + "# mine\n", text.replace(" { ", " {  ", 1), "mine", 'x {\n    name: "a\\q"\n}'):
            (tmp_path / "file").write_text(changed)
            assert not serving.is_as_written(tmp_path / "file")


def test_batching_parameters_are_text_of_a_protocol_buffer(export):
    lines = [line for line in (export / serving.BATCHING).read_text().splitlines() if not line.startswith("#")]
    given = dict(re.fullmatch(r"(\w+) \{ value: (\d+) \}", line).groups() for line in lines)
    assert given == {
        "max_batch_size": "64",
        "batch_timeout_micros": "3000",
        "max_enqueued_batches": "64",
        "num_batch_threads": "1",
    }


def test_saved_model_cli_shows_the_signatures(export):
    command = pathlib.Path(sys.executable).with_name("saved_model_cli")
    found = str(command) if command.exists() else shutil.which("saved_model_cli")
    shown = subprocess.run([found, "show", "--dir", export / "1", "--all"], capture_output=True, text=True).stdout
    for name in ("serve", "sample", "serve_png", "serving_default"):
        assert f"signature_def['{name}']" in shown
    for line in (
        "inputs['latents'] tensor_info:\n        dtype: DT_FLOAT\n        shape: (-1, 4)",
        "outputs['images'] tensor_info:\n        dtype: DT_FLOAT\n        shape: (-1, 8, 8, 1)",
        "inputs['num_images'] tensor_info:\n        dtype: DT_INT32\n        shape: ()",
        "inputs['seed'] tensor_info:\n        dtype: DT_INT64\n        shape: ()",
        "outputs['png_bytes'] tensor_info:\n        dtype: DT_STRING\n        shape: (-1)",
    ):
        assert line in shown
