"""Review level by level: opinions asked and given, decisions; when all of a level decided, the next or the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.domains.lists.commands.admitting import admit_everywhere
from linli.domains.lists.flow import ADMISSION, OPINION, REVIEW
from linli.domains.lists.models import Application, Opinion, Review
from linli.domains.lists.queries import review_levels
from linli.domains.lists.queries.review_levels import Level
from linli.domains.lists.queries.reviews import area_at
from linli.kernel.errors import Refused
from linli.kernel.flow.commands import lock, open_matter, start_clocks, take
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.flow.system import system_actor
from linli.kernel.flow.whole import whole
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor, Unit
from linli.kernel.text import clean

MOST_REVIEWERS = 100
MOST_OPINIONS = 60
OPEN = "opened"


class ReviewRefused(Refused):
    """Not decided or asked like this."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a unit decides. ``valid_to`` is its own term; ``money_fen`` what is to come with the item in a year."""

    note: str
    conditions: str = ""
    valid_to: date | None = None
    money_fen: int = 0


def open_reviews(application: Application, area: Sequence[Unit], level: Level, *, at: datetime) -> list[Matter]:
    """One review for each unit of the level's kind, with its clock. Raises ReviewRefused."""
    units = review_levels.reviewers(area, level.unit_kind)
    if not units:
        raise ReviewRefused(_("“%(level)s”在所选范围内没有审核单位，请先配置审核层级。") % {"level": level.name})
    if len(units) > MOST_REVIEWERS:
        raise ReviewRefused(_("一级最多%(most)s家审核单位。") % {"most": MOST_REVIEWERS})
    parent = Matter.objects.select_related("unit", "home").get(pk=application.pk)
    made = []
    for unit in units:
        child = open_matter(
            REVIEW, title=_("%(level)s：%(title)s") % {"level": level.name, "title": application.said["title"]},
            home=org.home_of(unit), unit=unit, actor=system_actor(), at=at, parent=parent,
        )  # fmt: skip
        review = Review.objects.create(matter=child, level=level.no, opinions_wanted=level.opinions)
        start_clocks(child, review, ("review",), at=at)
        made.append(child)
    return made


def call_off_reviews(application: Application, *, at: datetime) -> None:
    """End what is still open of all levels."""
    for matter in Matter.objects.filter(parent=application.pk, flow=REVIEW.code, state=OPEN).order_by("pk"):
        take(REVIEW, "call_off", matter, actor=system_actor(), at=at)
        _call_off_opinions(matter, at=at)


def _call_off_opinions(review: Matter, *, at: datetime) -> None:
    for matter in Matter.objects.filter(parent=review, flow=OPINION.code, state="asked").order_by("pk"):
        take(OPINION, "call_off", matter, actor=system_actor(), at=at)


@whole
def invite(
    review: Review, units: Sequence[Unit], question: str, *, actor: Actor, at: datetime, seen: int | None = None,
    command: UUID | None = None,
) -> Entry:  # fmt: skip
    """Ask ``units`` of the district, committees among them, what they think. Raises ReviewRefused, StepRefused."""
    lock(_parent(review))
    matter = Matter.objects.select_related("unit", "home", "parent").get(pk=review.pk)
    _refuse_other_level(matter, actor, at)
    district = review_levels.district_of(matter.unit)
    asked = list({unit.pk: unit for unit in units}.values())
    if not asked:
        raise ReviewRefused(_("请选择征求意见的单位。"), field="units")
    for unit in asked:
        if not unit.path.startswith(district.path):
            raise ReviewRefused(_("%(unit)s不在本区。") % {"unit": unit.name}, field="units")
    entry = take(REVIEW, "invite", review, actor=actor, at=at, note=question, seen=seen, command=command)
    _ask(matter, asked, actor=actor, at=at)
    return entry


def _ask(review: Matter, units: Sequence[Unit], *, actor: Actor, at: datetime) -> None:
    known = set(Matter.objects.filter(parent=review, flow=OPINION.code).values_list("unit_id", flat=True))
    fresh = [unit for unit in units if unit.pk not in known]
    if len(known) + len(fresh) > MOST_OPINIONS:
        raise ReviewRefused(_("最多征求%(most)s家单位的意见。") % {"most": MOST_OPINIONS}, field="units")
    for unit in fresh:
        child = open_matter(
            OPINION, title=_("征求意见：%(title)s") % {"title": review.title}, home=org.home_of(unit), unit=unit,
            actor=actor, at=at, parent=review,
        )  # fmt: skip
        opinion = Opinion.objects.create(matter=child)
        start_clocks(child, opinion, ("answer",), at=at)


def give_opinion(
    opinion: Opinion, stance: str, text: str, *, actor: Actor, at: datetime, seen: int | None = None,
    command: UUID | None = None,
) -> Entry:  # fmt: skip
    """Answer a question of a joint review. Raises ReviewRefused, StepRefused."""
    if stance not in Opinion.Stance.values:
        raise ReviewRefused(_("请选择同意、有条件同意或不同意。"), field="stance")
    changes = {"stance": stance, "text": clean(text, 400)}
    return take(OPINION, "give", opinion, actor=actor, at=at, note=text, seen=seen, command=command, changes=changes)


@whole
def agree(
    review: Review, verdict: Verdict, *, actor: Actor, at: datetime, seen: int | None = None,
    command: UUID | None = None,
) -> Entry:  # fmt: skip
    """The unit lets the item be asked in its area, under its own conditions; the last of its level moves it on.

    Raises ReviewRefused, StepRefused; and what admitting may raise, e.g. that the money is not covered.
    """
    if not 0 <= verdict.money_fen <= 10**12:
        raise ReviewRefused(_("请填写合理的数。"), field="money")
    changes: dict[str, object] = {
        "conditions": clean(verdict.conditions, 400), "valid_to": verdict.valid_to, "money_fen": verdict.money_fen,
    }  # fmt: skip
    return _decide(review, "agree", verdict.note, changes, actor=actor, at=at, seen=seen, command=command)


@whole
def decline(
    review: Review, reason: str, *, actor: Actor, at: datetime, seen: int | None = None, command: UUID | None = None
) -> Entry:
    """The unit does not let it be asked in its area. Raises ReviewRefused, StepRefused."""
    return _decide(review, "decline", reason, None, actor=actor, at=at, seen=seen, command=command)


def _decide(
    review: Review, step: str, note: str, changes: dict[str, object] | None, *, actor: Actor, at: datetime,
    seen: int | None, command: UUID | None,
) -> Entry:  # fmt: skip
    application = Application.objects.select_related("worklist__kind", "worklist__unit", "item", "renews").get(
        pk=lock(_parent(review)).pk
    )
    matter = Matter.objects.select_related("unit").get(pk=review.pk)
    _refuse_other_level(matter, actor, at)
    entry = take(REVIEW, step, review, actor=actor, at=at, note=note, seen=seen, command=command, changes=changes)
    _call_off_opinions(matter, at=at)
    if application.level == review.level:
        _move_on(application, actor=actor, at=at)
    return entry


def _parent(review: Review) -> UUID:
    parent = Matter.objects.values_list("parent_id", flat=True).get(pk=review.pk)
    assert parent is not None
    return parent


def _refuse_other_level(matter: Matter, actor: Actor, at: datetime) -> None:
    """A level decides by its own people: whose post lies over the whole district does not decide for a street."""
    held = org.posts_of(actor, at)
    if not any(h.role == "admission_reviewer" and h.over_path == matter.unit.path for h in held):
        raise ReviewRefused(_("由%(unit)s自己的准入审核员审核，各级不互相代替。") % {"unit": matter.unit.name})


def _move_on(application: Application, *, actor: Actor, at: datetime) -> None:
    """When nobody of the level is left to decide: the next level, the end, or the refusal."""
    matter = Matter.objects.select_related("unit", "home").get(pk=application.pk)
    of_level = Matter.objects.filter(parent=matter, admission_review__level=application.level)
    if matter.state != "reviewing" or of_level.filter(state=OPEN).exists():
        return
    agreed, declined = of_level.filter(state="agreed").count(), of_level.filter(state="declined").count()
    note = _("同意%(yes)s家，不同意%(no)s家") % {"yes": agreed, "no": declined}
    area = area_at(application, application.level)
    if not area:
        take(ADMISSION, "refuse", application, actor=system_actor(), at=at, note=note)
        return
    levels = review_levels.levels_of(review_levels.district_of(matter.unit))
    following = next((level for level in levels if level.no > application.level), None)
    if following is None:
        admit_everywhere(application, area, note=note, actor=actor, at=at)
        return
    take(ADMISSION, "advance", application, actor=system_actor(), at=at, note=note, changes={"level": following.no})
    open_reviews(application, area, following, at=at)
