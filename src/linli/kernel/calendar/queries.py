"""The calendar in memory. ``due``, ``elapsed`` and ``announced`` are short for ``current()`` and its methods."""

from datetime import datetime

from linli.kernel.calendar.fresh import Fresh
from linli.kernel.calendar.models import Day, Hours, Revision
from linli.kernel.calendar.working_time import Base, Stretch, WorkCalendar


def _revision() -> int:
    return Revision.objects.values_list("number", flat=True).get(pk=1)


def _build(_revision: int) -> WorkCalendar:
    days = {}
    announced = set()
    for on, is_working, year_announced in Day.objects.values_list("on", "is_working", "year_announced"):
        days[on] = is_working
        if year_announced:
            announced.add(on.year)
    hours = [Stretch(*row) for row in Hours.objects.values_list("starts", "ends", "valid_from", "valid_to")]
    return WorkCalendar(days=days, announced=frozenset(announced), hours=hours)


_calendar = Fresh(revision=_revision, build=_build)


def current() -> WorkCalendar:
    """The calendar as the lists have it, from memory."""
    return _calendar.get()


def look_again() -> None:
    """Compare with the lists at the next question instead of in two seconds."""
    _calendar.look_again()


def due(start: datetime, amount: float, base: Base) -> datetime:
    """See ``WorkCalendar.due``."""
    return current().due(start, amount, base)


def elapsed(start: datetime, end: datetime, base: Base) -> float:
    """See ``WorkCalendar.elapsed``."""
    return current().elapsed(start, end, base)


def announced(year: int) -> bool:
    """See ``WorkCalendar.announced``."""
    return current().announced(year)
