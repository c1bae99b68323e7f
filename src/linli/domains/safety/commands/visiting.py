"""Visits written down on the way: where, what for, whether somebody was met; what came up becomes a case."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.commands import follow_ups
from linli.domains.safety.commands.follow_ups import FollowUp
from linli.domains.safety.models import Visit
from linli.domains.safety.queries import visit_purposes, visits
from linli.kernel.devices.presence import who_is_here
from linli.kernel.errors import NotFound, Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.commands import wait_for_key
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.registry import queries as registry
from linli.kernel.registry.models import Site
from linli.kernel.text import clean, personal_data_in

OLDEST = timedelta(days=30)
RIGHTS = ("report", "operate", "inspect", "self_govern")
"""Any of these lets somebody write a visit down."""


class VisitRefused(Refused):
    """Not written down like this. ``str()`` is fit to show."""


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit as written down.

    site       where, if it is a registered place; else ``address``, with ``lon``/``lat`` where the phone knew them
    present    what the other person's phone showed as their code, "" for none
    follow_up  what is to become a case, "" for nothing
    """

    purpose: str
    met: bool
    note: str = ""
    site: Site | None = None
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    present: str = ""
    follow_up: str = ""
    taken_at: datetime | None = None
    is_late: bool = False
    file_ids: tuple[UUID, ...] = ()


@transaction.atomic
def write(said: Visited, *, key: UUID, actor: Actor, at: datetime) -> Visit:
    """Write a visit down; sent again with the same key it is the first. Raises VisitRefused, NotFound."""
    wait_for_key(key)
    if (earlier := Visit.objects.filter(pk=key).first()) is not None:
        if earlier.actor_id != actor.pk:
            raise VisitRefused(_("这个编号已用于别的记录。"))
        return earlier
    taken_at = said.taken_at or at
    unit_id = _unit_of(said, actor, taken_at)
    _refuse(said, taken_at, at)
    visit = Visit(
        id=key, unit_id=unit_id, site=said.site, address=clean(said.address or _address(said.site), 200),
        purpose=said.purpose, met=said.met, note=clean(said.note, 1000),
        present_code=said.met and is_present(said, actor=actor, at=at), actor=actor,
        taken_at=taken_at, is_late=said.is_late, files=list(said.file_ids),
    )  # fmt: skip
    if said.follow_up.strip():
        visit.case_id = _follow_up(visit, said, at)
    visit.save(force_insert=True)
    evidence.retain(said.file_ids, until=None)
    return visit


def is_present(said: Visited, *, actor: Actor, at: datetime) -> bool:
    """Whether somebody else's phone showed a code that was good then. No code is none; a wrong one is refused.

    Good at the time of the visit as claimed, however late for want of network it is heard of (``at``); beyond the
    listed limits of drift and delay the claim does not count, and the code has to be good when it is heard of.
    """
    judged_at = at if said.is_late or said.taken_at is None else said.taken_at
    return bool(said.present) and who_is_here(said.present, taken_at=judged_at).actor.pk != actor.pk


def _address(site: Site | None) -> str:
    return site.address if site else ""


def _follow_up(visit: Visit, said: Visited, at: datetime) -> UUID:
    lon, lat = (said.site.lon, said.site.lat) if said.site else (said.lon, said.lat)
    text = _plain(said.follow_up, 1000, "case")
    given = FollowUp(
        follow_ups.key_for(visit.pk), text, visit.unit_id, lon, lat, visit.address, tuple(visit.files)
    )  # fmt: skip
    return follow_ups.open_case(given, actor=visit.actor, at=at)


def _unit_of(said: Visited, actor: Actor, at: datetime) -> int:
    """The territory visited: of the site, of the position, else that of the visitor's post. Raises VisitRefused."""
    held = [post for right in RIGHTS if (post := org.holds_right(actor, right, at=at)) is not None]
    if not held:
        raise NotFound
    if said.site is not None:
        if not registry.may_see(actor, said.site, at):
            raise NotFound
        return said.site.unit_id
    if said.lon is not None and said.lat is not None:
        located = org.locate(said.lon, said.lat)
        if located.unit_id is not None and visits.may_see_unit(actor, located.unit_id, at):
            return located.unit_id
    return held[0].over_id


def _refuse(said: Visited, taken_at: datetime, at: datetime) -> None:
    if not visit_purposes.is_known(said.purpose):
        raise VisitRefused(_("请选择走访事由。"), field="purpose")
    if said.site is None and not said.address.strip():
        raise VisitRefused(_("请填写地址或选择场所。"), field="address")
    if not at - OLDEST <= taken_at <= at:
        raise VisitRefused(_("时间应在最近30天之内、现在之前。"), field="taken_at")
    for field in ("note", "address"):
        _plain(getattr(said, field), 1000, field)


def _plain(text: str, most: int, field: str) -> str:
    if found := personal_data_in(text):
        raise VisitRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field=field)
    return clean(text, most)
