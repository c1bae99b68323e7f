"""Time limits: set for everywhere or for one area, ended, or brought by a published version."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.kernel.calendar.working_time import Base
from linli.kernel.catalog import queries
from linli.kernel.catalog.models import CodeSet, TimeLimit, Version
from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor, Unit

MOST = {"continuous": 366 * 1440, "working_minutes": 250 * 480, "working_days": 250}
"""A year at most: a longer limit is a slip of the pen."""


class LimitRefused(Refused):
    """The time limit cannot be set so."""


@transaction.atomic
def set_limit(
    code: str,
    *,
    amount: int,
    base: Base,
    valid_from: date,
    actor: Actor | None,
    at: datetime,
    condition: str = "",
    stage: str = "handle",
    emergency: str = "",
    unit: Unit | None = None,
    unit_kind: str = "",
    close_condition: str = "",
    source: str = "",
    code_set: str = queries.MATTERS,
) -> TimeLimit:
    """From ``valid_from`` on this limit holds; the row it replaces (same key) ends there.

    code  number of an item or of a class, or "" for all
    source  why or by which document
    unit  area unit the limit is for, with everything below it; None: everywhere
    Other arguments as in ``models.TimeLimit``.
    """
    if not 0 < amount <= MOST[base]:
        raise LimitRefused(_("时限须大于零且不超过一年。"), field="amount")
    if code and queries.item(code_set, code) is None:
        raise LimitRefused(_("清单中没有编号%(code)s。") % {"code": code}, field="code")
    key = {
        "code_set": CodeSet.objects.get(code=code_set), "code": code, "condition": condition.strip(), "stage": stage,
        "emergency": emergency, "unit": unit, "unit_kind": unit_kind,
    }  # fmt: skip
    _end(TimeLimit.objects.select_for_update().filter(**key), valid_from)
    limit = TimeLimit.objects.create(
        **key,
        amount=amount,
        base=base,
        close_condition=close_condition.strip(),
        source=source.strip()[:200],
        valid_from=valid_from,
        is_local=True,
        verified=True,
        made_at=at,
        made_by=actor,
    )
    queries.look_again()
    return limit


@transaction.atomic
def end_limit(limit: TimeLimit, *, on: date) -> None:
    """The row holds until the day before ``on``; what is less specific holds after it."""
    _end(TimeLimit.objects.select_for_update().filter(pk=limit.pk), on)
    queries.look_again()


def publish_limits(version: Version, *, actor: Actor | None, at: datetime) -> int:
    """Turn the limits a version carries (attribute ``limits`` of its items) into rows; returns how many.

    For each number that brings limits, its former rows for everywhere end; local overrides stay.
    """
    items = version.items.values_list("code", "attributes")
    carrying = {code: attributes["limits"] for code, attributes in items if attributes.get("limits")}
    former = TimeLimit.objects.select_for_update().filter(
        code_set=version.code_set, code__in=carrying, stage="handle", emergency="", unit=None
    )
    _end(former, version.valid_from)
    rows = [
        TimeLimit(
            code_set=version.code_set,
            code=code,
            condition=limit["condition"],
            amount=limit["amount"],
            base=limit["base"],
            close_condition=limit["close_condition"],
            position=place,
            valid_from=version.valid_from,
            is_local=True,
            verified=True,
            source=version.origin,
            made_at=at,
            made_by=actor,
        )
        for code, limits in carrying.items()
        for place, limit in enumerate(limits)
    ]
    return len(TimeLimit.objects.bulk_create(rows))


def _end(rows: QuerySet[TimeLimit], on: date) -> None:
    lasting = rows.filter(valid_to=None) | rows.filter(valid_to__gt=on)
    for row in lasting:
        if row.valid_from >= on:
            raise LimitRefused(
                _("已有自%(day)s起生效的时限，新的生效日期须更晚。") % {"day": row.valid_from}, field="valid_from"
            )
    lasting.update(valid_to=on)
