"""The frame of the field app: the same for everybody, small, and with a list of what is to be kept on the phone."""

import gzip
import json
import re

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from linli.kernel.org.models import Account
from linli.web import built

FIRST_SCREEN_BYTES = 300_000


def test_the_shell_is_open_to_all_and_holds_nothing_personal(client, town):
    strange = client.get("/field/").content
    client.force_login(Account.objects.get(username="hua"))
    known = client.get("/field/").content

    assert b"<linli-field" in strange
    assert known == strange
    assert "花开" not in known.decode()


def test_the_shell_gives_the_cookie_that_enrolling_needs(client, db):
    assert "csrftoken" in client.get("/field/").cookies


def test_the_worker_may_serve_the_field_alone_and_is_asked_for_anew(client, db):
    response = client.get("/field/sw.js")

    assert response.headers["Service-Worker-Allowed"] == "/field/"
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.content.startswith(b"self.LINLI_VERSION")


def test_the_manifest_installs_the_field_and_nothing_else(client, db):
    manifest = json.loads(client.get("/field/manifest.webmanifest").content)

    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/field/", "/field/", "standalone")


def test_the_pictures_of_the_home_screen_have_the_sizes_they_say_and_are_kept_on_the_phone(client, db):
    icons = json.loads(client.get("/field/manifest.webmanifest").content)["icons"]
    touch = re.search(r'rel="apple-touch-icon" sizes="(\S+)" href="(\S+)"', client.get("/field/").content.decode())
    said = {one["src"]: (one["sizes"], one["purpose"]) for one in icons if one["type"] == "image/png"}
    said[touch[2]] = (touch[1], "any")
    kept = client.get("/field/files.json").json()["later"]

    assert sorted(said.values()) == [
        ("180x180", "any"), ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    ]  # fmt: skip
    for src, (sizes, purpose) in said.items():
        path = finders.find(src.removeprefix("/static/"))
        picture = Image.open(path)
        assert "x".join(map(str, picture.size)) == sizes
        # What is cut to another shape may have no corners of its own; iOS paints what is transparent black.
        is_whole = purpose == "maskable" or src == touch[2]
        assert (picture.convert("RGBA").getpixel((0, 0))[3] == 255) is is_whole
        assert src in kept


@pytest.mark.skipif(not (built.FOLDER / "manifest.json").exists(), reason="the front end is not built")
def test_the_first_screen_is_small_and_map_and_decoder_come_later(client, db):
    files = client.get("/field/files.json").json()
    scripts = [url for url in files["first"] if url.endswith(".js")]
    weight = sum(len(gzip.compress((built.FOLDER / url.split("/built/")[1]).read_bytes())) for url in scripts)

    assert 20_000 < weight <= FIRST_SCREEN_BYTES
    assert not any(word in url for url in files["first"] for word in ("maplibre", "decode", "view-"))
    assert any("maplibre" in url for url in files["later"])
    assert any("decode" in url for url in files["later"])
