"""How long the field app takes to open on a cheap phone: slow 4G and a processor four times slower, in a real Chromium.

Starts a database and the web server of its own. Prints, asserts nothing. ``first`` is a phone that never saw the app,
``again`` one that keeps it (service worker), ``offline`` the same without network.
"""

import shutil
import statistics
import sys
from time import perf_counter

import durable
import serve
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

ROUNDS = 5
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SLOW_4G = {
    "offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8,
}  # fmt: skip
SLOWER = 4
DRAWN = "linli-field main"


def main() -> int:
    with durable.database(), serve.web(workers=1) as web, sync_playwright() as driver:
        path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        rows = [_round(browser, f"http://localhost:{web.port}/field/") for _ in range(ROUNDS)]
        browser.close()
    for at, name in enumerate(("first", "again", "offline")):
        times = sorted(row[at] for row in rows)
        sys.stdout.write(f"{name:8} median {statistics.median(times):5.2f} s   worst {times[-1]:5.2f} s\n")
    return 0


def _round(browser: Browser, url: str) -> tuple[float, float, float]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    session = _throttled(context, page)
    first = _opened(page, url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    again = _opened(page, url)
    session.send("Network.emulateNetworkConditions", {**SLOW_4G, "offline": True})
    context.set_offline(True)
    offline = _opened(page, url)
    context.close()
    return first, again, offline


def _throttled(context: BrowserContext, page: Page) -> CDPSession:
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def _opened(page: Page, url: str) -> float:
    """Seconds until the first screen stands."""
    begun = perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(DRAWN).wait_for()
    return perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
