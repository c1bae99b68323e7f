"""One person at two places at once: found before it is planned."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.duties.models import Occurrence
from linli.kernel.errors import Refused
from linli.kernel.org.models import Actor

NAMED = 3


@dataclass(frozen=True, slots=True)
class Overlap:
    """What somebody has to do at the same time."""

    title: str
    opens_at: datetime
    closes_at: datetime


class OverlapRefused(Refused):
    """They have something else then; goes through when it is done knowingly."""


def overlapping(
    person: Actor, spans: Sequence[tuple[datetime, datetime]], *, but_not: Collection[UUID] = ()
) -> list[Overlap]:
    """What ``person`` has due during any of ``spans``, without the occurrences ``but_not``. One statement."""
    if not spans:
        return []
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    rows = Occurrence.objects.filter(
        holder=person, state=Occurrence.State.DUE, opens_at__lt=last, closes_at__gt=first
    ).exclude(pk__in=but_not)
    theirs = rows.order_by("opens_at").values_list("duty__title", "opens_at", "closes_at")
    return [Overlap(*row) for row in theirs if any(row[1] < end and begin < row[2] for begin, end in spans)]


def warn(person: Actor, found: Iterable[Overlap]) -> None:
    """Raises OverlapRefused when there is any."""
    known = list(found)
    if not known:
        return
    first = "；".join(f"{timezone.localtime(one.opens_at):%m-%d %H:%M} {one.title}" for one in known[:NAMED])
    raise OverlapRefused(
        _("%(person)s这时已有别的安排（%(count)d处）：%(first)s。确认仍要这样安排，请勾选“知道时间重叠”。")
        % {"person": person.name, "count": len(known), "first": first},
        field="knowing",
    )
