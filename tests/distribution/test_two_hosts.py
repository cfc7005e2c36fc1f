"""Two processes that talk over the loopback stand in for two hosts."""

import json
import os
import pathlib
import socket
import subprocess
import sys

import numpy as np

SCRIPT = pathlib.Path(__file__).with_name("train_on_host.py")


def free_ports(number):
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("localhost", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def start(folder, tf_config=None, **environment):
    folder.mkdir(exist_ok=True)
    environment |= {"TF_CONFIG": json.dumps(tf_config)} if tf_config else {}
    environment = dict(os.environ) | environment
    command = [sys.executable, str(SCRIPT), str(folder)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def two_tasks():
    """`TF_CONFIG` of both hosts."""
    workers = [f"localhost:{port}" for port in free_ports(2)]
    return [{"cluster": {"worker": workers}, "task": {"type": "worker", "index": index}} for index in range(2)]


def test_a_sigterm_to_one_host_stops_and_saves_both(tmp_path):
    first, second = two_tasks()
    processes = [start(tmp_path / "chief", first), start(tmp_path / "other", second, TERMINATE_AT="4")]
    for process in processes:
        _, errors = process.communicate(timeout=400)
        assert process.returncode == 0, errors[-3000:]
    names = [path.name for path in (tmp_path / "chief/run/checkpoints").iterdir()]
    assert max(names) == "00000-0000004"
    assert json.loads((tmp_path / "chief/run/run.json").read_text())["state"] == "stopped"


def test_two_hosts_train_what_one_would_have_trained_and_only_the_chief_writes(tmp_path):
    tasks = two_tasks()
    chief, other, alone = tmp_path / "chief", tmp_path / "other", tmp_path / "alone"
    processes = [start(chief, tasks[0]), start(other, tasks[1]), start(alone)]
    for process in processes:
        _, errors = process.communicate(timeout=400)
        assert process.returncode == 0, errors[-3000:]
    (a,), (b,), (one,) = (list(folder.glob("host-*.npz")) for folder in (chief, other, alone))
    a, b, one = np.load(a), np.load(b), np.load(one)
    assert len(one.files) > 20
    for name in one.files:
        np.testing.assert_allclose(a[name], one[name], atol=1e-5)
        np.testing.assert_array_equal(a[name], b[name])
    assert {path.name for path in (chief / "run").iterdir()} == {"run.json", "history.csv", "checkpoints", "samples"}
    assert not (other / "run").exists()
    assert json.loads((chief / "run/run.json").read_text())["replicas"] == 2
