"""Rounds nobody walked (000-52, 001g-18), newest first."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.domains.safety.queries.patrol_log import territory
from linli.domains.safety.queries.route_desk import who_of
from linli.kernel.catalog.sheets import write_rows
from linli.kernel.duties.models import Occurrence
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.web.times import when

PAGE = 50
DAYS = 60
MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Row:
    """A round that was missed: what, where, whose."""

    id: UUID
    route: int
    title: str
    kind: str
    over: str
    who: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    after: str


def page(
    actor: Actor, post: Held | None, *, unit: int | None = None, at: datetime, after: str = "", limit: int = PAGE
) -> Page:
    """Missed rounds of the last ``DAYS`` in the territory; one SQL statement."""
    found = _missed(actor, post, unit, at)
    moment, _mark, key = after.partition("~")
    with suppress(ValueError, ValidationError):
        found = found.filter(Q(opens_at__lt=moment) | Q(opens_at=moment, pk__lt=UUID(key))) if after else found
    kept = list(found.order_by("-opens_at", "-pk")[: limit + 1])
    rows = [_row(one) for one in kept[:limit]]
    return Page(rows, f"{rows[-1].opens_at.isoformat()}~{rows[-1].id}" if len(kept) > limit else "")


def _missed(actor: Actor, post: Held | None, unit: int | None, at: datetime) -> QuerySet[Occurrence]:
    rows = Occurrence.objects.filter(
        state=Occurrence.State.MISSED, duty__route__isnull=False, opens_at__gte=at - timedelta(days=DAYS)
    )
    if unit is not None:
        rows = rows.filter(duty__over__path__startswith=org.node_of(unit).path)
    grounds = territory(post)
    mine = Q(holder=actor)
    if post is not None:
        mine |= Q(duty__unit=post.over_id)
    rows = rows.filter(Q(duty__over__in=grounds) | mine)
    return rows.select_related("duty__over", "duty__holder", "duty__route", "holder")


def _row(one: Occurrence) -> Row:
    route = one.duty.route
    return Row(
        one.pk, route.pk, one.duty.title, str(route.get_kind_display()), one.duty.over.name,
        one.holder.name if one.holder else who_of(one.duty), one.opens_at, one.closes_at,
    )  # fmt: skip


def sheet(actor: Actor, post: Held | None, *, unit: int | None, at: datetime) -> bytes:
    heads = [_("路线"), _("类别"), _("区域"), _("责任人"), _("应巡时间"), _("截止")]
    rows = page(actor, post, unit=unit, at=at, limit=MOST_ROWS).rows
    lines = ([r.title, r.kind, r.over, r.who, when(r.opens_at), when(r.closes_at)] for r in rows)
    return write_rows(heads, lines, kind="xlsx", title=_("漏巡清单"))
