"""A round of a route is done when its points have been passed: late, missed or in time, as the duty says."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from linli.domains.safety.models import LogEntry, Patrol, Route, RoutePoint
from linli.domains.safety.queries.proof import Mark, Proof, complete_at
from linli.kernel.duties import commands as duties
from linli.kernel.duties.models import Occurrence
from linli.kernel.org.models import Actor

OPEN = (Occurrence.State.DUE, Occurrence.State.MISSED)
"""A missed round that turns out to have been walked in its time becomes done (000-54)."""


def round_of(route: Route, at: datetime) -> Occurrence | None:
    """The round of ``route`` that was on at ``at``."""
    rows = Occurrence.objects.filter(duty=route.duty_id, opens_at__lte=at, misses_at__gte=at)
    return rows.order_by("opens_at").first()


def points_at(route: Route, at: datetime) -> list[UUID]:
    """The sites of ``route`` as they were at ``at``, in their order."""
    rows = RoutePoint.objects.filter(Q(until=None) | Q(until__gt=at), route=route, since__lte=at)
    return list(rows.order_by("position").values_list("site_id", flat=True))


def fulfil(patrol: Patrol, *, at: datetime) -> None:
    """Record the round of ``patrol`` as done if its points are complete and it was not recorded before."""
    if patrol.occurrence_id is None or patrol.route is None:
        return
    occurrence = Occurrence.objects.get(pk=patrol.occurrence_id)
    if occurrence.state not in OPEN:
        return
    route = patrol.route
    entries = _entries(route, occurrence)
    marks = [Mark(entry.site_id, entry.taken_at) for entry in entries if entry.site_id is not None]
    points = points_at(route, patrol.began_at)
    done_at = complete_at(points, marks, least=route.least_points, in_order=route.in_order)
    if done_at is not None:
        _record(occurrence, patrol, entries, done_at, at)


def _entries(route: Route, occurrence: Occurrence) -> Sequence[LogEntry]:
    """What counts towards the round, from all walks of it.

    In the book of a building volunteers without a phone write by hand: there an entry counts without proof.
    """
    rows = LogEntry.objects.filter(patrol__occurrence=occurrence, site__isnull=False)
    if route.kind != Route.Kind.BUILDING:
        rows = rows.exclude(proof=Proof.NONE)
    return list(rows.order_by("taken_at"))


def _record(
    occurrence: Occurrence, patrol: Patrol, entries: Sequence[LogEntry], done_at: datetime, at: datetime
) -> None:
    """A walk that was somebody else's to make, or came too late, is kept as a walk; the round stays as it is."""
    is_late = any(entry.is_late for entry in entries if entry.taken_at <= done_at)
    for actor, filed_by in _doers(patrol):
        with suppress(duties.NotTheirsRefused, duties.OccurrenceRefused):
            duties.record_done(
                occurrence.pk, actor=actor, done_at=done_at, filed_at=at, is_late=is_late, filed_by=filed_by
            )
            return


def _doers(patrol: Patrol) -> list[tuple[Actor, Actor | None]]:
    """Who walked; else, for a volunteer of a team whose rounds are a role's, who wrote it down for them."""
    own = (patrol.actor, patrol.filed_by)
    return [own, (patrol.filed_by, None)] if patrol.filed_by is not None else [own]
