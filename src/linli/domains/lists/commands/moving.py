"""Items leave a list for somewhere: what was reduced, recovered, sunk or handed back, each with its destination."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.commands.standing import stand_anew
from linli.domains.lists.models import Move, MoveKind
from linli.domains.lists.queries.rows import BODIES
from linli.kernel.catalog import commands as catalog
from linli.kernel.catalog.commands import ItemChange, ListRefused
from linli.kernel.catalog.models import ListVersion, WorkItem, WorkList
from linli.kernel.org.models import Actor, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")


class MoveRefused(ListRefused):
    """Where an item goes is not said, or is nowhere."""


@transaction.atomic
def apply_moves(
    worklist: WorkList, rows: Sequence[Mapping[str, str]], *, reason: str, actor: Actor, at: datetime,
    valid_from: date | None = None,
) -> ListVersion:  # fmt: skip
    """Retire the items of ``rows`` in one version and keep where each went; twice the same changes nothing.

    rows  no (within the list), move, to_kind, to (key, name or the number kept), reason
    Raises MoveRefused, ListRefused.
    """
    items = {item.serial: item for item in worklist.items.all()}
    unknown = [row["no"] for row in rows if int(row["no"]) not in items]
    if unknown:
        raise MoveRefused(_("清单里没有编号%(no)s。") % {"no": "、".join(unknown)}, field="no")
    leaving = [items[int(row["no"])] for row in rows]
    done = Move.objects.filter(item__in=leaving).exclude(kind=MoveKind.RETURN).select_related("version")
    if len(gone := list(done)) == len(leaving) and gone:
        return gone[0].version
    version, _items = catalog.publish_list(
        worklist, [ItemChange("retire", item) for item in leaving], reason=reason, actor=actor, at=at,
        valid_from=valid_from or at.astimezone(SHANGHAI).date(),
    )  # fmt: skip
    units = _units(worklist, rows)
    Move.objects.bulk_create(
        [_move(worklist, version, items, units, row) for row in rows],
        batch_size=500,
    )
    stand_anew(worklist, at=at)
    return version


def _units(worklist: WorkList, rows: Sequence[Mapping[str, str]]) -> dict[str, Unit]:
    """Key of a department → the department of the list's district."""
    root = Unit.objects.get(pk=int(worklist.unit.path.split(".", 1)[0]))
    prefix = root.division_code[:6] or root.code
    codes = {f"{prefix}-{row['to']}": row["to"] for row in rows if row["to_kind"] == "department"}
    return {codes[unit.code]: unit for unit in Unit.objects.filter(code__in=codes)}


def _move(
    worklist: WorkList, version: ListVersion, items: Mapping[int, WorkItem], units: Mapping[str, Unit],
    row: Mapping[str, str],
) -> Move:  # fmt: skip
    to_item = items.get(int(row["to"])) if row["to_kind"] == "item" and row["to"].isdigit() else None
    to_unit = units.get(row["to"]) if row["to_kind"] == "department" else None
    known = BODIES[row["to"]][1] if row["to"] in BODIES else row["to"]
    return Move(
        item=items[int(row["no"])], worklist=worklist, version=version, kind=row["move"], on=version.valid_from,
        from_unit=worklist.unit, to_item=to_item, to_unit=to_unit,
        to_text="" if to_item or to_unit or row["to_kind"] == "none" else known[:120], reason=row["reason"][:400],
    )  # fmt: skip


@transaction.atomic
def record_returns(worklist: WorkList, *, source: str, reason: str) -> int:
    """Say of all items of the first version of ``worklist`` that they came back from ``source`` (依法回归, 004-10).

    reason  for items whose conditions do not say from whom they return
    Returns how many were recorded now.
    """
    version = worklist.versions.get(no=1)
    items = worklist.items.filter(wordings__since_no=1).prefetch_related("wordings")
    made = Move.objects.bulk_create(
        [
            Move(
                item=item, worklist=worklist, version=version, kind=MoveKind.RETURN, on=version.valid_from,
                from_text=source[:120], to_unit=worklist.unit,
                reason=(item.wordings.all()[0].terms.get("conditions") or reason)[:400],
            )
            for item in items
            if not item.moves.exists()
        ],
        batch_size=500,
    )  # fmt: skip
    return len(made)
