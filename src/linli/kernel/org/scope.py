"""What somebody's posts let them see and do, as plain values."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Held:
    """A post in force: ``role`` from ``unit_id``, over the subtree ``over_path`` of ``over_id``."""

    id: int
    role: str
    title: str
    unit_id: int
    unit_path: str
    over_id: int
    over_path: str
    since: date
    until: date | None
    deputy: bool = False

    def reaches(self, path: str) -> bool:
        """True when the unit at ``path`` is inside this post's subtree."""
        return path.startswith(self.over_path)

    def in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)
