"""One evaluation and its run, as their JSON files hold them."""

import pytest


def score(name, value, **known):
    """A score with an interval of a tenth of its value, of three draws."""
    low, high = (None, None) if value is None else (0.95 * value, 1.05 * value)
    defaults = {"low": low, "high": high, "per_seed": [low, value, high], "floor": None, "better": "lower"}
    extractor = {"name": "small", "recipe": "as they are", "fingerprint": "ab12" * 16}
    counts = {"meaning": f"What {name} says.", "num_real": 90, "num_fake": 60, "extractor": extractor, "warning": None}
    return {"name": name, "value": value} | defaults | counts | known


@pytest.fixture
def evaluation():
    return {
        "title": "gan on squares",
        "subject": {"kind": "run", "path": "runs/gan-squares-0"},
        "against": {
            "name": "squares",
            "split": "train",
            "num_images": 90,
            "fingerprint": "cd34" * 16,
            "image_shape": [8, 8, 1],
        },
        "scores": [
            score("KD[small]", 0.5, floor=0.01),
            score("recall[small]", 0.9, floor=0.92, better="higher"),
            score("modes", 10, low=10, high=10, per_seed=[10, 10, 10], better="higher", extractor=None),
        ],
        "seeds": [0, 1, 2],
        "seconds": 12.3,
        "command": ["keras-gan", "evaluate", "runs/gan squares"],
        "versions": {"keras_gan": "0.1.0"},
        "warnings": [],
    }


@pytest.fixture
def manifest():
    return {
        "variant": "dcgan",
        "dataset": "squares",
        "command": ["keras-gan", "train", "dcgan"],
        "data": {"fingerprint": "cd34" * 16},
        "seed": 7,
        "epochs": 200,
        "steps": 4400,
        "seconds": 95.2,
        "state": "done",
    }


@pytest.fixture
def history():
    """Rows as `csv.DictReader` gives them; one measure is there in every other epoch only."""
    rows = [{"epoch": str(i + 1), "d_loss": str(1 / (i + 1)), "g_loss": "0.5", "d_r1": "0.1"} for i in range(5)]
    return [row | {"val_KD[small]": "0.25" if i % 2 else ""} for i, row in enumerate(rows)]
