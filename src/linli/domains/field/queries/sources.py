"""What every phone takes along of the platform itself: the territory, messages, colleagues."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from shapely.geometry import mapping, shape

from linli.kernel.devices.keeping import Units, for_a_while
from linli.kernel.messages import queries as messages
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.models import Actor, Area, Post
from linli.kernel.org.queries.posts import day_of
from linli.kernel.org.roles import BY_CODE

MOST_AREAS = 60
MOST_PEOPLE = 200
NEAR = 0.002
"""Degrees around one's own area within which neighbours are drawn; some 200 m."""
COARSE = 0.00005
"""Degrees a boundary may be off on a phone's map; some 5 m."""


def area(actor: Actor, at: datetime) -> dict[str, Any]:
    """The units of the person's posts and the boundaries of their areas and of those next to them."""
    posts = org.posts_of(actor, at)
    units = [
        {"id": held.over_id, "name": directory().unit(held.over_id).name, "role": held.role} for held in posts
    ]  # fmt: skip
    return {"units": units, "areas": _boundaries(tuple(sorted({held.over_id for held in posts})))}


@for_a_while
def _boundaries(units: Units) -> dict[str, Any]:
    """As GeoJSON: one's own areas and those next to them."""
    own = list(Area.objects.filter(unit__in=units, valid_to=None)[:MOST_AREAS])
    if not own:
        return {"type": "FeatureCollection", "features": []}
    west, south = min(a.west for a in own) - NEAR, min(a.south for a in own) - NEAR
    east, north = max(a.east for a in own) + NEAR, max(a.north for a in own) + NEAR
    beside = Area.objects.filter(
        Q(west__lte=east, east__gte=west, south__lte=north, north__gte=south), kind__in={a.kind for a in own},
        valid_to=None,
    ).exclude(pk__in=[a.pk for a in own])  # fmt: skip
    features = [_feature(one, is_mine=True) for one in own]
    features += [_feature(one, is_mine=False) for one in beside.order_by("id")[: MOST_AREAS - len(own)]]
    return {"type": "FeatureCollection", "features": features}


def _feature(one: Area, *, is_mine: bool) -> dict[str, Any]:
    rough = shape(one.boundary).simplify(COARSE)
    return {
        "type": "Feature", "id": one.pk, "geometry": _rounded(mapping(rough)),
        "properties": {"name": one.name, "kind": one.kind, "mine": is_mine, "schematic": one.schematic},
    }  # fmt: skip


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    """To a metre: five decimals."""

    def cut(value: Any) -> Any:
        return round(value, 5) if isinstance(value, float) else [cut(one) for one in value]

    return {"type": geometry["type"], "coordinates": cut(geometry["coordinates"])}


def notices(actor: Actor, _at: datetime) -> list[dict[str, Any]]:
    """The last messages to the person, newest first."""
    return [
        {
            "id": one.id, "title": one.subject, "text": one.body, "at": one.told_at, "read": one.is_read,
            "urgent": one.is_urgent, "url": reverse("organisation:notices"),
        }
        for one in messages.notices_of(actor)
    ]  # fmt: skip


def people(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Colleagues in the units of one's posts and right below: staff, by name and role, no numbers."""
    units = [held.unit_id for held in org.posts_of(actor, at)]
    on = day_of(at)
    rows = Post.objects.filter(Q(unit__in=units) | Q(unit__parent__in=units), Q(until=None) | Q(until__gt=on))
    rows = rows.filter(since__lte=on, actor__kind="staff").exclude(actor=actor).select_related("actor", "unit")
    return [
        {
            "id": row.actor_id, "name": row.actor.name, "role": row.role, "role_label": str(BY_CODE[row.role].label),
            "unit": row.unit.name,
        }
        for row in rows.order_by("unit_id", "id")[:MOST_PEOPLE]
    ]  # fmt: skip
