"""A value built from a list in the database, kept in memory until the list changes."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

LOOK_EVERY_S = 2.0
"""How long another process may go on with the old list after a change."""


class Fresh(Generic[T]):
    """Gives the built value; asks for the list's revision number at most every ``LOOK_EVERY_S`` seconds.

    revision  reads the number that the database changes at every write (and never gives twice)
    build     makes the value of that number; runs again only when the number differs
    """

    def __init__(self, *, revision: Callable[[], int], build: Callable[[int], T]) -> None:
        self._revision = revision
        self._build = build
        self._lock = threading.Lock()
        self._held: tuple[int, T] | None = None
        self._look_at = 0.0
        self._wanted = 0

    def get(self) -> T:
        """The value, at most ``LOOK_EVERY_S`` behind other processes and never behind this one's own commands.

        While one thread looks, the others go on with what there is, unless there is nothing or a look was asked for.
        """
        held = self._held
        if held is not None and time.monotonic() < self._look_at:
            return held[1]
        if not self._lock.acquire(blocking=held is None or self._look_at == 0.0) and held is not None:
            return held[1]
        try:
            return self._looked()
        finally:
            self._lock.release()

    def _looked(self) -> T:
        if self._held is not None and time.monotonic() < self._look_at:
            return self._held[1]
        wanted = self._wanted
        # The number is read before the list: a write in between only makes us build once more.
        number = self._revision()
        if self._held is None or self._held[0] != number:
            self._held = (number, self._build(number))
        if wanted == self._wanted:
            self._look_at = time.monotonic() + LOOK_EVERY_S
        return self._held[1]

    def look_again(self) -> None:
        """Ask for the number at the next ``get``: called after a write by this process."""
        self._wanted += 1
        self._look_at = 0.0
