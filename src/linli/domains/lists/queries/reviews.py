"""How far an application has come through its reviews: what is left of its area, under which terms, by whose hands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli.domains.lists.models import Application, Review
from linli.domains.lists.queries import review_levels
from linli.kernel.flow.definition import Limit
from linli.kernel.flow.mandates import About
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.org import queries as org
from linli.kernel.org.models import Unit

DECISIONS = ("agree", "decline")


@dataclass(frozen=True, slots=True)
class Agreed:
    """Under what one part of the area takes the item: all conditions on its way, the shortest term, the last money."""

    unit: Unit
    conditions: str
    valid_to: date | None
    money_fen: int
    reviews: tuple[UUID, ...]


def area_at(application: Application, level: int) -> list[Unit]:
    """What is left of the area after the decisions of all levels up to ``level``."""
    area = review_levels.kept_units(application.units)
    rows = _agreed(application, level)
    for no in sorted({review.level for review in _all(application) if review.level <= level}):
        area = review_levels.narrowed(area, [org.kept_unit(r.matter.unit_id) for r in rows if r.level == no])
    return area


def agreed_in(application: Application, area: Sequence[Unit]) -> list[Agreed]:
    """For each part of ``area`` what those who agreed on its way decided."""
    rows = _agreed(application, application.level)
    found = []
    for part in area:
        over = [r for r in rows if _touches(org.kept_unit(r.matter.unit_id), part)]
        terms = [day for day in (application.valid_to, *(r.valid_to for r in over)) if day is not None]
        conditions = dict.fromkeys(r.conditions for r in over if r.conditions)
        money = next((r.money_fen for r in reversed(over) if r.level == application.level), 0)
        found.append(
            Agreed(part, "；".join(conditions)[:400], min(terms, default=None), money, tuple(r.pk for r in over))
        )
    return found


def _touches(unit: Unit, part: Unit) -> bool:
    return part.path.startswith(unit.path) or unit.path.startswith(part.path)


def _all(application: Application) -> list[Review]:
    return list(Review.objects.filter(matter__parent=application.pk).select_related("matter").order_by("level", "pk"))


def _agreed(application: Application, level: int) -> list[Review]:
    return [r for r in _all(application) if r.level <= level and r.matter.state == "agreed"]


def opinions_wanted(matter: Matter) -> int:
    """How many opinions a review waits for."""
    return Review.objects.values_list("opinions_wanted", flat=True).get(pk=matter.pk)


def other_hands(matter: Matter) -> frozenset[UUID]:
    """Who applied, and who decided at another level: none of them decides here."""
    level = Review.objects.values_list("level", flat=True).get(pk=matter.pk)
    applied = Entry.objects.filter(matter=matter.parent_id, actor__kind="staff").values_list("actor_id", flat=True)
    elsewhere = Entry.objects.filter(matter__parent=matter.parent_id, step__in=DECISIONS).exclude(
        matter__admission_review__level=level
    )
    return frozenset((*applied, *elsewhere.values_list("actor_id", flat=True)))


def limit_of_review(review: Review, matter: Matter, kind: str) -> Limit | None:
    """The days of its level, as the district set them."""
    level = review_levels.level_of(review_levels.district_of(matter.unit), review.level)
    return Limit(level.days, "working_days", why=level.name) if level is not None and kind == "review" else None


def limit_of_application(_application: Application, matter: Matter, kind: str) -> Limit | None:
    """The days of all its levels together."""
    levels = review_levels.levels_of(review_levels.district_of(matter.unit))
    days = sum(level.days for level in levels)
    return Limit(days, "working_days", why="、".join(level.name for level in levels)) if kind == "decide" else None


def about_opinion(_matter: Matter) -> About:
    """To be heard before something is admitted is no task: it needs no item."""
    return About(source="opinion")
