"""What the front-end build left for us: which file an entry became, and the sprite of icons."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

FOLDER = Path(__file__).parent / "static" / "built"


class NotBuilt(Exception):
    """The front end was not built, or has no such entry or icon."""


def entry(name: str) -> tuple[tuple[str, ...], str]:
    """Addresses of the style sheets and of the script that the entry ``name`` became."""
    manifest = _read("manifest.json")
    if not manifest:
        return (), _url(f"{name}.js")
    found = next((item for item in manifest.values() if item.get("isEntry") and item.get("name") == name), None)
    if found is None:
        raise NotBuilt(f"entry {name!r} is not in the manifest; run `make frontend`")
    return tuple(_url(sheet) for sheet in _styles(manifest, found)), _url(found["file"])


def shipped(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Addresses of everything the entry ``name`` is made of: what its first screen needs, and what it loads later."""
    manifest = _read("manifest.json")
    key = next((key for key, item in manifest.items() if item.get("isEntry") and item.get("name") == name), "")
    if not key:
        return (), ()
    first = _with_imports(manifest, [key])
    later = _with_imports(manifest, [chunk for known in first for chunk in manifest[known].get("dynamicImports", ())])
    needed = [*_files(manifest, first), _sprite(_version("icons.json"))[0]]
    return tuple(needed), tuple(url for url in _files(manifest, later) if url not in needed)


def text(name: str) -> str:
    """What the entry ``name`` became, as text: for a script that must have an address of its own."""
    path = FOLDER / entry(name)[1].rpartition("/built/")[2]
    return path.read_text() if path.exists() else ""


def asset(begins: str) -> str:
    """Content of the built file whose name begins so, as text; "" without a build."""
    found = sorted(FOLDER.glob(f"assets/{begins}-*.js"))
    return found[0].read_text() if found else ""


def _with_imports(manifest: dict[str, Any], begun: list[str]) -> list[str]:
    """Keys of ``begun`` and of all they import, directly or not; what is only loaded later is left out."""
    found: list[str] = []
    waiting = list(begun)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.append(key)
            waiting += manifest[key].get("imports", ())
    return found


def _files(manifest: dict[str, Any], keys: list[str]) -> list[str]:
    files = [
        file
        for key in keys
        for file in (manifest[key]["file"], *manifest[key].get("css", ()), *manifest[key].get("assets", ()))
    ]
    return [_url(file) for file in dict.fromkeys(files)]


def icon(name: str) -> str:
    """Address of one icon in the sprite."""
    address, names = _sprite(_version("icons.json"))
    if names and name not in names:
        raise NotBuilt(f"icon {name!r} is not in frontend/icons.txt")
    return f"{address}#{name}"


@cache
def _sprite(_version: int) -> tuple[str, frozenset[str]]:
    """The sprite's address and the names in it; without a build both are empty."""
    sprite = _read("icons.json")
    return (_url(sprite["file"]), frozenset(sprite["names"])) if sprite else ("", frozenset())


def _styles(manifest: dict[str, Any], item: dict[str, Any]) -> list[str]:
    """The entry's style sheets, those of the chunks it imports first."""
    sheets: list[str] = []
    for chunk in item.get("imports", ()):
        sheets += [sheet for sheet in _styles(manifest, manifest[chunk]) if sheet not in sheets]
    return sheets + [sheet for sheet in item.get("css", ()) if sheet not in sheets]


def _url(file: str) -> str:
    return static(f"built/{file}")


def _read(file: str) -> dict[str, Any]:
    """The file's content. Tests may run without a build, everything else may not."""
    return _parsed(file, _version(file))


def _version(file: str) -> int:
    """Changes with the file in DEBUG; otherwise a build is read once."""
    return (FOLDER / file).stat().st_mtime_ns if settings.DEBUG else 0


@cache
def _parsed(file: str, _version: int) -> dict[str, Any]:
    path = FOLDER / file
    if path.exists():
        content: dict[str, Any] = json.loads(path.read_text())
        return content
    if settings.TESTING:
        return {}
    raise NotBuilt("the front end is not built; run `make frontend`")
