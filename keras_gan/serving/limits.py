"""What one request may ask for and how long it may take to ask; refusals, each with a sentence."""

import asyncio
import dataclasses

from starlette.requests import ClientDisconnect, Request


class Refused(Exception):
    """A request that is not done.

    Args:
        status: int, HTTP status.
        sentence: str, why, for the client.
        headers: dict of HTTP headers, or `None`.
    """

    def __init__(self, status: int, sentence: str, headers: dict | None = None):
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers


def short(text: str, length: int = 80) -> str:
    """Text from a client as it stands in an answer: its beginning, where there is much of it."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


@dataclasses.dataclass(frozen=True)
class Limits:
    """The limits of a server.

    Args:
        max_images: int, images of one request.
        max_batch: int, images that are made together.
        max_wait: float, seconds that a request waits for others to join it.
        max_waiting: int, images of all requests that wait.
        max_body: int, bytes of one request; `None`: as many as `max_images` images can need, see `rest.largest_body`.
        max_bodies: int, bytes of all requests that are being read.
        max_connections: int.
        read_seconds: float, time a client has to send the head of a request, and again its body.
        write_seconds: float, time a client has to read a quarter of a MiB of its answer.
        answer_seconds: float, time after which a request that still waits is given up.
        stop_seconds: float, time that running requests have when the server is asked to stop.
    """

    max_images: int = 1024
    max_batch: int = 64
    max_wait: float = 0.003
    max_waiting: int = 16384
    max_body: int | None = None
    max_bodies: int = 128 * 2**20
    max_connections: int = 1000
    read_seconds: float = 10.0
    write_seconds: float = 30.0
    answer_seconds: float = 60.0
    stop_seconds: float = 30.0


class BodyReader:
    """Reads the bodies of requests, none too large, none too slowly, and not too many at a time.

    Args:
        limits: `Limits` with a `max_body`.
    """

    def __init__(self, limits: Limits):
        self._limits, self._held = limits, 0

    async def read(self, request: Request) -> bytes:
        """The body of a request.

        Raises:
            Refused: 413, 408 or 503; 400 where the client has gone.
        """
        self._check_size(_announced(request))
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.read_seconds):
                async for part in request.stream():
                    body += part
                    self._held += len(part)
                    self._check_size(len(body))
        except TimeoutError:
            sentence = f"the request did not arrive within {self._limits.read_seconds:g} seconds."
            raise Refused(408, sentence, {"Connection": "close"}) from None
        except ClientDisconnect:
            raise Refused(400, "the client has gone.") from None
        finally:
            self._held -= len(body)
        return bytes(body)

    def _check_size(self, size):
        if size > self._limits.max_body:
            raise Refused(413, f"the request has more than {self._limits.max_body} bytes, the most that is read.")
        if self._held > self._limits.max_bodies:
            raise Refused(503, "too many large requests at a time; try again.", {"Retry-After": "1"})


def _announced(request):
    """What the head says of the body's size: bytes, 0 where it says nothing."""
    said = request.headers.get("content-length", "0")
    return int(said) if said.isdecimal() and len(said) < 20 else 0
