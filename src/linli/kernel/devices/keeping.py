"""What all phones of one area take along is reckoned once and kept for a while."""

import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

KEPT_S = 600.0
MOST = 1_000
"""Areas kept at once in one process; beyond that all are forgotten."""

Units = tuple[int, ...]


def for_a_while(reckon: Callable[[Units], Any]) -> Callable[[Units], Any]:
    """``reckon`` of a sorted tuple of units, its answer kept for ten minutes: for what hardly ever changes.

    The answer is shared and must not be changed by whoever gets it.
    """
    held: dict[Units, tuple[float, Any]] = {}
    turn = Lock()

    @wraps(reckon)
    def kept(units: Units) -> Any:
        now = time.monotonic()
        found = held.get(units)
        if found is None or now - found[0] > KEPT_S:
            found = (now, reckon(units))
            with turn:
                if len(held) >= MOST:
                    held.clear()
                held[units] = found
        return found[1]

    return kept
