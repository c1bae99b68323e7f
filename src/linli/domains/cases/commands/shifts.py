"""Shifts: set from a day on, ended on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.cases.models import Shift
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

RIGHT = "edit_decisions"


class ShiftRefused(Refused):
    """The shift cannot be set so."""


@dataclass(frozen=True, slots=True)
class GivenShift:
    """Fields as in ``models.Shift``; a person, a team, or both."""

    unit: int
    weekdays: Sequence[int]
    starts: time
    ends: time
    valid_from: date
    team: int | None = None
    person: UUID | None = None
    note: str = ""


@transaction.atomic
def set_shift(given: GivenShift, *, actor: Actor, at: datetime) -> Shift:
    """From ``valid_from`` on somebody is on duty for the unit on these days at these hours."""
    unit = _unit(given.unit, actor=actor, at=at)
    if not given.weekdays or not set(given.weekdays) <= set(range(1, 8)):
        raise ShiftRefused(_("请选择星期。"), field="weekdays")
    if given.team is None and given.person is None:
        raise ShiftRefused(_("请指定值班的队伍或人员。"), field="team")
    return Shift.objects.create(
        unit=unit, weekdays=sorted(set(given.weekdays)), starts=given.starts, ends=given.ends, team_id=given.team,
        actor_id=given.person, valid_from=given.valid_from, note=given.note.strip()[:200], made_by=actor, made_at=at,
    )  # fmt: skip


@transaction.atomic
def end_shift(shift_id: int, *, on: date, actor: Actor, at: datetime) -> None:
    """The shift is held for the last time on the day before ``on``."""
    shift = Shift.objects.select_for_update().filter(pk=shift_id).first()
    if shift is None:
        raise NotFound
    _unit(shift.unit_id, actor=actor, at=at)
    Shift.objects.filter(pk=shift.pk).update(valid_to=max(on, shift.valid_from))


def _unit(unit_id: int, *, actor: Actor, at: datetime) -> Unit:
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    if org.holds_right(actor, RIGHT, unit, at) is None:
        raise ShiftRefused(_("只有负责该单位的清单管理员可以排班。"))
    return unit
