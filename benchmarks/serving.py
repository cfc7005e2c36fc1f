"""`keras-gan serve` under load, beside the bare signature: errors, latency, images per second, memory.

    python benchmarks/serving.py EXPORT --seconds 60      # EXPORT: what `keras-gan serve` takes, such as dcgan-digits

The server has one core, the load generator another: as many clients as `--clients`, each asking again as soon as it is
answered. `bare`: the signature `serve_png` called in batches of 64 in a process of its own on the server's core. Bars,
for `serve_png`: no error, half of the bare throughput, p99 at most 500 ms, memory flat (in the end at most a twentieth
above the first sixth's); each is said to be met or missed. Floats as JSON stand beside it without a bar: 10 to 20 times
the bytes.
"""

import argparse
import asyncio
import os
import pathlib
import subprocess
import sys
import time
from typing import NamedTuple

import numpy as np
import orjson
from rich.console import Console
from rich.table import Table

SERVER_CORE, CLIENT_CORE = 0, 1
BARE = """
import os, sys, time
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf
loaded = tf.saved_model.load(sys.argv[1])
run = loaded.signatures["serve_png"]
dim = run.structured_input_signature[1]["latents"].shape[-1]
latents = np.random.default_rng(0).standard_normal((64, dim)).astype("float32")
for _ in range(20):
    run(latents=tf.constant(latents))
calls, began, cpu = 0, time.perf_counter(), time.process_time()
while time.perf_counter() - began < float(sys.argv[2]):
    [value.numpy() for value in run(latents=tf.constant(latents)).values()]
    calls += 1
print(64 * calls / (time.perf_counter() - began), (time.process_time() - cpu) / (64 * calls))
"""


class Load(NamedTuple):
    """What the clients saw.

    Args:
        seconds: of every answer.
        errors: int, how many were none.
        images_per_second: float.
        client_cpu: float, share of a core that the load generator took: it must be below 1.
        cpu_of_image: float, seconds of its core that the server spent on an image; other processes do not change it.
        answer_bytes: int, of one answer.
        memory: MiB that the server held, six times over the run.
    """

    seconds: list
    errors: int
    images_per_second: float
    client_cpu: float
    cpu_of_image: float
    answer_bytes: int
    memory: list


def main():
    given = arguments()
    os.sched_setaffinity(0, {CLIENT_CORE})
    bare = bare_throughput(given.export, given.bare_seconds)
    server, address, name = start(given.export)
    try:
        dim = orjson.loads(ask(address, b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"))["models"][0][
            "latent_dim"
        ]
        before = resident(server.pid)
        loads = {}
        for signature, seconds in (("serve_png", given.seconds), ("serve", given.json_seconds)):
            body = request(name, signature, given.images, dim)
            loads[signature] = asyncio.run(load(address, body, given, seconds, server.pid))
    finally:
        server.terminate()
        print(f"server's exit code after SIGTERM: {server.wait(60)}")
    bare = max(bare, bare_throughput(given.export, given.bare_seconds))  # what else the machine does slows one of them
    show(given, bare, loads, before)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export")
    parser.add_argument("--seconds", type=float, default=60, help="of serve_png")
    parser.add_argument("--json-seconds", type=float, default=10, help="of floats as JSON")
    parser.add_argument("--bare-seconds", type=float, default=10, help="of the bare signature")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--images", type=int, default=16, help="images of one request")
    return parser.parse_args()


def on_server_core(*command, **options):
    return subprocess.Popen(
        ["taskset", "-c", str(SERVER_CORE), sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        **options,
    )


def bare_throughput(export, seconds):
    """(images per second, CPU seconds an image) of the signature alone."""
    from keras_gan.cli.serve import export_of
    from keras_gan.serving import models

    with export_of(export) as path:
        folder = list(models.find(path)[1].values())[-1]
        return tuple(map(float, on_server_core("-c", BARE, str(folder), str(seconds)).communicate()[0].split()))


def start(export):
    """(process, (host, port), name of the model)."""
    server = on_server_core("-m", "keras_gan.cli.main", "serve", export, "--port", "0")
    line = server.stdout.readline()  # digits (version 1) at http://127.0.0.1:1234/v1/models/digits; ...
    url = next(word for word in line.split() if word.startswith("http://")).strip(";")
    host, port = url.removeprefix("http://").split("/")[0].split(":")
    return server, (host, int(port)), url.rsplit("/", 1)[-1]


def request(name, signature, num_images, dim):
    """The bytes of one request."""
    latents = np.random.default_rng(0).standard_normal((num_images, dim)).astype("float32")
    content = {"signature_name": signature, "instances": latents}
    body = orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)
    head = f"POST /v1/models/{name}:predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def ask(address, content):
    """The body of one answer."""

    async def once():
        reader, writer = await asyncio.open_connection(*address)
        writer.write(content)
        status, body = await answer(reader)
        writer.close()
        return body if status == 200 else None

    return asyncio.run(once())


async def answer(reader):
    """(status, body) of the next answer on a connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return int(head[9:12]), await reader.readexactly(int(length[15:]))


async def load(address, body, given, seconds, pid):
    """What so many clients see in so many seconds."""
    times, errors, size, memory = [], 0, 0, []
    end = time.perf_counter() + seconds

    async def client():
        nonlocal errors, size
        reader, writer = await asyncio.open_connection(*address, limit=2**22)
        while (began := time.perf_counter()) < end:
            writer.write(body)
            status, content = await answer(reader)
            times.append(time.perf_counter() - began)
            errors += status != 200 or not content.startswith(b'{"predictions":[')
            size = len(content)
        writer.close()

    async def watch():
        for _ in range(6):
            await asyncio.sleep(seconds / 6)
            memory.append(resident(pid))

    began, cpu, server_cpu = time.perf_counter(), time.process_time(), cpu_seconds(pid)
    everybody = [client() for _ in range(given.clients)]
    outcomes = await asyncio.gather(watch(), *everybody, return_exceptions=True)
    wall = time.perf_counter() - began
    errors += sum(isinstance(outcome, Exception) for outcome in outcomes)
    images, client_cpu = len(times) * given.images, (time.process_time() - cpu) / wall
    return Load(times, errors, images / wall, client_cpu, (cpu_seconds(pid) - server_cpu) / images, size, memory)


def cpu_seconds(pid):
    """CPU time of a process so far."""
    user, system = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    """MiB of memory that a process holds."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def show(given, bare, loads, before):
    throughput, cpu = bare
    table = Table(title=f"{given.clients} clients, {given.images} images a request, one core")
    columns = "s", "requests", "errors", "p50 ms", "p99 ms", "images/s", "of bare", "CPU ms/image", "client CPU", "KB"
    table.add_column("signature")
    for column in columns:
        table.add_column(column, justify="right")
    for signature, seen in loads.items():
        p50, p99 = np.percentile(seen.seconds, [50, 99]) * 1000
        table.add_row(
            signature,
            f"{given.seconds if signature == 'serve_png' else given.json_seconds:g}",
            f"{len(seen.seconds)}",
            f"{seen.errors}",
            f"{p50:.0f}",
            f"{p99:.0f}",
            f"{seen.images_per_second:.0f}",
            f"{seen.images_per_second / throughput:.2f}" if signature == "serve_png" else "-",
            f"{seen.cpu_of_image * 1000:.3f}",
            f"{seen.client_cpu:.0%}",
            f"{seen.answer_bytes / 1024:.0f}",
        )
    Console(width=120).print(table)
    print(f"bare serve_png, batches of 64: {throughput:.0f} images/s, {cpu * 1000:.3f} CPU ms/image; better of two")
    for signature, seen in loads.items():
        print(f"MiB of the server, {signature}: {before:.0f} before, then {', '.join(f'{m:.0f}' for m in seen.memory)}")
    for bar, is_met in bars(loads["serve_png"], throughput):
        print(f"{'met' if is_met else 'MISSED'}: {bar}")


def bars(seen, bare):
    """[(bar and what was seen, whether it is met)] of serve_png; bare: images per second."""
    share, p99 = seen.images_per_second / bare, np.percentile(seen.seconds, 99) * 1000
    growth = seen.memory[-1] / seen.memory[0]
    return [
        (f"no error: {seen.errors}", seen.errors == 0),
        (f"half of the bare throughput: {share:.2f}", share >= 0.5),
        (f"p99 at most 500 ms: {p99:.0f}", p99 <= 500),
        (f"memory flat, at most 1.05 of the first sixth's: {growth:.2f}", growth <= 1.05),
    ]


if __name__ == "__main__":
    main()
