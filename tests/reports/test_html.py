"""One page that holds all of an evaluation: whole, safe, and as wide as its window."""

import base64
import html.parser
import io
import math
import re
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

from keras_gan.reports import html as report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
VOID = {"meta", "link", "img", "br", "hr"}
HOSTILE = "<script>alert('1')</script>\"><img src=x onerror=alert(1)>&amp;$x$"


class Page(html.parser.HTMLParser):
    """What a browser would find: tags with their attributes, texts of headings, all text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.headings, self._open = [], "", [], []
        self.feed(text)
        assert not self._open, f"not closed: {self._open}"

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self._open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if self._open and re.fullmatch("h[1-6]", self._open[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = level, text + data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def picture(title="Samples", caption="Four generated squares.", shape=(9, 12, 3)):
    pixels = np.random.default_rng(0).integers(0, 256, shape).astype("uint8")
    return report.Picture(title, caption, pixels)


@pytest.fixture
def full(evaluation, history, manifest):
    """The text of a page with everything on it."""
    evaluation["warnings"] = ["few images"]
    pictures = [picture(), picture("Interpolation"), picture("Nearest neighbours")]
    return report.page(evaluation, pictures, history, manifest)


def test_nothing_is_fetched_and_nothing_runs(full):
    page = Page(full)
    links = [
        attributes[name]
        for _, attributes in page.tags
        for name in ("src", "href", "srcset", "action", "data")
        if name in attributes
    ]
    assert [link for link in links if not link.startswith(("data:", "#"))] == ["https://arxiv.org/abs/1511.06434"]
    assert len(page.all("img")) == 3
    assert not page.all("script") and not any(name.startswith("on") for _, known in page.tags for name in known)
    assert not re.search(r"@import|url\((?!#)", full)
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_sections_stand_in_order_and_headings_skip_no_level(full):
    headings = Page(full).headings
    assert [text for level, text in headings if level < 3] == [
        "gan on squares",
        "Read this first",
        "Scores",
        "Interpolation",
        "Nearest neighbours",
        "Training, epoch by epoch",
        "Where it comes from",
    ]
    levels = [level for level, _ in headings]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_ids_are_unique_and_what_is_referred_to_is_there(full):
    ids = [attributes["id"] for _, attributes in Page(full).tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    referred = re.findall(r'(?:url\(#|xlink:href="#|aria-labelledby=")([^)"]+)', full)
    assert referred and set(referred) <= set(ids)


def test_sections_without_content_are_left_out(evaluation):
    evaluation["scores"] = []
    page = Page(report.page(evaluation))
    assert [text for _, text in page.headings] == ["gan on squares", "Where it comes from", "Evaluation"]
    assert not page.all("img") and not page.all("table") and not page.all("svg")


def test_pictures_are_there_pixel_by_pixel(evaluation):
    given = [picture(shape=shape) for shape in ((3, 4), (3, 4, 1), (3, 4, 3), (3, 4, 4))]
    images = Page(report.page(evaluation, given)).all("img")
    for image, (_, _, pixels) in zip(images, given, strict=True):
        shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(image["src"].partition(",")[2]))))
        np.testing.assert_array_equal(shown, pixels[..., 0] if pixels.shape == (3, 4, 1) else pixels)
        assert (image["width"], image["height"], image["alt"]) == ("4", "3", "Samples")


def test_pictures_of_one_title_share_a_section_and_the_first_ones_lead(evaluation):
    pictures = [picture(), picture(), picture("Classes", "0"), picture("Classes", "1"), picture("Interpolation")]
    page = Page(report.page(evaluation, pictures))
    assert [text for level, text in page.headings if level == 2] == [
        "Scores",
        "Classes",
        "Interpolation",
        "Where it comes from",
    ]
    order = [known.get("alt") or known.get("id") for tag, known in page.tags if tag == "img" or "id" in known]
    assert order[:4] == ["Samples", "Samples", "scores", "Classes"]


@pytest.mark.parametrize("pixels", [np.zeros((3, 4, 3)), np.zeros((3, 4, 2), "uint8"), np.zeros(3, "uint8")], ids=str)
def test_what_is_no_picture_raises(evaluation, pixels):
    with pytest.raises(ValueError, match=r"Picture 'Samples': .*; expected uint8 \(height, width, 1, 3 or 4"):
        report.page(evaluation, [report.Picture("Samples", "", pixels)])


def test_hostile_names_are_text(evaluation, history, manifest):
    evaluation |= {"title": HOSTILE, "warnings": [HOSTILE], "command": [HOSTILE]}
    evaluation["subject"] |= {"path": HOSTILE}
    evaluation["against"] |= {"name": HOSTILE}
    evaluation["scores"][0] |= {"name": HOSTILE, "meaning": HOSTILE, "warning": HOSTILE}
    rows = [row | {HOSTILE: "1.0"} for row in history]
    text = report.page(evaluation, [picture(HOSTILE, HOSTILE)], rows, manifest | {"variant": HOSTILE})
    page = Page(text)
    assert not page.all("script") and len(page.all("img")) == 1
    assert page.text.count(HOSTILE) >= 8 and page.headings[0] == (1, HOSTILE)


def test_scores_stand_beside_those_of_real_images(full):
    text = re.sub(r"\s+", " ", Page(full).text)
    assert "Read this first few images" in text and "1 of 2 scores cannot be told from those of real images." in text
    for row in ("KD[small]What KD[small] says. 0.500 ± 0.025 0.01 lower", "modesWhat modes says. 10 – higher"):
        assert row in text
    assert "recall[small]0.8550.90.945" in text  # every draw by itself


def places(full):
    """(floor, value) of every line that shows them, in %."""
    found = re.findall(
        r'x1="([\d.]+)%" x2="([\d.]+)%" y1="12" y2="12" stroke="var\(--accent\)" stroke-width="1.5"', full
    )
    return [tuple(map(float, pair)) for pair in found]


def test_lines_begin_at_zero_and_keep_proportions(full):
    (kd_floor, kd_value), (recall_floor, recall_value) = places(full)
    assert (kd_value - 3) / (kd_floor - 3) == pytest.approx(0.5 / 0.01, rel=0.01)
    assert (recall_value - 3) / (recall_floor - 3) == pytest.approx(0.9 / 0.92, rel=0.001)


def test_lines_hold_negative_scores_and_zeros(evaluation):
    evaluation["scores"][0] |= {"value": -0.1, "low": -0.2, "high": 0.0, "floor": 0.2}
    evaluation["scores"][1] |= {"value": 0.0, "low": 0.0, "high": 0.0, "floor": 0.0}
    evaluation["scores"][2] |= {"floor": 9, "better": ""}
    assert places(report.page(evaluation)) == [(97.0, 26.5), (3.0, 3.0)]


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_what_is_no_number_has_no_line(evaluation, value):
    evaluation["scores"] = [evaluation["scores"][0] | {"value": value}]
    page = Page(report.page(evaluation))
    assert not page.all("svg") and f"says.{'–' if value is None else value}" in re.sub(r"\s+", "", page.text)


def test_the_same_evaluation_gives_the_same_page(evaluation, history, manifest):
    pages = {report.page(evaluation, [picture()], history, manifest) for _ in range(2)}
    assert len(pages) == 1


def test_a_page_is_replaced_whole_or_not_at_all(evaluation, tmp_path):
    filepath = report.write(tmp_path / "deep" / "report.html", evaluation)
    before = filepath.read_text()
    with pytest.raises(ValueError, match="Picture"):
        report.write(filepath, evaluation | {"title": "new"}, [report.Picture("a", "b", np.zeros(3))])
    assert filepath.read_text() == before
    report.write(filepath, evaluation | {"title": "new"})
    assert "<h1>new</h1>" in filepath.read_text()
    assert [path.name for path in filepath.parent.iterdir()] == ["report.html"]


MEASURE = """<!doctype html><body>{frames}<script>
onload = () => {{
  const pages = [...document.querySelectorAll("iframe")].map(frame => frame.contentDocument.documentElement);
  document.body.textContent = "widths: " + pages.map(page => page.scrollWidth).join(" ");
}};
</script>"""


def widths_in_chromium(folder, windows):
    """How wide documents are, [(file, width of its window)]; in frames, because windows have a least width."""
    frame = '<iframe src="{}" style="border:0;width:{}px;height:900px"></iframe>'
    (folder / "measure.html").write_text(MEASURE.format(frames="".join(frame.format(*window) for window in windows)))
    flags = "--headless=new --no-sandbox --disable-gpu --hide-scrollbars --allow-file-access-from-files --dump-dom"
    command = [CHROMIUM, *flags.split(), f"--user-data-dir={folder / 'profile'}", (folder / "measure.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return [int(width) for width in re.search(r"widths: ([\d ]+)", done.stdout).group(1).split()]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to lay the page out")
def test_the_page_is_as_wide_as_its_window(full, evaluation, history, tmp_path):
    word = "verylongnamewithoutaspace" * 8
    evaluation |= {"title": word, "warnings": [word], "seeds": list(range(30))}
    evaluation["scores"][0] |= {"name": word, "meaning": word, "per_seed": [1 / 3] * 30}
    long = report.page(evaluation, [picture(word, word, (9, 900, 3))], history, {"variant": word})
    (tmp_path / "full.html").write_text(full)
    (tmp_path / "long.html").write_text(long.replace("<details", "<details open"))
    (tmp_path / "wide.html").write_text(full.replace("<h1", '<h1 style="width: 2000px"'))
    windows = [(f"{name}.html", width) for name in ("full", "long") for width in (320, 360, 700, 940, 1280)]
    *widths, too_wide = widths_in_chromium(tmp_path, [*windows, ("wide.html", 360)])
    assert widths == [width for _, width in windows]
    assert too_wide > 2000  # or nothing was measured
