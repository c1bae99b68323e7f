"""How large a grid of each kind may be. Bounds that refuse are wide; those of the standards only warn.

Source: standards list of grid types (300–500 households, at most 2,000–2,500 people; a unit grid about 10,000 m²).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Bounds:
    """least_m2, most_m2  refused outside; usual_m2  warned outside (lower, upper)."""

    least_m2: float
    most_m2: float
    usual_m2: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Households:
    """Usual number of households (lower, upper) and most residents; 0 where there is no rule."""

    usual: tuple[int, int]
    most_residents: int


KM2 = 1_000_000.0

AREA_BOUNDS: dict[str, Bounds] = {
    "unit_grid": Bounds(100, 5 * KM2, (2_000, 50_000)),
    "responsibility_grid": Bounds(1_000, 100 * KM2, (10_000, 5 * KM2)),
    "governance_grid": Bounds(1_000, 200 * KM2, (5_000, 20 * KM2)),
    "committee": Bounds(1_000, 500 * KM2, (10_000, 50 * KM2)),
    "street": Bounds(10_000, 3_000 * KM2, (0.3 * KM2, 300 * KM2)),
    "district": Bounds(100_000, 60_000 * KM2, (5 * KM2, 5_000 * KM2)),
    "beat": Bounds(1_000, 1_000 * KM2, (10_000, 100 * KM2)),
}

HOUSEHOLDS: dict[str, Households] = {
    "comprehensive_urban": Households((300, 500), 2_500),
    "comprehensive_rural": Households((100, 400), 2_500),
    "exclusive": Households((0, 0), 0),
}
GRID_KINDS = ("unit_grid", "responsibility_grid", "governance_grid")


def size_refusal(kind: str, area_m2: float) -> str | Promise:
    """Why an area of this kind cannot be that large or small, or ""."""
    bounds = AREA_BOUNDS[kind]
    if area_m2 < bounds.least_m2:
        return format_lazy(
            _("面积{m2}平方米，小于该类区域的下限{least}平方米"), m2=round(area_m2), least=round(bounds.least_m2)
        )
    if area_m2 > bounds.most_m2:
        return format_lazy(
            _("面积{m2}平方米，大于该类区域的上限{most}平方米"), m2=round(area_m2), most=round(bounds.most_m2)
        )
    return ""


def size_warnings(
    kind: str, grid_type: str, *, area_m2: float, households: int | None, residents: int | None
) -> Iterator[str | Promise]:
    """What the standards would have otherwise; nothing for figures that are not known."""
    low, high = AREA_BOUNDS[kind].usual_m2
    if not low <= area_m2 <= high:
        yield format_lazy(_("面积{m2}平方米，通常为{low}到{high}"), m2=round(area_m2), low=round(low), high=round(high))
    rule = HOUSEHOLDS.get(grid_type)
    if rule is None or not rule.most_residents:
        return
    if households is not None and not rule.usual[0] <= households <= rule.usual[1]:
        yield format_lazy(_("{n}户，通常为{low}到{high}户"), n=households, low=rule.usual[0], high=rule.usual[1])
    if residents is not None and residents > rule.most_residents:
        yield format_lazy(_("实有人口{n}人，不宜超过{most}人"), n=residents, most=rule.most_residents)
