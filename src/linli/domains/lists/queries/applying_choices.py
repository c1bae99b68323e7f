"""What may be chosen in the form of an application, and what it begins with when something is asked for again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.domains.lists.models import Application, Prohibition, Standing
from linli.domains.lists.queries import review_levels
from linli.domains.lists.queries.held_data import held_data
from linli.domains.lists.queries.review_levels import SHANGHAI
from linli.domains.lists.queries.sureness import titled
from linli.kernel.catalog import terms
from linli.kernel.catalog.models import Admission, Wording, WorkItem, WorkList
from linli.kernel.catalog.terms import FREQUENCIES, LOAD_KINDS
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.ledger.amounts import yuan
from linli.kernel.ledger.models import Account
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.tree import kept as units

RIGHT = "apply_admission"
MOST_BASES = 300
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """Values with what they are called. ``unit`` is who applies."""

    unit: str
    worklists: tuple[Choice, ...]
    areas: tuple[Choice, ...]
    accounts: tuple[Choice, ...]
    bases: tuple[Choice, ...]
    duty_classes: tuple[Choice, ...]
    collects: tuple[Choice, ...]
    frequencies: tuple[Choice, ...]
    load_kinds: tuple[Choice, ...]
    headings: tuple[str, ...]


def may_apply(actor: Actor, at: datetime) -> bool:
    return org.holds_right(actor, RIGHT, at=at) is not None


def choices(actor: Actor, *, at: datetime) -> Choices | None:
    """None for those who do not apply. Six statements."""
    held = org.holds_right(actor, RIGHT, at=at)
    if held is None:
        return None
    unit = org.kept_unit(held.unit_id)
    district = review_levels.district_of(unit)
    lists = WorkList.objects.filter(kind__is_binding=True, unit__path__startswith=district.path, closed_at=None)
    day = at.astimezone(SHANGHAI).date()
    bases = BasisDocument.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day)).exclude(code="")
    holding = Prohibition.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), Q(area=None) | Q(area=district))
    barred = dict(holding.values_list("duty_class", "name"))
    headings = Standing.objects.filter(worklist__in=lists, wording__isnull=False).exclude(heading="")
    return Choices(
        unit=unit.name,
        worklists=tuple((str(one.pk), one.name) for one in lists.order_by("kind__position", "code")[:100]),
        areas=tuple(_areas(unit, district)),
        accounts=tuple(_accounts(unit, day.year)),
        bases=tuple(
            (one.code, titled(f"{one.title} {one.number}".strip(), one.confidence))
            for one in bases.order_by("title")[:MOST_BASES]
        ),
        duty_classes=(("", _("不属于禁止下派的职责")), *sorted(barred.items())),
        collects=tuple((one.code, one.name) for one in held_data().values()),
        frequencies=tuple((code, str(label)) for code, (label, _times) in FREQUENCIES.items()),
        load_kinds=tuple((code, str(label)) for code, label in LOAD_KINDS.items()),
        headings=tuple(headings.order_by("heading").values_list("heading", flat=True).distinct()[:60]),
    )


def _areas(unit: Unit, district: Unit) -> list[Choice]:
    """The whole district and its streets; within a street only that one."""
    home = org.home_of(unit)
    if home.kind == "street":
        return [(str(home.pk), home.name)]
    streets = [n for n in units.get().below(district.path) if n.kind == "street" and n.valid_to is None]
    return [(str(district.pk), _("全%(unit)s") % {"unit": district.name}), *((str(n.id), n.name) for n in streets)]


def _accounts(unit: Unit, year: int) -> list[Choice]:
    rows = Account.objects.filter(
        kind=Account.Kind.HELD, year=year, purpose="", closed_at=None, unit__path__startswith=unit.path
    ).order_by("code")
    return [
        (one.code, _("%(name)s（余额%(left)s元）") % {"name": one.name, "left": yuan(one.balance_fen)})
        for one in rows[:50]
    ]


def begin(actor: Actor, *, renews: Admission | None, item: WorkItem | None, at: datetime) -> Mapping[str, Any]:
    """What the form starts with: nothing for a new one; the item's own words to ask for it again or elsewhere."""
    day = at.astimezone(SHANGHAI).date()
    of = renews.item if renews is not None and renews.item is not None else item
    if of is None:
        return {"valid_from": day + timedelta(days=30), "kind": "regular", "frequency": "on_demand", "people": 1}
    earlier = Application.objects.filter(pk=renews.decision).first() if renews is not None else None
    wording = Wording.objects.filter(item=of).order_by("-since_no").first()
    said = terms.read(wording.terms if wording else {})
    begun = {
        "worklist": str(of.worklist_id), "title": wording.title if wording else "",
        "heading": wording.heading if wording else "", "content": said.content, "frequency": said.frequency,
        "hours": said.minutes / 60, "sheets": said.forms, "load_kind": said.load_kind, "bases": said.bases,
        "evidence": "；".join(said.evidence), "guide": "\n".join(said.guide), "people": 1, "kind": "regular",
        "valid_from": renews.valid_to if renews is not None and renews.valid_to else day,
        "area": [str(renews.unit_id)] if renews is not None else [], "times": said.times_a_year or None,
    }  # fmt: skip
    if earlier is not None:
        begun |= {
            "people": earlier.people, "hours": earlier.hours, "times": earlier.times, "collects": earlier.collects,
        }  # fmt: skip
    return begun
