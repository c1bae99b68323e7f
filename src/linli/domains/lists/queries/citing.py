"""What a committee may be given work of an item under: its admission, that of one tied to it, or a chosen one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.domains.lists.models import ItemLink
from linli.kernel.catalog.admitted import Admitted, above, admitted_for, bound_kinds, standing
from linli.kernel.catalog.models import Admission
from linli.kernel.org.models import Unit


def related_items(item_id: int) -> list[int]:
    """The item itself, then those tied to it either way."""
    out = ItemLink.objects.filter(item=item_id).values_list("other_id", flat=True)
    back = ItemLink.objects.filter(other=item_id).values_list("item_id", flat=True)
    return list(dict.fromkeys([item_id, *out, *back]))


def cited_by(item_id: int | None, chosen: int | None, units: Iterable[Unit], *, at: datetime) -> dict[int, int]:
    """Unit → admission to cite, for those of ``units`` that may be asked only by the list. Five SQL statements.

    chosen  cited by every one of them, whether it fits is for the mandate to say
    """
    kinds = bound_kinds()
    bound = [unit for unit in units if unit.kind in kinds]
    if chosen is not None:
        return {unit.pk: chosen for unit in bound}
    if item_id is None or not bound:
        return {}
    items = related_items(item_id)
    rank = {item: n for n, item in enumerate(items)}
    rows = list(standing(at).filter(item__in=items).order_by("id").values_list("id", "item_id", "unit_id"))
    rows.sort(key=lambda row: rank[row[1] or item_id])
    found = {}
    for unit in bound:
        reach = set(above(unit))
        fitting = next((key for key, _item, over in rows if over in reach), None)
        if fitting is not None:
            found[unit.pk] = fitting
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """An admission to choose: ``value`` its id."""

    value: str
    label: str
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    label: str | Promise
    choices: tuple[Choice, ...]


def choices_for(unit: Unit, *, at: datetime, words: str = "") -> list[ChoiceGroup]:
    """What may be asked of ``unit``, what stands on its lists first and emergencies apart."""
    found = admitted_for(unit, at=at, words=words)
    urgent = [one for one in found if one.kind == Admission.Kind.EMERGENCY]
    listed = [one for one in found if one.kind != Admission.Kind.EMERGENCY]
    groups = (
        ChoiceGroup(_("已准入事项"), _choices(listed)),
        ChoiceGroup(_("应急下派（须补办准入）"), _choices(urgent)),
    )
    return [group for group in groups if group.choices]


def emergencies(district_path: str, *, at: datetime) -> list[Choice]:
    """Emergencies in force anywhere in a district, the newest first."""
    rows = standing(at).filter(kind=Admission.Kind.EMERGENCY, unit__path__startswith=district_path)
    return [
        Choice(str(row.pk), f"{row.title} · {row.unit.name}", row.valid_to)
        for row in rows.select_related("unit").order_by("-id")[:50]
    ]


def _choices(found: Iterable[Admitted]) -> tuple[Choice, ...]:
    return tuple(Choice(str(one.id), " ".join(filter(None, (one.code, one.title))), one.valid_to) for one in found)
