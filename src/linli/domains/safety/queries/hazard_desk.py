"""What the forms and filters of the hazard desk offer, and its list as points on a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from linli.domains.safety.models import CheckItem, Hazard
from linli.domains.safety.queries import categories, checklists, hazards
from linli.domains.safety.queries.hazards import Narrow
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import kept as tree
from linli.kernel.registry import queries as registry
from linli.kernel.registry.models import Site


@dataclass(frozen=True, slots=True)
class Picker:
    """A filter with many values, as a select."""

    name: str
    value: str
    choices: tuple[tuple[str, str], ...]


def pickers(narrow: Narrow) -> list[Picker]:
    groups = tuple((group, group) for group in categories.groups())
    sources = tuple((value, str(label)) for value, label in Hazard.Source.choices)
    return [Picker("category", narrow.category, groups), Picker("source", narrow.source, sources)]


@dataclass(frozen=True, slots=True)
class Offered:
    """The site chosen, if there is one, and what may be found there. ``items``: (code, group, words)."""

    site: Site | None
    items: tuple[tuple[str, str, str], ...]
    groups: tuple[str, ...]


def offered(code: str, *, actor: Actor, at: datetime) -> Offered:
    """For the site ``code`` the items of its kind. Raises SiteNotFound for a code that ``actor`` does not see."""
    site = registry.get_site(code, actor=actor, at=at) if code else None
    items: Sequence[CheckItem] = checklists.items_for(site.kind_id, timezone.localdate(at)) if site else ()
    return Offered(site, tuple((one.code, one.group, one.text) for one in items), tuple(categories.groups()))


def item_of(code: str) -> CheckItem | None:
    return CheckItem.objects.filter(pk=code).first() if code else None


def points(actor: Actor, post: Held | None, narrow: Narrow, *, at: datetime) -> dict[str, Any]:
    """GeoJSON: major ones as triangles, colour by how its clock stands."""
    found = hazards.on_map(actor, post, narrow, at=at)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
                "properties": {
                    "id": row.number, "number": row.number, "title": row.title, "look": _look(row, at),
                    "url": f"/desk/safety/hazards/{row.number}", "shape": "triangle" if row.is_major else "circle",
                },
            }
            for row in found
        ],
    }  # fmt: skip


def _look(row: hazards.Row, at: datetime) -> str:
    if row.closed_at is not None:
        return "done"
    return "late" if row.due_at is not None and row.due_at < at else "warn" if row.is_major else "ok"


def unit_name(key: int | None) -> str:
    node = tree.get().by_id.get(key or 0)
    return node.name if node else ""
