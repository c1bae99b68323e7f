"""Which data is held already, and by whom: what is known is not asked of a committee again (不重复采集)."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class HeldData:
    """A kind of data that is there already. ``where`` names the registers; ``by`` is the key of a department."""

    code: str
    name: str
    by: str
    where: str
    note: str


@cache
def held_data() -> Mapping[str, HeldData]:
    """Code → what is held, as shipped with the product."""
    text = (files("linli.packs") / "lists" / "held.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["code"]: HeldData(row["code"], row["name"], row["held_by"], row["held_where"], row["note"]) for row in rows
    }


def held_among(codes: Iterable[str]) -> list[HeldData]:
    """Those of ``codes`` that are held already; a kind of data that was written by hand is looked for by its name."""
    known = held_data()
    found = {}
    for code in codes:
        one = known.get(code) or next((h for h in known.values() if code and code in h.name), None)
        if one is not None:
            found[one.code] = one
    return list(found.values())


def name_of(code: str) -> str:
    """What a kind of data is called; one written by hand is its own name."""
    known = held_data().get(code)
    return known.name if known else code
