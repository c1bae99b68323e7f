"""A real Chromium for tests: one browser for all of them, a fresh profile for each test, and no error unnoticed."""

import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from linli.kernel.org.models import Account
from tests.browser.field import HERE, App
from tests.lacking import chromium

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"]
DESK, PHONE = 1440, 390
PATIENCE_MS = 30_000
"""How long something may take to appear: as long as the driver waits for anything else, not its five seconds."""
OF_THE_DRIVER = ("GPU stall due to ReadPixels",)
"""What the software renderer of machines without a graphics card says; no page is the cause."""

Open = Callable[..., Page]


@pytest.fixture(scope="package")
def chrome() -> Generator[Browser, None, None]:
    path = chromium()
    # The browser's driver runs an event loop in this thread; Django would take that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def troubles() -> list[str]:
    """What the browser complained of; a test that expects a complaint takes it out."""
    return []


@pytest.fixture
def visit(chrome: Browser, live_server: Any, troubles: list[str]) -> Generator[Open, None, None]:
    """``visit("/path", as_="lin", width=PHONE, theme="dark", elder="2")`` opens a page as that person would see it.

    At the end nothing may stand in ``troubles``: no script error, no refused style, no missing file.
    """
    contexts = []

    def go(path: str, *, as_: str = "", width: int = DESK, theme: str = "light", elder: str = "", **more: Any) -> Page:
        height = 844 if width == PHONE else 900
        context = chrome.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", **more
        )
        contexts.append(context)
        wanted = {"linli_theme": theme, "linli_elder": elder, settings.SESSION_COOKIE_NAME: _session(as_)}
        context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in wanted.items() if v])
        page = context.new_page()
        page.on("console", lambda message: _note(troubles, message))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.goto(live_server.url + path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert troubles == []


def _session(username: str) -> str:
    """The cookie of a session of that person; empty for nobody."""
    if not username:
        return ""
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _note(troubles: list[str], message: ConsoleMessage) -> None:
    said = message.text
    if message.type in ("error", "warning") and not any(known in said for known in OF_THE_DRIVER):
        troubles.append(f"{message.type}: {said}")


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Two photos as large as a phone takes them."""
    paths = [tmp_path / "one.jpg", tmp_path / "two.jpg"]
    for path in paths:
        Image.effect_noise((2400, 1800), 60).convert("RGB").save(path, quality=80)
    return paths


@pytest.fixture
def app(visit: Open, town: Any, troubles: list[str]) -> Generator[App, None, None]:
    """Hua's phone at 390 px, signed in and unlocked."""
    page = visit("/field/", as_="hua", width=PHONE, **HERE)
    opened = App(page)
    opened.enrol()
    yield opened
    # What is asked without network the browser tells as an error; nothing else may be wrong.
    troubles[:] = [one for one in troubles if not one.startswith("error: Failed to load resource: net::")]
