"""The duties a phone takes along: the last three days, the next fourteen."""

from datetime import datetime, timedelta
from typing import Any

from linli.domains.safety.queries.field_patrols import routes_of
from linli.kernel.devices.verbs import Source
from linli.kernel.duties import queries as kernel
from linli.kernel.org.models import Actor

BACK = timedelta(days=3)
AHEAD = timedelta(days=14)
MOST = 300


def mine(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Occurrences for ``actor`` to do, with the route where one belongs to the duty; four statements."""
    lines = kernel.of_person(actor, first=at - BACK, until=at + AHEAD, at=at, most=MOST)
    routes = routes_of({line.duty_id for line in lines})
    return [
        {
            "occurrence": str(line.id), "title": line.title, "kind": line.kind,
            "opens_at": line.opens_at.isoformat(), "closes_at": line.closes_at.isoformat(),
            "misses_at": line.misses_at.isoformat(), "state": line.state, "wants": list(line.wants),
            "where": line.over_name, "route": routes.get(line.duty_id),
        }
        for line in lines
    ]  # fmt: skip


SOURCES: dict[str, Source] = {"duties": mine}
