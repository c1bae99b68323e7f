"""Occurrences of a territory in a span of days: page by page, or counted day by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from linli.kernel.duties.models import Duty, Occurrence
from linli.kernel.duties.queries.lines import OccurrenceLine, lines, with_lines
from linli.kernel.duties.rules import ZONE
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

PAGE = 50
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Narrow:
    """What is asked for. ``first``, ``until``: days, half-open; ``unit_path``: only what it answers for or has done.

    states  codes of ``Occurrence.State``; late_sync among them asks for what was synchronised late
    """

    first: date
    until: date
    kind: str = ""
    states: tuple[str, ...] = ()
    holder_id: UUID | None = None
    unit_path: str = ""
    duty_id: UUID | None = None
    late_sync: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page, in the order of their times; ``after``, ``before``: keys of its neighbours, or ""."""

    rows: list[OccurrenceLine]
    after: str = ""
    before: str = ""


def visible(actor: Actor, *, at: datetime) -> QuerySet[Occurrence]:
    """Occurrences of the units ``actor``'s posts reach or of duties done in their territory, and their own."""
    scope = org.covers(actor, at)
    reached = scope.below(path="duty__unit__path") | scope.below(path="duty__over__path")
    return Occurrence.objects.filter(reached | Q(holder=actor))


def may_see(actor: Actor, duty: Duty, *, at: datetime) -> bool:
    """Whether ``actor`` may see the duty: by their posts, or because an occurrence is theirs."""
    scope = org.covers(actor, at)
    if scope.reaches(duty.unit.path) or scope.reaches(duty.over.path) or duty.holder_id == actor.pk:
        return True
    return Occurrence.objects.filter(duty=duty, holder=actor).exists()


def listed(
    actor: Actor, narrow: Narrow, *, at: datetime, after: str = "", before: str = "", size: int = PAGE,
    newest_first: bool = False,
) -> Page:  # fmt: skip
    """One page, by one statement."""
    rows = with_lines(narrowed(visible(actor, at=at), narrow))
    forward = not before
    key = _key(after or before)
    down = newest_first == forward
    if key is not None:
        opens_at, pk = key
        beyond = Q(opens_at=opens_at, pk__lt=pk) if down else Q(opens_at=opens_at, pk__gt=pk)
        rows = rows.filter((Q(opens_at__lt=opens_at) if down else Q(opens_at__gt=opens_at)) | beyond)
    rows = rows.order_by("-opens_at", "-pk") if down else rows.order_by("opens_at", "pk")
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if not forward:
        found.reverse()
    if not found:
        return Page([])
    first, last = _word(found[0]), _word(found[-1])
    has_later, has_earlier = (more, key is not None) if forward else (True, more)
    return Page(lines(found, at=at), last if has_later else "", first if has_earlier else "")


def all_of(actor: Actor, narrow: Narrow, *, at: datetime, most: int) -> list[OccurrenceLine]:
    """Up to ``most``, in the order of their times: for one day, a week, or a sheet."""
    rows = with_lines(narrowed(visible(actor, at=at), narrow)).order_by("opens_at", "pk")
    return lines(rows[:most], at=at)


def first_of_days(actor: Actor, narrow: Narrow, *, at: datetime, most: int) -> list[OccurrenceLine]:
    """The first ``most`` of every day of the span: for a month at a glance, however much falls on a day."""
    place = Window(RowNumber(), partition_by="on", order_by=("opens_at", "pk"))
    first = narrowed(visible(actor, at=at), narrow).annotate(place=place).filter(place__lte=most).values("pk")
    rows = with_lines(Occurrence.objects.filter(pk__in=first)).order_by("on", "opens_at", "pk")
    return lines(rows, at=at)


def days_of(actor: Actor, narrow: Narrow, *, at: datetime) -> dict[date, dict[str, int]]:
    """How many of each state fall on each day of the span: for a month at a glance. One statement."""
    rows = narrowed(visible(actor, at=at), narrow).values("on", "state").annotate(n=Count("pk")).order_by()
    found: dict[date, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["on"], {})[row["state"]] = row["n"]
    return found


def narrowed(rows: QuerySet[Occurrence], narrow: Narrow) -> QuerySet[Occurrence]:
    until = min(narrow.until, narrow.first + timedelta(days=MOST_DAYS))
    rows = rows.filter(opens_at__gte=_midnight(narrow.first), opens_at__lt=_midnight(until))
    if narrow.kind:
        rows = rows.filter(duty__kind=narrow.kind)
    if narrow.states:
        rows = rows.filter(state__in=narrow.states)
    if narrow.holder_id:
        rows = rows.filter(Q(holder=narrow.holder_id) | Q(done_by=narrow.holder_id))
    if narrow.duty_id:
        rows = rows.filter(duty=narrow.duty_id)
    if narrow.late_sync:
        rows = rows.filter(is_late_sync=True)
    if narrow.unit_path:
        within = Q(duty__unit__path__startswith=narrow.unit_path) | Q(duty__over__path__startswith=narrow.unit_path)
        rows = rows.filter(within)
    return rows


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _word(row: Occurrence) -> str:
    return f"{row.opens_at.timestamp():.0f}_{row.pk.hex}"


def _key(word: str) -> tuple[datetime, UUID] | None:
    seconds, _sep, key = word.partition("_")
    try:
        return datetime.fromtimestamp(int(seconds), ZONE), UUID(key)
    except (ValueError, OverflowError, OSError):
        return None
