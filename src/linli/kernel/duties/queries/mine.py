"""What one person has to do: by name, or because of their role where nobody is named."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.kernel.duties.commands.feeds import hashed
from linli.kernel.duties.models import Duty, Feed, Occurrence
from linli.kernel.duties.queries.lines import OccurrenceLine, lines, with_lines
from linli.kernel.errors import NotFound
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.tree import kept as tree

MOST = 500
FEED_BACK = timedelta(days=30)
FEED_AHEAD = timedelta(days=60)


def of_person(
    actor: Actor, *, first: datetime, until: datetime, at: datetime, states: tuple[str, ...] = (), most: int = MOST
) -> list[OccurrenceLine]:
    """Occurrences that begin in [first, until) and are for ``actor`` to do, earliest first. Two statements."""
    rows = with_lines(rows_of(actor, first=first, until=until, at=at)).order_by("opens_at", "pk")
    if states:
        rows = rows.filter(state__in=states)
    return lines(rows[:most], at=at)


def rows_of(actor: Actor, *, first: datetime, until: datetime, at: datetime) -> QuerySet[Occurrence]:
    """By the holder's index; by role through the few duties of their units that name nobody."""
    by_role = _by_role(actor, at)
    span = {"opens_at__gte": first, "opens_at__lt": until}
    mine = Q(holder=actor, **span)
    if by_role:
        days = {"on__gte": (first - timedelta(days=1)).date(), "on__lte": (until + timedelta(days=1)).date()}
        mine |= Q(holder=None, duty__in=by_role, **days, **span)
    return Occurrence.objects.filter(mine)


def _by_role(actor: Actor, at: datetime) -> list[UUID]:
    """Duties without a holder whose role ``actor`` has in the duty's unit, below it, or over it."""
    units: dict[str, set[int]] = {}
    nodes = tree.get()
    for held in org.posts_of(actor, at):
        own = units.setdefault(held.role, set())
        own.update(nodes.by_id[held.unit_id].chain)
        own.update(node.id for node in nodes.below(held.over_path))
    fitting = Q(pk__in=())
    for role, ids in units.items():
        fitting |= Q(role=role, unit__in=ids)
    return list(Duty.objects.filter(fitting, holder=None).values_list("pk", flat=True)[:MOST])


def of_feed(token: str, *, at: datetime) -> tuple[list[OccurrenceLine], date]:
    """What the calendar program of the person with this secret shows. Raises NotFound for a secret nobody has."""
    feed = Feed.objects.select_related("actor").filter(token_hash=hashed(token)).first()
    if feed is None or not org.posts_of(feed.actor, at):
        raise NotFound
    found = of_person(feed.actor, first=at - FEED_BACK, until=at + FEED_AHEAD, at=at)
    return found, timezone.localdate(feed.made_at)


def feed_since(actor: Actor) -> datetime | None:
    """Since when ``actor`` has a feed, None without one."""
    return Feed.objects.filter(actor=actor).values_list("made_at", flat=True).first()
