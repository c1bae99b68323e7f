"""Somebody's duties as a calendar that other programs subscribe to: titles and times, nothing of persons."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from linli.kernel.duties import queries as kernel
from linli.kernel.duties.queries import OccurrenceLine

FRESH = timedelta(hours=1)
STATUS = {"excused": "CANCELLED"}
MARK = {"done": "✓ ", "late": "✓ ", "missed": "✗ "}


def calendar(token: str, *, at: datetime) -> bytes:
    """RFC 5545. Raises NotFound for a secret nobody has."""
    found, _since = kernel.of_feed(token, at=at)
    made = Calendar()
    made.add("prodid", "-//Linli//Duties//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("我的值守与巡查"))
    made.add("refresh-interval", FRESH, parameters={"VALUE": "DURATION"})
    for line in found:
        made.add_component(_event(line, at))
    written: bytes = made.to_ical()
    return written


def _event(line: OccurrenceLine, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{line.id}@linli")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", line.opens_at.astimezone(UTC))
    event.add("dtend", line.closes_at.astimezone(UTC))
    event.add("summary", MARK.get(line.state, "") + line.title)
    event.add("location", line.over_name)
    event.add("categories", [line.kind_label])
    event.add("status", STATUS.get(line.state, "CONFIRMED"))
    return event
