"""What lands in a run folder lands whole, and is written by one process."""

import json
import types

import pytest
import tensorflow as tf

from keras_gan import run_folder


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    with run_folder.written_whole(tmp_path / "whole") as beside:
        (beside / "a.txt").write_text("a")
        assert not (tmp_path / "whole").exists()
    assert (tmp_path / "whole/a.txt").read_text() == "a"
    with pytest.raises(RuntimeError), run_folder.written_whole(tmp_path / "half") as beside:
        (beside / "a.txt").write_text("a")
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]


def test_an_older_folder_goes_only_when_the_new_one_stands(tmp_path):
    place = tmp_path / "place"
    for text in ("old", "new"):
        with run_folder.written_whole(place) as beside:
            (beside / "a.txt").write_text(text)
            assert not place.exists() or (place / "a.txt").read_text() == "old"
    assert (place / "a.txt").read_text() == "new"
    with pytest.raises(RuntimeError), run_folder.written_whole(place):
        raise RuntimeError
    assert (place / "a.txt").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_a_folder_of_a_run_or_of_other_files_is_not_free(tmp_path):
    folder = run_folder.RunFolder(tmp_path)
    folder.check_is_free()
    (tmp_path / "letter.txt").write_text("")
    with pytest.raises(FileExistsError, match="not empty"):
        folder.check_is_free()
    folder.manifest.write_text("{}")
    with pytest.raises(FileExistsError, match="--resume"):
        folder.check_is_free()


def test_what_is_no_run_says_how_to_start_one(tmp_path):
    with pytest.raises(FileNotFoundError, match="keras-gan train"):
        run_folder.RunFolder(tmp_path).read_manifest()


def strategy_of(monkeypatch, task_type, task_id, jobs):
    """What a strategy of several processes knows of its place, from TF_CONFIG."""
    cluster = {job: [f"localhost:{1000 + i}" for i in range(count)] for job, count in jobs.items()}
    config = {"cluster": cluster, "task": {"type": task_type, "index": task_id}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(config))
    return types.SimpleNamespace(cluster_resolver=tf.distribute.cluster_resolver.TFConfigClusterResolver())


def test_a_single_process_writes_the_files(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert run_folder.is_chief(tf.distribute.get_strategy())
    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    assert run_folder.is_chief(types.SimpleNamespace(cluster_resolver=resolver))


@pytest.mark.parametrize(
    ("jobs", "chief"),
    [({"worker": 2}, ("worker", 0)), ({"chief": 1, "worker": 2}, ("chief", 0)), ({"worker": 1}, ("worker", 0))],
    ids=str,
)
def test_of_several_processes_exactly_one_writes_the_files(monkeypatch, jobs, chief):
    tasks = [(job, index) for job, count in jobs.items() for index in range(count)]
    writers = [task for task in tasks if run_folder.is_chief(strategy_of(monkeypatch, *task, jobs))]
    assert writers == [chief]
