"""The lists as they lie in memory: entries by number, editions by date, correspondences. Pure, built by ``queries``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a published list."""

    code: str
    name: str
    kind: str
    parent_code: str = ""
    keywords: tuple[str, ...] = ()
    is_local: bool = False
    source: str = ""
    confidence: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """One published version of a list, in the order of its items; valid in [valid_from, valid_to)."""

    code_set: str
    no: int
    valid_from: date
    valid_to: date | None
    entries: Mapping[str, Entry]

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


class Lists:
    """All published lists. Days before the first edition of a list are answered from that first edition."""

    def __init__(
        self,
        editions: Sequence[Edition],
        correspondences: Sequence[tuple[str, str, str, str]],
    ) -> None:
        self._editions: dict[str, list[Edition]] = {}
        for edition in sorted(editions, key=lambda e: e.valid_from):
            self._editions.setdefault(edition.code_set, []).append(edition)
        self._leads: dict[tuple[str, str, str], tuple[str, ...]] = {}
        for from_set, from_code, to_set, to_code in correspondences:
            key = from_set, from_code, to_set
            self._leads[key] = (*self._leads.get(key, ()), *((to_code,) if to_code else ()))

    def edition(self, code_set: str, on: date | None = None) -> Edition | None:
        """The edition valid on that day; without a day the latest one."""
        editions = self._editions.get(code_set, [])
        if not editions or on is None:
            return editions[-1] if editions else None
        before = [edition for edition in editions if edition.valid_from <= on]
        return before[-1] if before else editions[0]

    def entry(self, code_set: str, code: str, on: date | None = None) -> Entry | None:
        edition = self.edition(code_set, on)
        return edition.entries.get(code) if edition else None

    def ever(self, code_set: str, code: str) -> Entry | None:
        """The entry as the latest edition that has it calls it: for showing old cases whose number is retired."""
        for edition in reversed(self._editions.get(code_set, [])):
            if code in edition.entries:
                return edition.entries[code]
        return None

    def leads_to(self, from_set: str, code: str, to_set: str) -> tuple[str, ...]:
        """Numbers of ``to_set`` for ``code``; those of its class when it has none of its own; () when unknown."""
        direct = self._leads.get((from_set, code, to_set))
        if direct is not None:
            return direct
        entry = self.ever(from_set, code)
        return self._leads.get((from_set, entry.parent_code, to_set), ()) if entry else ()
