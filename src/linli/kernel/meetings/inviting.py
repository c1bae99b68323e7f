"""Who is invited to the meetings of a series, by its kind; filled once from ``config``."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from linli.kernel.meetings.models import Series
from linli.kernel.org.models import Actor

Invited = Callable[[Series, datetime], Sequence[Actor]]
_by_kind: dict[str, Invited] = {}


def connect(by_kind: Mapping[str, Invited]) -> None:
    """Remember who knows the people of a kind of meeting (the members a federation has that day)."""
    _by_kind.update(by_kind)


def invited_to(series: Series, *, at: datetime) -> Sequence[Actor]:
    if series.kind in _by_kind:
        return _by_kind[series.kind](series, at)
    return list(series.people.all())
