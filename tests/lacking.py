"""What this machine lacks for the whole suite: ``make test`` prints it, tests ask for what they need."""

import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FONTS = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/noto-cjk", "/System/Library/Fonts")


def chromium() -> str:
    """Path of a Chromium; skips the test where there is none (under CI=true a skip is a failure)."""
    found = _chromium()
    if not found:
        pytest.skip("no Chromium: apt install chromium, or name one in LINLI_CHROMIUM")
    return found


def real_data(name: str) -> Path:
    """A file of the real data beside the project; skips the test where it is not."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"no ../shared/data/{name} beside this clone")
    return path


def lacking() -> list[str]:
    """One line for everything that is missing, with what it costs."""
    missing = []
    if not _chromium():
        missing.append("no Chromium: browser tests are skipped (apt install chromium, or set LINLI_CHROMIUM)")
    if not any(Path(font).exists() for font in FONTS):
        missing.append("no Chinese fonts: pictures of pages show boxes (apt install fonts-noto-cjk)")
    if not (SHARED / "data").exists():
        missing.append("no ../shared/data: tests on real data are skipped")
    if not (ROOT / "src/linli/web/static/built/manifest.json").exists():
        missing.append("the front end is not built: make frontend")
    return missing


def _chromium() -> str:
    named = os.environ.get("LINLI_CHROMIUM", "")
    return named or next((found for name in BROWSERS if (found := shutil.which(name))), "")


if __name__ == "__main__":
    for line in lacking():
        sys.stdout.write(f"Lacking: {line}\n")
