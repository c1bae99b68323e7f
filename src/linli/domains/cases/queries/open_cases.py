"""Cases as everybody may see them: what, roughly where, how far. Never who, never their words, never the exact spot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from linli.domains.cases.flow import CASE
from linli.domains.cases.models import Case
from linli.domains.cases.queries import stages, wording
from linli.domains.cases.queries.seeing import CaseNotFound
from linli.domains.cases.queries.stages import Stage
from linli.kernel.catalog import queries as catalog
from linli.kernel.evidence import queries as evidence
from linli.kernel.evidence.queries import ServedFile
from linli.kernel.flow import cells
from linli.kernel.flow.models import Attachment, Entry, Matter
from linli.kernel.org.masking import mask_address

NOT_PUBLIC = "not_public"
"""List of categories (codes or their beginnings) that are never shown to the public."""
NOT_YET = ("reported", "verifying", "on_spot", "rejected", "withdrawn", "voided")
SHOWN = tuple(state for state in CASE.states if state not in NOT_YET)
ENDED = tuple(state for state in SHOWN if CASE.is_closed(state))
UNDER_WAY = tuple(state for state in SHOWN if not CASE.is_closed(state))
PAGE = 20
ON_MAP = 400
DIGITS = 3
"""Positions are rounded to 0.001°, about 100 m: enough to see where, too little to see whose door."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One public case. ``where`` is a road or the grid; ``photos`` those cleared for the public."""

    number: str
    what: str
    where: str
    unit: str
    label: str
    is_closed: bool
    opened_at: datetime
    lon: float | None
    lat: float | None
    photos: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """category  code of a class or matter, or ""
    progress  open, done, or "" for both
    homes     ids of the units whose cases are meant; None for all
    """

    category: str = ""
    progress: str = ""
    homes: frozenset[int] | None = None

    @property
    def states(self) -> Sequence[str]:
        return {"open": UNDER_WAY, "done": ENDED}.get(self.progress, SHOWN)


def is_open_to_all(code: str) -> bool:
    """Whether cases of this category may be shown to everybody."""
    return bool(code) and not code.startswith(_withheld())


def _withheld() -> tuple[str, ...]:
    return tuple(entry.code for entry in catalog.items(NOT_PUBLIC))


def classes() -> list[tuple[str, str]]:
    """(code, name) of the classes that the public list can be narrowed to."""
    return [(e.code, e.name) for e in catalog.items("matters", kind="class") if is_open_to_all(e.code)]


def rows(asked: Asked) -> QuerySet[Case]:
    """Public cases as asked; the one place that says what public means."""
    found = Case.objects.filter(is_public=True, is_sensitive=False, matter__state__in=asked.states)
    found = found.exclude(category="")
    for code in _withheld():
        found = found.exclude(category__startswith=code)
    if asked.category:
        found = found.filter(category__in=_codes(asked.category))
    if asked.homes is not None:
        found = found.filter(matter__home__in=asked.homes)
    return found.select_related("matter__place", "matter__area__unit", "matter__home")


ALL = """
select m.id from flow_matter m join cases_case k on k.matter_id = m.id
where k.is_public and not k.is_sensitive and k.category <> '' and m.state = any(%(states)s) {edge} {homes}
  and not exists (select from unnest(%(withheld)s::text[]) w(code) where starts_with(k.category, w.code))
order by m.id {order} limit %(limit)s
"""
BY_CODE = """
select x.id from unnest(%(codes)s::text[]) c(code) cross join lateral (
    select m.id from cases_case k join flow_matter m on m.id = k.matter_id
    where k.category = c.code and k.is_public and not k.is_sensitive and m.state = any(%(states)s) {edge} {homes}
    order by k.matter_id {order} limit %(limit)s
) x
order by x.id {order} limit %(limit)s
"""
"""A few probes of the index for each category of a class, so that a rare class costs no more than a frequent one."""


def page_of(asked: Asked, *, after: str = "", before: str = "") -> tuple[list[OpenCase], str, str]:
    """One page, newest first, and what the next and the previous page ask with ("" at an end).

    after, before  number of the case behind or before which the page begins
    """
    found = _keys(asked, edge=after or before, is_back=bool(before))
    has_more, keys = len(found) > PAGE, found[:PAGE]
    cases = sorted(rows(Asked()).filter(pk__in=keys), key=lambda case: case.pk, reverse=True)
    photos = _photos(keys)
    shown = [_case(case, photos.get(case.pk, ())) for case in cases]
    if not shown:
        return [], "", ""
    has_older, has_newer = (True, has_more) if before else (has_more, bool(after))
    return shown, shown[-1].number if has_older else "", shown[0].number if has_newer else ""


def _keys(asked: Asked, *, edge: str, is_back: bool) -> list[UUID]:
    begin = Matter.objects.filter(number=edge).values_list("pk", flat=True).first() if edge else None
    if edge and begin is None:
        return []
    given = {
        "states": list(asked.states), "codes": _codes(asked.category), "withheld": list(_withheld()), "begin": begin,
        "limit": PAGE + 1, "homes": sorted(asked.homes or ()),
    }  # fmt: skip
    text = (BY_CODE if asked.category else ALL).format(
        edge=f"and m.id {'>' if is_back else '<'} %(begin)s" if begin else "",
        homes="" if asked.homes is None else "and m.home_id = any(%(homes)s)",
        order="asc" if is_back else "desc",
    )
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        return [row[0] for row in cursor.fetchall()]


def _codes(category: str) -> list[str]:
    """The categories of a class, or the one category, as far as they are open to all."""
    entries = catalog.items("matters", kind="matter", parent=category)
    codes = [entry.code for entry in entries] or [category]
    return [code for code in codes if is_open_to_all(code)]


def get_case(number: str) -> OpenCase:
    """One public case. Raises CaseNotFound."""
    case = rows(Asked()).filter(matter__number=number).first()
    if case is None:
        raise CaseNotFound(number)
    return _case(case, _photos([case.pk]).get(case.pk, ()))


def way_of(number: str) -> list[Stage]:
    """The stages of a public case with their times."""
    matter = Matter.objects.get(number=number)
    return stages.way(matter.state, Entry.objects.filter(matter=matter).order_by("seq"), round_no=matter.round)


def _photos(keys: Sequence[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    found: dict[UUID, tuple[UUID, ...]] = {}
    attached = Attachment.objects.filter(matter_id__in=keys, is_public=True, file__erased_at=None)
    attached = attached.exclude(file__thumb_key="").order_by("seq", "id")
    for key, photo in attached.values_list("matter_id", "file_id"):
        found[key] = (*found.get(key, ()), photo)
    return found


def _case(case: Case, photos: tuple[UUID, ...]) -> OpenCase:
    matter = case.matter
    place = matter.place
    road = road_of(place.address)
    unit = matter.area.unit.name if matter.area else matter.home.name
    return OpenCase(
        matter.number, wording.category(case.category), road, unit, stages.label(matter.state),
        matter.closed_at is not None, matter.opened_at, _rough(place.lon), _rough(place.lat), photos,
    )  # fmt: skip


def road_of(address: str) -> str:
    """An address up to its road: where it is, not whose door."""
    return mask_address(address).rstrip("*")


def _rough(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, DIGITS)


def on_map(asked: Asked, *, box: tuple[float, float, float, float]) -> list[OpenCase]:
    """The newest public cases inside ``box`` (west, south, east, north), at most 400."""
    inside = Q(pk__in=[])
    for least, end in cells.ranges(*box):
        inside |= Q(matter__place__cell__gte=least, matter__place__cell__lt=end)
    found = rows(asked).filter(inside).order_by("-matter__number")[:ON_MAP]
    return [_case(case, ()) for case in found]


def as_geojson(cases: Sequence[OpenCase], url: str) -> dict[str, Any]:
    """What the map draws. ``url`` is the address of a case with its number left out."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": case.number,
                "properties": {
                    "id": case.number, "title": case.what, "number": case.label, "url": f"{url}{case.number}",
                    "look": "done" if case.is_closed else "ok",
                },
                "geometry": {"type": "Point", "coordinates": [case.lon, case.lat]},
            }
            for case in cases
            if case.lon is not None
        ],
    }  # fmt: skip


def open_photo(number: str, photo: UUID, *, variant: str) -> ServedFile:
    """A photo of a public case that was cleared for the public. Raises CaseNotFound."""
    if photo not in get_case(number).photos:
        raise CaseNotFound(photo)
    return evidence.open_served(photo, variant=variant)
