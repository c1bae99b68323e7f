"""Work modules in place of departmental lines: loaded with a list, kept item by item with a reason (004-22)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.domains.lists.models import Module, ModuleChange, ModuleItem
from linli.kernel.catalog.models import WorkItem, WorkList
from linli.kernel.errors import NotFound, Refused
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean

RIGHT = "edit_lists"
JOIN = "；"


class ModuleRefused(Refused):
    """The module cannot be made or changed like this, or not by this person."""


@transaction.atomic
def load_modules(worklist: WorkList, rows: Sequence[Mapping[str, str]], *, actor: Actor, at: datetime) -> int:
    """Take in a pack's rows (``module_code,module,team,items``: serials joined by ；). Loaded again, nothing changes.

    For the loading of a district, by its keeper or the platform. Returns how many items found their module.
    """
    by_serial = {str(item.serial): item for item in WorkItem.objects.filter(worklist=worklist)}
    teams = {unit.name: unit for unit in Unit.objects.filter(path__startswith=worklist.unit.path, valid_to=None)}
    placed = set(ModuleItem.objects.filter(item__worklist=worklist).values_list("item_id", flat=True))
    made: list[ModuleItem] = []
    for row in rows:
        team = row.get("team", "")
        module, _is_new = Module.objects.get_or_create(
            worklist=worklist, code=row["module_code"],
            defaults={"name": row["module"], "team": teams.get(team), "team_name": team, "made_by": actor,
                      "made_at": at},
        )  # fmt: skip
        found = (by_serial.get(serial.strip()) for serial in row["items"].split(JOIN))
        made += [ModuleItem(module=module, item=item) for item in found if item is not None and item.pk not in placed]
    ModuleItem.objects.bulk_create(made)
    ModuleChange.objects.bulk_create(
        ModuleChange(item=one.item, target=one.module, reason=_("按清单初始划入"), actor=actor, at=at) for one in made
    )
    return len(made)


def open_module(
    worklist: WorkList, *, code: str, name: str, team_name: str = "", team: Unit | None = None, actor: Actor,
    at: datetime,
) -> Module:  # fmt: skip
    """A further module of the list. Raises ModuleRefused."""
    _refuse_stranger(worklist, actor)
    if not code.strip() or not name.strip():
        raise ModuleRefused(_("请填写模块的编号和名称。"), field="name")
    if Module.objects.filter(worklist=worklist, code=code.strip()).exists():
        raise ModuleRefused(_("这个模块编号已经用过。"), field="code")
    return Module.objects.create(
        worklist=worklist, code=code.strip()[:20], name=clean(name, 60), team=team, team_name=clean(team_name, 60),
        made_by=actor, made_at=at,
    )  # fmt: skip


@transaction.atomic
def assign(item: WorkItem, module: Module | None, *, reason: str, actor: Actor, at: datetime) -> None:
    """Put an item into ``module``, or out of every module; what it was before stays on record with the reason.

    Raises ModuleRefused.
    """
    worklist = item.worklist
    _refuse_stranger(worklist, actor)
    if not reason.strip():
        raise ModuleRefused(_("请写明理由。"), field="reason")
    if module is not None and (module.worklist_id != worklist.pk or module.ended_at is not None):
        raise NotFound
    place = ModuleItem.objects.select_for_update().filter(item=item).first()
    source = place.module if place is not None else None
    if source == module:
        return
    if place is None:
        ModuleItem.objects.create(item=item, module=_there(module))
    elif module is None:
        place.delete()
    else:
        place.module = module
        place.save(update_fields=["module"])
    ModuleChange.objects.create(item=item, source=source, target=module, reason=clean(reason, 200), actor=actor, at=at)


def _there(module: Module | None) -> Module:
    if module is None:
        raise NotFound
    return module


def _refuse_stranger(worklist: WorkList, actor: Actor) -> None:
    if org.holds_right(actor, RIGHT, worklist.unit) is None:
        raise ModuleRefused(_("模块由清单管理员维护。"))
