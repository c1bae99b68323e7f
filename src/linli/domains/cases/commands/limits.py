"""Time limits as the desk changes them: a local override with its reason, its end, a city's workbook."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.calendar.working_time import Base
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog import form
from linli.kernel.catalog import queries as lists
from linli.kernel.catalog.commands import workbook
from linli.kernel.catalog.models import TimeLimit, Version
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit

RIGHT = "edit_lists"


class LimitsRefused(Refused):
    """The limits cannot be changed so."""


@dataclass(frozen=True, slots=True)
class GivenLimit:
    """A limit of one area, as ``catalog.set_limit`` takes it."""

    code: str
    unit: int
    amount: int
    base: Base
    valid_from: date
    reason: str
    condition: str = ""
    stage: str = "handle"
    close_condition: str = ""


@transaction.atomic
def override(given: GivenLimit, *, actor: Actor, at: datetime) -> TimeLimit:
    """From ``valid_from`` on this limit holds in one area; the row it replaces ends there and stays."""
    unit = _unit(given.unit, actor=actor, at=at)
    if not given.reason.strip():
        raise LimitsRefused(_("请写明理由。"), field="reason")
    return catalog.set_limit(
        given.code, amount=given.amount, base=given.base, valid_from=given.valid_from, condition=given.condition,
        stage=given.stage, unit=unit, close_condition=given.close_condition, source=given.reason, actor=actor, at=at,
    )  # fmt: skip


def end(limit_id: int, *, on: date, actor: Actor, at: datetime) -> None:
    """The override holds until the day before ``on``. Limits for everywhere are changed by a workbook only."""
    limit = TimeLimit.objects.filter(pk=limit_id).exclude(unit=None).first()
    if limit is None or limit.unit_id is None:
        raise NotFound
    _unit(limit.unit_id, actor=actor, at=at)
    catalog.end_limit(limit, on=on)


def look_at_workbook(content: bytes, *, numbers_of: str) -> workbook.Preview:
    """What a nine-column workbook would do. Raises SheetRefused when it is none."""
    entry = next((e for e in lists.items(numbers_of) if e.kind != "class"), None)
    if entry is None:
        raise LimitsRefused(_("没有这个清单。"), field="numbers_of")
    found = form.read(content, width=len(entry.code))
    return workbook.preview(found, code_set=lists.MATTERS, numbers_of=numbers_of)


def propose_workbook(
    content: bytes, *, numbers_of: str, file_name: str, valid_from: date, actor: Actor, at: datetime
) -> Version:
    """Store the workbook as a proposed version of the matters list; somebody publishes it."""
    if org.holds_right(actor, RIGHT, at=at) is None:
        raise LimitsRefused(_("只有清单管理员可以导入时限。"))
    seen = look_at_workbook(content, numbers_of=numbers_of)
    digest = hashlib.sha256(content).hexdigest()
    return catalog.propose_form(
        seen, valid_from=valid_from, origin=file_name[:120], file_hash=digest, actor=actor, at=at
    )


def publish(version_id: int, *, actor: Actor, at: datetime) -> Version:
    """Put a proposed version in force from its first day; not by who proposed it."""
    if org.holds_right(actor, RIGHT, at=at) is None:
        raise LimitsRefused(_("只有清单管理员可以发布版本。"))
    version = Version.objects.filter(pk=version_id).first()
    if version is None:
        raise NotFound
    if version.created_by_id == actor.pk:
        raise LimitsRefused(_("导入人不能发布自己导入的版本，请由另一位清单管理员发布。"))
    return catalog.publish(version, actor=actor, at=at)


def _unit(unit_id: int, *, actor: Actor, at: datetime) -> Unit:
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    if org.holds_right(actor, RIGHT, unit, at) is None:
        raise LimitsRefused(_("只有负责该区域的清单管理员可以修改时限。"))
    return unit
