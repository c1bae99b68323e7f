"""What a kind of list is called and shows, and how its changes are approved: changed with a reason, on record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.commands import amending
from linli.domains.lists.commands.amending import AmendmentRefused
from linli.domains.lists.queries.list_kinds import why_not
from linli.domains.lists.queries.reach import ListNotFound
from linli.domains.lists.queries.rows import COLUMNS
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.models import ListKind
from linli.kernel.org.models import Actor
from linli.kernel.text import clean


@dataclass(frozen=True, slots=True)
class Told:
    """What of a kind may change. Its prefix, its bearer and whether it binds may not: numbers and admissions rest on
    them.
    """

    name: str
    note: str
    is_public: bool
    approval_steps: int
    columns: Sequence[str]
    position: int


@transaction.atomic
def alter(code: str, told: Told, *, reason: str, actor: Actor, at: datetime) -> None:
    """From now on the kind is as ``told``; what stands on its lists and their versions stays as it is.

    Raises AmendmentRefused, ListNotFound.
    """
    row = ListKind.objects.select_for_update().filter(pk=code).first()
    if row is None:
        raise ListNotFound
    if why := why_not(row, actor):
        raise AmendmentRefused(why)
    said = amending.asked(reason)
    _check(row, told)
    told = replace(told, columns=_in_order(row.columns, told.columns))
    before, after = _words(row), _told(told)
    if before == after:
        return
    catalog.set_kinds(
        [
            {
                "code": code, "name": clean(told.name, 60), "note": clean(told.note, 200), "is_public": told.is_public,
                "approval_steps": told.approval_steps, "columns": list(told.columns), "position": told.position,
            }
        ]
    )  # fmt: skip
    amending.record(amending.KIND, None, row.name, before=before, after=after, reason=said, actor=actor, at=at)


def _in_order(before: Sequence[str], ticked: Sequence[str]) -> list[str]:
    """Columns keep the places they have; new ones follow."""
    return [*(name for name in before if name in ticked), *(name for name in ticked if name not in before)]


def _check(row: ListKind, told: Told) -> None:
    if not clean(told.name, 60):
        raise AmendmentRefused(_("请填写名称。"), field="name")
    if unknown := set(told.columns) - set(COLUMNS):
        raise AmendmentRefused(_("没有这一栏：%(name)s。") % {"name": min(unknown)}, field="columns")
    if not told.columns:
        raise AmendmentRefused(_("至少显示一栏。"), field="columns")
    if told.approval_steps not in (1, 2):
        raise AmendmentRefused(_("批准为一人或两人。"), field="approval_steps")
    if told.approval_steps < row.approval_steps:
        # Whoever proposes changes would otherwise free themselves of the second approval.
        raise AmendmentRefused(_("批准只能由一人改为两人，不能减少。"), field="approval_steps")


def _words(row: ListKind) -> str:
    return _told(Told(row.name, row.note, row.is_public, row.approval_steps, row.columns, row.position))


def _told(told: Told) -> str:
    public = _("公开") if told.is_public else _("不公开")
    columns = "、".join(str(COLUMNS.get(name, name)) for name in told.columns)
    approval = _("%(n)s人批准") % {"n": told.approval_steps}
    return "；".join((clean(told.name, 60), public, approval, str(told.position), columns, clean(told.note, 200)))
