"""Shares of what was done, late, missed and excused. Nothing fallen due: no share, not nought."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce, TruncMonth

from linli.kernel.duties.queries.lines import kind_label
from linli.kernel.duties.queries.listing import Narrow, narrowed, visible
from linli.kernel.org.models import Actor

MOST = 300
BY: Mapping[str, tuple[object, object]] = {
    "unit": (F("duty__unit"), F("duty__unit__name")),
    "kind": (F("duty__kind"), F("duty__kind")),
    "person": (F("holder"), Coalesce(F("holder__name"), Value(""))),
    "duty": (F("duty"), F("duty__title")),
    "month": (TruncMonth("on"), TruncMonth("on")),
}
"""What figures may be told apart by: key and name of each group."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Of one group: what fell due (done, late and missed) and what was called off.

    done_share, late_share, missed_share  of what fell due, 0.0–1.0; None when nothing did
    """

    key: str
    name: str
    done: int
    late: int
    missed: int
    excused: int
    late_sync: int

    @property
    def fell_due(self) -> int:
        return self.done + self.late + self.missed

    @property
    def done_share(self) -> float | None:
        return self._share(self.done)

    @property
    def late_share(self) -> float | None:
        return self._share(self.late)

    @property
    def missed_share(self) -> float | None:
        return self._share(self.missed)

    def _share(self, count: int) -> float | None:
        return count / self.fell_due if self.fell_due else None


def figures(actor: Actor, narrow: Narrow, *, by: str, at: datetime) -> tuple[Figure, list[Figure]]:
    """All of it together, and group by group; one statement.

    by  unit, kind, person, duty or month
    """
    key, name = BY[by]
    rows = narrowed(visible(actor, at=at), narrow).values(key=key, label=name).annotate(**_counts())
    order = ("key",) if by == "month" else ("-missed", "label", "key")
    found = [_figure(by, row) for row in rows.order_by(*order)[:MOST]]
    return _sum(found), found


def _counts() -> dict[str, Count]:
    states = {state: Count("pk", filter=Q(state=state)) for state in ("done", "late", "missed", "excused")}
    return {**states, "late_sync": Count("pk", filter=Q(is_late_sync=True))}


def _figure(by: str, row: Mapping[str, object]) -> Figure:
    label = row["label"]
    name = kind_label(str(label)) if by == "kind" else f"{label:%Y-%m}" if by == "month" else str(label or "")
    counts = {state: int(str(row[state])) for state in ("done", "late", "missed", "excused", "late_sync")}
    return Figure(key=str(row["key"] or ""), name=name, **counts)


def _sum(parts: list[Figure]) -> Figure:
    names = ("done", "late", "missed", "excused", "late_sync")
    return Figure("", "", **{name: sum(getattr(part, name) for part in parts) for name in names})
