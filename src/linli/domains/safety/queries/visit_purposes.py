"""What visits are made for: list data of the pack, read once."""

import csv
from functools import cache
from importlib.resources import files

from django.utils.translation import gettext as _


@cache
def _rows() -> tuple[tuple[str, str], ...]:
    text = (files("linli.packs") / "safety" / "visit_purposes.csv").read_text(encoding="utf-8")
    return tuple((row["code"], row["name"]) for row in csv.DictReader(text.splitlines()))


def choices() -> list[tuple[str, str]]:
    """(code, name in the reader's language) in the order of the list."""
    return [(code, _(name)) for code, name in _rows()]


def is_known(code: str) -> bool:
    return any(code == known for known, _name in _rows())


def label(code: str) -> str:
    """Its name; a code the list no longer has stands for itself."""
    return dict(choices()).get(code, code)
