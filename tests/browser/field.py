"""The field app as a thumb sees it, for tests; fixtures in ``conftest``."""

import re
import time

from tests.town import IN_GRID

HERE = {
    "geolocation": {"longitude": IN_GRID[0], "latitude": IN_GRID[1], "accuracy": 12},
    "permissions": ["geolocation"],
    "has_touch": True,
    "service_workers": "allow",
}
PIN = "481592"
TOO_SMALL = """
    () => [...document.querySelectorAll('a, button, input:not([type=radio]):not([type=checkbox]), textarea')]
        .filter(x => x.offsetParent && getComputedStyle(x).opacity !== '0')
        .map(x => [x.textContent.trim().slice(0, 20), Math.round(x.getBoundingClientRect().height)])
        .filter(([, height]) => height < 48)
"""


LACKING = """
    async () => {
        const names = (await caches.keys()).filter(name => name.startsWith('linli-field-'));
        const cache = names[0] && await caches.open(names[0]);
        const { first, later } = await (await fetch('/field/files.json')).json();
        const kept = cache ? (await cache.keys()).map(one => new URL(one.url).pathname) : [];
        return [...first, ...later].filter(url => !kept.includes(url));
    }
"""


class App:
    """The app as a thumb sees it."""

    def __init__(self, page):
        self.page = page

    def press(self, words):
        button, link = (self.page.get_by_role(role, name=words, exact=True) for role in ("button", "link"))
        button.or_(link).last.click()

    def home(self):
        self.page.locator(".f-tab.is-home").click()
        self.page.get_by_text("今天辛苦了").wait_for()

    def enrol(self):
        self.page.get_by_role("heading", name="设一个本机口令").wait_for()
        self.page.get_by_label("口令，至少 6 位数字").fill(PIN)
        self.page.get_by_label("再输一次").fill(PIN)
        self.press("好了，进入")
        self.page.get_by_text("今天辛苦了").wait_for()

    def unlock(self, pin=PIN):
        self.page.get_by_label("本机口令").fill(pin)
        self.press("打开")

    def photo(self, kind, path):
        strip = self.page.locator(f"input[data-kind={kind}]")
        strip.set_input_files(path)
        self.page.locator(f".f-field:has(input[data-kind={kind}]) .f-photos li").first.wait_for()

    def write(self, name, words):
        self.page.locator(f"[name={name}]").fill(words)

    def state(self, words):
        self.page.locator(".f-state", has_text=re.compile(words)).wait_for()

    def off(self):
        self.page.context.set_offline(True)
        self.state("离线")

    def on(self):
        self.page.context.set_offline(False)

    def kept(self):
        """Until the worker has everything that opens without network."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        until = time.monotonic() + 180
        while lacking := self.page.evaluate(LACKING):
            assert time.monotonic() < until, lacking
            self.page.wait_for_timeout(100)
