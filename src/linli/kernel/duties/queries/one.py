"""One duty: its rule in words, what comes, what was, who changed it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from linli.kernel.duties import eligibility, patterns
from linli.kernel.duties.kinds import WANTS
from linli.kernel.duties.models import Duty, DutyChange, Move, Proof
from linli.kernel.duties.queries.figures import Figure, figures
from linli.kernel.duties.queries.lines import OccurrenceLine, kind_label, lines, role_label, with_lines
from linli.kernel.duties.queries.listing import Narrow, may_see, visible
from linli.kernel.errors import NotFound
from linli.kernel.org.models import Actor

NEXT = 6
LAST = 20
BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class MoveLine:
    when: datetime
    before: str
    after: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What the rule was and is, in words."""

    from_on: date
    before: str
    after: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DutyPage:
    """``when``: the rule in words; ``figure``: of the last 90 days."""

    duty: Duty
    kind_label: str
    when: str
    who: str
    wants: tuple[str, ...]
    next: list[OccurrenceLine]
    last: list[OccurrenceLine]
    moves: list[MoveLine]
    changes: list[ChangeLine]
    figure: Figure
    may_plan: bool


def get_duty(duty_id: UUID, *, actor: Actor, at: datetime) -> Duty:
    """Raises NotFound for one ``actor`` may not see."""
    named = Duty.objects.select_related("unit", "over", "holder", "made_by")
    duty = named.filter(pk=duty_id).first()
    if duty is None or not may_see(actor, duty, at=at):
        raise NotFound
    return duty


def duty_page(duty_id: UUID, *, actor: Actor, at: datetime) -> DutyPage:
    """Everything on one duty, in seven statements. Raises NotFound."""
    duty = get_duty(duty_id, actor=actor, at=at)
    own = with_lines(duty.occurrences.all())
    today = timezone.localdate(at)
    narrow = Narrow(today - BACK, today + timedelta(days=1), duty_id=duty.pk)
    return DutyPage(
        duty=duty,
        kind_label=kind_label(duty.kind),
        when=words_of(duty),
        who=duty.holder.name if duty.holder else role_label(duty.role),
        wants=tuple(str(WANTS[code]) for code in duty.wants if code in WANTS),
        next=lines(own.filter(state="due", misses_at__gt=at).order_by("opens_at")[:NEXT], at=at),
        last=lines(own.filter(opens_at__lte=at).exclude(state="due").order_by("-opens_at")[:LAST], at=at),
        moves=_moves(duty),
        changes=_changes(duty),
        figure=figures(actor, narrow, by="duty", at=at)[0],
        may_plan=duty.ended_at is None and eligibility.may_plan(actor, duty.kind, duty.unit, at=at),
    )


def words_of(duty: Duty) -> str:
    return patterns.words(
        duty.rule, opens=duty.opens, closes=duty.closes, working_days_only=duty.working_days_only
    )  # fmt: skip


def get_line(occurrence_id: UUID, *, actor: Actor, at: datetime) -> OccurrenceLine:
    """One occurrence. Raises NotFound for one ``actor`` may not see, neither by posts nor as theirs by role."""
    row = with_lines(visible(actor, at=at)).filter(pk=occurrence_id).first()
    if row is None:
        raise NotFound
    return lines([row], at=at)[0]


def proofs_of(occurrence_id: UUID) -> list[UUID]:
    """Keys of its photos; the caller has checked that the occurrence may be seen."""
    return list(Proof.objects.filter(occurrence=occurrence_id).order_by("pk").values_list("file_id", flat=True))


def _moves(duty: Duty) -> list[MoveLine]:
    rows = Move.objects.filter(occurrence__duty=duty).select_related("occurrence", "before", "after", "actor")
    return [
        MoveLine(
            row.occurrence.opens_at, row.before.name if row.before else role_label(duty.role),
            row.after.name if row.after else "", row.reason, row.actor.name, row.at,
        )
        for row in rows.order_by("-pk")[:LAST]
    ]  # fmt: skip


def _changes(duty: Duty) -> list[ChangeLine]:
    rows = DutyChange.objects.filter(duty=duty).select_related("actor").order_by("-pk")
    return [
        ChangeLine(row.from_on, _kept_words(row.before), _kept_words(row.after), row.reason, row.actor.name, row.at)
        for row in rows[:LAST]
    ]


def _kept_words(kept: dict[str, object]) -> str:
    opens, closes = (time.fromisoformat(str(kept[name])) for name in ("opens", "closes"))
    return patterns.words(
        str(kept["rule"]), opens=opens, closes=closes, working_days_only=bool(kept["working_days_only"])
    )
