"""What a federation that is to be dissolved still has open, and who may take it over."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.domains.safety.models import Federation, NoticeAnswer
from linli.kernel.flow.models import Matter
from linli.kernel.meetings.models import Meeting, Series
from linli.kernel.org.models import Unit

MOST = 100
TAKERS = ("office", "centre", "station", "association")
"""Kinds of units right under the street that may take over; to a committee nothing is pushed down."""
UNFINISHED = Q(state__in=("told", "read", "promised", "done"))


@dataclass(frozen=True, slots=True)
class Left:
    """What is open. ``to_end``: has to be called off or ended before; ``to_hand_on``: done, or taken over by others."""

    to_end: tuple[str, ...]
    to_hand_on: tuple[str, ...]


def left_open(federation: Federation) -> Left:
    """In four statements; at most 100 of each kind are named."""
    return Left((*_meetings(federation), *_series(federation)), (*_notices(federation), *_matters(federation)))


def _meetings(federation: Federation) -> list[str]:
    planned = Meeting.objects.filter(unit=federation.unit, state="planned").order_by("starts_at")[:MOST]
    return [_("会议：%(what)s（%(day)s）") % {"what": one.title, "day": _day(one.starts_at)} for one in planned]


def _series(federation: Federation) -> list[str]:
    running = Series.objects.filter(unit=federation.unit, ended_at=None).order_by("pk")[:MOST]
    return [_("定期例会：%(what)s") % {"what": one.title} for one in running]


def _notices(federation: Federation) -> list[str]:
    rows = NoticeAnswer.objects.filter(UNFINISHED, notice__federation=federation).order_by("notice_id")
    counted = Counter(rows.values_list("notice__title", flat=True)[: MOST * 100])
    return [
        _("通报：%(what)s，%(n)d个成员还没有核实完成") % {"what": title, "n": n}
        for title, n in counted.most_common(MOST)
    ]


def _matters(federation: Federation) -> list[str]:
    rows = Matter.objects.filter(Q(unit=federation.unit) | Q(home=federation.unit), closed_at=None).order_by("pk")
    found = rows.values_list("number", "title")[:MOST]
    return [_("事项：%(number)s %(what)s") % {"number": number, "what": title} for number, title in found]


def _day(at: datetime) -> str:
    return timezone.localdate(at).isoformat()


def takers(federation: Federation) -> list[tuple[str, str]]:
    """(id, name) of the street and what stands right under it, but for the federation itself."""
    below = Q(parent=federation.home, kind__in=TAKERS) & ~Q(pk=federation.pk)
    rows = Unit.objects.filter(Q(pk=federation.home_id) | below, valid_to=None).order_by("path")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")[:MOST]]
