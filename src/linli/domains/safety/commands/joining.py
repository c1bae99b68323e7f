"""A department asks for a joint patrol, the grid arranges it, both record it (001g-20)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _

from linli.domains.safety.commands.deploying import Given
from linli.domains.safety.flow import JOINT_PATROL
from linli.domains.safety.models import JointPatrol
from linli.kernel.errors import Refused
from linli.kernel.evidence import commands as evidence
from linli.kernel.flow import system
from linli.kernel.flow.commands import Command, StepRefused, open_matter, start_clocks, take, take_command
from linli.kernel.flow.commands import wait_for_key as wait
from linli.kernel.flow.models import Entry
from linli.kernel.flow.refusals import ResentDifferentlyRefused
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean, personal_data_in

ASKERS = ("unit_head", "department_clerk", "liaison", "handler")
ASKING_KINDS = ("department", "office", "centre", "team", "station")
PURPOSE, PLACE, PEOPLE, RECORD = 400, 120, 200, 1000


class JointRefused(Refused):
    """The joint patrol cannot be asked for like this; ``field`` names what to mend."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a department asks of a grid: for what, between when and when."""

    grid: int
    purpose: str
    wanted_from: datetime
    wanted_to: datetime
    site: UUID | None = None


def asking_unit(actor: Actor, at: datetime | None = None) -> Unit | None:
    """The department (office, centre, team) in whose name ``actor`` may ask, or None."""
    for held in org.posts_of(actor, at):
        if held.role in ASKERS and org.node_of(held.unit_id).kind in ASKING_KINDS:
            return org.kept_unit(held.unit_id)
    return None


@whole
def ask(asked: Asked, *, key: UUID, actor: Actor, at: datetime) -> JointPatrol:
    """Ask a grid; the same key again gives the request of the first time. Raises JointRefused."""
    wait(key)
    if earlier := JointPatrol.objects.select_related("matter").filter(pk=key).first():
        if earlier.matter.unit_id != asked.grid or not earlier.matter.entries.filter(seq=1, actor=actor).exists():
            raise ResentDifferentlyRefused(_("这个编号已用于别的事项。"))
        return earlier
    asker = asking_unit(actor, at)
    if asker is None:
        raise JointRefused(_("联合巡查由部门提出。"))
    grid = Unit.objects.filter(pk=asked.grid, kind="grid", valid_to=None).first()
    if grid is None or not grid.path.startswith(org.home_of(asker).path):
        raise JointRefused(_("请选择本区的网格。"), field="grid")
    _check(asked, at)
    purpose = clean(asked.purpose, PURPOSE)
    matter = open_matter(
        JOINT_PATROL, title=purpose, home=asker, unit=grid, actor=actor, at=at, key=key, note=purpose,
        area=org.area_of(grid),
    )  # fmt: skip
    made = JointPatrol.objects.create(
        matter=matter, asker=asker, purpose=purpose, wanted_from=asked.wanted_from, wanted_to=asked.wanted_to,
        site_id=asked.site,
    )  # fmt: skip
    start_clocks(matter, made, ("arrange",), at=at)
    return made


def _check(asked: Asked, at: datetime) -> None:
    if not asked.purpose.strip():
        raise JointRefused(_("请写明巡查什么、为什么。"), field="purpose")
    if found := personal_data_in(asked.purpose):
        raise JointRefused(_("不要写个人信息：%(what)s。") % {"what": "、".join(found)}, field="purpose")
    if asked.wanted_from >= asked.wanted_to:
        raise JointRefused(_("结束时间要晚于开始时间。"), field="wanted_to")
    if asked.wanted_to <= at:
        raise JointRefused(_("时间已经过去。"), field="wanted_from")


@whole
def act(joint: JointPatrol, name: str, given: Given, *, actor: Actor, at: datetime) -> Entry:
    """Take step ``name`` on a joint patrol. Raises StepRefused and its kin."""
    changes = _CHANGES[name](given, at) if name in _CHANGES else {}
    entry = take_command(
        JOINT_PATROL,
        joint,
        Command(
            name, actor, at, note=given.note, changes=changes or None, files=given.files, seen=given.seen,
            command=given.command, is_late=given.is_late, arrived_at=given.arrived_at, said=given.signed(name, actor),
        ),
    )  # fmt: skip
    evidence.retain([file.file_id for file in given.files], until=None)
    return entry


def _arranged(given: Given, at: datetime) -> dict[str, Any]:
    meets_at = _moment(given.fields.get("meets_at"))
    place = clean(str(given.fields.get("meeting_place", "")), PLACE)
    people = clean(str(given.fields.get("people", "")), PEOPLE)
    if meets_at is None:
        raise StepRefused(_("请填写集合时间。"), field="meets_at")
    if not place:
        raise StepRefused(_("请填写集合地点。"), field="meeting_place")
    if personal_data_in(f"{place} {people}"):
        raise StepRefused(_("人员写岗位和人数，不写个人信息。"), field="people")
    return {"meets_at": meets_at, "meeting_place": place, "people": people}


def _moment(value: Any) -> datetime | None:
    found = value if isinstance(value, datetime) else parse_datetime(str(value or ""))
    return make_aware(found) if found is not None and is_naive(found) else found


def _grid_recorded(given: Given, _at: datetime) -> dict[str, Any]:
    return {"grid_record": clean(given.note, RECORD)}


def _department_recorded(given: Given, _at: datetime) -> dict[str, Any]:
    return {"department_record": clean(given.note, RECORD)}


_CHANGES: Mapping[str, Any] = {
    "arrange": _arranged, "rearrange": _arranged, "record_grid": _grid_recorded,
    "record_department": _department_recorded,
}  # fmt: skip


def finish_when_both_recorded(entry: Entry) -> None:
    """After either record: when the other is there too, the joint patrol is over."""
    joint = JointPatrol.objects.select_related("matter__home", "matter__unit").get(pk=entry.matter_id)
    if joint.grid_record.strip() and joint.department_record.strip() and joint.matter.state == "arranged":
        take(JOINT_PATROL, "finish", joint, actor=system.system_actor(), at=entry.taken_at)
