"""A pack's lists as they lie in CSV files: read, checked for shape, not yet stored."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable

from linli.kernel.catalog.entries import Entry


@dataclass(frozen=True, slots=True)
class SetFile:
    """One list of a pack. ``file_hash`` is over its own rows only, so that one changed list touches no other."""

    code: str
    name: str
    standard_ref: str
    edition: str
    valid_from: date
    entries: tuple[Entry, ...]
    file_hash: str


@dataclass(frozen=True, slots=True)
class Crossing:
    from_set: str
    from_code: str
    to_set: str
    to_code: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A time limit of a pack, for everywhere; see ``models.TimeLimit`` for the meaning of the fields."""

    code: str
    condition: str
    stage: str
    emergency: str
    unit_kind: str
    amount: int
    base: str
    close_condition: str
    position: int
    verified: bool
    source: str
    confidence: str


def shipped() -> Traversable:
    """The folder of the lists that come with the product."""
    return files("linli.packs") / "catalog"


def _rows(folder: Traversable, name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8"), newline=""))


def read_sets(folder: Traversable) -> list[SetFile]:
    """The lists named in ``sets.csv``, each from the rows of its file that carry its code."""
    found = []
    for row in _rows(folder, "sets.csv"):
        rows = [entry for entry in _rows(folder, row["file"]) if entry["set"] == row["code"]]
        text = json.dumps([row, rows], ensure_ascii=False, sort_keys=True)
        found.append(
            SetFile(
                row["code"],
                row["name"],
                row["standard_ref"],
                row["edition"],
                date.fromisoformat(row["valid_from"]),
                tuple(map(_entry, rows)),
                hashlib.sha256(text.encode()).hexdigest(),
            )
        )
    return found


def _entry(row: dict[str, str]) -> Entry:
    attributes = json.loads(row["attributes"] or "{}")
    if row["examples"]:
        attributes["examples"] = row["examples"].split("|")
    return Entry(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        parent_code=row["parent_code"],
        keywords=tuple(row["keywords"].split()),
        is_local=row["is_local"] == "1",
        source=row["source"],
        confidence=row["confidence"],
        attributes=attributes,
    )


def read_crossings(folder: Traversable) -> list[Crossing]:
    return [Crossing(**row) for row in _rows(folder, "crosswalks.csv")]


def read_limits(folder: Traversable) -> list[LimitRow]:
    return [
        LimitRow(
            code=row["code"],
            condition=row["condition"],
            stage=row["stage"],
            emergency=row["emergency"],
            unit_kind=row["unit_kind"],
            amount=int(row["amount"]),
            base=row["base"],
            close_condition=row["close_condition"],
            position=int(row["position"]),
            verified=row["verified"] == "1",
            source=row["source"],
            confidence=row["confidence"],
        )
        for row in _rows(folder, "time_limits.csv")
    ]
