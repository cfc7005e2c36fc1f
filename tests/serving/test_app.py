"""The protocol: TensorFlow Serving's paths, JSON and status codes."""

import asyncio
import base64
import io
import time

import numpy as np
import pytest
import small_export
from PIL import Image
from starlette.testclient import TestClient

from keras_gan.serving import rest
from keras_gan.serving.app import LOCAL_HOSTS, make_app

MODEL = "/v1/models/small"
LATENTS = [[0.1, -0.2, 0.3, 0.4], [1, 2, -3, 0.5]]  # whole numbers among them, as JavaScript writes them


def predict(client, content, path=MODEL):
    answer = client.post(f"{path}:predict", json=content)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(client, content, path=MODEL):
    """The sentence of a 400."""
    send = {"content": content} if isinstance(content, bytes) else {"json": content}
    answer = client.post(f"{path}:predict", **send)
    assert answer.status_code == 400, answer.text
    return answer.json()["error"]


def test_status_tells_of_all_versions_or_of_one(client):
    ok = {"state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    both = {"model_version_status": [{"version": "1"} | ok, {"version": "2"} | ok]}
    assert client.get(MODEL).json() == both
    first = {"model_version_status": [{"version": "1"} | ok]}
    assert client.get(f"{MODEL}/versions/1").json() == client.get(f"{MODEL}/labels/stable").json() == first


def test_metadata_has_the_shape_of_tensorflow_serving(client):
    told = client.get(f"{MODEL}/versions/1/metadata").json()
    assert told["model_spec"] == {"name": "small", "signature_name": "", "version": "1"}
    signatures = told["metadata"]["signature_def"]["signature_def"]
    assert {"serve", "sample", "serve_png", "serving_default"} <= signatures.keys()
    serve = signatures["serve"]
    assert serve["method_name"] == "tensorflow/serving/predict"
    sizes = [{"size": "-1", "name": ""}, {"size": "4", "name": ""}]
    assert serve["inputs"]["latents"]["tensor_shape"] == {"dim": sizes, "unknown_rank": False}
    assert serve["inputs"]["latents"]["dtype"] == serve["outputs"]["images"]["dtype"] == "DT_FLOAT"


def test_rows_and_columns_give_the_same_images(client):
    expected = small_export.images(LATENTS, scale=0.5)
    for content in (
        {"instances": LATENTS},
        {"instances": [{"latents": row} for row in LATENTS], "signature_name": "serve"},
    ):
        np.testing.assert_allclose(predict(client, content)["predictions"], expected, atol=1e-6)
    for content in ({"inputs": LATENTS}, {"inputs": {"latents": LATENTS, "passed_over": 1}}):
        np.testing.assert_allclose(predict(client, content)["outputs"], expected, atol=1e-6)


def test_several_outputs_come_by_name(client):
    drawn = predict(client, {"signature_name": "sample", "inputs": {"num_images": 3, "seed": 2**40}})["outputs"]
    assert drawn.keys() == {"images", "latents"}
    np.testing.assert_allclose(drawn["images"], small_export.images(drawn["latents"], 0.5), atol=1e-6)
    again = predict(client, {"signature_name": "sample", "inputs": {"num_images": 3, "seed": 2**40}})["outputs"]
    other = predict(client, {"signature_name": "sample", "inputs": {"num_images": 3, "seed": 1}})["outputs"]
    assert again == drawn != other


def test_bytes_come_in_base64(client):
    encoded = predict(client, {"signature_name": "serve_png", "instances": LATENTS})["predictions"]
    assert all(each.keys() == {"b64"} for each in encoded)
    pictures = [np.asarray(Image.open(io.BytesIO(base64.b64decode(each["b64"])))) for each in encoded]
    expected = np.round((small_export.images(LATENTS, 0.5)[..., 0] + 1) * 127.5)
    np.testing.assert_allclose(pictures, expected, atol=1)


def test_versions_and_labels_lead_to_their_weights(client):
    for path, scale in ((MODEL, 0.5), (f"{MODEL}/versions/2", 0.5), (f"{MODEL}/labels/stable", 1.0)):
        given = predict(client, {"inputs": LATENTS}, path)["outputs"]
        np.testing.assert_allclose(given, small_export.images(LATENTS, scale), atol=1e-6)


def test_more_images_than_a_batch_come_in_their_order(client):
    latents = np.random.default_rng(1).standard_normal((150, 4)).round(3)
    given = predict(client, {"inputs": latents.tolist()})["outputs"]
    np.testing.assert_allclose(given, small_export.images(latents, 0.5), atol=1e-6)


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/v1/models/other", 404, "Latest(other)"),
        ("POST", "/v1/models/other:predict", 404, "Latest(other)"),
        ("POST", f"{MODEL}/versions/7:predict", 404, "Specific(small, 7)"),
        ("POST", f"{MODEL}/versions/{'9' * 5000}:predict", 404, "Servable not found"),
        ("POST", f"{MODEL}/versions/one:predict", 404, "Servable not found"),
        ("POST", f"{MODEL}/labels/canary:predict", 404, "canary"),
        ("POST", f"{MODEL}:classify", 400, "has :predict only"),
        ("POST", f"{MODEL}/versions/1:regress", 400, "has :predict only"),
        ("POST", f"{MODEL}:explain", 404, "Malformed request: POST"),
        ("GET", f"{MODEL}:predict", 405, "Malformed request: GET"),
        ("DELETE", MODEL, 405, "Malformed request: DELETE"),
        ("POST", "/v1/models/..%2F..%2Fetc%2Fpasswd:predict", 404, "Malformed request"),
        ("GET", "/v1/models/%2e%2e", 404, "Latest(..)"),
        ("GET", "/v1/models/small%00", 404, "Latest(small"),
        ("GET", "/page.html", 404, "Malformed request"),
        ("GET", "/..%2fapp.py", 404, "Malformed request"),
    ],
)
def test_what_is_not_there_is_said_so(client, method, path, status, said):
    answer = client.request(method, path, content=b"{}")
    assert answer.status_code == status, answer.text
    assert said in answer.json()["error"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "JSON Parse error"),
        (b'{"inputs": [[1, 2', "JSON Parse error"),
        (b"\xff\xfe{}", "JSON Parse error"),
        (b"[" * 100_000, "JSON Parse error"),
        (b'{"inputs": ' + b"[" * 500 + b"]" * 500 + b"}", "shape (1, 1, 1, 1); expected (any, 4)"),
        (b'{"inputs": [[NaN, 0, 0, 0]]}', "numbers must be finite"),
        (b'{"inputs": [[Infinity, 0, 0, 0]]}', "numbers must be finite"),
        (b'{"inputs": [[1e999, 0, 0, 0]]}', "JSON Parse error"),
        ([1, 2], "no JSON object"),
        ({}, "one of 'inputs' and 'instances'"),
        ({"inputs": LATENTS, "instances": LATENTS}, "and not both"),
        ({"inputs": LATENTS, "signature_name": "serving"}, 'name: "serving" not found'),
        ({"inputs": LATENTS, "signature_name": 3}, "must be a string"),
        ({"instances": []}, "at least one value"),
        ({"instances": "all"}, "at least one value"),
        ({"instances": [{"latents": LATENTS[0]}, LATENTS[1]]}, "keys latents"),
        ({"instances": [{"z": LATENTS[0]}]}, "keys latents"),
        ({"inputs": {"z": LATENTS}}, "Missing named input: latents"),
        ({"inputs": [[1e39, 0, 0, 0]]}, "not finite in float32"),
        ({"inputs": [[1, 2, 3]]}, "shape (1, 3); expected (any, 4)"),
        ({"inputs": [1, 2, 3, 4]}, "shape (4,); expected (any, 4)"),
        ({"inputs": [[[1, 2, 3, 4]]]}, "shape (1, 1, 4); expected (any, 4)"),
        ({"inputs": [[1, 2, 3, 4], [[1], 2, 3, 4]]}, "is not float32 of shape (any, 4)"),
        ({"instances": LATENTS * 513}, "'instances' asks for 1026 images"),
        ({"inputs": LATENTS, "signature_name": "x" * 2000}, f'name: "{"x" * 79}…" not found'),
        ({"inputs": [[1, 2, 3, 4], [1, 2, 3]]}, "unequal length"),
        ({"inputs": [["1", "2", "3", "4"]]}, "is not float32"),
        ({"inputs": [[True, 2, 3, 4]]}, "is not float32"),
        ({"inputs": [[None, 2, 3, 4]]}, "is not float32"),
        ({"inputs": {"latents": {"b64": "aGFsbG8="}}}, "is not float32"),
        ({"inputs": []}, "shape (0,)"),
        ({"inputs": [[0, 0, 0, 0]] * 1025}, "1025 images; expected 1 to 1024"),
        ({"signature_name": "sample", "inputs": {"num_images": 10**9, "seed": 0}}, "1000000000 images"),
        ({"signature_name": "sample", "inputs": {"num_images": -1, "seed": 0}}, "-1 images"),
        ({"signature_name": "sample", "inputs": {"num_images": 2.5, "seed": 0}}, "is not int32"),
        ({"signature_name": "sample", "inputs": {"num_images": 2**31, "seed": 0}}, "outside of int32"),
        ({"signature_name": "sample", "inputs": {"num_images": 1, "seed": 2**63}}, "too large for int64"),
        ({"signature_name": "sample", "inputs": {"num_images": 1, "seed": [0]}}, "seed' has shape (1,); expected ()"),
        ({"signature_name": "sample", "instances": [{"num_images": 1, "seed": 0}]}, "has shape (1,); expected ()"),
        ({"signature_name": "sample", "inputs": 3}, "several inputs"),
    ],
)
def test_a_wrong_request_gets_a_sentence(client, content, said):
    assert said in refused(client, content)
    assert client.get("/healthz").status_code == 200


def test_too_large_a_body_is_refused_before_it_is_read(client_with):
    client = client_with(max_body=1000)
    for body in (b"x" * 1001, iter([b"x" * 600, b"x" * 600])):  # announced, and streamed
        answer = client.post(f"{MODEL}:predict", content=body)
        assert answer.status_code == 413
        assert "more than 1000 bytes" in answer.json()["error"]


def test_the_largest_body_holds_the_most_images_written_at_length(client, model):
    latents = np.random.default_rng(0).standard_normal((1024, 4)).tolist()
    content = {"signature_name": "serve_png", "instances": [{"latents": row} for row in latents]}
    assert len(predict(client, content)["predictions"]) == 1024
    largest = rest.largest_body(model.versions.values(), 1024)
    answer = client.post(f"{MODEL}:predict", content=b" " * (largest + 1))
    assert (answer.status_code, largest < 2**18) == (413, True)


@pytest.mark.parametrize(
    ("key", "row"), [("inputs", b"[0,0]"), ("instances", b"[]"), ("inputs", b"0"), ("instances", b'{"latents":0}')]
)
def test_millions_of_tiny_rows_do_not_stop_the_server(client_with, key, row):
    client = client_with(max_body=2**24)  # as for a generator with many latents
    body = b'{"%s":[%s]}' % (key.encode(), b",".join([row] * (16_000_000 // (len(row) + 1))))
    began = time.process_time()
    refused(client, body)
    assert time.process_time() - began < 1


def test_pages_from_elsewhere_may_not_use_a_local_server(model):
    home = "http://127.0.0.1:8501"
    with TestClient(make_app(model, allowed_hosts=LOCAL_HOSTS), raise_server_exceptions=False) as client:
        for host in ("127.0.0.1", "localhost:8501", "[::1]:9", "LOCALHOST"):
            assert client.get("/healthz", headers={"Host": host}).status_code == 200
        for host in ("evil.example", "evil.example:8501", "127.0.0.1.evil.example", "x:127.0.0.1", "[::1].x:80", ""):
            answer = client.get("/healthz", headers={"Host": host})
            assert answer.status_code == 403
            assert "answers to 127.0.0.1, [::1], localhost only" in answer.json()["error"]

        def post(**headers):
            return client.post(f"{home}{MODEL}:predict", json={"inputs": LATENTS}, headers=headers)

        assert post().status_code == post(Origin=home).status_code == 200
        for origin in ("http://evil.example", "null", "http://127.0.0.1:9999", "http://127.0.0.1:8501.evil.example"):
            answer = post(Origin=origin)
            assert answer.status_code == 403
            assert f"pages of '{origin}' may not ask" in answer.json()["error"]


def test_health_tells_when_nothing_makes_images_any_more(model):
    app = make_app(model)
    service = next(route.endpoint.__self__ for route in app.routes if route.path == "/healthz")
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/healthz").status_code == 200
        client.portal.call(_end, service.worker)
        began = time.monotonic()
        for answer in (client.get("/healthz"), client.post(f"{MODEL}:predict", json={"inputs": LATENTS})):
            assert answer.status_code == 503
            assert "started again" in answer.json()["error"]
        assert time.monotonic() - began < 5


async def _end(task):
    task.cancel()
    await asyncio.wait([task])


def test_too_many_bytes_at_a_time_may_be_tried_again(client_with):
    answer = client_with(max_bodies=10).post(f"{MODEL}:predict", json={"inputs": LATENTS})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


def test_too_long_a_queue_may_be_tried_again(client_with):
    answer = client_with(max_waiting=1).post(f"{MODEL}:predict", json={"inputs": LATENTS})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "waiting" in answer.json()["error"]


def test_an_answer_that_takes_too_long_is_given_up(client_with):
    client = client_with(answer_seconds=0.01, max_wait=0.5)
    answer = client.post(f"{MODEL}:predict", json={"inputs": LATENTS})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_models_tells_what_a_page_needs(client):
    assert client.get("/v1/models").json() == {
        "models": [
            {
                "name": "small",
                "versions": [1, 2],
                "default_version": 2,
                "labels": {"stable": 1},
                "signatures": ["sample", "serve", "serve_png", "serving_default"],
                "latent_dim": 4,
                "prior": "Normal",
                "image_shape": [8, 8, 1],
                "is_conditional": False,
                "num_classes": None,
            }
        ]
    }


def test_the_page_is_served(client):
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" in page.text


def test_metrics_count_answers(client):
    before = client.get("/metrics").text
    predict(client, {"inputs": LATENTS})
    refused(client, {})
    after = client.get("/metrics").text

    def count(text, status):
        line = next(line for line in text.splitlines() if f'total{{status="{status}",what="predict"}}' in line)
        return float(line.split()[-1])

    assert count(after, 200) == count(before, 200) + 1
    assert count(after, 400) == count(before, 400) + 1
    assert 'keras_gan_batch_images_bucket{le="+Inf"}' in after
    assert "keras_gan_waiting_images 0.0" in after
