"""Lines of lists: everything a row shows of a matter, for many keys in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from linli.domains.cases.flow import CASE
from linli.domains.cases.queries import wording
from linli.kernel.flow.models import Clock, Matter
from linli.kernel.org.directory import directory
from linli.kernel.text import without_personal_data


@dataclass(frozen=True, slots=True)
class Mark:
    """A small sign beside a title: a word and its look."""

    label: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list of matters.

    page        name of the page that shows it; ``number`` is what that page asks for
    started_at  when the clock that is due soonest began
    """

    id: UUID
    number: str
    page: str
    title: str
    flow: str
    flow_label: str
    state: str
    state_label: str
    look: str
    category: str
    place: str
    unit: str
    assignee: str
    due_at: datetime | None
    started_at: datetime | None
    is_held: bool
    opened_at: datetime
    closed_at: datetime | None
    marks: tuple[Mark, ...]

    @property
    def is_case(self) -> bool:
        return self.flow == CASE.code


_FIELDS = (
    "id", "number", "title", "flow", "state", "unit_id", "assignee__name", "area_id", "home_id", "due_at", "opened_at",
    "closed_at", "place__address", "area__name", "case__category", "case__emergency", "case__is_pressing",
    "case__is_sensitive", "case__urges", "case__reworks", "case__returns", "case__callers", "case__is_demo",
    "started", "held",
)  # fmt: skip


def rows(keys: Sequence[UUID]) -> list[Row]:
    """The lines for ``keys`` in their order; one query."""
    running = Clock.objects.filter(matter=OuterRef("pk"), stopped_at=None, paused_at=None).order_by("due_at")
    paused = Clock.objects.filter(matter=OuterRef("pk"), stopped_at=None, paused_at__isnull=False)
    found = (
        Matter.objects.filter(pk__in=list(keys))
        .annotate(started=Subquery(running.values("starts_at")[:1]), held=Exists(paused))
        .values(*_FIELDS)
    )
    by_key = {one["id"]: _row(one) for one in found}
    return [by_key[key] for key in keys if key in by_key]


def _row(one: dict[str, Any]) -> Row:
    units = directory().tree.by_id
    return Row(
        id=one["id"],
        number=one["number"],
        page="cases:case" if one["flow"] == CASE.code else "cases:matter",
        title=one["title"],
        flow=one["flow"],
        flow_label=wording.flow(one["flow"]),
        state=one["state"],
        state_label=wording.state(one["flow"], one["state"]),
        look=wording.look_of(one["state"]),
        category=wording.category(one["case__category"] or ""),
        place=without_personal_data(one["place__address"] or "") or one["area__name"] or "",
        unit=units[one["unit_id"]].name,
        assignee=one["assignee__name"] or "",
        due_at=None if one["closed_at"] and one["state"] != "closed" else one["due_at"],
        started_at=one["started"],
        is_held=one["held"] and one["started"] is None,
        opened_at=one["opened_at"],
        closed_at=one["closed_at"],
        marks=tuple(_marks(one)),
    )


def _marks(one: dict[str, Any]) -> list[Mark]:
    if one["flow"] != CASE.code:
        return [Mark(wording.flow(one["flow"]), "brand")]
    return case_marks(
        emergency=one["case__emergency"], is_pressing=one["case__is_pressing"], is_sensitive=one["case__is_sensitive"],
        urges=one["case__urges"], returns=one["case__returns"], reworks=one["case__reworks"],
        callers=one["case__callers"], is_demo=one["case__is_demo"],
    )  # fmt: skip


def case_marks(
    *, emergency: int, is_pressing: bool, is_sensitive: bool, urges: int, returns: int, reworks: int, callers: int,
    is_demo: bool, rounds: int = 1,
) -> list[Mark]:  # fmt: skip
    """What deserves a sign beside the title of a case, the gravest first."""
    found = (
        (emergency, wording.emergency(emergency), "late"),
        (is_pressing, _("急难愁"), "accent"),
        (is_sensitive, _("敏感"), "warn"),
        (urges, _("督办 %(n)d 次") % {"n": urges}, "late"),
        (returns, _("退单 %(n)d 次") % {"n": returns}, "warn"),
        (reworks, _("返工 %(n)d 次") % {"n": reworks}, "warn"),
        (rounds > 1, _("第 %(n)d 轮办理") % {"n": rounds}, "warn"),
        (callers > 1, _("%(n)d 人反映") % {"n": callers}, ""),
        (is_demo, _("演示"), ""),
    )
    return [Mark(label, look) for is_so, label, look in found if is_so]
