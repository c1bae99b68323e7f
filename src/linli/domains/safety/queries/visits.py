"""Visits somebody may see: listed, searched, counted by unit, exported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import Visit
from linli.domains.safety.queries import visit_purposes
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import below
from linli.kernel.org.tree import kept as units

PAGE = 30
SHEET = 5_000
DAYS = 90
"""Without a day given, the list begins this long ago."""
RIGHTS = ("report", "operate", "inspect", "self_govern")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to. Days are half-open [since, until)."""

    since: date
    until: date
    unit: int | None = None
    purpose: str = ""
    met: str = ""
    text: str = ""
    after: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.purpose or self.met)


@dataclass(frozen=True, slots=True)
class Line:
    id: UUID
    taken_at: datetime
    unit: str
    unit_id: int
    place: str
    site_code: str
    purpose: str
    met: bool
    is_proven: bool
    note: str
    by: str
    is_late: bool
    photos: tuple[UUID, ...]
    case_number: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Visits of one kind or unit; ``proven``: a person there showed their code."""

    label: str
    key: str
    visits: int
    met: int
    proven: int
    cases: int


def may_write(actor: Actor, at: datetime) -> bool:
    return any(org.holds_right(actor, right, at=at) is not None for right in RIGHTS)


def may_see_unit(actor: Actor, unit_id: int, at: datetime) -> bool:
    return org.covers(actor, at).reaches(org.node_of(unit_id).path)


def visible(actor: Actor, at: datetime) -> QuerySet[Visit]:
    """Those of the units their posts reach, and their own."""
    rows = Visit.objects.select_related("unit", "site", "actor", "case")
    return rows.filter(org.covers(actor, at).below(path="unit__path") | Q(actor=actor))


def get_unit(unit_id: int, *, actor: Actor, at: datetime) -> Unit:
    """Raises NotFound."""
    if unit_id not in units.get().by_id or not may_see_unit(actor, unit_id, at):
        raise NotFound
    return org.kept_unit(unit_id)


def narrowed(actor: Actor, asked: Asked, at: datetime) -> QuerySet[Visit]:
    rows = visible(actor, at).filter(taken_at__gte=_midnight(asked.since), taken_at__lt=_midnight(asked.until))
    if asked.unit is not None:
        rows = rows.filter(below([org.node_of(asked.unit).path], path="unit__path"))
    if asked.purpose:
        rows = rows.filter(purpose=asked.purpose)
    if asked.met in ("yes", "no"):
        rows = rows.filter(met=asked.met == "yes")
    if words := asked.text.strip():
        rows = rows.filter(
            Q(note__icontains=words) | Q(address__icontains=words) | Q(site__name__icontains=words)
        )  # fmt: skip
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def page_of(actor: Actor, asked: Asked, *, at: datetime) -> tuple[list[Line], str]:
    """Newest first, and what the next page asks with; one statement."""
    rows = narrowed(actor, asked, at)
    moment, _tilde, key = asked.after.partition("~")
    try:
        if key:
            when = datetime.fromisoformat(moment)
            rows = rows.filter(Q(taken_at__lt=when) | Q(taken_at=when, pk__lt=UUID(key)))
    except ValueError:
        rows = rows.none()
    found = list(rows.order_by("-taken_at", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    names = dict(visit_purposes.choices())
    return [_line(row, names) for row in found[:PAGE]], f"{last.taken_at.isoformat()}~{last.pk}" if last else ""


def _line(row: Visit, names: dict[str, str]) -> Line:
    return Line(
        row.pk, row.taken_at, row.unit.name, row.unit_id, row.site.name if row.site else row.address,
        row.site.code if row.site else "", names.get(row.purpose, row.purpose), row.met, row.present_code, row.note,
        row.actor.name, row.is_late, tuple(row.files), row.case.number if row.case else "",
    )  # fmt: skip


def tallies(actor: Actor, asked: Asked, *, at: datetime) -> tuple[Tally, list[Tally], list[Tally]]:
    """All of what is narrowed to, by purpose, and by unit (the 60 with the most); three statements."""
    rows = narrowed(actor, asked, at).order_by()
    counts: dict[str, Any] = {
        "visits": Count("pk"), "found": Count("pk", filter=Q(met=True)),
        "proven": Count("pk", filter=Q(present_code=True)), "cases": Count("case"),
    }  # fmt: skip
    names = dict(visit_purposes.choices())
    whole = rows.aggregate(**counts)
    purposes = rows.values("purpose").annotate(**counts).order_by("-visits", "purpose")
    places = rows.values("unit_id", "unit__name").annotate(**counts).order_by("-visits", "unit_id")[:60]
    return (
        _tally("", "", whole),
        [_tally(names.get(row["purpose"], row["purpose"]), row["purpose"], row) for row in purposes],
        [_tally(row["unit__name"], str(row["unit_id"]), row) for row in places],
    )


def _tally(label: str, key: str, row: dict[str, Any]) -> Tally:
    return Tally(label, key, row["visits"], row["found"], row["proven"], row["cases"])


def of_site(site_id: UUID, *, actor: Actor, at: datetime, most: int = 10) -> list[Line]:
    """The newest visits to a place that ``actor`` may see."""
    names = dict(visit_purposes.choices())
    return [_line(row, names) for row in visible(actor, at).filter(site=site_id).order_by("-taken_at")[:most]]


def sheet(actor: Actor, asked: Asked, *, at: datetime) -> bytes:
    """The newest 5,000 of what is narrowed to."""
    heads: Sequence[str] = [
        _("时间"), _("单位"), _("地点"), _("走访事由"), _("见到人"), _("在场码"), _("记录"), _("走访人"), _("迟报"),
        _("案件"),
    ]  # fmt: skip
    names, yes, no = dict(visit_purposes.choices()), _("是"), _("否")
    lines = (_line(row, names) for row in narrowed(actor, asked, at).order_by("-taken_at", "-pk")[:SHEET])
    cells = [
        [f"{timezone.localtime(one.taken_at):%Y-%m-%d %H:%M}", one.unit, one.place, one.purpose,
         yes if one.met else no, yes if one.is_proven else no, one.note, one.by, yes if one.is_late else no,
         one.case_number]
        for one in lines
    ]  # fmt: skip
    return write_rows(heads, cells, kind="xlsx", title=_("走访"))


def default_days(at: datetime) -> tuple[date, date]:
    today = timezone.localdate(at)
    return today - timedelta(days=DAYS), today + timedelta(days=1)


def photo_of(key: UUID, file_id: UUID, *, actor: Actor, at: datetime) -> UUID:
    """The key of a photo of a visit that ``actor`` may see. Raises NotFound."""
    found = visible(actor, at).filter(pk=key).first()
    if found is None or file_id not in found.files:
        raise NotFound
    return file_id
