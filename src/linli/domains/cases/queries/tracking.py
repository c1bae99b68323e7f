"""Following a report without signing in: by its number and code, or from the list a browser remembers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from linli.domains.cases.models import Case, Occurrence
from linli.domains.cases.queries import onward, stages, wording
from linli.domains.cases.queries.following import caller_code, code_for, is_code_of, is_code_of_caller
from linli.domains.cases.queries.seeing import CaseNotFound, steps_for
from linli.domains.cases.queries.stages import Line, Stage
from linli.kernel.evidence import queries as evidence
from linli.kernel.evidence.queries import ServedFile
from linli.kernel.flow.models import Attachment, Entry, Matter, Party
from linli.kernel.org.models import Account, Actor, Contact
from linli.kernel.org.queries.contacts import Masked, masked, opened
from linli.kernel.org.sealing import keyring

SHOWN_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Followed:
    """A case and the resident who proved that it is theirs."""

    case: Case
    actor: Actor
    occurrence: Occurrence
    is_reporter: bool
    code: str


@dataclass(frozen=True, slots=True)
class Track:
    """Everything the page of one's report shows.

    may     names of the steps open to this person now
    hastened_at  when they last asked to hurry; they may again after a day
    photos  ids: their own, and those cleared for the public; ``after`` marks what was photographed after the work
    earlier answers (and when) of rounds that a reopening ended, the latest first
    """

    number: str
    code: str
    title: str
    text: str
    address: str
    lon: float | None
    lat: float | None
    category: str
    state: str
    label: str
    explained: str
    is_closed: bool
    is_reporter: bool
    stages: Sequence[Stage]
    lines: Sequence[Line]
    answer: str
    answered_at: datetime | None
    earlier: Sequence[tuple[str, datetime | None]]
    result: str
    due_at: datetime | None
    photos: Sequence["Photo"]
    may: frozenset[str]
    grade: int | None
    grade_label: str
    callers: int
    seen: int
    hastened_at: datetime | None
    contact: Masked | None
    elsewhere: Sequence[onward.Elsewhere]


@dataclass(frozen=True, slots=True)
class Photo:
    id: UUID
    kind: str
    is_after: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """One line of one's reports."""

    number: str
    code: str
    title: str
    label: str
    is_closed: bool
    sent_at: datetime
    moved_at: datetime
    is_answered: bool
    asks_rating: bool


def followed(number: str, code: str) -> Followed:
    """The case ``number``, if ``code`` proves that one reported or joined it. Raises CaseNotFound for all else."""
    case = _cases().filter(matter__number=number.strip().upper()).first()
    if case is None:
        raise CaseNotFound(number)
    occurrences = Occurrence.objects.filter(matter=case.matter).select_related("actor")
    if is_code_of(case.pk, code):
        first = occurrences.filter(actor__in=_reporters(case.matter)).first()
        if first is not None:
            return Followed(case, first.actor, first, True, code_for(case.pk))
    for occurrence in occurrences:
        if is_code_of_caller(case.pk, occurrence.actor_id, code):
            return Followed(case, occurrence.actor, occurrence, False, caller_code(case.pk, occurrence.actor_id))
    raise CaseNotFound(number)


def _cases() -> QuerySet[Case]:
    return Case.objects.select_related("matter__home", "matter__unit", "matter__area__unit", "matter__place")


def _reporters(matter: Matter) -> QuerySet[Actor]:
    return Actor.objects.filter(pk__in=matter.parties.filter(role="reporter").values("actor"))


def track(found: Followed) -> Track:
    """The page of one's report, ready to show."""
    case, matter = found.case, found.case.matter
    entries = list(Entry.objects.filter(matter=matter).select_related("unit").order_by("seq"))
    is_closed = matter.closed_at is not None
    return Track(
        number=matter.number,
        code=found.code,
        title=matter.title if found.is_reporter else wording.category(case.category) or "",
        text=case.description if found.is_reporter else found.occurrence.text,
        address=matter.place.address if found.is_reporter else "",
        lon=matter.place.lon,
        lat=matter.place.lat,
        category=wording.category(case.category),
        state=matter.state,
        label=stages.label(matter.state),
        explained=stages.explained(matter.state),
        is_closed=is_closed,
        is_reporter=found.is_reporter,
        stages=stages.way(matter.state, entries, round_no=matter.round),
        lines=stages.lines(entries),
        answer=found.occurrence.answer,
        answered_at=found.occurrence.answered_at,
        earlier=list(
            found.occurrence.earlier.exclude(answer="").order_by("-round").values_list("answer", "answered_at")
        ),
        result=case.outcome if is_closed and found.is_reporter else "",
        due_at=_promised(matter),
        photos=_photos(found),
        may=frozenset(step.name for step in steps_for(found.actor, matter)),
        grade=_grade(found),
        grade_label=wording.satisfaction(_grade(found)),
        callers=case.callers,
        seen=entries[-1].seq if entries else 0,
        hastened_at=max(
            (e.taken_at for e in entries if e.step == "hasten" and e.actor_id == found.actor.pk), default=None
        ),
        contact=_contact(found.actor),
        elsewhere=onward.elsewhere(case),
    )


def _earlier(one: Occurrence) -> list[tuple[str, datetime | None]]:
    return list(one.earlier.exclude(answer="").order_by("-round").values_list("answer", "answered_at"))


def _grade(found: Followed) -> int | None:
    """What they said of the work themselves; of the first reporter also what a return visit wrote down."""
    return found.case.satisfaction if found.is_reporter else found.occurrence.satisfaction


def _promised(matter: Matter) -> datetime | None:
    """When the work is due. The office's own limits for its other stages are no promise to anybody."""
    running = matter.clocks.filter(kind="handle", round=matter.round, stopped_at=None, paused_at=None)
    return running.values_list("due_at", flat=True).first()


def _photos(found: Followed) -> list[Photo]:
    rows = Attachment.objects.filter(matter=found.case.matter, file__erased_at=None).exclude(file__thumb_key="")
    shown = [row for row in rows.select_related("file").order_by("seq", "id") if _may_see(row, found)]
    return [Photo(row.file_id, row.kind, row.kind == "after") for row in shown]


def _may_see(row: Attachment, found: Followed) -> bool:
    return row.is_public or row.file.created_by_id == found.actor.pk


def _contact(actor: Actor) -> Masked | None:
    """What an anonymous reporter left, masked; who has an account keeps their number there."""
    kept = masked([actor.pk]).get(actor.pk)
    has_account = Account.objects.filter(actor=actor).exists()
    return None if kept is None or kept.erased or has_account else kept


def open_photo(found: Followed, photo: UUID, *, variant: str) -> ServedFile:
    """A photo of one's own report, or one cleared for the public. Raises CaseNotFound."""
    rows = Attachment.objects.filter(matter=found.case.matter, file_id=photo).select_related("file")
    if not any(_may_see(row, found) for row in rows):
        raise CaseNotFound(photo)
    return evidence.open_served(photo, variant=variant)


def people_of(actor: Actor) -> list[UUID]:
    """``actor`` and everybody who reported with the same telephone number: one person, as far as we know."""
    contact = Contact.objects.filter(actor=actor, erased_at=None).exclude(phone_index=b"").first()
    if contact is None:
        return [actor.pk]
    indexes = keyring().phone_indexes(opened(contact, "phone"))
    same = Actor.objects.filter(kind=Actor.Kind.RESIDENT, contact__phone_index__in=indexes)
    return [actor.pk, *same.exclude(pk=actor.pk).values_list("pk", flat=True)[:SHOWN_AT_MOST]]


def reports_of(people: Iterable[UUID]) -> list[Mine]:
    """What these people reported or joined, newest first, at most 50."""
    rows = Occurrence.objects.filter(actor_id__in=list(people)).select_related("matter__case").order_by("-at")
    shown = list(rows[:SHOWN_AT_MOST])
    keys = [row.matter_id for row in shown]
    reporter = Party.objects.filter(matter_id__in=keys, role="reporter").values_list("matter_id", "actor_id")
    first = set(reporter)
    moved = _moved(keys)
    return [_mine(row, is_reporter=(row.matter_id, row.actor_id) in first, moved=moved) for row in shown]


def _moved(keys: Sequence[UUID]) -> dict[UUID, datetime]:
    moved: dict[UUID, datetime] = {}
    shown = Entry.objects.filter(matter_id__in=keys, step__in=stages.WORDS).order_by("seq")
    moved.update(shown.values_list("matter_id", "taken_at"))
    return moved


def _mine(row: Occurrence, *, is_reporter: bool, moved: dict[UUID, datetime]) -> Mine:
    matter, case = row.matter, row.matter.case
    return Mine(
        number=matter.number,
        code=code_for(matter.pk) if is_reporter else caller_code(matter.pk, row.actor_id),
        title=matter.title if is_reporter else (row.text[:60] or wording.category(case.category)),
        label=stages.label(matter.state),
        is_closed=matter.closed_at is not None,
        sent_at=row.at,
        moved_at=moved.get(matter.pk, row.at),
        is_answered=row.answered_at is not None,
        asks_rating=matter.state in ("closed", "revisited")
        and (case.satisfaction if is_reporter else row.satisfaction) is None,
    )
