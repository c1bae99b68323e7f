"""Open cases near a report that is being written, shown without a word of what others wrote."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.domains.cases.flow.case import OPEN
from linli.domains.cases.models import Case
from linli.domains.cases.queries import duplicates, stages, wording
from linli.domains.cases.queries.open_cases import road_of
from linli.domains.cases.queries.placing import Placed
from linli.kernel.org import coordinates


@dataclass(frozen=True, slots=True)
class Near:
    """A case that is probably the same thing. ``what`` is its category, never the other person's words.

    metres  how far away, rounded up to ten
    """

    id: UUID
    what: str
    where: str
    stage: str
    metres: int
    opened_at: datetime
    callers: int


def joinable(
    text: str, *, lon: float | None, lat: float | None, crs: str = "wgs84", at: datetime, but: UUID | None = None
) -> list[Near]:
    """Cases that a resident who writes ``text`` at a position may join: public, open and probably about the same.

    lon, lat  degrees in ``crs``; without a position nothing is near
    but       key of the report itself, which may have been taken before

    Raises Refused for a position that cannot exist.
    """
    if lon is None or lat is None:
        return []
    lon, lat = coordinates.to_wgs84(*coordinates.checked(lon, lat), crs)
    here = Placed(0, 0, 0, None, lon, lat, is_outside=False)
    order = {one.id: place for place, one in enumerate(duplicates.like(text, here, category="", at=at, but=but))}
    rows = Case.objects.filter(pk__in=order, is_public=True, is_sensitive=False, matter__state__in=OPEN)
    found = sorted(rows.select_related("matter__place"), key=lambda case: order[case.pk])
    return [_near(case, lon, lat) for case in found]


def _near(case: Case, lon: float, lat: float) -> Near:
    place = case.matter.place
    metres = duplicates.metres_between(lon, lat, place.lon or 0.0, place.lat or 0.0)
    return Near(
        case.pk, wording.category(case.category) or _("同类问题"), road_of(place.address),
        stages.label(case.matter.state), int(metres // 10 + 1) * 10, case.matter.opened_at, case.callers,
    )  # fmt: skip
