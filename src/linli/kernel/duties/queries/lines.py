"""An occurrence ready to be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from linli.kernel.duties.kinds import BY_CODE
from linli.kernel.duties.models import Occurrence
from linli.kernel.org import roles

LOOKS = {"due": "", "open": "brand", "over": "warn", "done": "ok", "late": "warn", "missed": "late", "excused": ""}
ICONS = {
    "due": "clock", "open": "clock", "over": "alert-triangle", "done": "check", "late": "history",
    "missed": "alert-circle", "excused": "ban",
}  # fmt: skip
STATES = list(Occurrence.State.choices)
NOW = {"open": _("可以开始"), "over": _("已超时，宽限中")}


@dataclass(frozen=True, slots=True)
class OccurrenceLine:
    """One occurrence as listed.

    look, icon  how its state is shown: due, open (its window runs), over (in its grace), done, late, missed, excused
    who         the holder's name, or the role that anybody of the unit may have
    is_double   the holder has something else at the same time
    """

    id: UUID
    duty_id: UUID
    title: str
    kind: str
    kind_label: str
    unit_name: str
    over_name: str
    on: date
    opens_at: datetime
    closes_at: datetime
    misses_at: datetime
    state: str
    state_label: str
    look: str
    icon: str
    who: str
    holder_id: UUID | None
    done_by: str
    done_at: datetime | None
    filed_at: datetime | None
    is_late_sync: bool
    note: str
    wants: tuple[str, ...]
    is_double: bool

    @property
    def is_running(self) -> bool:
        """Its window or its grace runs: it can be done now."""
        return self.look in ("brand", "warn") and self.state == "due"


def with_lines(rows: QuerySet[Occurrence]) -> QuerySet[Occurrence]:
    """``rows`` with what a line needs; no more statements later."""
    others = (
        Occurrence.objects.filter(
            holder=OuterRef("holder"), state="due", opens_at__lt=OuterRef("closes_at"),
            closes_at__gt=OuterRef("opens_at"),
        )
        .exclude(pk=OuterRef("pk"))
    )  # fmt: skip
    named = rows.select_related("duty", "holder", "done_by")
    return named.annotate(unit_name=F("duty__unit__name"), over_name=F("duty__over__name"), is_double=Exists(others))


def lines(rows: Iterable[Occurrence], *, at: datetime) -> list[OccurrenceLine]:
    return [_line(row, at) for row in rows]


def _line(row: Occurrence, at: datetime) -> OccurrenceLine:
    duty, stands = row.duty, _stands(row, at)
    return OccurrenceLine(
        id=row.pk,
        duty_id=row.duty_id,
        title=duty.title,
        kind=duty.kind,
        kind_label=kind_label(duty.kind),
        unit_name=getattr(row, "unit_name", ""),
        over_name=getattr(row, "over_name", ""),
        on=row.on,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        misses_at=row.misses_at,
        state=row.state,
        state_label=str(NOW.get(stands) or row.get_state_display()),
        look=LOOKS[stands],
        icon=ICONS[stands],
        who=row.holder.name if row.holder else role_label(duty.role),
        holder_id=row.holder_id,
        done_by=row.done_by.name if row.done_by else "",
        done_at=row.done_at,
        filed_at=row.filed_at,
        is_late_sync=row.is_late_sync,
        note=row.note,
        wants=tuple(duty.wants),
        is_double=row.state == "due" and row.holder_id is not None and bool(getattr(row, "is_double", False)),
    )


def _stands(row: Occurrence, at: datetime) -> str:
    if row.state != Occurrence.State.DUE or at < row.opens_at:
        return row.state
    return "open" if at <= row.closes_at else "over"


def kind_label(code: str) -> str:
    return str(BY_CODE[code].label) if code in BY_CODE else code


def role_label(code: str) -> str:
    return str(roles.BY_CODE[code].label) if code in roles.BY_CODE else code
