"""One application as shown: what is asked, what the check showed, each level's decisions, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db.models import Q

from linli.domains.lists.models import Application, Complaint, Opinion, Review
from linli.domains.lists.queries import admission_check, review_levels
from linli.domains.lists.queries.admission_check import Found, Plan
from linli.domains.lists.queries.admission_desk import AdmissionLine, admission_lines
from linli.domains.lists.queries.held_data import name_of
from linli.domains.lists.queries.reviews import other_hands
from linli.domains.lists.queries.sureness import titled
from linli.kernel.catalog import terms
from linli.kernel.catalog.models import Admission
from linli.kernel.catalog.terms import FREQUENCIES, LOAD_KINDS
from linli.kernel.evidence.models import BasisDocument
from linli.kernel.flow import journal, registry
from linli.kernel.flow.models import Entry, Matter
from linli.kernel.ledger.amounts import yuan
from linli.kernel.ledger.models import Account
from linli.kernel.org import queries as org
from linli.kernel.org.models import Actor

LOOK = journal.Look(
    expected={"draft": ("submit",), "opened": ("agree",), "asked": ("give",), "in_force": ("ratify",),
              "raised": ("look_into",), "looked_into": ("uphold",)},
    grave=frozenset({"withdraw", "decline", "reject", "end"}),
    icons={
        "submit": "send", "revise": "edit", "withdraw": "arrow-back-up", "advance": "arrow-right", "admit": "check",
        "refuse": "x", "end": "logout", "invite": "users-group", "agree": "check", "decline": "x", "give": "message",
        "call_off": "ban", "ratify": "check", "reject": "x", "lapse": "hourglass", "look_into": "search",
        "uphold": "check", "dismiss": "x", "open": "plus",
    },
    at_once=frozenset({"submit"}),
)  # fmt: skip
STEPS_HERE = frozenset({"submit", "revise", "withdraw"})


@dataclass(frozen=True, slots=True)
class OpinionLine:
    number: str
    unit: str
    state_label: str
    stance: str
    stance_label: str
    text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One unit's review. ``money`` in yuan as people write it, "" for none."""

    number: str
    unit: str
    level: int
    level_name: str
    state: str
    state_label: str
    note: str
    by: str
    conditions: str
    valid_to: date | None
    money: str
    due_at: datetime | None
    closed_at: datetime | None
    opinions: tuple[OpinionLine, ...]


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """See the module. ``found`` is as it was when submitted; of a draft, as it is now.

    objections  of committees to the trial: who, what, how it was answered
    """

    id: UUID
    number: str
    title: str
    state: str
    state_label: str
    unit: str
    kind_label: str
    list_name: str
    item: str
    heading: str
    content: str
    why: str
    area: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    sunset: date | None
    load: str
    frequency: str
    people: float
    hours: float
    times: float
    forms: int
    money: str
    account: str
    account_left: str
    collects: tuple[str, ...]
    bases: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    guide: tuple[str, ...]
    found: Found
    level: int
    levels: tuple[review_levels.Level, ...]
    reviews: tuple[ReviewLine, ...]
    admissions: tuple[AdmissionLine, ...]
    objections: tuple[tuple[str, str, str], ...]
    conditions: str
    due_at: datetime | None
    started_at: datetime | None
    offers: tuple[journal.Offer, ...]
    lines: tuple[journal.Line, ...]
    seen: int
    command: UUID
    is_closed: bool


def application_page(application: Application, *, actor: Actor, at: datetime) -> ApplicationPage:
    """Some twenty statements, however many take part."""
    matter = application.matter
    told = terms.read(application.said["terms"])
    levels = review_levels.levels_of(review_levels.district_of(matter.unit))
    account = Account.objects.filter(code=application.money_from).first() if application.money_from else None
    rows = Admission.objects.filter(decision=application.pk).select_related("unit", "item__standing").order_by("pk")
    clock = journal.clock_of(matter)
    return ApplicationPage(
        id=application.pk, number=matter.number, title=application.said["title"], state=matter.state,
        state_label=_state(matter), unit=matter.unit.name, kind_label=str(application.get_kind_display()),
        list_name=application.worklist.name, item=application.item.code if application.item else "",
        heading=application.said.get("heading", ""), content=told.content, why=application.why,
        area=tuple(unit.name for unit in review_levels.kept_units(application.units)),
        valid_from=application.valid_from, valid_to=application.valid_to,
        sunset=date.fromisoformat(told.sunset) if told.sunset else None, load=str(LOAD_KINDS[told.load_kind]),
        frequency=str(FREQUENCIES[told.frequency][0]), people=application.people, hours=application.hours,
        times=application.times, forms=application.forms,
        money=yuan(application.money_fen) if application.money_fen else "", account=account.name if account else "",
        account_left=yuan(account.balance_fen) if account else "",
        collects=tuple(name_of(code) for code in application.collects), bases=tuple(_bases(told.bases)),
        evidence=told.evidence, guide=told.guide, found=found_of(application, at=at), level=application.level,
        levels=levels, reviews=tuple(review_lines(application, levels)),
        admissions=tuple(admission_lines(list(rows), at=at)), objections=tuple(_objections(application)),
        conditions=application.conditions,
        due_at=None if matter.closed_at else matter.due_at, started_at=clock.started_at,
        offers=tuple(o for o in journal.offers(actor, matter, LOOK) if o.name in STEPS_HERE),
        lines=tuple(journal.timeline(matter, LOOK, ())), seen=journal.last_seen(matter), command=uuid4(),
        is_closed=matter.closed_at is not None,
    )  # fmt: skip


def _objections(application: Application) -> list[tuple[str, str, str]]:
    """What committees said against the trial, this one or the one to be renewed: who, what, how it was answered."""
    about = Q(admission__decision=application.pk) | Q(admission=application.renews_id, admission__isnull=False)
    rows = Complaint.objects.filter(about).exclude(matter__state="withdrawn").select_related("by", "matter")
    return [(row.by.name, row.text, _state(row.matter)) for row in rows.order_by("pk")[:30]]


def _state(matter: Matter) -> str:
    return registry.flow(matter.flow).label_of(matter.state)


def found_of(application: Application, *, at: datetime) -> Found:
    """What the check showed when it was submitted; of a draft, what it shows now."""
    if application.found:
        return admission_check.read(application.found)
    told = terms.read(application.said["terms"])
    plan = Plan(
        application.worklist, review_levels.kept_units(application.units), application.said["title"], told.content,
        told.duty_class, application.collects, application.hours * (application.people or 1), application.times,
        application.forms, application.item_id,
    )  # fmt: skip
    return admission_check.check(plan, on=at.astimezone(review_levels.SHANGHAI).date())


def _bases(codes: Sequence[str]) -> list[tuple[str, str]]:
    found = BasisDocument.objects.filter(code__in=codes).values_list("code", "title", "confidence")
    rows = {code: titled(title, confidence) for code, title, confidence in found}
    return [(code, rows.get(code, code)) for code in codes]


def review_lines(application: Application, levels: Sequence[review_levels.Level]) -> list[ReviewLine]:
    """All reviews with their opinions, level by level; four statements."""
    names = {level.no: level.name for level in levels}
    reviews = list(
        Review.objects.filter(matter__parent=application.pk).select_related("matter__unit").order_by("level", "pk")
    )
    asked = Opinion.objects.filter(matter__parent__in=[r.pk for r in reviews]).select_related("matter__unit")
    opinions: dict[UUID, list[OpinionLine]] = {}
    for opinion in asked.order_by("pk"):
        opinions.setdefault(opinion.matter.parent_id, []).append(opinion_line(opinion))  # type: ignore[arg-type]  # an opinion has a parent
    said = Entry.objects.filter(matter__in=[r.pk for r in reviews], step__in=("agree", "decline")).select_related(
        "actor"
    )
    decided = {entry.matter_id: entry for entry in said}
    return [_review_line(r, names.get(r.level, ""), decided.get(r.pk), opinions.get(r.pk, [])) for r in reviews]


def _review_line(review: Review, level_name: str, entry: Entry | None, opinions: Sequence[OpinionLine]) -> ReviewLine:
    matter = review.matter
    return ReviewLine(
        matter.number, matter.unit.name, review.level, level_name, matter.state, _state(matter),
        entry.note if entry else "", entry.actor.name if entry else "", review.conditions, review.valid_to,
        yuan(review.money_fen) if review.money_fen else "", None if matter.closed_at else matter.due_at,
        matter.closed_at, tuple(opinions),
    )  # fmt: skip


def opinion_line(opinion: Opinion) -> OpinionLine:
    matter = opinion.matter
    return OpinionLine(
        matter.number, matter.unit.name, _state(matter), opinion.stance,
        str(opinion.get_stance_display()) if opinion.stance else "", opinion.text, matter.state == "asked",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One unit's review with the application it is about. ``money_wanted`` fen a year for all bearers of the unit.

    may_decide  it waits for this person; ``barred`` why not, though they hold the post
    """

    number: str
    unit: str
    line: ReviewLine
    application: ApplicationPage
    bearers: int
    opinions_wanted: int
    opinions_given: int
    is_last: bool
    money_wanted: int
    may_decide: bool
    barred: bool
    lines: tuple[journal.Line, ...]
    seen: int
    started_at: datetime | None


def review_page(review: Review, application: Application, *, actor: Actor, at: datetime) -> ReviewPage:
    shown = application_page(application, actor=actor, at=at)
    matter = review.matter
    line = next(one for one in shown.reviews if one.number == matter.number)
    unit = org.kept_unit(matter.unit_id)
    area = review_levels.narrowed(review_levels.kept_units(application.units), [unit])
    bearing = len(review_levels.bearers(area, application.worklist.kind.bearer))
    own = any(h.role == "admission_reviewer" and h.over_path == unit.path for h in org.posts_of(actor, at))
    is_open = matter.state == "opened"
    barred = is_open and own and actor.pk in other_hands(matter)
    is_last = bool(shown.levels) and review.level == max(level.no for level in shown.levels)
    return ReviewPage(
        number=matter.number, unit=unit.name, line=line, application=shown, bearers=bearing,
        opinions_wanted=review.opinions_wanted,
        opinions_given=sum(not one.is_open and bool(one.stance) for one in line.opinions), is_last=is_last,
        money_wanted=application.money_fen * bearing if is_last else 0, may_decide=is_open and own and not barred,
        barred=barred, lines=tuple(journal.timeline(matter, LOOK, ())), seen=journal.last_seen(matter),
        started_at=journal.clock_of(matter).started_at,
    )  # fmt: skip
