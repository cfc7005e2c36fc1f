"""The page at `/`, clicked through in headless Chromium."""

import base64
import io
import json
import urllib.request

import browser
import numpy as np
import pytest
import small
import small_export
from PIL import Image

import keras_gan
from keras_gan.latent import slerp
from keras_gan.serving import models

pytestmark = pytest.mark.skipif(browser.EXECUTABLE is None, reason="no Chromium here: apt-get install chromium")

TILES = "[...document.querySelectorAll('#tiles img')]"
PICTURE = "document.querySelector('#image').src"
CAPTION = "document.querySelector('#caption').textContent"
ALERT = "document.querySelector('#sentence').textContent"
ARE_DRAWN = f"{TILES}.length === 24 && {TILES}.every(image => image.naturalWidth === 8) && {PICTURE}"


@pytest.fixture(scope="module")
def chromium():
    with browser.started() as started:
        yield started


@pytest.fixture(scope="module")
def address(model):
    with small_export.served_here(model) as address:
        yield address


@pytest.fixture
def open_page(chromium, address):
    """Opens the page with a link's text and waits for its pictures.

    In the end nothing may stand in its console, and it must have asked nobody but its server.
    """
    opened = []

    def open_page(link="", width=1400, height=900, at=address, until=ARE_DRAWN):
        page = chromium.open(f"{at}/#{link}", width, height)
        opened.append((page, at))
        page.wait_for(until)
        return page

    yield open_page
    for page, at in opened:
        assert page.complaints() == []
        assert [each for each in page.requests() if not each.startswith((at, "data:"))] == []
        page.close()


def tiles(page):
    return page.run(f"{TILES}.map(image => image.src)")


def slider(number):
    return f"#sliders li:nth-child({number + 1}) input"


def pixels(source):
    """uint8 array of a picture in an address."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",", 1)[1]))))


def asked(address, signature, **inputs):
    """What the server itself answers."""
    body = json.dumps({"signature_name": signature, "inputs": inputs}).encode()
    with urllib.request.urlopen(f"{address}/v1/models/small:predict", body) as answer:
        return json.load(answer)["outputs"]


def bytes_of(latents):
    """The picture of latents in version 2, as uint8."""
    return np.rint((small_export.images([latents], 0.5)[0, :, :, 0] + 1) * 127.5)


def test_a_seed_shows_the_servers_own_samples(open_page, address):
    page = open_page("seed=7")
    given = asked(address, "sample", num_images=24, seed=7)
    for source, image in zip(tiles(page), given["images"], strict=True):
        np.testing.assert_allclose(pixels(source), (np.array(image)[..., 0] + 1) * 127.5, atol=0.6)
    assert page.run(PICTURE) == tiles(page)[0]
    page.write("#seed", "8")
    page.wait_for(f"{TILES}[0].src !== {json.dumps(tiles(page)[0])}")
    assert page.run(CAPTION) == "Seed 8, sample 0"
    page.click("#surprise")
    page.wait_for(f"!{CAPTION}.startsWith('Seed 8,')")


def test_a_slider_changes_the_big_picture_and_is_taken_back(open_page, address):
    page = open_page("seed=3")
    page.click("#tiles button:nth-child(6)")
    page.wait_for(f"{CAPTION} === 'Seed 3, sample 5' && {PICTURE} === {TILES}[5].src")
    page.click(slider(2))  # in its middle, at 0
    page.wait_for(f"{CAPTION} === 'Seed 3, sample 5, 1 number moved' && {PICTURE} !== {TILES}[5].src")
    latents = asked(address, "sample", num_images=6, seed=3)["latents"][5]
    moved = page.run("+document.querySelectorAll('#sliders input')[2].value")
    assert moved == pytest.approx(0, abs=0.051)
    latents[2] = moved
    np.testing.assert_allclose(pixels(page.run(PICTURE)), bytes_of(latents), atol=1)
    page.press("ArrowRight")
    page.wait_for(f"document.querySelectorAll('#sliders output')[2].textContent === '{moved + 0.05:.2f}'")
    page.press("Delete")
    page.wait_for(f"{CAPTION} === 'Seed 3, sample 5' && {PICTURE} === {TILES}[5].src")
    page.click(slider(2), times=2)  # the first click moves it
    page.wait_for(f"{CAPTION} === 'Seed 3, sample 5' && {PICTURE} === {TILES}[5].src")
    page.choose(slider(0), 2.5)
    page.choose(slider(1), -2.5)
    page.wait_for(f"{CAPTION}.endsWith('2 numbers moved') && {PICTURE} !== {TILES}[5].src")
    page.click("#reset")
    page.wait_for(f"{PICTURE} === {TILES}[5].src")


def test_of_many_moves_the_last_one_is_shown(open_page, address):
    page = open_page("seed=3")
    for value in np.linspace(-3, 2, 30):
        page.choose(slider(1), float(value))
    page.wait_for("document.querySelector('#picture').ariaBusy === 'false'")
    latents = asked(address, "sample", num_images=1, seed=3)["latents"][0]
    np.testing.assert_allclose(pixels(page.run(PICTURE)), bytes_of([latents[0], 2.0, *latents[2:]]), atol=1)


def test_a_late_answer_to_an_earlier_seed_is_not_shown(open_page):
    page = open_page("seed=3")
    page.run("""{
        window.shown = [];
        const look = () => shown.push(document.querySelector('#tiles img').src);
        new MutationObserver(look).observe(document.querySelector('#tiles'), {subtree: true, attributeFilter: ['src']});
        const ask = fetch;
        fetch = async (...words) => {
            const answer = await ask(...words);
            if (words[1].body.includes('"seed":61')) await new Promise(done => { window.release = done; });
            return answer;
        };
    }""")
    page.write("#seed", "61")
    page.wait_for("window.release")
    page.write("#seed", "62")
    page.run("release()")
    page.wait_for(f"{CAPTION} === 'Seed 62, sample 0' && document.querySelector('#picture').ariaBusy === 'false'")
    assert set(page.run("shown")) == set(tiles(page)[:1])


def test_between_two_samples_it_plays_along_the_sphere(open_page, address):
    page = open_page("seed=3")
    page.click("input[value=between]")
    page.click("#tiles button:nth-child(10)")  # becomes B, the next one A
    page.click("#tiles button:nth-child(5)")
    page.wait_for("document.querySelector('#tiles button:nth-child(10)').ariaLabel === 'Sample 9, B'")
    page.wait_for(f"{CAPTION} === 'Seed 3, sample 4 to 9, t = 0.50'")
    page.wait_for("document.querySelector('#picture').ariaBusy === 'false'")
    latents = np.array(asked(address, "sample", num_images=10, seed=3)["latents"])
    half_way = slerp(latents[4], latents[9], 0.5)
    np.testing.assert_allclose(pixels(page.run(PICTURE)), bytes_of(half_way), atol=1)
    page.choose("#t", 0)
    assert page.run(PICTURE) == tiles(page)[4]
    page.choose("#t", 1)
    assert page.run(PICTURE) == tiles(page)[9]
    page.click("#play")
    for t in ("0.75", "0.50"):  # on its way back from B
        page.wait_for(f"{CAPTION} <= 'Seed 3, sample 4 to 9, t = {t}'")
    page.click("#play")
    still = page.run(CAPTION)
    assert page.run(f"new Promise(done => setTimeout(() => done({CAPTION}), 200))") == still
    assert page.run(PICTURE) not in (tiles(page)[4], tiles(page)[9])


def test_a_link_restores_all_of_it_for_a_stranger(open_page):
    first = open_page("seed=5&sample=2&z1=1.5&a=3&b=8&t=0.25&version=1")
    first.click("input[value=between]")
    first.wait_for("document.querySelector('#picture').ariaBusy === 'false' && location.hash.includes('show=between')")
    second = open_page(first.run("location.hash.slice(1)"))
    second.wait_for("document.querySelector('#picture').ariaBusy === 'false'")
    for what in (PICTURE, CAPTION, "document.querySelector('#version').value"):
        assert second.run(what) == first.run(what)
    assert second.run(CAPTION) == "Seed 5, sample 3 to 8, t = 0.25"
    for page in (first, second):
        page.click("input[value=one]")
        page.wait_for(f"{CAPTION} === 'Seed 5, sample 2, 1 number moved'")
    assert second.run(PICTURE) == first.run(PICTURE) != tiles(first)[2]


def test_another_version_makes_other_pictures_of_the_same_numbers(open_page):
    page = open_page("seed=5")
    second = tiles(page)
    numbers = page.run("document.querySelector('#sliders').textContent")
    page.choose("#version", 1)
    page.wait_for(f"{TILES}[0].src !== {json.dumps(second[0])}")
    assert page.run("document.querySelector('#sliders').textContent") == numbers
    page.run("location.hash = 'version=7&seed=5'")
    page.wait_for(f"{TILES}[0].src === {json.dumps(second[0])}")
    assert "version 7, which is not served here" in page.run("document.querySelector('#facts').textContent")


def test_the_link_is_copied_and_the_picture_saved(open_page, tmp_path):
    page = open_page("seed=5")
    page.allow("clipboardReadWrite", "clipboardSanitizedWrite")
    page.click("#copy")
    page.wait_for("document.querySelector('#copy').textContent === 'Link copied'")
    assert page.run("navigator.clipboard.readText()") == page.run("location.href")
    assert "seed=5" in page.run("location.hash")
    page.run("Object.defineProperty(navigator, 'clipboard', {value: undefined})")  # as on a page without TLS
    page.click("#copy")
    page.wait_for(f"{ALERT}.startsWith('The browser does not let this page copy.')")
    file = page.download("#download", tmp_path)
    assert file.name == "small-2-seed-5-sample-0.png"
    np.testing.assert_array_equal(np.asarray(Image.open(file)), pixels(page.run(PICTURE)))


def test_samples_are_reached_by_the_keyboard(open_page):
    page = open_page("seed=5")
    page.run("document.querySelector('#tiles button').focus()")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.press(key)
    page.press("Enter")
    page.wait_for(f"{CAPTION} === 'Seed 5, sample 4'")  # four columns in this width


@pytest.mark.parametrize("show", ["one", "between"])
def test_the_page_is_no_wider_than_the_window(open_page, show):
    page = open_page(f"seed=123456&show={show}", 320, 640)
    for width in (320, 360, 800, 1200, 1400):
        page.resize(width, 800)
        assert page.run("[innerWidth, document.documentElement.scrollWidth]") == [width, width]


def test_errors_are_sentences_and_the_old_picture_stays(open_page):
    page = open_page("seed=5")
    before = tiles(page)
    page.run("window.ask = fetch; fetch = () => Promise.reject(new TypeError())")
    page.write("#seed", "6")
    page.wait_for(f"{ALERT}.startsWith('The server does not answer.')")
    assert tiles(page) == before
    page.run("fetch = ask")
    page.click("#again")
    page.wait_for(f"{TILES}[0].src !== {json.dumps(before[0])} && document.querySelector('#alert').hidden")
    page.write("#seed", "1.5")
    assert page.run(ALERT).startswith("A seed is a whole number")


def test_a_class_can_be_chosen(open_page, tmp_path):
    small_export.write(tmp_path / "classes/1", conditional=True)
    with small_export.served_here(models.load(tmp_path / "classes")) as address:
        page = open_page("seed=5&class=2", at=address)
        assert page.run(CAPTION) == "Seed 5, class 2, sample 0"
        bright = np.mean([pixels(each).mean() for each in tiles(page)])
        page.choose("#class", 0)
        page.wait_for(f"{TILES}[0].src !== {json.dumps(tiles(page)[0])}")
        assert np.mean([pixels(each).mean() for each in tiles(page)]) < bright - 50


def test_points_are_shown_among_many(open_page, tmp_path):
    gan = keras_gan.GAN(*small.point_players())
    gan.export(tmp_path / "points/1")
    with small_export.served_here(models.load(tmp_path / "points")) as address:
        page = open_page("seed=5&z0=1", at=address, until=f"{TILES}.every(image => image.naturalWidth) && {PICTURE}")
        assert len(set(tiles(page))) > 12
        accent = np.all(pixels(page.run(PICTURE))[..., :3] == [11, 114, 105], axis=-1)
        assert 100 < accent.sum() < 1000
