"""What may be asked of a unit at a moment; the database asks itself the same when a downward task is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from linli.kernel.catalog.models import Admission, BoundKind, ListVersion, Wording
from linli.kernel.org.models import Unit
from linli.kernel.text import bigrams

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOST = 200


@dataclass(frozen=True, slots=True)
class Admitted:
    """One thing that may be asked. ``minutes`` and ``forms`` are the load of asking it once."""

    id: int
    code: str
    title: str
    heading: str
    kind: str
    valid_to: date | None
    conditions: str
    load_kind: str = "task"
    minutes: int = 0
    forms: int = 0
    categories: tuple[str, ...] = ()
    item_id: int | None = None


def bound_kinds() -> frozenset[str]:
    """Kinds of units that may be asked only for what is admitted."""
    return frozenset(BoundKind.objects.values_list("unit_kind", flat=True))


def standing(at: datetime) -> QuerySet[Admission]:
    """Admissions that hold at ``at``, wherever."""
    day = at.astimezone(SHANGHAI).date()
    return Admission.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at), Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day
    )


def held_for(kind: str) -> Q:
    """Filter on admissions: emergencies, and items of lists whose bearers are units of ``kind``."""
    return Q(item=None) | Q(item__worklist__kind__bearer=kind)


def above(unit: Unit) -> list[int]:
    """Ids of ``unit`` and of those above it, by its path."""
    return [int(part) for part in unit.path.rstrip(".").split(".")]


def admitted_for(
    unit: Unit, *, at: datetime, words: str = "", ids: Sequence[int] | None = None, about: Sequence[str] = ()
) -> list[Admitted]:
    """What may be asked of ``unit`` at ``at``, in the order of the lists; at most ``MOST``.

    words  only what has all of these two-character words in title or number
    ids    only these admissions
    about  only what covers one of these numbers of the case catalogue
    Three SQL statements, however many there are.
    """
    found = standing(at).filter(held_for(unit.kind), unit__in=above(unit)).select_related("item__worklist__kind")
    if ids is not None:
        found = found.filter(pk__in=list(ids))
    rows = list(found.order_by("item__worklist__kind__position", "item__code", "id"))
    wordings = _in_force([row.item_id for row in rows if row.item_id is not None], at)
    shown = [_admitted(row, wordings.get(row.item_id or 0)) for row in rows]
    grams = bigrams(words) if words.strip() else []
    fitting = [a for a in shown if a is not None and _has(a, grams, words)]
    return [a for a in fitting if not about or _covers(a, about)][:MOST]


def _covers(admitted: Admitted, about: Sequence[str]) -> bool:
    return any(number.startswith(category) for number in about for category in admitted.categories)


def _has(admitted: Admitted, grams: Sequence[str], words: str) -> bool:
    text = f"{admitted.code} {admitted.title} {admitted.heading}".lower()
    return not words.strip() or words.strip().lower() in text or (bool(grams) and all(g in text for g in grams))


def _in_force(items: Sequence[int], at: datetime) -> dict[int, Wording]:
    """Item → what it says on the day of ``at``."""
    day = at.astimezone(SHANGHAI).date()
    wordings = list(Wording.objects.filter(item__in=items))
    current: dict[int, int] = {}
    versions = ListVersion.objects.filter(worklist__in={w.worklist_id for w in wordings}, valid_from__lte=day)
    for worklist, no in versions.order_by("no").values_list("worklist_id", "no"):
        current[worklist] = no
    return {w.item_id: w for w in wordings if _is_said(w, current.get(w.worklist_id, 0))}


def _is_said(wording: Wording, no: int) -> bool:
    return wording.since_no <= no and (wording.until_no is None or wording.until_no > no)


def _admitted(row: Admission, wording: Wording | None) -> Admitted | None:
    if row.item is None:
        return Admitted(row.pk, "", row.title, "", row.kind, row.valid_to, row.conditions)
    if wording is None:
        return None
    terms = wording.terms
    return Admitted(
        row.pk, row.item.code, wording.title, wording.heading, row.kind, row.valid_to, row.conditions,
        terms.get("load_kind", "task"), int(terms.get("minutes", 0)), int(terms.get("forms", 0)),
        tuple(terms.get("categories", ())), row.item_id,
    )  # fmt: skip
