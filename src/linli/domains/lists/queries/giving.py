"""What may be given, to whom, under what: everything the form of a new task offers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.domains.lists.models import Stand, Standing
from linli.domains.lists.queries import citing, docking, reach
from linli.domains.lists.queries.applying_choices import may_apply
from linli.domains.lists.queries.asking import asker_of
from linli.domains.lists.queries.citing import Choice, ChoiceGroup
from linli.domains.lists.queries.task_limits import terms_of
from linli.kernel.catalog import queries as catalog
from linli.kernel.catalog.admitted import bound_kinds
from linli.kernel.catalog.models import WorkItem
from linli.kernel.catalog.terms import FREQUENCIES
from linli.kernel.org import queries as org
from linli.kernel.org.directory import directory
from linli.kernel.org.keys import new_key
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.scope import Held
from linli.kernel.org.tree import Node
from linli.kernel.text import bigrams

FOUND = 20


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item to choose."""

    code: str
    title: str
    heading: str
    list_name: str


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Units of one layer in one street that may be named. ``units``: (id, name, why not or "")."""

    label: str
    units: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What the chosen item says of how the work is done."""

    code: str
    title: str
    heading: str
    content: str
    guide: tuple[str, ...]
    evidence: tuple[str, ...]
    limit: str
    frequency: str
    layers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """The form: who asks, under which item, of whom.

    groups      where the docking table leads from the asker; units of committees that may not be asked say why
    admissions  what may be asked of the committees instead, when the item itself is not admitted for them
    apply_for   number of the item that is to be admitted first, for those who may apply for it; else ""
    """

    asker: str
    item: WorkItem | None
    said: Given | None
    groups: tuple[UnitGroup, ...]
    admissions: tuple[ChoiceGroup, ...]
    emergencies: tuple[Choice, ...]
    found: tuple[ItemLine, ...]
    text: str
    is_urgent: bool = False
    apply_for: str = ""
    command: UUID = field(default_factory=new_key)

    @property
    def is_stuck(self) -> bool:
        """Chosen what, but there is nobody whom the docking table leads to."""
        return (self.item is not None or self.is_urgent) and not self.groups


def offer(
    actor: Actor, post: Held | None, *, code: str = "", text: str = "", admission: int | None = None, at: datetime
) -> Offer:
    """The form for ``actor`` at ``post``; ``admission`` an emergency chosen instead of an item. Raises NotFound."""
    asker = asker_of(actor, post)
    source = directory().unit(asker.pk)
    district = docking.district_of(asker.pk)
    item = reach.get_item(code, actor=actor) if code else None
    urgent = citing.emergencies(district.path, at=at)
    is_urgent = item is None and admission is not None and str(admission) in {one.value for one in urgent}
    groups, admissions = _groups(source, item, at=at) if item is not None or is_urgent else ([], [])
    return Offer(
        asker.name, item, _given(item, source) if item else None, tuple(groups), tuple(admissions), tuple(urgent),
        tuple(_found(actor, asker, text)) if item is None else (), text, is_urgent,
        item.code if item is not None and _is_lacking(groups) and may_apply(actor, at) else "",
    )  # fmt: skip


def _is_lacking(groups: Sequence[UnitGroup]) -> bool:
    return any(why for group in groups for _key, _name, why in group.units)


def _found(actor: Actor, asker: Unit, text: str) -> list[ItemLine]:
    """Items by words or number; without words those in which the asker's unit has a part."""
    rows = Standing.objects.filter(worklist__in=reach.visible_lists(actor), retired_on=None, wording__isnull=False)
    if words := text.strip():
        grams = bigrams(words)
        rows = rows.filter(Q(code__startswith=words.upper()) | (Q(grams__contains=grams) if grams else Q(pk=None)))
    else:
        key = asker.code.rpartition("-")[2]
        parts = Stand.objects.filter(Q(unit=asker) | Q(unit=None, office=key)).values("item_id")
        rows = rows.filter(Q(lead=asker) | Q(pk__in=parts))
    found = rows.select_related("worklist").order_by("worklist__kind__position", "code")[:FOUND]
    return [ItemLine(row.code, row.title, row.heading, row.worklist.name) for row in found]


def _given(item: WorkItem, source: Node) -> Given:
    said = terms_of(item.pk)
    street = docking.street_of(source)
    way = (
        docking.way(docking.said_of(item), street, docking.table_of(docking.district_of(source.id))) if street else None
    )
    layers = tuple(
        (str(docking.LAYER_LABELS[layer]), "、".join(node.name for node in way.of(layer)[:4]))
        for layer in ("department", "office", "centre")
        if way is not None and way.of(layer)
    )
    limit = catalog.duration(said.limit_amount, said.limit_base) if said.limit_amount else _("流程默认时限")
    standing = item.standing
    return Given(
        item.code, standing.title, standing.heading, said.content, said.guide, said.evidence, limit,
        str(FREQUENCIES[said.frequency][0]), layers,
    )  # fmt: skip


def _groups(source: Node, item: WorkItem | None, *, at: datetime) -> tuple[list[UnitGroup], list[ChoiceGroup]]:
    district = docking.district_of(source.id)
    said, table = docking.said_of(item), docking.table_of(district)
    own = docking.street_of(source)
    groups, bound = [], list[Unit]()
    for street in [own] if own is not None else docking.streets_of(district):
        for layer, nodes in docking.next_units(source, said, street, table).items():
            units = [org.kept_unit(node.id) for node in nodes]
            bound += [unit for unit in units if unit.kind in bound_kinds()]
            groups.append((layer, street, units))
    cited = citing.cited_by(item.pk if item else None, None, bound, at=at)
    lacking = {unit.pk for unit in bound if unit.pk not in cited} if item is not None else set()
    made = [_group(layer, street, units, lacking, is_alone=own is not None) for layer, street, units in groups]
    without = next((unit for unit in bound if unit.pk in lacking), None)
    return made, citing.choices_for(without, at=at) if without is not None else []


def _group(layer: str, street: Node, units: Sequence[Unit], lacking: set[int], *, is_alone: bool) -> UnitGroup:
    label = str(docking.LAYER_LABELS[layer])
    return UnitGroup(
        label if is_alone else f"{street.name} · {label}",
        tuple((str(u.pk), u.name, _("这项工作没有对它准入") if u.pk in lacking else "") for u in units),
    )
