"""Whom a reviewer may ask for an opinion, and what the unit that was asked sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.domains.lists.models import Application, Opinion
from linli.domains.lists.queries import admission_reach, review_levels
from linli.domains.lists.queries.application_page import (
    LOOK,
    ApplicationPage,
    OpinionLine,
    application_page,
    opinion_line,
)
from linli.kernel.flow import journal
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.org.tree import Node
from linli.kernel.org.tree import kept as units

MOST = 400


def units_to_ask(number: str, *, actor: Actor) -> list[Any]:
    """Groups of units for a select: departments and offices, then the committees concerned that bear it."""
    matter = admission_reach.get_review(number, actor=actor).matter
    application = Application.objects.select_related("worklist__kind").get(pk=matter.parent_id)
    unit = org.kept_unit(matter.unit_id)
    district = review_levels.district_of(unit)
    tree = units.get()
    asked = set(Matter.objects.filter(parent=matter).values_list("unit_id", flat=True))
    departments = _choices(n for n in tree.below(district.path) if n.kind == "department" and n.id not in asked)
    offices = _choices(n for n in tree.below(unit.path) if n.kind in ("office", "centre") and n.id not in asked)
    area = review_levels.narrowed(review_levels.kept_units(application.units), [unit])
    bearers = set(review_levels.bearers(area, application.worklist.kind.bearer)) - asked
    committees = _choices(n for n in tree.below(unit.path) if n.id in bearers)
    groups = ((_("承担的居(村)委会"), committees), (_("街道机构与中心"), offices), (_("区级部门"), departments))
    return [(label, choices) for label, choices in groups if choices]


def _choices(nodes: Iterable[Node]) -> list[tuple[str, str]]:
    return [(str(node.id), node.name) for node in nodes if node.valid_to is None][:MOST]


def units_named(keys: Iterable[str]) -> list[Unit]:
    """The units a form names."""
    return review_levels.kept_units([int(key) for key in keys if key.isdecimal()])


@dataclass(frozen=True, slots=True)
class OpinionPage:
    """What the asked unit sees. ``question`` is the reviewer's; ``may_give`` this person answers for the unit."""

    number: str
    unit: str
    line: OpinionLine
    question: str
    asker: str
    application: ApplicationPage
    may_give: bool
    seen: int
    due_at: datetime | None
    started_at: datetime | None


def opinion_page(opinion: Opinion, *, actor: Actor, at: datetime) -> OpinionPage:
    matter = opinion.matter
    assert matter.parent is not None
    assert matter.parent.parent is not None
    application = admission_reach.get_application(matter.parent.parent.number, actor=actor)
    invited = Entry.objects.filter(matter=matter.parent, step="invite", recorded_at__lte=_opened(matter))
    asked = invited.order_by("-seq").first()
    offers = {offer.name for offer in journal.offers(actor, matter, LOOK)}
    return OpinionPage(
        matter.number, matter.unit.name, opinion_line(opinion), asked.note if asked else "",
        matter.parent.unit.name, application_page(application, actor=actor, at=at), "give" in offers,
        journal.last_seen(matter), None if matter.closed_at else matter.due_at, journal.clock_of(matter).started_at,
    )  # fmt: skip


def _opened(matter: Matter) -> datetime:
    """When the question was written down."""
    return Entry.objects.get(matter=matter, seq=1).recorded_at
