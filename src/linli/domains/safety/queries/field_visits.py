"""What phones take along for visits and contacts: purposes, ways, whom one is in contact with."""

from datetime import datetime
from typing import Any

from linli.domains.safety.queries import contacts, visit_purposes
from linli.kernel.org.models import Actor

MOST = 60


def choices(actor: Actor, at: datetime) -> dict[str, Any]:
    """Plain values: ``purposes``, ``ways``, ``grids``, ``committees``, each a list of [code or key, name]."""
    return {
        "purposes": [list(pair) for pair in visit_purposes.choices()],
        "ways": [[code, str(name)] for code, name in contacts.WAYS],
        "grids": [list(pair) for pair in contacts.grids_of(actor, at)[:MOST]],
        "committees": [list(pair) for pair in contacts.committees_of(actor, at)[:MOST]],
    }


SOURCES = {"visits": choices}
