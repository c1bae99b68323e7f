"""Where does this item go: the counterpart of each layer in one street, by the item or by the general table."""

from dataclasses import dataclass

from linli.domains.lists.models import Stand, Standing
from linli.domains.lists.queries import docking, reach
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import Node

ORDER = ("department", "office", "centre", "committee")


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in a layer; ``duty`` what the item says it does, ``is_co`` when it only helps."""

    name: str
    duty: str
    is_co: bool


@dataclass(frozen=True, slots=True)
class LayerLine:
    """One layer: its units here; ``by`` who says so: the item, the table or nobody."""

    layer: str
    label: str
    places: tuple[Place, ...]
    more: int
    by: str


@dataclass(frozen=True, slots=True)
class ItemWay:
    code: str
    title: str
    heading: str
    list_name: str
    street: str
    street_id: int
    streets: tuple[Node, ...]
    lines: tuple[LayerLine, ...]
    may_give: bool


MOST_SHOWN = 12


def item_way(code: str, *, actor: Actor, post: Held | None, street: int | None = None) -> ItemWay:
    """Raises ListNotFound."""
    item = reach.get_item(code, actor=actor)
    row = Standing.objects.get(pk=item.pk)
    district = docking.district_of(item.worklist.unit_id)
    streets = _streets(item.worklist.unit_id, district)
    own = docking.street_of(_node(post.unit_id)) if post is not None else None
    wanted = next((s for s in streets if s.id == street), None) or next((s for s in streets if s == own), None)
    chosen = wanted or (streets[0] if streets else None)
    said, table = docking.said_of(item), docking.table_of(district)
    way = docking.way(said, chosen, table) if chosen is not None else None
    stands = {(s.layer, s.unit_id, s.office): s for s in Stand.objects.filter(item=item)}
    return ItemWay(
        code, row.title, row.heading, item.worklist.name, chosen.name if chosen else "", chosen.id if chosen else 0,
        tuple(streets),
        tuple(_line(layer, way, chosen, stands) for layer in ORDER), org.holds_right(actor, "give_tasks") is not None,
    )  # fmt: skip


def _node(unit_id: int) -> Node:
    return org.node_of(unit_id)


def _streets(unit_id: int, district: Node) -> list[Node]:
    own = docking.street_of(_node(unit_id))
    return [own] if own is not None else docking.streets_of(district)


def _line(
    layer: str, way: docking.Way | None, street: Node | None, stands: dict[tuple[str, int | None, str], Stand]
) -> LayerLine:
    nodes = way.of(layer) if way is not None else ()
    by = "item" if way is not None and layer in way.by_item else "table" if nodes and layer != "committee" else ""
    places = []
    for node in nodes[:MOST_SHOWN]:
        key = node.code.removeprefix(f"{street.code}-") if street is not None else ""
        stand = stands.get((layer, node.id, "")) or stands.get((layer, None, key))
        duty = stand.duty if stand else _committee_duty(layer, stands)
        places.append(Place(node.name, duty, bool(stand and stand.part == "co")))
    return LayerLine(layer, str(docking.LAYER_LABELS[layer]), tuple(places), max(0, len(nodes) - MOST_SHOWN), by)


def _committee_duty(layer: str, stands: dict[tuple[str, int | None, str], Stand]) -> str:
    if layer != "committee":
        return ""
    return next((s.duty for s in stands.values() if s.layer == "committee"), "")
