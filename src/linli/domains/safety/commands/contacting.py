"""The regular contact between a grid and a committee: planned as a duty, written down, confirmed by the other side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.commands import follow_ups
from linli.domains.safety.commands.follow_ups import FollowUp
from linli.domains.safety.models import ContactLog
from linli.domains.safety.queries import contacts
from linli.domains.safety.queries.contact_sides import COMMITTEE, GRID, sides_of
from linli.kernel.duties.commands.recording import record_done
from linli.kernel.duties.commands.setting import Draft, set_duty
from linli.kernel.duties.eligibility import is_theirs
from linli.kernel.duties.models import Duty, Occurrence
from linli.kernel.duties.patterns import Pattern
from linli.kernel.errors import NotFound, Refused
from linli.kernel.flow.commands import wait_for_key
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

KIND = "contact"
OLDEST = timedelta(days=30)
"""How long afterwards a contact may still be written down."""
PATTERNS: Mapping[str, tuple[str, int]] = {
    "weekly": ("weekly", 1), "fortnightly": ("weekly", 2), "monthly": ("monthly_nth", 1),
}  # fmt: skip
"""How often, as the form has it → the pattern of the duty and its interval."""


class ContactLogRefused(Refused):
    """Not planned, written down or confirmed like this. ``str()`` is fit to show."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A regular contact as planned. ``every``: a key of ``PATTERNS``; ``weekday`` 0 Monday … 6 Sunday."""

    every: str
    weekday: int
    starts_on: date
    opens: time = time(9)
    closes: time = time(17, 30)
    holder: Actor | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """A contact as written down. ``follow_up``: what is to become a case, "" for nothing."""

    grid: Unit
    committee: Unit
    way: str
    topics: str
    agreed: str = ""
    follow_up: str = ""
    at: datetime | None = None
    is_late: bool = False
    side: str = ""


@transaction.atomic
def plan(grid: Unit, committee: Unit, planned: Planned, *, key: UUID, actor: Actor, at: datetime) -> Duty:
    """Plan the contact of a grid with a committee; there is one plan for each pair. Sent again it is the first.

    Raises ContactLogRefused and what setting a duty refuses.
    """
    wait_for_key(key)
    if (earlier := Duty.objects.filter(pk=key).first()) is not None:
        if (earlier.kind, earlier.unit_id, earlier.over_id, earlier.made_by_id) != (
            KIND, grid.pk, committee.pk, actor.pk,
        ):  # fmt: skip
            raise ContactLogRefused(_("这个编号已用于别的记录。"))
        return earlier
    _check_pair(grid, committee)
    if Duty.objects.filter(kind=KIND, unit=grid, over=committee, ended_at=None).exists():
        raise ContactLogRefused(_("这个网格和居委已有联系计划，请先结束原计划。"), field="grid")
    if planned.every not in PATTERNS or not 0 <= planned.weekday <= 6:
        raise ContactLogRefused(_("请选择多久联系一次。"), field="every")
    pattern, interval = PATTERNS[planned.every]
    draft = Draft(
        kind=KIND, title=_("%(grid)s联系%(committee)s") % {"grid": grid.name, "committee": committee.name}, unit=grid,
        over=committee, rule=Pattern(every=pattern, interval=interval, weekdays=(planned.weekday,)).rule,
        starts_on=planned.starts_on, opens=planned.opens, closes=planned.closes, holder=planned.holder,
        role="" if planned.holder else _role_at(grid, at),
    )  # fmt: skip
    return set_duty(draft, actor=actor, at=at, key=key, knowing=True)


def _check_pair(grid: Unit, committee: Unit) -> None:
    if grid.kind != Unit.Kind.GRID or committee.kind not in (Unit.Kind.COMMITTEE, Unit.Kind.VILLAGE):
        raise ContactLogRefused(_("请选择网格和居(村)委会。"), field="grid")
    if org.home_of(grid).pk != org.home_of(committee).pk:
        raise ContactLogRefused(_("网格和居(村)委会应在同一街道。"), field="committee")


def _role_at(grid: Unit, at: datetime) -> str:
    """Officers where the grid has any, else its head."""
    return "grid_officer" if contacts.has_officers(grid, at=at) else "grid_head"


@transaction.atomic
def write(met: Met, *, key: UUID, actor: Actor, at: datetime) -> ContactLog:
    """Write a contact down, from a desk or from a phone hours ago; sent again it is the first. The other side hears.

    Raises ContactLogRefused, NotFound.
    """
    wait_for_key(key)
    if (earlier := ContactLog.objects.filter(pk=key).first()) is not None:
        if (earlier.actor_id, earlier.grid_id, earlier.committee_id) != (actor.pk, met.grid.pk, met.committee.pk):
            raise ContactLogRefused(_("这个编号已用于别的记录。"))
        return earlier
    _check_pair(met.grid, met.committee)
    taken_at = met.at or at
    side = _side(met, actor, taken_at)
    _refuse(met, taken_at, at)
    row = ContactLog(
        id=key, grid=met.grid, committee=met.committee, at=taken_at, way=met.way, topics=clean(met.topics, 1000),
        agreed=clean(met.agreed, 1000), side=side, is_late=met.is_late, actor=actor,
    )  # fmt: skip
    row.occurrence = _fulfilled(row, actor, at) if side == GRID else None
    if met.follow_up.strip():
        given = FollowUp(follow_ups.key_for(key), _plain(met.follow_up, 1000, "follow_up"), met.grid.pk)
        row.case_id = follow_ups.open_case(given, actor=actor, at=at)
    row.save(force_insert=True)
    return row


def _side(met: Met, actor: Actor, at: datetime) -> str:
    """For whom the writer speaks; somebody of both sides says which, else it is the grid's. Raises NotFound."""
    sides = sides_of(actor, grid=met.grid, committee=met.committee, at=at)
    if not sides:
        raise NotFound
    if met.side in sides:
        return met.side
    return GRID if GRID in sides else COMMITTEE


def _refuse(met: Met, taken_at: datetime, at: datetime) -> None:
    if met.way not in dict(contacts.WAYS):
        raise ContactLogRefused(_("请选择联系方式。"), field="way")
    if not met.topics.strip():
        raise ContactLogRefused(_("请写明谈了什么。"), field="topics")
    for field in ("topics", "agreed"):
        _plain(getattr(met, field), 1000, field)
    if not at - OLDEST <= taken_at <= at:
        raise ContactLogRefused(_("时间应在最近30天之内、现在之前。"), field="at")


def _fulfilled(row: ContactLog, actor: Actor, at: datetime) -> Occurrence | None:
    """The planned contact that this one is, recorded as done; None when it was an extra one, or somebody else's."""
    due = Occurrence.objects.select_related("duty__unit").filter(
        duty__kind=KIND, duty__unit=row.grid, duty__over=row.committee, state__in=("due", "missed"),
        opens_at__lte=row.at, misses_at__gte=row.at,
    ).order_by("opens_at").first()  # fmt: skip
    if due is None or not is_theirs(due, due.duty, actor, at=row.at):
        return None
    return record_done(due.pk, done_at=row.at, filed_at=at, is_late=row.is_late, actor=actor, note=row.topics[:400])


@transaction.atomic
def confirm(row: ContactLog, *, actor: Actor, at: datetime) -> ContactLog:
    """The other side says that it was so. What the committee wrote down counts for the plan once the grid confirms.

    Raises ContactLogRefused, NotFound.
    """
    found = ContactLog.objects.select_for_update(of=("self",)).select_related("grid", "committee").get(pk=row.pk)
    sides = sides_of(actor, grid=found.grid, committee=found.committee, at=at)
    if not sides:
        raise NotFound
    if found.confirmed_at is not None:
        return found
    if actor.pk == found.actor_id or not sides - {found.side}:
        raise ContactLogRefused(_("由对方确认。"))
    found.confirmed_by, found.confirmed_at = actor, at
    if found.side == COMMITTEE and found.occurrence_id is None:
        found.occurrence = _fulfilled(found, actor, at)
    found.save(update_fields=["confirmed_by", "confirmed_at", "occurrence"])
    return found


def _plain(text: str, most: int, field: str) -> str:
    if found := personal_data_in(text):
        raise ContactLogRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field=field)
    return clean(text, most)
