"""Occurrences made ahead of their days, many duties in a few statements."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from linli.kernel.calendar import queries as calendar
from linli.kernel.duties import rules
from linli.kernel.duties.models import Duty, Occurrence

DAYS_AHEAD = 21
AT_ONCE = 500


@transaction.atomic
def make_ahead(*, at: datetime, only: Collection[UUID] | None = None, limit: int = AT_ONCE) -> int:
    """Make the occurrences of the next 21 days; returns how many duties were brought forward (0: all are).

    Several programs at once take different duties; one that another has just brought forward is left alone, and the
    database keeps each day single. Four statements, however many duties.
    """
    until = timezone.localdate(at) + timedelta(days=DAYS_AHEAD)
    open_ones = Duty.objects.filter(ended_at=None).filter(Q(made_ahead_to=None) | Q(made_ahead_to__lt=until))
    open_ones = open_ones.filter(Q(ends_on=None) | Q(made_ahead_to=None) | Q(made_ahead_to__lt=F("ends_on")))
    if only is not None:
        open_ones = open_ones.filter(pk__in=only)
    duties = list(open_ones.select_for_update(skip_locked=only is None).order_by("made_ahead_to", "id")[:limit])
    Occurrence.objects.bulk_create(
        (one for duty in duties for one in _occurrences(duty, until)), batch_size=5000, ignore_conflicts=True
    )
    for duty in duties:
        duty.made_ahead_to = until
    Duty.objects.filter(pk__in=[duty.pk for duty in duties]).update(made_ahead_to=until)
    return len(duties)


def _occurrences(duty: Duty, until: date) -> Iterator[Occurrence]:
    """Those of [made_ahead_to, until) that are not made; none whose window was over when the duty was set."""
    for window in windows(duty, first=duty.made_ahead_to or duty.starts_on, until=until):
        if window.closes_at > duty.made_at:
            yield Occurrence(
                duty=duty, on=window.on, opens_at=window.opens_at, closes_at=window.closes_at,
                misses_at=window.misses_at, holder_id=duty.holder_id,
            )  # fmt: skip


def windows(duty: Duty, *, first: date, until: date) -> Iterator[rules.Window]:
    """The windows of ``duty`` in [first, until) by its rule, whether made or not."""
    if duty.ends_on is not None:
        until = min(until, duty.ends_on)
    days = rules.days(duty.rule, starts_on=duty.starts_on, first=first, until=until)
    if duty.working_days_only:
        days = rules.worked(days, calendar.current())
    for day in days:
        yield rules.window(day, opens=duty.opens, closes=duty.closes, grace_minutes=duty.grace_minutes)
