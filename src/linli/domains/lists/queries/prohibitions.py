"""The table of classes of duties that kinds of units may not be given (003-03), for those who read and keep it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.domains.lists.models import Prohibition
from linli.domains.lists.queries import reach
from linli.domains.lists.queries.amendments import districts_kept, keeps_all
from linli.domains.lists.queries.reach import ListNotFound
from linli.domains.lists.queries.sureness import sureness, titled
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.org.models import Actor, Unit

MOST = 500


@dataclass(frozen=True, slots=True)
class Row:
    """``basis_id`` of the document it rests on, when it is registered; ``may_lift``: by who looks."""

    id: int
    name: str
    duty_class: str
    unit_kind: str
    area: str
    basis: str
    basis_id: int | None
    valid_from: date
    valid_to: date | None
    note: str
    sureness: str
    may_lift: bool


def _visible(actor: Actor) -> QuerySet[Prohibition]:
    """Those that hold everywhere and those of the districts where ``actor`` stands."""
    return Prohibition.objects.filter(Q(area=None) | Q(area__in=reach.districts_of(actor)))


def rows(actor: Actor, *, unit_kind: str = "", ended: bool = False, on: date) -> list[Row]:
    """The table as it holds on ``on``, or what has ended; by kind of unit and class."""
    over = Q(valid_to__isnull=False, valid_to__lte=on)
    found = _visible(actor).filter(over if ended else ~over)
    if unit_kind:
        found = found.filter(unit_kind=unit_kind)
    shown = list(found.select_related("area").order_by("unit_kind", "name", "id")[:MOST])
    titles = {
        code: (key, titled(title, confidence))
        for key, code, title, confidence in BasisDocument.objects.filter(code__in=[row.basis for row in shown])
        .exclude(code="").values_list("id", "code", "title", "confidence")
    }  # fmt: skip
    kept, all_kept = {unit.pk for unit in districts_kept(actor)}, keeps_all(actor)
    return [_row(row, titles, may=all_kept if row.area_id is None else row.area_id in kept) for row in shown]


def _row(row: Prohibition, titles: dict[str, tuple[int, str]], *, may: bool) -> Row:
    key, title = titles.get(row.basis, (None, row.basis))
    return Row(
        row.pk, row.name, row.duty_class, kind_name(row.unit_kind), row.area.name if row.area else _("各区"), title,
        key, row.valid_from, row.valid_to, row.note, sureness(row.confidence), may and row.valid_to is None,
    )  # fmt: skip


def get_row(key: int, *, actor: Actor) -> Row:
    """One that ``actor`` may let end. Raises ListNotFound."""
    row = _visible(actor).select_related("area").filter(pk=key, valid_to=None).first()
    if row is None:
        raise ListNotFound
    kept = keeps_all(actor) if row.area_id is None else row.area_id in {unit.pk for unit in districts_kept(actor)}
    if not kept:
        raise ListNotFound
    return _row(row, {}, may=True)


def kind_name(unit_kind: str) -> str:
    return str(dict(Unit.Kind.choices).get(unit_kind, unit_kind))


def kinds(actor: Actor, *, on: date) -> list[tuple[str, str, int]]:
    """Kinds of units with how many classes are barred for each today."""
    counts: dict[str, int] = {}
    for kind in _visible(actor).exclude(valid_to__lte=on).values_list("unit_kind", flat=True):
        counts[kind] = counts.get(kind, 0) + 1
    return [(kind, kind_name(kind), n) for kind, n in sorted(counts.items())]


def class_choices() -> list[tuple[str, str]]:
    """Known classes; a class named anew is told by its name."""
    known = dict(Prohibition.objects.order_by("-id").values_list("duty_class", "name"))
    return sorted(known.items(), key=lambda one: one[1])


def unit_kinds() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in Unit.Kind.choices]


def areas(actor: Actor) -> list[tuple[str, str]]:
    """Where ``actor`` may bar something; empty for who keeps no district's lists."""
    own = [(str(unit.pk), unit.name) for unit in districts_kept(actor)]
    return [*own, ("", _("各区"))] if keeps_all(actor) else own


def bases() -> list[tuple[str, str]]:
    rows = BasisDocument.objects.exclude(code="").order_by("title").values_list("code", "title")
    return [("", "—"), *rows[:300]]
