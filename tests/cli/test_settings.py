"""From words and YAML to settings: who counts more, how things may be written, what is refused."""

import pytest

from keras_gan.cli import plan
from keras_gan.cli.errors import UsageError
from keras_gan.cli.main import main


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def settings(*words):
    return plan.complete(plan.request(list(words))).settings


def test_without_a_word_it_is_dcgan_on_digits():
    chosen = plan.complete(plan.request([]))
    assert chosen.entry.name == "dcgan" and chosen.folder.path.as_posix() == "runs/dcgan-digits-0"
    assert (chosen.settings["dataset"], chosen.settings["image_size"]) == ("digits", 16)


def test_dashes_and_underscores_are_one():
    assert settings("wgan", "--n_critic", "3", "--ema-decay=0.9") == settings(
        "wgan", "--n-critic=3", "--ema_decay", "0.9"
    )


def test_a_switch_needs_no_value():
    assert settings("wgangp", "--one-sided", "--seed", "3")["one_sided"] is True
    assert settings("wgangp", "--one-sided=false")["one_sided"] is False


def test_none_means_nothing_everywhere(tmp_path):
    (tmp_path / "mine.yaml").write_text("ema_decay: none\ndiscriminator:\n  normalization: none\n")
    by_words = settings("--ema-decay", "none", "--discriminator.normalization", "None")
    by_file = settings("--config", "mine.yaml")
    for chosen in (by_words, by_file):
        assert chosen["ema_decay"] is None and chosen["discriminator.normalization"] is None


def test_the_variant_may_stand_anywhere():
    for words in (["wgan", "--seed", "1"], ["--seed", "1", "wgan"], ["--deterministic", "wgan", "--seed", "1"]):
        assert plan.request(words).entry.name == "wgan"
    assert plan.request(["--networks", "dcgan", "--seed", "1", "wgan"]).entry.name == "wgan"


def test_words_count_more_than_the_file_and_the_file_more_than_the_catalogue(tmp_path):
    (tmp_path / "mine.yaml").write_text("variant: wgangp\nn-critic: 3\nepochs: 7\ngenerator: {filters: 12}\n")
    chosen = plan.complete(plan.request(["--epochs", "9", "--config", "mine.yaml"]))
    assert chosen.entry.name == "wgangp"
    assert [chosen.settings[name] for name in ("n_critic", "epochs", "generator.filters")] == [3, 9, 12]
    assert chosen.settings["discriminator.filters"] == 32  # the catalogue's


def test_config_text_gives_the_same_settings_again(tmp_path):
    words = ["wgangp", "--image-size", "[8,16]", "--penalties", "r1(2)", "every(16, r1(10))", "--ema-decay", "none"]
    first = plan.complete(plan.request([*words, "--d-optimizer", "adam(1e-4, beta_1=0)", "--networks", "mlp"]))
    from keras_gan.cli import config_file

    (tmp_path / "again.yaml").write_text(config_file.text(first.config()))
    again = plan.complete(plan.request(["--config", "again.yaml"]))
    assert again.config() == first.config()
    assert first.settings["image_size"] == (8, 16) and first.settings["penalties"] == ["r1(2)", "every(16, r1(10))"]


WRONG = {
    "wgnagp": "unknown variant 'wgnagp'; nearest: wgangp",
    "--n-critc 3": "unknown option --n-critc; nearest: --n-critic",
    "--dataset mnst": "unknown data set 'mnst'; nearest: mnist",
    "--epochs five": "--epochs five: expected a whole number",
    "--epochs": "--epochs: expected one argument",
    "--lr-schedule cosin": "nearest: cosine",
    "--precision float16": "--precision float16: expected one of float32, mixed_bfloat16",
    "--seed 1 wgna": "unexpected word 'wgna'; nearest: wgan",
    "--networks dcgn": "--networks dcgn: unknown; nearest: dcgan",
    "gan --adversarial-loss hing": "unknown loss 'hing'; nearest: hinge",
    "--penalties r3": "unknown penalty 'r3'; nearest: r2, r1",
    "--penalties r1(weight=2)": "Its arguments: gamma",
    "--penalties r1(": "cannot be read; expected a name or a call such as every",
    "--g-optimizer adm": "unknown optimizer 'adm'; nearest: adam",
    "--n-critic 0": "n_critic=0; expected a whole number of at least 1",
    "--dataset ring": "Points want --networks mlp",
    "--image-size 15": "--image-size sets the size",
    "--batch-size 4000": "fewer than batch_size=4000",
    "--config missing.yaml": "--config missing.yaml cannot be read",
    "--resume": "runs/dcgan-digits-0 holds no run.json",
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said_in_one_message_and_nothing_is_written(tmp_path, capsys, words):
    assert main(["train", *words.split()]) == 2
    said = capsys.readouterr()
    assert WRONG[words] in said.err and said.err.startswith("keras-gan: error: ")
    assert "Traceback" not in said.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("n_critik: 3", "unknown setting 'n_critik' in the configuration; nearest: --n-critic"),
        ("epochs: many", "--epochs many: expected a whole number"),
        ("- epochs", "holds a list; expected lines"),
        ("epochs: [", "is not YAML"),
        ("resume: true", "unknown setting 'resume'"),
        ("variant: wgna", "unknown variant 'wgna'; nearest: wgan"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, content, said):
    (tmp_path / "wrong.yaml").write_text(content)
    with pytest.raises((UsageError, ValueError)) as raised:
        settings("--config", "wrong.yaml")
    assert said in str(raised.value)


def test_a_folder_with_other_files_is_not_touched(tmp_path, capsys):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter.txt").write_text("1")
    assert main(["train", "--out", "thesis"]) == 2
    assert "thesis is not empty" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]
