"""On which days a duty falls: recurrence rules of RFC 5545, counted in local days. Pure."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr
from django.utils.translation import gettext as _

from linli.kernel.calendar.working_time import WorkCalendar
from linli.kernel.errors import Refused

ZONE = ZoneInfo("Asia/Shanghai")
LENGTH = 200
LOOK_AHEAD = timedelta(days=3 * 366)
"""A rule without a day within so long is taken for a mistake."""
_PARTS = frozenset(("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"))
_OFTEN = frozenset(("DAILY", "WEEKLY", "MONTHLY", "YEARLY"))
_SHAPE = re.compile(r"[A-Z]+=[A-Z0-9,+-]+(;[A-Z]+=[A-Z0-9,+-]+)*")


class RuleRefused(Refused):
    """No rule a duty can follow; ``str()`` is fit to show."""


class Window(NamedTuple):
    """When an occurrence may be done; all in UTC offsets of local time."""

    on: date
    opens_at: datetime
    closes_at: datetime
    misses_at: datetime


def checked(rule: str, *, starts_on: date) -> str:
    """``rule`` in capitals. Raises RuleRefused for one that is none, counts in hours, or never falls on a day."""
    text = rule.strip().upper().removeprefix("RRULE:")
    if not text or len(text) > LENGTH or not _SHAPE.fullmatch(text):
        raise RuleRefused(_("看不懂这个重复规则。"), field="rule")
    parts = dict(part.split("=", 1) for part in text.split(";"))
    if parts.keys() - _PARTS or parts.get("FREQ") not in _OFTEN:
        raise RuleRefused(_("重复规则只能按日、周、月、年，不写次数和止期。"), field="rule")
    try:
        first = next(days(text, starts_on=starts_on, first=starts_on, until=starts_on + LOOK_AHEAD), None)
    except ValueError as wrong:
        raise RuleRefused(_("看不懂这个重复规则。"), field="rule") from wrong
    if first is None:
        raise RuleRefused(_("按这个规则三年内没有一天。"), field="rule")
    return text


def days(rule: str, *, starts_on: date, first: date, until: date) -> Iterator[date]:
    """The days of ``rule`` in [first, until), in order; what repeats is counted from ``starts_on``."""
    begin = datetime.combine(max(first, starts_on), time())
    for found in _counted(rule, starts_on).xafter(begin, inc=True):
        if found.date() >= until:
            return
        yield found.date()


def worked(found: Iterator[date], calendar: WorkCalendar) -> Iterator[date]:
    """Those of the days that are worked, with announced holidays and make-up days."""
    return (day for day in found if calendar.is_working_day(day))


def window(on: date, *, opens: time, closes: time, grace_minutes: int) -> Window:
    """The window of the occurrence of a day; ``closes`` at or before ``opens`` lies on the next day."""
    opens_at = datetime.combine(on, opens, ZONE)
    closes_at = datetime.combine(on if closes > opens else on + timedelta(days=1), closes, ZONE)
    return Window(on, opens_at, closes_at, closes_at + timedelta(minutes=grace_minutes))


@lru_cache(maxsize=4096)
def _counted(rule: str, starts_on: date) -> rrule:
    made = rrulestr(rule, dtstart=datetime.combine(starts_on, time()))
    if not isinstance(made, rrule):
        raise ValueError(rule)
    return made
