"""Where work may go: the docking table of a district, and what an item says before it, resolved to units of a street.

Work travels department → office → centre → committee. What an item says of a layer goes before the general table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.domains.lists.models import Docking, Stand
from linli.kernel.catalog.models import WorkItem
from linli.kernel.org.directory import directory
from linli.kernel.org.tree import Node

BODIES: Mapping[str, str | Promise] = {
    "dzb": gettext_lazy("党政办公室"),
    "djb": gettext_lazy("社区党建办公室"),
    "glb": gettext_lazy("社区管理办公室"),
    "fwb": gettext_lazy("社区服务办公室"),
    "pab": gettext_lazy("社区平安办公室"),
    "zzb": gettext_lazy("社区自治办公室"),
    "fzb": gettext_lazy("社区发展办公室"),
    "jdb": gettext_lazy("综合监督办公室"),
    "slzx": gettext_lazy("社区事务受理服务中心"),
    "dqzx": gettext_lazy("党群服务中心"),
    "centre": gettext_lazy("城市运行管理中心"),
    "whzx": gettext_lazy("社区文化活动中心"),
    "zzzx": gettext_lazy("社会治安综合治理中心"),
    "shzx": gettext_lazy("社区生活服务中心"),
}
"""The bodies of a street by the end of their unit's code: eight offices, then six centres (000-23)."""
OFFICES = tuple(BODIES)[:8]
CENTRES = tuple(BODIES)[8:]

LAYERS: Mapping[str, str] = {
    "department": "department", "line": "department", "district": "department", "street": "street",
    "office": "office", "centre": "centre", "committee": "committee", "village": "committee", "station": "committee",
}  # fmt: skip
"""Kind of unit → the layer it stands in; the street itself asks its own bodies at every layer."""
LAYER_LABELS: Mapping[str, str | Promise] = {
    "department": gettext_lazy("区级部门"),
    "street": gettext_lazy("街道"),
    "office": gettext_lazy("街道内设机构"),
    "centre": gettext_lazy("街道中心"),
    "committee": gettext_lazy("居(村)委会"),
}


def body_label(key: str) -> str:
    return str(BODIES.get(key, key))


def layer_of(unit: Node) -> str:
    """The layer in which ``unit`` stands; "" for one that has no part in the four (a grid, a company)."""
    if unit.kind == "centre" and street_of(unit) is None:
        return "department"
    return LAYERS.get(unit.kind, "")


def street_of(unit: Node) -> Node | None:
    """The street ``unit`` lies in; None for the district's own bodies."""
    return next((node for node in directory().up(unit.id) if node.kind == "street"), None)


def district_of(unit_id: int) -> Node:
    """The district (else the root) above a unit."""
    up = directory().up(unit_id)
    return next((node for node in up if node.kind == "district"), up[-1])


@dataclass(frozen=True, slots=True)
class Table:
    """The docking table of one district as it stands: (department's id, office, centre)."""

    pairs: tuple[tuple[int, str, str], ...]

    def offices(self, departments: Iterable[int]) -> tuple[str, ...]:
        wanted = set(departments)
        return tuple(dict.fromkeys(office for unit, office, _centre in self.pairs if unit in wanted))

    def centres(self, departments: Iterable[int], offices: Iterable[str]) -> tuple[str, ...]:
        """Centres of the rows of these departments and offices; without departments of any."""
        units, wanted = set(departments), set(offices)
        rows = (row for row in self.pairs if row[1] in wanted and (not units or row[0] in units))
        return tuple(dict.fromkeys(centre for _unit, _office, centre in rows if centre))


def table_of(district: Node) -> Table:
    """The table of ``district`` now. One SQL statement."""
    rows = Docking.objects.filter(department__path__startswith=district.path, ended_at=None)
    return Table(tuple(rows.order_by("id").values_list("department_id", "office", "centre")))


@dataclass(frozen=True, slots=True)
class Said:
    """What an item itself says of the layers: (unit's id or None, body's key), leading ones first."""

    by_layer: Mapping[str, tuple[tuple[int | None, str], ...]] = field(default_factory=dict)

    def of(self, layer: str) -> tuple[tuple[int | None, str], ...]:
        return self.by_layer.get(layer, ())


def said_of(item: WorkItem | None) -> Said:
    """One SQL statement; nothing for an emergency, which rests on no item."""
    if item is None:
        return Said()
    by_layer: dict[str, list[tuple[int | None, str]]] = {}
    rows = Stand.objects.filter(item=item).order_by("-part", "id")  # lead before co
    for layer, unit, office in rows.values_list("layer", "unit_id", "office"):
        if unit is not None or office:
            by_layer.setdefault(layer, []).append((unit, office))
    return Said({layer: tuple(found) for layer, found in by_layer.items()})


@dataclass(frozen=True, slots=True)
class Way:
    """Where an item goes in one street, layer by layer; ``by_item`` names the layers the item itself speaks of."""

    departments: tuple[Node, ...]
    offices: tuple[Node, ...]
    centres: tuple[Node, ...]
    committees: tuple[Node, ...]
    by_item: frozenset[str] = frozenset()

    def of(self, layer: str) -> tuple[Node, ...]:
        return {
            "department": self.departments, "office": self.offices, "centre": self.centres,
            "committee": self.committees,
        }.get(layer, ())  # fmt: skip


def way(said: Said, street: Node, table: Table, *, department: int | None = None) -> Way:
    """Resolve what ``said`` and ``table`` name to the bodies of ``street``.

    department  the one it comes from, where the item names none
    """
    units = directory()
    own = [u for u in units.tree.below(street.path) if u.valid_to is None]
    departments = [units.tree.by_id[unit] for unit, _key in said.of("department") if unit in units.tree.by_id]
    if not departments and department is not None:
        departments = [units.tree.by_id[department]]
    keys = [d.id for d in departments]
    offices = _bodies(own, street, said.of("office")) or _bodies(own, street, _keyed(table.offices(keys)))
    ends = [_key(office, street) for office in offices]
    centres = _bodies(own, street, said.of("centre")) or _bodies(own, street, _keyed(table.centres(keys, ends)))
    committees = _named(own, said.of("committee")) or [u for u in own if LAYERS.get(u.kind) == "committee"]
    return Way(
        tuple(departments), tuple(offices), tuple(centres), tuple(committees),
        frozenset(layer for layer in ("department", "office", "centre", "committee") if said.of(layer)),
    )  # fmt: skip


def _keyed(keys: Sequence[str]) -> tuple[tuple[int | None, str], ...]:
    return tuple((None, key) for key in keys)


def _key(body: Node, street: Node) -> str:
    return body.code.removeprefix(f"{street.code}-")


def _bodies(own: Sequence[Node], street: Node, named: Sequence[tuple[int | None, str]]) -> list[Node]:
    by_key = {_key(u, street): u for u in own if u.parent_id == street.id}
    found = [by_key.get(key) if unit is None else _of(own, unit) for unit, key in named]
    return list(dict.fromkeys(node for node in found if node is not None))


def _named(own: Sequence[Node], named: Sequence[tuple[int | None, str]]) -> list[Node]:
    found = (_of(own, unit) for unit, _key in named if unit is not None)
    return [node for node in found if node is not None]


def _of(own: Sequence[Node], unit: int) -> Node | None:
    return next((u for u in own if u.id == unit), None)


def next_units(source: Node, said: Said, street: Node, table: Table) -> dict[str, tuple[Node, ...]]:
    """Layer → the units of ``street`` to which ``source`` may pass work of the item on; empty when there is none."""
    layer = layer_of(source)
    is_department = layer == "department" and source.kind != "district"
    found = way(said, street, table, department=source.id if is_department else None)
    if is_department and found.departments and source.id not in {d.id for d in found.departments}:
        return {}
    if layer == "department":
        return _some({"office": found.offices})
    if layer == "street":
        offices, centres = found.offices or _all_bodies(street, OFFICES), found.centres or _all_bodies(street, CENTRES)
        return _some({"office": offices, "centre": centres, "committee": found.committees})
    if layer == "office":
        return _from_office(source, said, street, table, found)
    return _some({"committee": found.committees}) if layer == "centre" and _fits(source, found.centres) else {}


def _from_office(source: Node, said: Said, street: Node, table: Table, found: Way) -> dict[str, tuple[Node, ...]]:
    if not _fits(source, found.offices):
        return {}
    centres = found.centres
    if not centres and not said.of("centre"):
        keys = table.centres([d.id for d in found.departments], [_key(source, street)])
        centres = tuple(_bodies(directory().tree.below(street.path), street, _keyed(keys)))
    return _some({"centre": centres} if centres else {"committee": found.committees})


def _fits(source: Node, named: Sequence[Node]) -> bool:
    return not named or source.id in {node.id for node in named}


def _all_bodies(street: Node, keys: Sequence[str]) -> tuple[Node, ...]:
    own = [u for u in directory().tree.below(street.path) if u.valid_to is None]
    return tuple(_bodies(own, street, _keyed(keys)))


def _some(found: dict[str, tuple[Node, ...]]) -> dict[str, tuple[Node, ...]]:
    return {layer: nodes for layer, nodes in found.items() if nodes}


def refusal(source: Node, target: Node, said: Said, table: Table) -> str:
    """Why ``source`` may not pass work of the item to ``target``, with the right address; "" when it may."""
    street = street_of(target)
    right = next_units(source, said, street, table) if street is not None else {}
    names = [node for nodes in right.values() for node in nodes]
    if target.id in {node.id for node in names}:
        return ""
    why = _("按条块对接表，%(source)s 的这项工作不能转给 %(target)s。") % {"source": source.name, "target": target.name}
    if not names:
        return why + _("对接表里没有可转的单位，请先由清单管理员登记对接关系。")
    shown = "、".join(node.name for node in names[:6])
    more = _("等 %(n)d 个单位") % {"n": len(names)} if len(names) > 6 else ""
    return why + _("应转：%(names)s%(more)s。") % {"names": shown, "more": more}


# --- the page of the table ---


@dataclass(frozen=True, slots=True)
class Row:
    """One pair as listed. ``is_open`` False: ended, kept as history."""

    id: int
    department: str
    department_id: int
    office: str
    centre: str
    note: str
    source: str
    made_by: str
    made_on: date
    ended_on: date | None
    end_reason: str

    @property
    def office_label(self) -> str:
        return body_label(self.office)

    @property
    def centre_label(self) -> str:
        return body_label(self.centre) if self.centre else ""


def rows_of(district: Node, *, ended: bool = False, department: int | None = None) -> list[Row]:
    """The table of a district, at most a thousand pairs; ``ended``: the former ones, the last first."""
    found = Docking.objects.filter(department__path__startswith=district.path, ended_at__isnull=not ended)
    if department is not None:
        found = found.filter(department=department)
    order = ("-ended_at", "id") if ended else ("department__code", "office", "centre")
    return [_row(one) for one in found.select_related("department", "made_by").order_by(*order)[:1000]]


def _row(one: Docking) -> Row:
    return Row(
        one.pk, one.department.name, one.department_id, one.office, one.centre, one.note, one.source,
        one.made_by.name, timezone.localdate(one.made_at),
        timezone.localdate(one.ended_at) if one.ended_at else None, one.end_reason,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A department's line of the matrix: for each office of ``OFFICES`` the rows that meet there."""

    department: str
    department_id: int
    cells: tuple[tuple[Row, ...], ...]


def matrix(rows: Sequence[Row]) -> list[Line]:
    by_department: dict[int, list[Row]] = {}
    for row in rows:
        by_department.setdefault(row.department_id, []).append(row)
    return [
        Line(found[0].department, unit, tuple(tuple(r for r in found if r.office == office) for office in OFFICES))
        for unit, found in by_department.items()
    ]


def departments_of(district: Node) -> list[Node]:
    """Departments and lines of the district itself."""
    below = directory().tree.below(district.path)
    return [u for u in below if u.kind in ("department", "line") and u.valid_to is None and u.home_id == district.id]


def streets_of(district: Node) -> list[Node]:
    return [u for u in directory().tree.below(district.path) if u.kind == "street" and u.valid_to is None]
