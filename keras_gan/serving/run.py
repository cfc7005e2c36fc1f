"""The server process: listens, gives slow clients up, and stops when asked, after what is running."""

import asyncio
import contextlib
import ipaddress
import signal
import socket

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from keras_gan.serving.app import LOCAL_HOSTS, make_app
from keras_gan.serving.limits import Limits
from keras_gan.serving.models import Model

_MAX_HEAD = 64 * 2**10  # bytes
_LEAST_READ = 256 * 2**10  # bytes that a client reads in `write_seconds`, where so many wait


def run(model: Model, host: str, port: int, limits: Limits, on_start=lambda address: None, access_log: bool = False):
    """Serves until SIGTERM or Ctrl-C.

    Args:
        model: `Model`, warmed up.
        host, port: where to listen; port 0 is any free one.
        limits: `Limits`.
        on_start: called with the address, such as `"http://127.0.0.1:8501"`.
        access_log: bool, whether every request is printed.
    """
    listener = listen(host, port)
    bracketed = f"[{host}]" if ":" in host else host
    on_start(f"http://{bracketed}:{listener.getsockname()[1]}")
    with _signals_ignored():
        make_server(model, limits, access_log, _names(listener, bracketed)).run(sockets=[listener])


def _names(listener, host):
    """What clients may call a server that only this machine reaches; `None`, anything, where others do."""
    is_local = ipaddress.ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback
    return (*LOCAL_HOSTS, host) if is_local else None


def make_server(model: Model, limits: Limits, access_log: bool = False, allowed_hosts=None) -> uvicorn.Server:
    """The server of a model; `run(sockets=[listen(host, port)])` starts it, `should_exit = True` ends it.

    Args:
        model, limits, allowed_hosts: as for `make_app`.
        access_log: bool, whether every request is printed.
    """
    config = uvicorn.Config(
        make_app(model, limits, allowed_hosts),
        http=protocol(limits),
        ws="none",
        lifespan="on",
        log_level="info" if access_log else "warning",
        access_log=access_log,
        server_header=False,
        limit_concurrency=limits.max_connections,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=limits.stop_seconds,
    )
    return uvicorn.Server(config)


@contextlib.contextmanager
def _signals_ignored():
    """uvicorn hears them, and raises them again when all is done: then there is nothing left to stop."""
    before = {each: signal.signal(each, lambda number, frame: None) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; clients that come before the server runs wait."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        raise OSError(f"serve: cannot listen on {host}, port {port}: {error}; pass another --port or --host.") from None
    return listener


def protocol(limits: Limits):
    """uvicorn's HTTP protocol with an end to its patience, for `uvicorn.Config(http=...)`."""

    class Impatient(AutoHTTPProtocol):
        """Closes connections whose request does not begin, or whose head does not end, within `read_seconds`.

        uvicorn itself waits for ever. Bodies are timed where they are read; what is sent of them after the answer (too
        large a body) is thrown away for as long, so that the client gets to read why. A client that does not read its
        answer, or hardly, has `write_seconds` for every `_LEAST_READ` bytes of it.
        """

        _deadline, _head, _stuck, _unread = None, 0, None, 0

        def connection_made(self, transport):
            super().connection_made(transport)
            self._begin_to_wait()

        def data_received(self, data):
            super().data_received(data)
            if self.cycle is not None and not self.cycle.response_complete:
                self._stop_to_wait()
                return
            if self._deadline is None:
                self._begin_to_wait()
            self._head += len(data) if self.cycle is None or not self.cycle.more_body else 0
            if self._head > _MAX_HEAD:
                self.transport.close()

        def connection_lost(self, exc):
            self._stop_to_wait()
            self._unstick()
            super().connection_lost(exc)

        def pause_writing(self):
            super().pause_writing()
            if self._stuck is None:
                self._watch_reading()

        def resume_writing(self):
            self._unstick()
            super().resume_writing()

        def _watch_reading(self):
            self._unread = self.transport.get_write_buffer_size()
            self._stuck = asyncio.get_running_loop().call_later(limits.write_seconds, self._check_reading)

        def _check_reading(self):
            if self._unread - self.transport.get_write_buffer_size() < _LEAST_READ:
                self.transport.abort()
            else:
                self._watch_reading()

        def _unstick(self):
            if self._stuck is not None:
                self._stuck.cancel()
            self._stuck = None

        def _begin_to_wait(self):
            self._deadline = asyncio.get_running_loop().call_later(limits.read_seconds, self.transport.close)

        def _stop_to_wait(self):
            if self._deadline is not None:
                self._deadline.cancel()
            self._deadline, self._head = None, 0

    return Impatient
