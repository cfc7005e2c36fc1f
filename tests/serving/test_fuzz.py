"""Thousands of broken requests: each gets an answer below 500, and a right one still gets the right answer."""

import json

import numpy as np
import pytest
import small_export
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RIGHT = [
    {"inputs": [[0.1, 0.2, 0.3, 0.4]]},
    {"signature_name": "serve_png", "instances": [{"latents": [1, 2, 3, 4]}]},
    {"signature_name": "sample", "inputs": {"num_images": 2, "seed": 7}},
]
PATHS = [
    "/v1/models/small:predict",
    "/v1/models/small/versions/1:predict",
    "/v1/models/small/labels/stable:predict",
    "/v1/models/small/metadata",
    "/v1/models/small",
]
numbers = st.one_of(st.integers(-(2**70), 2**70), st.floats(), st.sampled_from([0, 1, -1, 1e308, 2**31, 2**63]))
leaves = st.one_of(numbers, st.none(), st.booleans(), st.text(max_size=8))
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
)
keys = st.sampled_from(["inputs", "instances", "signature_name", "latents", "num_images", "seed", "labels", "b64"])
signatures = st.sampled_from(["serve", "sample", "serve_png", "serving_default", "__saved_model_init_op", "", "x"])


@st.composite
def documents(draw):
    """JSON with the right words in wrong places."""
    document = draw(st.dictionaries(keys, trees, max_size=4))
    if draw(st.booleans()):
        document["signature_name"] = draw(signatures)
    if draw(st.booleans()):
        document["inputs"] = draw(st.dictionaries(keys, trees, max_size=4))
    return json.dumps(document).encode()


@st.composite
def damaged(draw, rights):
    """A right one with some bytes taken out, put in, or replaced."""
    content = bytearray(draw(rights))
    for _ in range(draw(st.integers(1, 4))):
        where = draw(st.integers(0, len(content)))
        content[where : where + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(content)


right_bodies = st.sampled_from([json.dumps(content).encode() for content in RIGHT])
bodies = st.one_of(documents(), right_bodies, damaged(right_bodies), trees.map(lambda tree: json.dumps(tree).encode()))
printable = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#?\\"), max_size=30)
paths = st.one_of(
    st.sampled_from(PATHS),
    st.sampled_from(PATHS[:3]),
    damaged(st.sampled_from([path.encode() for path in PATHS])).map(lambda raw: "/" + quoted(raw)),
    printable.map(lambda text: "/v1/models/" + quoted(text.encode())),
)


def quoted(raw):
    """Bytes as they can stand in an address: what cannot is escaped; half of the rest is as it is."""
    plain = b"abcdefghijklmnopqrstuvwxyz0123456789/:._-"
    return "".join(chr(byte) if byte in plain else f"%{byte:02x}" for byte in raw).lstrip("/")


def survives(client, examples, seeded):
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=seeded,
        suppress_health_check=list(HealthCheck),
    )
    @given(method=st.sampled_from(["POST"] * 8 + ["GET", "PUT"]), path=paths, body=bodies)
    def one(method, path, body):
        answer = client.request(method, f"http://server{path}", content=body)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert len(answer.json()["error"]) > 10

    one()
    latents = RIGHT[0]["inputs"]
    given_images = client.post(PATHS[0], json={"inputs": latents}).json()["outputs"]
    np.testing.assert_allclose(given_images, small_export.images(latents, 0.5), atol=1e-6)


def test_two_hundred_broken_requests(client):
    survives(client, 200, seeded=True)


@pytest.mark.slow
def test_two_thousand_broken_requests(client):
    survives(client, 2000, seeded=False)
