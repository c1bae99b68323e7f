"""How long a seal may be out: until the moment that was agreed."""

from typing import Any

from linli.kernel.flow.definition import Limit
from linli.kernel.flow.models import Matter


def limit_of_outing(subject: Any, _matter: Matter, kind: str) -> Limit | None:
    """The clock ``return`` of an outing, in minutes from when the seal was handed out."""
    if kind != "return" or subject.went_out_at is None:
        return None
    minutes = (subject.back_at - subject.went_out_at).total_seconds() / 60
    return Limit(max(minutes, 1), "continuous", (0.8, 1.0), why="back_at")
