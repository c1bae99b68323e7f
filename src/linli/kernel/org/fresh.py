"""What a running program keeps of the organisation in memory, dropped when the database says it changed.

Triggers give every change of a topic (unit, area, post) a new number. Each program asks for the numbers at most
once in ``CHECK_EVERY_S``, so another program's change is seen within that time, and its own at once.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Generic, TypeVar

from django.db import connection
from django.utils import timezone

CHECK_EVERY_S = 1.0
TOPICS = ("unit", "area", "post")

T = TypeVar("T")
Numbers = Mapping[str, int]


def _ask_database() -> Numbers:
    with connection.cursor() as cursor:
        cursor.execute("SELECT topic, no FROM org_revision")
        return dict(cursor.fetchall())


class _Watch:
    """The numbers as last read, when, and by what."""

    def __init__(self) -> None:
        self.read: Callable[[], Numbers] = _ask_database
        self.numbers: Numbers = {}
        self.today = timezone.localdate()
        self.next_check = 0.0
        self.lock = threading.Lock()


_watch = _Watch()
_all_kept: list["Kept[object]"] = []


def read_numbers_with(read: Callable[[], Numbers]) -> None:
    """Ask for the numbers through ``read`` (topic → number) instead of Django's connection, e.g. an own pool."""
    _watch.read = read


def numbers() -> Numbers:
    """The present number of each topic, at most ``CHECK_EVERY_S`` old."""
    if time.monotonic() >= _watch.next_check and _watch.lock.acquire(blocking=not _watch.numbers):
        try:
            if time.monotonic() >= _watch.next_check:
                _watch.numbers, _watch.today = _watch.read(), timezone.localdate()
                _watch.next_check = time.monotonic() + CHECK_EVERY_S
        finally:
            _watch.lock.release()
    return _watch.numbers


def today() -> date:
    """The civil day here, at most ``CHECK_EVERY_S`` after midnight; asking Django each time costs ten times as much."""
    numbers()
    return _watch.today


def forget() -> None:
    """Drop everything kept, so that this program sees its own change at once."""
    _watch.next_check = 0.0
    for kept in _all_kept:
        kept.drop()


class Kept(Generic[T]):
    """A value made from the database by ``load(previous)`` and kept until one of ``topics`` changes.

    While one thread makes the new value, the others go on with the one before.

    daily  make it anew every day too, because effective dates decide what is in it
    """

    def __init__(self, load: Callable[[T | None], T], *, topics: Iterable[str], daily: bool = False) -> None:
        self._load = load
        self._topics = tuple(topics)
        self._daily = daily
        self._made_of: tuple[object, ...] | None = None
        self._value: T | None = None
        self._lock = threading.Lock()
        _all_kept.append(self)  # type: ignore[arg-type]  # the list only ever calls drop()

    def get(self) -> T:
        present = self._present()
        value = self._value
        if value is not None and self._made_of == present:
            return value
        if self._lock.acquire(blocking=value is None or self._made_of is None):
            try:
                return self._renewed()
            finally:
                self._lock.release()
        return self._renewed() if value is None else value

    def drop(self) -> None:
        """Make a new value at the next call; the old one stays available to ``load``."""
        self._made_of = None

    def _present(self) -> tuple[object, ...]:
        present = numbers()
        return (_watch.today if self._daily else None, *(present.get(topic) for topic in self._topics))

    def _renewed(self) -> T:
        present = self._present()
        if self._value is None or self._made_of != present:
            self._value = self._load(self._value)
            self._made_of = present
        return self._value
