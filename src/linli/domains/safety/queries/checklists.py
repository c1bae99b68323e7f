"""What is looked at where: the items for a kind of site, and the whole list by kind for those who keep it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.safety.models import CheckItem
from linli.kernel.registry.models import SiteKind

GRADES: Mapping[str, str | Promise] = {"general": _("通常一般"), "major_check": _("核对是否重大")}
CONFIDENCES: Mapping[str, str | Promise] = {
    "high": _("可信度高"), "medium": _("可信度中"), "low": _("可信度低"), "local": _("本地增加"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item as shown. ``kinds``: names of the kinds it is for; none: all."""

    code: str
    group: str
    text: str
    kinds: tuple[str, ...]
    basis: str
    method: str
    angle: str
    grade: str
    grade_label: str
    days: int
    source: str
    confidence: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of site with the number of items looked at there."""

    code: str
    name: str
    items: int


def items_for(kind: str, on: date) -> list[CheckItem]:
    """The items in force for sites of ``kind``, in their order; one query."""
    fitting = CheckItem.objects.filter(Q(kinds=kind) | Q(kinds=None), valid_from__lte=on)
    fitting = fitting.filter(Q(valid_to=None) | Q(valid_to__gt=on))
    return list(fitting.distinct().order_by("position", "code"))


def lines(*, kind: str = "", group: str = "", ended: bool = False) -> list[ItemLine]:
    """The list, narrowed; two queries."""
    rows = CheckItem.objects.filter(valid_to__isnull=not ended).order_by("position", "code")
    if kind:
        rows = rows.filter(Q(kinds=kind) | Q(kinds=None)).distinct()
    if group:
        rows = rows.filter(group=group)
    return [_line(item) for item in rows.prefetch_related("kinds")]


def _line(item: CheckItem) -> ItemLine:
    return ItemLine(
        item.code, item.group, item.text, tuple(kind.name for kind in item.kinds.all()), item.basis, item.method,
        item.angle, item.grade, str(GRADES.get(item.grade, item.grade)), item.days, item.source,
        str(CONFIDENCES.get(item.confidence, item.confidence)), item.valid_from, item.valid_to,
    )  # fmt: skip


def kinds() -> list[KindLine]:
    """Every kind of site with how many items are looked at there; two queries."""
    everywhere, own = 0, dict[str, int]()
    for item in CheckItem.objects.filter(valid_to=None).prefetch_related("kinds"):
        of = [kind.pk for kind in item.kinds.all()]
        everywhere += not of
        for code in of:
            own[code] = own.get(code, 0) + 1
    rows = SiteKind.objects.order_by("position").values_list("code", "name")
    return [KindLine(code, name, own.get(code, 0) + everywhere) for code, name in rows]


def for_phones() -> list[dict[str, Any]]:
    """The whole list as a phone takes it along; two queries."""
    rows = CheckItem.objects.filter(valid_to=None).order_by("position", "code").prefetch_related("kinds")
    return [
        {
            "code": item.code, "group": item.group, "text": item.text, "kinds": [kind.pk for kind in item.kinds.all()],
            "method": item.method, "angle": item.angle, "basis": item.basis, "grade": item.grade, "days": item.days,
        }
        for item in rows
    ]  # fmt: skip
