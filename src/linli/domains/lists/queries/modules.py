"""Modules of a list against its departmental lines: which line's work is done by which team."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.domains.lists.models import Module, ModuleChange, ModuleItem, Standing
from linli.domains.lists.queries import reach
from linli.kernel.catalog.models import WorkList
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

MOST = 1000


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module: its team, how many items."""

    code: str
    name: str
    team: str
    items: int


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item with its line and where it is; ``module`` "" : in none."""

    code: str
    title: str
    heading: str
    line: str
    module: str


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One departmental line; ``cells`` how many of its items each module has, ``rest`` how many none has."""

    line: str
    cells: tuple[tuple[str, int], ...]
    rest: int
    total: int


@dataclass(frozen=True, slots=True)
class ChangeLine:
    code: str
    title: str
    source: str
    target: str
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Modules:
    worklist: str
    name: str
    modules: tuple[ModuleLine, ...]
    matrix: tuple[MatrixLine, ...]
    items: tuple[ItemLine, ...]
    chosen: str
    line: str
    changes: tuple[ChangeLine, ...]
    may_edit: bool


def lists_with_modules(actor: Actor) -> list[tuple[str, str]]:
    """Lists one may see that have modules, and those of stations that might."""
    seen = reach.visible_lists(actor)
    with_some = seen.filter(modules__isnull=False).distinct() | seen.filter(kind="station").distinct()
    return [(one.code, one.name) for one in with_some.order_by("code")[:50]]


def modules_of(code: str, *, actor: Actor, chosen: str = "", line: str = "") -> Modules:
    """The matrix of one list; ``chosen`` module (``"-"``: in none) and ``line`` narrow its items.

    Raises ListNotFound.
    """
    worklist = reach.get_list(code, actor=actor)
    modules = list(Module.objects.filter(worklist=worklist, ended_at=None).select_related("team").order_by("code"))
    items = _items(worklist)
    counts: dict[str, int] = {}
    for item in items:
        counts[item.module] = counts.get(item.module, 0) + 1
    lines = tuple(
        ModuleLine(m.code, m.name, m.team.name if m.team else m.team_name, counts.get(m.code, 0)) for m in modules
    )
    shown = [
        item for item in items
        if (not chosen or item.module == ("" if chosen == "-" else chosen)) and (not line or item.line == line)
    ]  # fmt: skip
    return Modules(
        worklist.code, worklist.name, lines, tuple(_matrix(items, lines)), tuple(shown), chosen, line,
        tuple(_changes(worklist)), org.holds_right(actor, "edit_lists", worklist.unit) is not None,
    )  # fmt: skip


def _items(worklist: WorkList) -> list[ItemLine]:
    rows = Standing.objects.filter(worklist=worklist, wording__isnull=False).select_related("lead")
    places: Mapping[int, str] = dict(
        ModuleItem.objects.filter(item__worklist=worklist).values_list("item_id", "module__code")
    )
    found = rows.order_by("position", "item")[:MOST]
    return [
        ItemLine(row.code, row.title, row.heading, row.lead.name if row.lead else _("未写明部门"),
                 places.get(row.pk, ""))
        for row in found
    ]  # fmt: skip


def _matrix(items: list[ItemLine], modules: tuple[ModuleLine, ...]) -> list[MatrixLine]:
    by_line: dict[str, dict[str, int]] = {}
    for item in items:
        cells = by_line.setdefault(item.line, {})
        cells[item.module] = cells.get(item.module, 0) + 1
    lines = [
        MatrixLine(line, tuple((m.code, cells.get(m.code, 0)) for m in modules), cells.get("", 0), sum(cells.values()))
        for line, cells in by_line.items()
    ]
    return sorted(lines, key=lambda one: (-one.total, one.line))


def _changes(worklist: WorkList) -> list[ChangeLine]:
    rows = ModuleChange.objects.filter(item__worklist=worklist, source__isnull=False) | ModuleChange.objects.filter(
        item__worklist=worklist, target=None
    )
    found = rows.select_related("item__standing", "source", "target", "actor").order_by("-id")[:30]
    return [
        ChangeLine(one.item.code, one.item.standing.title, one.source.name if one.source else "—",
                   one.target.name if one.target else "—", one.reason, one.actor.name, one.at)
        for one in found
    ]  # fmt: skip


def get_module(worklist: str, code: str, *, actor: Actor) -> Module:
    """Raises ListNotFound, NotFound."""
    found = Module.objects.filter(worklist=reach.get_list(worklist, actor=actor), code=code, ended_at=None).first()
    if found is None:
        raise NotFound(code)
    return found
