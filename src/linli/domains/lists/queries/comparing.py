"""Two wordings side by side: which parts differ, and which words in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from linli.domains.lists.queries.rows import COLUMNS, JOIN, Places, write_row
from linli.kernel.catalog.commands import Said
from linli.kernel.catalog.models import Wording

LEFT_OUT = ("no", "source", "confidence")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``is_changed`` where the other side says something else."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an item that differs. A side without pieces says nothing of it."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def before_text(self) -> str:
        return "".join(piece.text for piece in self.before)

    @property
    def after_text(self) -> str:
        return "".join(piece.text for piece in self.after)


def wording_of(said: Said) -> Wording:
    """``said`` in the shape of a wording, not stored."""
    return Wording(
        title=said.title, heading=said.heading, keywords=list(said.keywords), terms=dict(said.terms),
        source=said.source, confidence=said.confidence,
    )  # fmt: skip


def cells_of(wording: Wording | None, places: Places, bases: Mapping[str, str]) -> dict[str, str]:
    """What an item says, part by part, as people read it."""
    if wording is None:
        return {}
    cells = write_row("", wording, places)
    cells["bases"] = JOIN.join(bases.get(code, code) for code in wording.terms.get("bases", ()))
    return {name: text for name, text in cells.items() if name not in LEFT_OUT}


def differences(before: Mapping[str, str], after: Mapping[str, str], labels: Mapping[str, object]) -> list[Part]:
    """The parts in which two items differ, in the order of the columns."""
    return [
        Part(str(labels[name]), *pieces(before.get(name, ""), after.get(name, "")))
        for name in labels
        if before.get(name, "") != after.get(name, "")
    ]


def pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts cut where they differ."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        changed = tag != "equal"
        if b > a:
            left.append(Piece(before[a:b], changed))
        if d > c:
            right.append(Piece(after[c:d], changed))
    return tuple(left), tuple(right)


def labels() -> dict[str, object]:
    """Every part that can differ → what it is called."""
    return {name: label for name, label in COLUMNS.items() if name not in LEFT_OUT}


def codes_in(wordings: Iterable[Wording | None]) -> set[str]:
    """Codes of the basis documents that any of ``wordings`` rests on."""
    return {code for wording in wordings if wording for code in wording.terms.get("bases", ())}


def merged(parts: Sequence[Part]) -> str:
    """The names of the parts that differ, in one line."""
    return "、".join(part.label for part in parts)
