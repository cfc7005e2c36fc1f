"""The server as a process: clients that are slow, rude or gone, and the end of it."""

import contextlib
import json
import pathlib
import signal
import socket
import struct
import threading
import time
import urllib.request

import numpy as np
import pytest
import small_export

from keras_gan.cli.main import main
from keras_gan.serving import run
from keras_gan.serving.limits import Limits

WAIT, READ = 0.3, 1.0  # seconds that a request waits for others, and that a client has to send one


@pytest.fixture(scope="module")
def server(export):
    """(process, (host, port)) of a server with little patience."""
    words = ["--max-wait", str(WAIT * 1000), "--read-timeout", str(READ), "--label", "stable=1"]
    with small_export.served(export, *words) as (process, address):
        host, port = address.removeprefix("http://").split(":")
        yield process, (host, int(port))


def request(body: bytes, length=None) -> bytes:
    """The bytes of a predict request, with a length that may be a lie."""
    length = len(body) if length is None else length
    return b"POST /v1/models/small:predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % length + body


def latents_of(seed):
    return np.random.default_rng(seed).standard_normal((4, 4)).round(3)


def asking(seed):
    return request(json.dumps({"inputs": latents_of(seed).tolist()}).encode())


def answer(connection):
    """(status, decoded body) of what comes on a socket."""
    file = connection.makefile("rb")
    status = int(file.readline().split()[1])
    headers = dict(line.lower().split(b": ", 1) for line in iter(lambda: file.readline().strip(), b""))
    return status, json.loads(file.read(int(headers[b"content-length"])))


def is_closed(connection):
    """Whether the server closes the connection without a word."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def is_well(address):
    with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/healthz", timeout=10) as given:
        return given.status == 200


def test_a_client_that_dies_changes_no_other_answer(server):
    _, address = server
    given = {}

    def ask(seed):
        with socket.create_connection(address, timeout=20) as connection:
            connection.sendall(asking(seed))
            given[seed] = answer(connection)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(6)]
    dying = [socket.create_connection(address) for _ in range(3)]
    for connection, sent in zip(dying, (asking(90), asking(91), asking(92)[:-20]), strict=True):
        connection.sendall(sent)
    for thread in threads:
        thread.start()
    time.sleep(WAIT / 3)
    for connection in dying:  # with a reset, as when a process is killed
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    for thread in threads:
        thread.join()
    for seed in range(6):
        status, content = given[seed]
        assert status == 200
        np.testing.assert_allclose(content["outputs"], small_export.images(latents_of(seed), 0.5), atol=1e-6)


@contextlib.contextmanager
def served_with(model, **limits):
    """(address, server) in a thread of this process, with limits of its own."""
    server, listener = run.make_server(model, Limits(**limits)), run.listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield listener.getsockname()
    finally:
        server.should_exit = True
        thread.join()


def metric(address, name):
    with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/metrics", timeout=10) as given:
        return float(next(line for line in given.read().decode().splitlines() if line.startswith(name)).split()[1])


def test_nothing_is_made_for_clients_that_have_gone(model):
    with served_with(model, max_wait=1.5) as address:
        for seed in range(3):
            with socket.create_connection(address, timeout=20) as connection:
                connection.sendall(asking(seed))
                time.sleep(0.1)
        with socket.create_connection(address, timeout=20) as connection:
            connection.sendall(asking(7))
            status, content = answer(connection)
        assert status == 200
        np.testing.assert_allclose(content["outputs"], small_export.images(latents_of(7), 0.5), atol=1e-6)
        assert metric(address, "keras_gan_batch_images_sum") == 4
        assert metric(address, "keras_gan_waiting_images") == 0


def test_a_client_that_does_not_read_its_answers_is_given_up(model):
    body = json.dumps({"inputs": np.ones((1024, 4)).tolist()}).encode()
    with served_with(model, write_seconds=0.5) as address:
        with socket.create_connection(address, timeout=20) as whole:
            whole.sendall(request(body))
            file = whole.makefile("rb")
            size = next(int(line.split(b":")[1]) for line in file if line.lower().startswith(b"content-length"))
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(20)
            connection.connect(address)
            for _ in range(20):
                connection.sendall(request(body))
            time.sleep(3)
            assert is_well(address)
            assert all_of(connection) < 15 * size


def all_of(connection):
    """How many bytes still come until the server's end of the connection is closed."""
    count = 0
    try:
        while part := connection.recv(2**20):
            count += len(part)
    except ConnectionResetError:
        pass
    return count


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Host: evil.example", 403),
        (b"Host: localhost\r\nOrigin: http://evil.example", 403),
        (b"Host: [::1]:8501", 404),
    ],
)
def test_a_local_server_is_for_this_machine(server, head, status):
    with socket.create_connection(server[1], timeout=20) as connection:
        connection.sendall(b"POST /v1/models/x:predict HTTP/1.1\r\n" + head + b"\r\nContent-Length: 2\r\n\r\n{}")
        assert answer(connection)[0] == status


def test_a_head_that_does_not_end_is_given_up(server):
    _, address = server
    began = time.monotonic()
    with socket.create_connection(address, timeout=20) as silent, socket.create_connection(address) as slow:
        slow.sendall(b"POST /v1/models/small:predict HT")
        time.sleep(READ / 2)
        slow.sendall(b"TP/1.1\r\nX-Slow: ")
        assert is_well(address)
        assert is_closed(silent) and is_closed(slow)
    assert READ * 0.9 < time.monotonic() - began < READ + 5


def test_a_head_without_end_is_given_up_at_once(server):
    _, address = server
    with socket.create_connection(address, timeout=20) as connection:
        with pytest.raises(OSError):
            for _ in range(1000):
                connection.sendall(b"GET / HTTP/1.1\r\n" + b"X-Long: " + b"x" * 2**16)
        assert is_well(address)


def test_a_body_that_does_not_end_is_given_up(server):
    _, address = server
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(request(b'{"inputs": ', length=1000))
        status, content = answer(connection)
    assert (status, content) == (408, {"error": "the request did not arrive within 1 seconds."})


def test_a_gigabyte_is_refused_when_it_is_announced(server):
    _, address = server
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(request(b'{"inputs": ', length=2**30))
        assert answer(connection)[0] == 413


def test_a_stream_is_refused_when_it_gets_too_long(server):
    process, address = server
    before = resident(process)
    head = b"POST /v1/models/small:predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + b" " * 2**20 + b"\r\n"
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(head)
        for _ in range(64):
            connection.sendall(chunk)
        connection.sendall(b"0\r\n\r\n")
        assert answer(connection)[0] == 413
    assert resident(process) - before < 100


def resident(process):
    """MiB of memory."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /v1/models/../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"GET //etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"GET /v1/models/small%ff HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"GET /v1/models/small/labels/%ed%a0%80 HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ],
)
def test_tricks_in_paths_lead_nowhere(server, sent, status):
    with socket.create_connection(server[1], timeout=20) as connection:
        connection.sendall(sent)
        given, content = answer(connection)
    assert given == status
    assert "root:" not in content["error"]


def test_what_is_no_http_is_refused(server):
    with socket.create_connection(server[1], timeout=20) as connection:
        connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert is_well(server[1])


def test_several_requests_share_a_connection(server):
    with socket.create_connection(server[1], timeout=20) as connection:
        for seed in range(2):
            connection.sendall(asking(seed))
            assert answer(connection)[0] == 200


def test_a_second_server_says_that_the_port_is_taken(server, export, capsys):
    assert main(["serve", str(export), "--port", str(server[1][1])]) == 1
    assert f"cannot listen on 127.0.0.1, port {server[1][1]}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nowhere", "nowhere does not exist"),
        (". --port 70000", "expected 0 to 65535"),
        (". --name a/b", "without '/' and ':'"),
        (". --label stable", "such as --label stable=1"),
        (". --max-batch 0", "at least 1"),
        (". --read-timeout 0", "more than 0"),
        (".", "holds no export"),
    ],
)
def test_what_cannot_be_served_is_said(tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    assert main(["serve", *words.split()]) == 2
    assert said in capsys.readouterr().err


def test_sigterm_lets_running_requests_finish(server):  # the last one: no server is left after it
    process, address = server
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(asking(5))
        time.sleep(WAIT / 3)
        process.send_signal(signal.SIGTERM)
        status, content = answer(connection)
    assert status == 200
    np.testing.assert_allclose(content["outputs"], small_export.images(latents_of(5), 0.5), atol=1e-6)
    assert process.wait(20) == 0
    assert process.stdout.read() == "stopped.\n"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
