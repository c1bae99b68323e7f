"""Whether somebody was at a point: its code scanned there, or a position near enough; when a round is complete."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.domains.safety.models import LogEntry
from linli.domains.safety.queries.lattice import metres

NEAR_M = 50.0
MOST_ACCURACY_M = 100.0
"""A position counts as near within its own accuracy, up to this."""
DOUBT_M = 300.0
"""A code that was scanned so far from where the site stands is shown with its distance: perhaps a photo of the code."""

Proof = LogEntry.Proof


@dataclass(frozen=True, slots=True)
class Proven:
    """How an entry is proven. ``distance_m`` from the site, None where no position is known."""

    proof: Proof
    distance_m: float | None


def prove(
    spot: tuple[float, float], *, is_scanned: bool, lon: float | None, lat: float | None, accuracy_m: float | None
) -> Proven:
    """The proof of being at ``spot`` (lon, lat); ``is_scanned``: the code scanned was this site's own."""
    distance = None if lon is None or lat is None else round(metres(spot, (lon, lat)), 1)
    if is_scanned:
        return Proven(Proof.CODE, distance)
    if distance is not None and distance <= reach_m(accuracy_m):
        return Proven(Proof.POSITION, distance)
    return Proven(Proof.NONE, distance)


def reach_m(accuracy_m: float | None) -> float:
    """How far a position may lie from a site and still prove that somebody was there."""
    return max(NEAR_M, min(accuracy_m or 0.0, MOST_ACCURACY_M))


@dataclass(frozen=True, slots=True)
class Mark:
    """One proven coming by at a site."""

    site: UUID
    at: datetime


def complete_at(
    points: Sequence[UUID], marks: Iterable[Mark], *, least: int | None = None, in_order: bool = False
) -> datetime | None:
    """When the round was complete: all of ``points`` (or ``least`` of them) passed; None while it is not.

    in_order  a point counts only when passed after the one before it
    """
    wanted = min(least or len(points), len(points))
    times = _in_order(points, marks) if in_order else _first(points, marks)
    return sorted(times)[wanted - 1] if wanted and len(times) >= wanted else None


def passed(points: Sequence[UUID], marks: Iterable[Mark], *, in_order: bool = False) -> int:
    """How many of ``points`` have been passed."""
    return len(_in_order(points, marks) if in_order else _first(points, marks))


def _first(points: Sequence[UUID], marks: Iterable[Mark]) -> list[datetime]:
    first: dict[UUID, datetime] = {}
    for mark in marks:
        first[mark.site] = min(mark.at, first.get(mark.site, mark.at))
    return [first[point] for point in points if point in first]


def _in_order(points: Sequence[UUID], marks: Iterable[Mark]) -> list[datetime]:
    by_site: Mapping[UUID, list[datetime]] = {point: [] for point in points}
    for mark in marks:
        if mark.site in by_site:
            by_site[mark.site].append(mark.at)
    times: list[datetime] = []
    for point in points:
        later = [at for at in by_site[point] if not times or at >= times[-1]]
        if later:
            times.append(min(later))
    return times
