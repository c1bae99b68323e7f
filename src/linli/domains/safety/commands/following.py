"""What becomes of a problem in the log: a case or a hazard, linked with the line it came from."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.safety.commands.follow_ups import FollowUp, key_for, open_case
from linli.domains.safety.models import LogEntry, LogFollow
from linli.domains.safety.queries.patrol_reach import visible_patrols
from linli.kernel.errors import NotFound, Refused
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor


class FollowRefused(Refused):
    """The line and the matter cannot be put together."""


@transaction.atomic
def follow(entry_id: UUID, matter_id: UUID, *, actor: Actor, at: datetime) -> LogFollow:
    """Say that ``matter`` came of a line of the log; said twice, it is said once. Raises NotFound, FollowRefused."""
    entry = LogEntry.objects.filter(pk=entry_id).first()
    if entry is None or not (entry.actor_id == actor.pk or visible_patrols(actor).filter(pk=entry.patrol_id).exists()):
        raise NotFound
    if entry.condition == LogEntry.Condition.FINE:
        raise FollowRefused(_("这条记录是“正常”，没有问题可转。"))
    matter = Matter.objects.filter(pk=matter_id).first()
    if matter is None:
        raise NotFound
    return LogFollow.objects.get_or_create(entry=entry, matter=matter, defaults={"at": at})[0]


SOURCES = {"red_armlet": "19", "alliance": "19", "building": "19", "mass": "19", "guard": "12"}
"""Kind of team → source of the case (list ``sources``): volunteers, else whoever patrols for the street."""
OF_GRID = "02"


@transaction.atomic
def report_on(entry_id: UUID, *, actor: Actor, at: datetime) -> UUID:
    """Hand a problem of the log on to the grid as a case, its source kept; handed on twice, it is one case.

    Raises NotFound, FollowRefused and what taking in refuses.
    """
    rows = LogEntry.objects.select_related("patrol__team", "site", "unit")
    entry = rows.filter(pk=entry_id).first()
    if entry is None or not visible_patrols(actor).filter(pk=entry.patrol_id).exists():
        raise NotFound
    if entry.condition != LogEntry.Condition.PROBLEM:
        raise FollowRefused(_("只有“发现问题”的记录才转案件。"))
    key = open_case(_follow_up(entry), actor=actor, at=at)
    follow(entry.pk, key, actor=actor, at=at)
    return key


def _follow_up(entry: LogEntry) -> FollowUp:
    team, site = entry.patrol.team, entry.site
    lon, lat = (site.lon, site.lat) if site else (entry.lon, entry.lat)
    by = _("%(team)s巡逻发现") % {"team": team.name} if team else _("巡查发现")
    return FollowUp(
        key_for(entry.pk), f"{by}：{entry.note}", entry.unit_id, lon=lon, lat=lat,
        address=" ".join(part for part in (site.address, site.name) if part)[:200] if site else "",
        file_ids=tuple(entry.files), source=SOURCES[team.kind] if team else OF_GRID,
    )  # fmt: skip
