"""Pause, close and reopen sites; hand them on when the unit they belong to ends."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.org.models import Actor, Unit
from linli.kernel.registry.commands.keeping import locked, note, with_reason
from linli.kernel.registry.models import Site, SiteChange
from linli.kernel.registry.refusals import SiteRefused

State = Site.State


def pause(site_id: UUID, *, actor: Actor, at: datetime, reason: str) -> Site:
    """Out of business for a time: it stays on the register. Raises SiteRefused, SiteNotFound, RightRefused."""
    return _turn(site_id, "pause", (State.IN_USE,), State.PAUSED, actor=actor, at=at, reason=reason)


def resume(site_id: UUID, *, actor: Actor, at: datetime, reason: str) -> Site:
    """In use again after a pause. Raises as ``pause``."""
    return _turn(site_id, "resume", (State.PAUSED,), State.IN_USE, actor=actor, at=at, reason=reason)


@transaction.atomic
def close(site_id: UUID, *, actor: Actor, at: datetime, reason: str) -> Site:
    """Off the register; its history stays. Refused while parts of it are still open. Raises as ``pause``."""
    site = _turn(site_id, "close", (State.IN_USE, State.PAUSED), State.CLOSED, actor=actor, at=at, reason=reason)
    if Site.objects.filter(within=site).exclude(state=State.CLOSED).exists():
        raise SiteRefused(_("其中还有未注销的下级点位，请先注销它们。"))
    return site


def reopen(site_id: UUID, *, actor: Actor, at: datetime, reason: str) -> Site:
    """Back on the register. Raises as ``pause``."""
    return _turn(site_id, "reopen", (State.CLOSED,), State.IN_USE, actor=actor, at=at, reason=reason)


@transaction.atomic
def follow_unit(ended: Unit, successor: Unit | None, actor: Actor, at: datetime) -> int:
    """The sites of a unit that ended pass to its successor; returns how many. Without one they stay."""
    if successor is None:
        return 0
    sites = list(Site.objects.select_for_update().filter(unit=ended).order_by("id"))
    Site.objects.filter(pk__in=[site.pk for site in sites]).update(unit=successor)
    SiteChange.objects.bulk_create(
        SiteChange(site=site, verb="follow_unit", changes={"unit_id": [ended.pk, successor.pk]}, actor=actor, at=at)
        for site in sites
    )
    return len(sites)


@transaction.atomic
def _turn(
    site_id: UUID, verb: str, sources: tuple[State, ...], target: State, *, actor: Actor, at: datetime, reason: str
) -> Site:
    site = locked(site_id, actor=actor, at=at)
    said = with_reason(reason)
    if site.state not in sources:
        raise SiteRefused(_("这处场所现在是“%(state)s”，不能这样操作。") % {"state": State(site.state).label})
    site.state, site.closed_at = target, at if target == State.CLOSED else None
    site.save(update_fields=["state", "closed_at"])
    note(site, verb, actor=actor, at=at, reason=said)
    return site
