"""The client against a real server of a real export; and against TensorFlow Serving where there is one."""

import http.server
import io
import shutil
import socket
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import small_export
from PIL import Image
from small import players

from keras_gan import pixels
from keras_gan.export import client as client_module
from keras_gan.export import serving
from keras_gan.export.client import Client, ServerError
from keras_gan.models.gan import GAN
from keras_gan.serving import models


@pytest.fixture(scope="module")
def gan():
    return GAN(*players())


@pytest.fixture(scope="module")
def export(gan, tmp_path_factory):
    """Folder of two versions of it."""
    folder = tmp_path_factory.mktemp("client") / "small"
    gan.export(folder, version="next")
    shutil.copytree(folder / "1", folder / "2")
    return folder


@pytest.fixture(scope="module")
def url(export):
    with small_export.served_here(models.load(export, labels={"stable": 1})) as url:
        yield url


def check_speaks_for(gan, client):
    """All methods but those that differ between servers."""
    drawn = client.sample(5, seed=3)
    assert (drawn.dtype, drawn.shape) == (np.float32, (5, 8, 8, 1))
    np.testing.assert_allclose(drawn, gan.sample(5, seed=3), atol=1e-5)
    latents = np.random.default_rng(0).standard_normal((3, 4))
    served = client.serve(latents)
    np.testing.assert_allclose(served, gan(latents.astype("float32")), atol=1e-5)
    pictures = [np.asarray(Image.open(io.BytesIO(each))) for each in client.png(latents)]
    np.testing.assert_allclose(pictures, pixels.to_uint8(served)[..., 0], atol=1)
    signatures = client.metadata()["metadata"]["signature_def"]["signature_def"]
    assert {"serve", "sample", "serve_png"} <= signatures.keys()


def test_what_is_served_is_what_the_model_draws(gan, url):
    check_speaks_for(gan, Client(url, "small"))
    assert Client(url, "small").status() == {1: "AVAILABLE", 2: "AVAILABLE"}


@pytest.mark.parametrize("version", [1, 2, "stable"])
def test_a_version_or_a_label_can_be_asked_for(gan, url, version):
    client = Client(url + "/", "small", version)
    np.testing.assert_allclose(client.sample(2), gan.sample(2), atol=1e-5)
    assert client.status() == {2 if version == 2 else 1: "AVAILABLE"}


def test_the_servers_sentence_arrives(url):
    with pytest.raises(ServerError, match=r"asks for 1000000000 images.*\(HTTP 400\)") as error:
        Client(url, "small").sample(10**9)
    assert error.value.status == 400
    assert error.value.sentence.startswith("input 'num_images' asks for")
    with pytest.raises(ServerError, match=r"shape \(1, 2\)"):
        Client(url, "small").serve([[1, 2]])
    for client in (Client(url, "an/other"), Client(url, "small", 9), Client(url, "small", "no such")):
        with pytest.raises(ServerError, match="HTTP 404"):
            client.status()
    with pytest.raises(ValueError, match="JSON"):
        Client(url, "small").serve([[np.nan] * 4])


def test_labels_are_sent(tmp_path):
    small_export.write(tmp_path / "faces/1", conditional=True)
    with small_export.served_here(models.load(tmp_path / "faces")) as url:
        client = Client(url, "faces")
        images = client.serve(np.zeros((3, 4)), labels=[0, 1, 2])
        np.testing.assert_allclose(images[:, 0, 0, 0], np.tanh([-1, 0, 1]), atol=1e-6)
        assert client.sample(2, labels=[0, 2]).shape == (2, 8, 8, 1)
        assert len(client.png(np.zeros((3, 4)), labels=[0, 1, 2])) == 3


def test_nobody_there_is_said():
    with socket.socket() as taken:  # bound, and not listening
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionError, match="no answer from .*Is the server running"):
            Client(f"http://127.0.0.1:{taken.getsockname()[1]}", "small").status()


def test_what_is_no_json_is_told_as_it_is():
    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(502)
            self.end_headers()
            self.wfile.write(b"<p>bad gateway</p>")

        def log_message(self, *words):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        threading.Thread(target=proxy.handle_request).start()
        with pytest.raises(ServerError, match=r"<p>bad gateway</p> \(HTTP 502\)"):
            Client(f"http://127.0.0.1:{proxy.server_port}", "small").status()


@pytest.mark.parametrize(
    "said",
    [b"<h1>It works</h1>", b"[1]", b"3", b'{"ok": true}', b'{"outputs": {"x": 1}}', b'{"outputs": [[1], []]}', b""],
)
def test_another_servers_answer_is_told_as_it_is(said):
    class Other(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *words):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Other) as other:
        client = Client(f"http://127.0.0.1:{other.server_port}", "small")
        for ask in (lambda: client.sample(1), lambda: client.serve([[0]]), lambda: client.png([[0]])):
            threading.Thread(target=other.handle_request).start()
            with pytest.raises(ServerError, match="is no server of generators; it answered") as error:
                ask()
            assert error.value.status == 200
            assert said.decode() in error.value.sentence


@pytest.mark.parametrize("url", ["127.0.0.1:8501", "localhost:8501", "ftp://127.0.0.1:8501"])
def test_a_url_without_scheme_is_repaired_in_words(url):
    with pytest.raises(ValueError, match=r"has no scheme; write http://(127.0.0.1|localhost):8501"):
        Client(url, "small")


def test_a_copy_of_the_file_needs_numpy_only(tmp_path):
    shutil.copy(client_module.__file__, tmp_path / "client.py")
    code = """
import sys, client
client.Client("http://127.0.0.1:1", "x")
others = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names) - set(sys.builtin_module_names)
print(sorted(name for name in others if not name.startswith("_")))
"""
    done = subprocess.run([sys.executable, "-Sc", _with_numpy(code)], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "['client', 'numpy']"


def _with_numpy(code):
    """Without site-packages' own start-up, which may import other things."""
    site = str(np.__path__[0]).removesuffix("numpy")
    return f"import sys; sys.path += ['.', {site!r}]\n{code}"


@pytest.mark.skipif(
    shutil.which("tensorflow_model_server") is None, reason="tensorflow_model_server is not on the PATH"
)
def test_tensorflow_serving_answers_alike(gan, export, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / serving.MODELS_CONFIG
    config.write_text(serving.models_config("small").replace("/models/small", str(export)))
    call = ["tensorflow_model_server", f"--rest_api_port={port}", "--port=0", f"--model_config_file={config}"]
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        client = Client(f"http://127.0.0.1:{port}", "small")
        _wait_until_available(client)
        check_speaks_for(gan, client)
        with pytest.raises(ServerError, match="HTTP 400"):
            client.serve([[1, 2]])
        with pytest.raises(ServerError, match="HTTP 404"):
            Client(f"http://127.0.0.1:{port}", "other").sample(1)
    finally:
        process.kill()
        process.wait()


def _wait_until_available(client):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if set(client.status().values()) == {"AVAILABLE"}:
                return
        except (ConnectionError, ServerError):
            pass
        time.sleep(0.2)
    raise TimeoutError("TensorFlow Serving did not load the export within a minute.")
