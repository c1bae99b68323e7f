"""The command centre moves a guard team (001g-21): ordered, received, there, reported; redirected or recalled."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.flow import DEPLOYMENT
from linli.domains.safety.models import Deployment, PatrolTeam
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow.cells import cell_of
from linli.kernel.flow.commands import Command, GivenFile, StepRefused, open_matter, start_clocks, take_command
from linli.kernel.flow.commands import wait_for_key as wait
from linli.kernel.flow.models import Entry, Matter, Place
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.commands.changes import require
from linli.kernel.org.models import Actor
from linli.kernel.text import clean, personal_data_in

RIGHT = "mobilise"
TASK, PLACE, REPORT = 400, 200, 1000
MOST_PEOPLE = 500


class DeploymentRefused(Refused):
    """The team cannot be sent like this; ``field`` names what to mend."""


@dataclass(frozen=True, slots=True)
class Order:
    """Whom to send where. ``case`` is the number of the matter it is for, or ""; lon, lat WGS84 or None."""

    team: int
    task: str
    place: str
    people: int
    lon: float | None = None
    lat: float | None = None
    case: UUID | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gives with a step. ``fields`` what is particular to one: place, lon, lat of a redirection."""

    note: str = ""
    files: Sequence[GivenFile] = ()
    seen: int | None = None
    command: UUID | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    is_late: bool = False
    arrived_at: datetime | None = None

    def signed(self, name: str, actor: Actor) -> bytes:
        said = [name, actor.pk, self.note, [file.sha256 for file in self.files], dict(self.fields)]
        return hashlib.sha256(orjson.dumps(said, default=str, option=orjson.OPT_SORT_KEYS)).digest()


@whole
def order(asked: Order, *, key: UUID, actor: Actor, at: datetime) -> Deployment:
    """Order a team somewhere; the same key again gives the order of the first time.

    Raises DeploymentRefused, RightRefused.
    """
    wait(key)
    if earlier := Deployment.objects.select_related("matter").filter(pk=key).first():
        if earlier.ordered_by_id != actor.pk or earlier.team_id != asked.team:
            raise ResentDifferentlyRefused(_("这个编号已用于别的事项。"))
        return earlier
    team = PatrolTeam.objects.select_related("unit").filter(pk=asked.team, ended_at=None).first()
    _check(asked, team, at)
    assert team is not None  # checked
    home = org.home_of(team.unit)
    require(actor, RIGHT, home, at)
    matter = open_matter(
        DEPLOYMENT, title=clean(asked.task, TASK), home=home, unit=team.unit, actor=actor, at=at, key=key,
        assignee=team.leader, words=asked.place, note=clean(asked.task, TASK),
        changes={"place": asked.place, "people": asked.people},
    )  # fmt: skip
    _put(matter, asked.place, asked.lon, asked.lat)
    made = Deployment.objects.create(
        matter=matter, team=team, task=clean(asked.task, TASK), place=clean(asked.place, PLACE), people=asked.people,
        case_id=asked.case, ordered_by=actor,
    )  # fmt: skip
    start_clocks(matter, made, ("answer", "arrive"), at=at)
    return made


def _check(asked: Order, team: PatrolTeam | None, at: datetime) -> None:
    if team is None:
        raise DeploymentRefused(_("没有这支队伍，或已解散。"), field="team")
    if team.contract_to is not None and team.contract_to < timezone.localdate(at):
        raise DeploymentRefused(_("这支队伍的合同已到期，不能调度。"), field="team")
    if not asked.task.strip():
        raise DeploymentRefused(_("请写明任务。"), field="task")
    if not asked.place.strip():
        raise DeploymentRefused(_("请写明地点。"), field="place")
    if not 1 <= asked.people <= MOST_PEOPLE:
        raise DeploymentRefused(_("人数为 1 到 %(most)d 人。") % {"most": MOST_PEOPLE}, field="people")
    if found := personal_data_in(f"{asked.task} {asked.place}"):
        raise DeploymentRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field="task")


def _put(matter: Matter, address: str, lon: Any, lat: Any) -> None:
    if lon in (None, "") or lat in (None, ""):
        return
    Place.objects.update_or_create(
        matter=matter,
        defaults={
            "lon": float(lon),
            "lat": float(lat),
            "address": clean(address, PLACE),
            "cell": cell_of(float(lon), float(lat)),
        },
    )


@whole
def act(deployment: Deployment, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take step ``name`` on a deployment. Raises StepRefused and its kin."""
    changes = _CHANGES[name](deployment, given, at) if name in _CHANGES else {}
    entry = take_command(
        DEPLOYMENT,
        deployment,
        Command(
            name, actor, at, note=given.note, changes=changes or None, files=given.files, seen=given.seen,
            command=given.command, is_late=given.is_late, arrived_at=given.arrived_at, said=given.signed(name, actor),
        ),
    )  # fmt: skip
    evidence.retain([file.file_id for file in given.files], until=None)
    if name == "redirect":
        _put(deployment.matter, deployment.place, given.fields.get("lon"), given.fields.get("lat"))
    return entry


def _arrived(_deployment: Deployment, _given: Given, at: datetime) -> dict[str, Any]:
    return {"arrived_at": at}


def _reported(_deployment: Deployment, given: Given, _at: datetime) -> dict[str, Any]:
    return {"report": clean(given.note, REPORT)}


def _redirected(_deployment: Deployment, given: Given, _at: datetime) -> dict[str, Any]:
    place = clean(str(given.fields.get("place", "")), PLACE)
    if not place:
        raise StepRefused(_("请写明改派到哪里。"), field="place")
    return {"place": place, "arrived_at": None}


_CHANGES = {"arrive": _arrived, "report": _reported, "redirect": _redirected}
