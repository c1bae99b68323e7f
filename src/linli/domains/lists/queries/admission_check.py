"""What who applies sees at once: the same asked already, data held already, the load it adds, what is barred."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from linli.domains.lists.models import Application, Prohibition, Standing
from linli.domains.lists.queries.held_data import held_among, name_of
from linli.domains.lists.queries.review_levels import bearers
from linli.kernel.catalog.models import WorkList
from linli.kernel.catalog.terms import FREQUENCIES
from linli.kernel.org.models import Unit
from linli.kernel.text import bigrams, likeness_to

ALIKE = 0.55
"""From this likeness on an item is shown as one that may ask the same (default)."""
LOOKED_AT = 200
SHOWN = 8
COMMON_GRAMS = frozenset(bigrams("协助开展工作社区居委会"))
"""Pairs of characters that nearly every item has."""


class Similar(msgspec.Struct, frozen=True):
    """An item that says nearly the same. ``share`` is 0.0–1.0."""

    code: str
    title: str
    list_name: str
    share: float


class HeldAlready(msgspec.Struct, frozen=True):
    """Data that need not be asked for. ``where`` names the register, or the item under which it is collected."""

    name: str
    where: str
    note: str = ""
    item: str = ""


class Barred(msgspec.Struct, frozen=True):
    name: str
    basis: str


class Found(msgspec.Struct, frozen=True):
    """What the check showed. Hours and forms are those of all ``bearers`` together in a year."""

    similar: tuple[Similar, ...] = ()
    held: tuple[HeldAlready, ...] = ()
    barred: tuple[Barred, ...] = ()
    bearers: int = 0
    hours: float = 0
    forms: float = 0
    items_now: int = 0
    hours_now: float = 0

    @property
    def is_clear(self) -> bool:
        return not (self.similar or self.held or self.barred)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be checked. ``hours`` (of all people) and ``forms`` are those of one time at one bearer."""

    worklist: WorkList
    area: Sequence[Unit]
    title: str
    content: str = ""
    duty_class: str = ""
    collects: Sequence[str] = ()
    hours: float = 0
    times: float = 0
    forms: int = 0
    item_id: int | None = None


def check(plan: Plan, *, on: date) -> Found:
    """Look at the lists of the same kind of bearer, at what is held, and at what may not be given. Six statements."""
    bearing = len(bearers(plan.area, plan.worklist.kind.bearer))
    items, minutes = _load_now(plan.worklist)
    return Found(
        similar=tuple(similar_items(plan)),
        held=(*_held(plan.collects), *_collected(plan)),
        barred=tuple(barred(plan.duty_class, plan.worklist, plan.area, on=on)),
        bearers=bearing,
        hours=round(plan.hours * plan.times * bearing, 1),
        forms=round(plan.forms * plan.times * bearing, 1),
        items_now=items,
        hours_now=round(minutes / 60, 1),
    )


ALIKE_SQL = """
select s.item_id, s.code, s.title, l.name, s.text
from lists_standing s join catalog_worklist l on l.id = s.worklist_id join catalog_listkind k on k.code = l.kind_id
join org_unit u on u.id = l.unit_id
where k.bearer = %s and s.decision = '' and s.wording_id is not null and s.grams && %s::text[]
  and starts_with(u.path, %s)
order by cardinality(array(select unnest(s.grams) intersect select unnest(%s::text[]))) desc, s.item_id
limit %s
"""


def similar_items(plan: Plan) -> list[Similar]:
    """Items of the district that ask nearly the same of the same kind of bearer, the likest first."""
    wanted = [gram for gram in dict.fromkeys(bigrams(plan.title)) if gram not in COMMON_GRAMS]
    if not wanted:
        return []
    top = plan.worklist.unit.path.split(".", 1)[0] + "."
    with connection.cursor() as cursor:
        cursor.execute(ALIKE_SQL, [plan.worklist.kind.bearer, wanted, top, wanted, LOOKED_AT])
        rows = [row for row in cursor.fetchall() if row[0] != plan.item_id]
    by_title, by_all = likeness_to(plan.title), likeness_to(f"{plan.title} {plan.content}")
    scored = [
        Similar(code, title, name, round(max(by_title(title), by_all(text.removeprefix(code).strip())), 2))
        for _item, code, title, name, text in rows
    ]
    return sorted((s for s in scored if s.share >= ALIKE), key=lambda s: (-s.share, s.code))[:SHOWN]


def _held(collects: Sequence[str]) -> list[HeldAlready]:
    return [HeldAlready(one.name, one.where, one.note) for one in held_among(collects)]


def _collected(plan: Plan) -> list[HeldAlready]:
    """The same data, collected by committees under an item that stands: found by what was applied for, or by name."""
    if not plan.collects:
        return []
    before = Application.objects.filter(
        matter__state="admitted", collects__overlap=list(plan.collects), worklist__unit=plan.worklist.unit_id,
        item__standing__wording__isnull=False,
    ).select_related("item__standing")  # fmt: skip
    found = {
        a.item_id: HeldAlready("、".join(name_of(c) for c in plan.collects if c in a.collects), a.item.standing.title,
                               _("已准入的事项在采集"), a.item.code)
        for a in before[:SHOWN] if a.item is not None and a.item_id != plan.item_id
    }  # fmt: skip
    names = {name_of(code) for code in plan.collects}
    telling = Q(pk__in=[])
    for name in sorted(names):
        telling |= Q(text__contains=name)
    forms = Standing.objects.filter(
        telling, worklist__kind__bearer=plan.worklist.kind.bearer, worklist__unit=plan.worklist.unit_id,
        load_kind__in=("form", "ledger"), wording__isnull=False,
    ).exclude(item=plan.item_id)  # fmt: skip
    for row in forms.order_by("code")[:SHOWN]:
        named = "、".join(sorted(name for name in names if name in row.text))
        found.setdefault(row.item_id, HeldAlready(named, row.title, _("现有报表、台账已含此项"), row.code))
    return list(found.values())[:SHOWN]


def barred(duty_class: str, worklist: WorkList, area: Sequence[Unit], *, on: date) -> list[Barred]:
    """What forbids giving ``duty_class`` to the list's kind of bearer in ``area`` on that day."""
    if not duty_class:
        return []
    above = {int(key) for part in area for key in part.path.rstrip(".").split(".")}
    rows = Prohibition.objects.filter(
        Q(area=None) | Q(area__in=above), Q(valid_to=None) | Q(valid_to__gt=on), duty_class=duty_class,
        unit_kind=worklist.kind.bearer, valid_from__lte=on,
    )  # fmt: skip
    return [Barred(row.name, row.basis or row.note) for row in rows.order_by("id")]


def _load_now(worklist: WorkList) -> tuple[int, float]:
    """How many items stand on the list, and the minutes a year they ask of one bearer."""
    rows = Standing.objects.filter(worklist=worklist, wording__isnull=False).values_list("minutes", "frequency")
    return len(rows), sum(minutes * FREQUENCIES[frequency or "on_demand"][1] for minutes, frequency in rows)


def read(stored: Mapping[str, Any]) -> Found:
    """What was found when the application was submitted."""
    return msgspec.convert(stored, Found)
