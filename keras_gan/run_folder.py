"""The names inside a run folder, and how files get there: nothing half-written, no folder of another run.

runs/<variant>-<dataset>-<seed>/
    run.json          the manifest: what ran, on what, with which versions, how long
    config.yaml       starts the same run
    history.csv       the epoch means of every logged value
    samples/          one grid an epoch, from the same latents
    checkpoints/      <epoch>-<step>/, what a resumed run begins with
    model.keras       the trained model, both players and both optimisers
    classifier.keras  of a packaged run of few labels: images to probabilities
    export/1/         the generator for serving
    evaluation.json   scores of the trained model
    report.html       all of it on one page
"""

import contextlib
import json
import os
import pathlib
import shutil
import tempfile

MANIFEST = "run.json"
CONFIG = "config.yaml"
HISTORY = "history.csv"
SAMPLES = "samples"
CHECKPOINTS = "checkpoints"
MODEL = "model.keras"
CLASSIFIER = "classifier.keras"
EXPORT = "export/1"
EVALUATION = "evaluation.json"
REPORT = "report.html"


class RunFolder:
    """Paths of one run's files.

    Args:
        path: folder of the run; it need not exist.
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.manifest, self.config, self.history = self.path / MANIFEST, self.path / CONFIG, self.path / HISTORY
        self.samples, self.checkpoints = self.path / SAMPLES, self.path / CHECKPOINTS
        self.model, self.export = self.path / MODEL, self.path / EXPORT
        self.classifier = self.path / CLASSIFIER
        self.evaluation, self.report = self.path / EVALUATION, self.path / REPORT

    def is_claimed(self):
        """Whether a run lives here."""
        return self.manifest.exists()

    def check_is_free(self):
        """Raises where another run lives here, or files that no run wrote."""
        if self.is_claimed():
            raise FileExistsError(f"{self.path} holds a run already. Pass --resume to go on with it, or another --out.")
        if self.path.exists() and any(self.path.iterdir()):
            raise FileExistsError(f"{self.path} is not empty and holds no {MANIFEST}. Pass another --out.")

    def read_manifest(self):
        """dict: what `run.json` says."""
        if not self.is_claimed():
            raise FileNotFoundError(f"{self.path} holds no {MANIFEST}, so it is not a run. Start one: keras-gan train.")
        return json.loads(self.manifest.read_text(encoding="utf-8"))


def versions(folder):
    """{number: path} of the numbered folders in `folder`, in order: the versions of an export."""
    numbered = (path for path in pathlib.Path(folder).glob("*") if path.name.isdecimal() and path.is_dir())
    return dict(sorted((int(path.name), path) for path in numbered))


def write_text(filepath, text):
    """Writes a text file beside its place and renames it: a reader sees the old one or the new one, never half."""
    filepath = pathlib.Path(filepath)
    filepath.parent.mkdir(parents=True, exist_ok=True)
    beside = filepath.with_name(f".{filepath.name}.part")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, filepath)


@contextlib.contextmanager
def written_whole(folder):
    """A new folder that appears at its place only when all in it is written; on an error nothing has changed.

    What stood there before goes when the new one stands.
    """
    folder = pathlib.Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield beside
        os.chmod(beside, 0o755)
        if folder.exists():
            before = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
            os.rename(folder, before)
            os.rename(beside, folder)
            shutil.rmtree(before)
        else:
            os.rename(beside, folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def is_chief(strategy) -> bool:
    """Whether this process writes the files: the only one, or the chief of several, or worker 0 where none is."""
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return True
    if resolver.task_type != "worker":
        return resolver.task_type == "chief"
    return resolver.task_id == 0 and "chief" not in resolver.cluster_spec().jobs
