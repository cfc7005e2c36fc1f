"""The model card."""

from keras_gan.reports import card


def test_a_card_says_what_it_takes_to_make_the_model_and_its_scores_again(evaluation, manifest, tmp_path):
    filepath = card.write(tmp_path / "card.md", evaluation, manifest, data_licence="CC0")
    text = filepath.read_text()
    for line in (
        "# gan on squares",
        "- Licence: CC0",
        "- Command: `keras-gan train dcgan`",
        "- Command: `keras-gan evaluate 'runs/gan squares'`",
        "- Seed: 7",
        "- Length: 200 epochs, 4,400 steps, 1 min 35 s",
        "- Features of small: as they are; ab12ab12ab12ab12",
        "The variant's paper: [Radford et al., 2016](https://arxiv.org/abs/1511.06434).",
        r"| KD\[small\] | 0.500 ± 0.025 | 0.01 | lower | What KD\[small\] says. |",
    ):
        assert line in text.splitlines()
    assert [path.name for path in tmp_path.iterdir()] == ["card.md"]


def test_a_card_of_little_has_no_empty_headings(evaluation):
    evaluation["scores"] = []
    headings = [line for line in card.text(evaluation).splitlines() if line.startswith("#")]
    assert headings == ["# gan on squares", "## Data", "## Evaluation"]
    assert "- Licence: not stated" in card.text(evaluation)


def test_names_break_neither_table_nor_page(evaluation, manifest):
    evaluation["scores"][0] |= {"name": "a|b\n# c", "meaning": "<script>x</script>", "warning": "*"}
    manifest["command"] = ["echo", "``"]
    text = card.text(evaluation, manifest)
    row = next(line for line in text.splitlines() if line.startswith(r"| a\|b \# c |"))
    assert row.replace(r"\|", "").count("|") == 6 and r"\<script\>x\</script\>" in row
    assert "\n> **Warning.** a\\|b \\# c: \\*\n" in text
    assert "- Command: ```echo '``'```" in text
