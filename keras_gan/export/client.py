"""A client of served generators: `keras-gan serve` and TensorFlow Serving answer it alike.

Needs NumPy and nothing else of this package: copy the file to where the images are wanted.
"""

import base64
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request

import numpy as np

__all__ = ["Client", "ServerError"]


class ServerError(Exception):
    """The server refused, or failed.

    Attributes:
        status: int, HTTP status: 4xx where another request would help.
        sentence: str, what the server said.
    """

    def __init__(self, status: int, sentence: str):
        super().__init__(f"{sentence} (HTTP {status})")
        self.status, self.sentence = status, sentence


class Client:
    """Images from a served generator, as NumPy arrays.

    Args:
        url: str, such as `"http://127.0.0.1:8501"`.
        model: str, name under which the generator is served.
        version: int, a version; str, a label of one; `None`, the latest one. Defaults to `None`.
        timeout: float, seconds to wait for an answer. Defaults to `30`.

    Every method raises `ServerError` with the server's own sentence where it refuses, and `ConnectionError` where
    nobody answers.

    Example:

    >>> from keras_gan.export.client import Client
    >>> digits = Client("http://127.0.0.1:8501", "digits", version=1)
    >>> digits.address
    'http://127.0.0.1:8501/v1/models/digits/versions/1'
    >>> images = digits.sample(16, seed=0)  # doctest: +SKIP
    """

    def __init__(self, url: str, model: str, version: int | str | None = None, timeout: float = 30):
        if not url.lower().startswith(("http://", "https://")):
            raise ValueError(f"url {url!r} has no scheme; write http://{url.rpartition('://')[2]}.")
        kind = "labels" if isinstance(version, str) else "versions"
        which = "" if version is None else f"/{kind}/{urllib.parse.quote(str(version), safe='')}"
        self.model_address = f"{url.rstrip('/')}/v1/models/{urllib.parse.quote(model, safe='')}"
        self.address, self.timeout = self.model_address + which, timeout

    def sample(self, num_images: int, seed: int = 0, labels=None) -> np.ndarray:
        """The images that `gan.sample(num_images, seed, labels)` draws.

        Args:
            num_images: int ≥ 1.
            seed: int. Defaults to `0`.
            labels: int array `(num_images,)` for a conditional generator. Defaults to `None`.

        Returns:
            float32 `(num_images, height, width, channels)` in [-1, 1].
        """
        inputs = {"num_images": int(num_images), "seed": int(seed)} | _labels(labels)
        return self._predict("sample", inputs, lambda outputs: np.asarray(outputs["images"], "float32"))

    def serve(self, latents, labels=None) -> np.ndarray:
        """The images of latents.

        Args:
            latents: float array `(n, dim)`.
            labels: int array `(n,)` for a conditional generator. Defaults to `None`.

        Returns:
            float32 `(n, height, width, channels)` in [-1, 1].
        """
        inputs = _latents(latents) | _labels(labels)
        return self._predict("serve", inputs, lambda outputs: np.asarray(outputs, "float32"))

    def png(self, latents, labels=None) -> list[bytes]:
        """The images of latents as PNG files; arguments as in `serve`."""
        inputs = _latents(latents) | _labels(labels)
        return self._predict("serve_png", inputs, lambda outputs: [base64.b64decode(each["b64"]) for each in outputs])

    def predict(self, signature: str, inputs: dict):
        """What a signature answers: `{output name: nested lists}`, or the lists themselves where there is one output.

        Args:
            signature: str, its name.
            inputs: dict, all that JSON can hold.
        """
        return self._predict(signature, inputs, lambda outputs: outputs)

    def _predict(self, signature, inputs, read):
        content = {"signature_name": signature, "inputs": inputs}
        return self._ask(f"{self.address}:predict", lambda answer: read(answer["outputs"]), content)

    def metadata(self) -> dict:
        """The signatures with names, types and shapes of what they take and give."""
        return self._ask(f"{self.address}/metadata", lambda answer: {**answer})

    def status(self) -> dict[int, str]:
        """{version: state} of the model's versions; "AVAILABLE" is one that answers."""

        def read(answer):
            return {int(each["version"]): each["state"] for each in answer["model_version_status"]}

        return self._ask(self.address, read)

    def _ask(self, address, read, content=None):
        """What `read` makes of the decoded answer to a GET, or to a POST of `content`."""
        body = None if content is None else json.dumps(content, allow_nan=False).encode()
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            raise ServerError(error.code, _sentence(error)) from None
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionError(f"no answer from {address}: {error}. Is the server running?") from error
        try:
            return read(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError):
            words = text[:80].decode(errors="replace").strip()
            raise ServerError(status, f"{address} is no server of generators; it answered: {words}") from None


def _latents(latents):
    return {"latents": np.asarray(latents, "float32").tolist()}


def _labels(labels):
    return {} if labels is None else {"labels": np.asarray(labels, "int32").tolist()}


def _sentence(error):
    """What the server wrote: `{"error": ...}`, or text where somebody between us answered."""
    text = error.read().decode(errors="replace")
    try:
        return json.loads(text)["error"]
    except (ValueError, KeyError, TypeError):
        return text.strip() or error.reason
