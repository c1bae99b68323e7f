"""The verbs on sites as the desk calls them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.kernel.errors import NotFound
from linli.kernel.org.models import Actor
from linli.kernel.registry import commands as registry
from linli.kernel.registry import queries as sites
from linli.kernel.registry.commands import amend, register
from linli.kernel.registry.models import Site

__all__ = ["VERBS", "amend", "register", "schema_of", "turn"]

VERBS: Mapping[str, Callable[..., Site]] = {
    "pause": registry.pause, "resume": registry.resume, "close": registry.close, "reopen": registry.reopen,
    "new-tag": registry.new_tag,
}  # fmt: skip
"""What is done to a site with a reason alone."""


def turn(site_id: UUID, verb: str, *, actor: Actor, at: datetime, reason: str) -> Site:
    """Carry out one of VERBS. Raises NotFound for another, and what the verb raises."""
    if verb not in VERBS:
        raise NotFound
    return VERBS[verb](site_id, actor=actor, at=at, reason=reason)


def schema_of(kind: str) -> dict[str, Any]:
    """What is written down of a kind; nothing for one that is not known."""
    return next((one.schema for one in sites.kinds() if one.code == kind), {})
